//! Letters to people: written once as text and HTML, posted in the transaction of their cause, handed over by a worker.

mod breaker;
mod claim;
mod clerk;
mod dkim;
mod fate;
mod fault;
mod kept;
mod lane;
mod letter;
mod line;
mod list;
mod message;
mod outbox;
mod pace;
mod pages;
mod relay;
mod row;
mod sender;
mod sent;
mod settle;
mod stream;
mod suppression;
mod sweep;
mod transport;
mod worker;

pub use breaker::Shut;
pub use fault::{Faults, Point};
pub use letter::{Bars, Letter, Part};
pub use list::{Listed, became, cancel, forget, give};
pub use outbox::{Class, PostOffice, Posting};
pub use pages::{Samples, shown};
pub use relay::Patience;
pub use sender::{Sender, address};
pub use sent::{Sent, about, sent_to};
pub use suppression::Suppression;
pub use transport::Transport;
pub use worker::Worker;

/// What people see of it: in local mode, the letters that became files.
pub fn routes(config: &mut actix_web::web::ServiceConfig) {
    pages::routes(config);
}
