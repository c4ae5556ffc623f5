//! The store's doors for the WebSub hub; its rows are those of `subscribers`.

use url::Url;

use super::subscribers::{self, Delivered, HubWork};
use super::{Result, Store};
use crate::model::{HubCount, Intent, Subscriber, Timestamp, Topic, TopicVersion};

impl Store {
    /// Takes the topics of the hub as they are published now; who has another version is owed the new one.
    ///
    /// # Errors
    /// The store's trouble; nothing has changed then.
    pub async fn announce(&self, topics: Vec<Topic>, now: Timestamp) -> Result<()> {
        self.change(move |connection| subscribers::announce(connection, &topics, now)).await
    }

    /// What is due at the hub.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn hub_work(&self, now: Timestamp) -> Result<HubWork> {
        self.readers.read(move |connection| subscribers::work(connection, now)).await
    }

    /// Remembers a request to the hub, in place of an older one for the same topic and callback. The inner error: so many
    /// wait already, for all hosts and for the callback's `host`, that there is no room.
    ///
    /// # Errors
    /// The store's trouble; nothing has changed then.
    pub async fn take_intent(&self, intent: Intent, host: &str) -> Result<std::result::Result<(), HubCount>> {
        let host = host.to_owned();
        self.change(move |connection| subscribers::take_intent(connection, &intent, &host)).await
    }

    /// A request that waits for its verification.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn intent(&self, id: i64) -> Result<Option<Intent>> {
        self.readers.read(move |connection| subscribers::intent(connection, id)).await
    }

    /// Forgets a request that was not confirmed.
    ///
    /// # Errors
    /// The store's trouble; nothing has changed then.
    pub async fn forget_intent(&self, id: i64) -> Result<()> {
        self.change(move |connection| subscribers::forget_intent(connection, id)).await
    }

    /// Makes a confirmed request true. False where a newer one took its place meanwhile.
    ///
    /// # Errors
    /// The store's trouble; nothing has changed then.
    pub async fn confirm_intent(&self, intent: Intent, now: Timestamp) -> Result<bool> {
        self.change(move |connection| subscribers::confirm(connection, &intent, now)).await
    }

    /// How many others than the one that this request renews have subscribed, altogether and on the callback's `host`.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn other_subscribers(&self, intent: Intent, host: &str, now: Timestamp) -> Result<HubCount> {
        let host = host.to_owned();
        self.readers.read(move |connection| subscribers::others(connection, &intent, &host, now)).await
    }

    /// How many subscribers the hub has.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn subscribers(&self, now: Timestamp) -> Result<u64> {
        self.readers.read(move |connection| subscribers::count(connection, now)).await
    }

    /// Whether a subscription stands, whatever became of its topic.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn is_subscribed(&self, topic: String, callback: Url) -> Result<bool> {
        self.readers.read(move |connection| subscribers::is_subscribed(connection, &topic, &callback)).await
    }

    /// A subscriber that is due and its topic as it is published; `None` where its lease has ended, or the topic is published no more.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn owed(&self, id: i64, now: Timestamp) -> Result<Option<(Subscriber, Topic)>> {
        self.readers.read(move |connection| subscribers::owed(connection, id, now)).await
    }

    /// Writes how the delivery of a version ended.
    ///
    /// # Errors
    /// The store's trouble; nothing has changed then.
    pub async fn settle_delivery(
        &self,
        subscriber: Subscriber,
        version: TopicVersion,
        delivered: Delivered,
        now: Timestamp,
    ) -> Result<()> {
        self.change(move |connection| subscribers::settle(connection, &subscriber, version, &delivered, now)).await
    }
}
