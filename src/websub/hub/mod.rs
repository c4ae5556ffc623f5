//! The hub's side of WebSub: what subscribers ask, how it is verified, when a delivery is tried again. Pure.

mod asked;
mod retry;
mod verification;

pub use asked::{Asked, BadRequest, read_request};
pub use retry::next_delivery;
pub use verification::{denial, is_confirmed, verification};
