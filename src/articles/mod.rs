//! Articles: long-form guides attached to roles.

mod article;

pub use article::Article;
