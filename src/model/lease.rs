//! A WebSub subscription (W3C Recommendation of 2018) as it is remembered: what a feed offers, and what a hub owes us.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use super::{MAX_LEASE, Timestamp};

/// Where a feed's last document says that it is pushed from, and under which name (WebSub 4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushOffer {
    /// The hub.
    pub hub: Url,
    /// The address under which the hub knows the feed: its `rel=self`, else the one that gave it.
    pub topic: Url,
}

/// What a hub is asked for (`hub.mode`, WebSub 5.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaseMode {
    /// Deliver from now on.
    Subscribe,
    /// Deliver no more.
    Unsubscribe,
}

impl LeaseMode {
    /// The word of `hub.mode`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Subscribe => "subscribe",
            Self::Unsubscribe => "unsubscribe",
        }
    }

    /// The reverse of [`LeaseMode::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Subscribe, Self::Unsubscribe].into_iter().find(|mode| mode.name() == name)
    }
}

/// What a hub signs its deliveries with. Shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct HubSecret(pub String);

impl fmt::Debug for HubSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// One subscription, wished for, held or being ended. Everything that has to survive a restart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Row number in the store; 0 before it has one.
    pub id: i64,
    /// Its feed, by the configured address.
    pub feed: String,
    /// What is subscribed to, where.
    pub offer: PushOffer,
    /// Last part of the callback's path: 128 random bits as hexadecimal digits. Who knows it is the hub.
    pub token: String,
    /// The callback as it was told to the hub.
    pub callback: Url,
    /// Signs deliveries (`hub.secret`); none where it would cross the network in the clear.
    pub secret: Option<HubSecret>,
    /// False once it shall end.
    pub wanted: bool,
    /// The request whose verification is awaited.
    pub pending: Option<LeaseMode>,
    /// Until when the hub promised to deliver; none before it was verified and after it was lost.
    pub until: Option<Timestamp>,
    /// When the next request to the hub is due: the first, a renewal, or a try after one that led to nothing.
    pub next_try: Timestamp,
    /// Requests in a row that led to nothing.
    pub tries: u32,
    /// When the hub last denied it; none once it was verified.
    pub denied: Option<Timestamp>,
    /// The last trouble with it, in words; none once it was verified.
    pub last_error: Option<String>,
    /// The last delivery whose signature was right.
    pub last_delivery: Option<Timestamp>,
    /// Deliveries that were read.
    pub deliveries: u32,
    /// Deliveries that were dropped because their signature was missing or wrong.
    pub forged: u32,
    /// Items that a poll found first since the last delivery.
    pub missed: u32,
}

impl Lease {
    /// True as long as the hub's promise holds. One that lies further ahead than any may was written by a clock that
    /// went wrong, and holds nothing.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until > now && until <= now.plus(MAX_LEASE))
    }
}
