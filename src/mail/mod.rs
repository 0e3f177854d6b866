//! Letters to people: written once as text and HTML, posted in the transaction of their cause, handed over by a worker.

mod fate;
mod kept;
mod letter;
mod list;
mod message;
mod outbox;
mod pages;
mod row;
mod sent;
mod stream;
mod transport;
mod worker;

pub use letter::{Letter, Part};
pub use list::{Listed, became, cancel, forget, give};
pub use message::{Sender, address};
pub use outbox::{Class, PostOffice, Posting};
pub use sent::{Sent, about, sent_to};
pub use transport::{Patience, Transport};
pub use worker::Worker;

/// What people see of it: in local mode, the letters that became files.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}
