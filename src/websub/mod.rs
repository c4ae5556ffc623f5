//! WebSub (W3C Recommendation, 23 January 2018): its values and its decisions. Pure.
//!
//! In: what a feed offers, what a hub asks at the callback, and a subscription as it is remembered. Out: the next form
//! to send, the answer to give, and the subscription as it is from then on. `hub` is the other side: what subscribers
//! ask warta's own hub. Traffic is `push`'s, rows are `store`'s.

mod call;
mod discovery;
pub mod hub;
mod lease;
mod request;
mod signature;

pub use call::{Call, read_call};
pub use discovery::{choose, discover};
pub use lease::{
    Step, accepted, delivered, denied, end, is_trusted, lost, missed, refused, sent, step, turned, verify, wish,
};
pub use request::form;
pub use signature::{is_signed, sign};
