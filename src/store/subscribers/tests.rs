use std::time::Duration;

use super::super::Store;
use super::*;

const TOPIC: &str = "https://warta.example/nasional/rss.xml";
const HOST: &str = "pembaca.example";
const DAY: Duration = Duration::from_secs(24 * 3600);

fn now() -> Timestamp {
    Timestamp::parse_rfc3339("2026-11-24T07:00:00Z").unwrap()
}

fn topic(version: u8) -> Topic {
    Topic { url: TOPIC.to_owned(), version: [version; 32], media_type: "application/rss+xml".to_owned() }
}

fn intent(mode: LeaseMode, callback: &str) -> Intent {
    Intent {
        id: 0,
        mode,
        topic: TOPIC.to_owned(),
        callback: Url::parse(&format!("https://{HOST}/{callback}")).unwrap(),
        secret: Some(HubSecret("rahasia".to_owned())),
        lease: 10 * DAY,
        at: now(),
    }
}

struct World {
    _folder: tempfile::TempDir,
    store: Store,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("warta.db")).unwrap();
        Self { _folder: folder, store }
    }

    async fn publish(&self, version: u8) {
        self.store.announce(vec![topic(version)], now()).await.unwrap();
    }

    /// Asks and confirms at once; the row's number.
    async fn subscribe(&self, callback: &str) -> i64 {
        self.confirm(intent(LeaseMode::Subscribe, callback)).await;
        let callback = Url::parse(&format!("https://{HOST}/{callback}")).unwrap();
        let id = move |connection: &Connection| {
            let sql = "SELECT id FROM subscribers WHERE callback = ?1";
            connection.query_row(sql, [callback.as_str()], |row| row.get(0))
        };
        self.store.change(id).await.unwrap()
    }

    async fn confirm(&self, intent: Intent) {
        let at = intent.at;
        self.store.take_intent(intent, HOST).await.unwrap().unwrap();
        let (id, host) = self.store.hub_work(at).await.unwrap().intents.pop().unwrap();
        assert_eq!(host, HOST);
        let intent = self.store.intent(id).await.unwrap().unwrap();
        assert!(self.store.confirm_intent(intent, at).await.unwrap());
    }

    async fn due(&self, at: Timestamp) -> Vec<i64> {
        self.store.hub_work(at).await.unwrap().subscribers.into_iter().map(|(id, _)| id).collect()
    }

    /// The delivery of a version ends, for the subscription as it is now.
    async fn settle(&self, id: i64, version: u8, delivered: Delivered) {
        self.settle_as(self.row(id).await, version, delivered).await;
    }

    async fn settle_as(&self, subscriber: Subscriber, version: u8, delivered: Delivered) {
        self.store.settle_delivery(subscriber, [version; 32], delivered, now()).await.unwrap();
    }

    async fn row(&self, id: i64) -> Subscriber {
        let read = move |connection: &Connection| {
            connection.query_row("SELECT * FROM subscribers WHERE id = ?1", [id], subscriber)
        };
        self.store.change(read).await.unwrap()
    }
}

#[tokio::test]
async fn a_subscriber_is_owed_what_was_published_after_it_asked_and_only_the_newest() {
    let world = World::new();
    world.publish(1).await;
    world.store.take_intent(intent(LeaseMode::Subscribe, "a"), HOST).await.unwrap().unwrap();
    world.publish(2).await;
    let (id, _) = world.store.hub_work(now()).await.unwrap().intents[0].clone();
    let asked = world.store.intent(id).await.unwrap().unwrap();
    assert_eq!(Intent { id: 0, ..asked.clone() }, intent(LeaseMode::Subscribe, "a"));
    assert_eq!(world.due(now()).await, Vec::<i64>::new(), "nothing holds before it is verified");
    assert!(world.store.confirm_intent(asked.clone(), now()).await.unwrap());
    assert!(!world.store.confirm_intent(asked, now()).await.unwrap(), "once");
    let [owed] = world.due(now()).await[..] else { panic!("one is owed") };
    world.publish(3).await;
    let (subscriber, newest) = world.store.owed(owed, now()).await.unwrap().unwrap();
    assert_eq!((newest, subscriber.delivered, subscriber.tries), (topic(3), Some([1; 32]), 0));
    world.settle(owed, 2, Delivered::Taken).await;
    assert_eq!(world.due(now()).await, [owed], "a newer one came meanwhile");
    world.settle(owed, 3, Delivered::Later(now().plus(DAY))).await;
    assert_eq!(world.due(now()).await, Vec::<i64>::new());
    world.publish(4).await;
    assert_eq!(world.due(now()).await, [owed], "nothing went wrong with it");
    world.settle(owed, 4, Delivered::Taken).await;
    assert_eq!(world.due(now()).await, Vec::<i64>::new());
    world.publish(4).await;
    assert_eq!(world.due(now()).await, Vec::<i64>::new(), "the same again is no news");
}

#[tokio::test]
async fn nobody_is_owed_what_is_published_no_more_until_it_comes_back() {
    let world = World::new();
    world.publish(1).await;
    let id = world.subscribe("a").await;
    world.publish(2).await;
    world.store.announce(Vec::new(), now()).await.unwrap();
    assert_eq!(world.due(now()).await, Vec::<i64>::new());
    assert_eq!(world.store.owed(id, now()).await.unwrap(), None);
    world.publish(2).await;
    assert_eq!(world.due(now()).await, [id]);
}

#[tokio::test]
async fn what_fails_keeps_its_next_try_however_often_something_is_published() {
    let world = World::new();
    world.publish(1).await;
    let (ill, well) = (world.subscribe("a").await, world.subscribe("b").await);
    world.publish(2).await;
    assert_eq!(world.due(now()).await, [ill, well]);
    let later = now().plus(Duration::from_secs(20));
    world.settle(ill, 2, Delivered::Failed("500".to_owned(), later)).await;
    world.settle(well, 2, Delivered::Taken).await;
    world.publish(3).await;
    assert_eq!(world.due(now()).await, [well]);
    assert_eq!(world.due(later).await, [well, ill], "who takes deliveries goes first");
    assert_eq!(world.store.owed(ill, now()).await.unwrap(), None, "not before its time");
    assert_eq!(world.store.owed(ill, later).await.unwrap().unwrap().0.tries, 1);
    let quiet = now().plus(Duration::from_secs(60));
    world.settle(ill, 3, Delivered::Later(quiet)).await;
    assert_eq!(world.store.owed(ill, quiet).await.unwrap().unwrap().0.tries, 1, "nothing was tried");
    assert_eq!(world.due(later).await, [well]);
    let long_ago = now().minus(100 * DAY);
    assert_eq!(world.due(long_ago).await.len(), 2, "a clock that went wrong keeps nothing waiting");
    world.settle(ill, 2, Delivered::Later(now().plus(DAY))).await;
    assert!(world.due(now()).await.contains(&ill), "what was published meanwhile waits for nothing");
    world.settle(ill, 3, Delivered::Gone).await;
    assert_eq!(world.due(quiet).await, [well]);
}

#[tokio::test]
async fn a_renewal_replaces_and_a_lease_ends() {
    let world = World::new();
    world.publish(1).await;
    let id = world.subscribe("a").await;
    world.publish(2).await;
    world.settle(id, 2, Delivered::Failed("500".to_owned(), now().plus(DAY))).await;
    let renewal = Intent { secret: None, at: now().plus(5 * DAY), ..intent(LeaseMode::Subscribe, "a") };
    world.confirm(renewal).await;
    let at = now().plus(12 * DAY);
    let (subscriber, _) = world.store.owed(id, at).await.unwrap().unwrap();
    assert_eq!((subscriber.until, subscriber.secret, subscriber.tries), (now().plus(15 * DAY), None, 0));
    assert_eq!(subscriber.delivered, Some([1; 32]), "what it is owed it is owed still");
    assert_eq!(world.due(at).await, [id]);
    let end = now().plus(15 * DAY);
    assert_eq!(world.due(end).await, Vec::<i64>::new());
    assert_eq!(world.store.owed(id, end).await.unwrap(), None);
    assert_eq!((world.store.subscribers(at).await.unwrap(), world.store.subscribers(end).await.unwrap()), (1, 0));
    world.store.tidy(end).await.unwrap();
    assert_eq!(world.store.subscribers(at).await.unwrap(), 0, "its row is gone");
}

#[tokio::test]
async fn a_delivery_under_an_old_secret_counts_for_nothing() {
    let world = World::new();
    world.publish(1).await;
    let id = world.subscribe("a").await;
    world.publish(2).await;
    let before = world.row(id).await;
    world.confirm(Intent { secret: None, at: now().plus(DAY), ..intent(LeaseMode::Subscribe, "a") }).await;
    for delivered in [Delivered::Taken, Delivered::Gone, Delivered::Failed("500".to_owned(), now().plus(DAY))] {
        world.settle_as(before.clone(), 2, delivered).await;
        assert_eq!(world.due(now()).await, [id]);
    }
    world.settle(id, 2, Delivered::Taken).await;
    assert_eq!(world.due(now()).await, Vec::<i64>::new());
}

#[tokio::test]
async fn a_goodbye_ends_it_and_a_newer_request_takes_the_place_of_an_older_one() {
    let world = World::new();
    world.publish(1).await;
    world.subscribe("a").await;
    world.confirm(intent(LeaseMode::Unsubscribe, "a")).await;
    assert_eq!(world.store.subscribers(now()).await.unwrap(), 0);
    world.store.take_intent(intent(LeaseMode::Subscribe, "a"), HOST).await.unwrap().unwrap();
    let old = world.store.hub_work(now()).await.unwrap().intents;
    let old = world.store.intent(old[0].0).await.unwrap().unwrap();
    world.store.take_intent(intent(LeaseMode::Unsubscribe, "a"), HOST).await.unwrap().unwrap();
    let intents = world.store.hub_work(now()).await.unwrap().intents;
    assert_eq!(intents.len(), 2, "who asked for the opposite has to mean it");
    let newer = world.store.intent(intents[1].0).await.unwrap().unwrap();
    assert!(world.store.confirm_intent(newer, now()).await.unwrap());
    assert!(!world.store.confirm_intent(old, now()).await.unwrap(), "it was taken back before it was verified");
    assert_eq!(world.store.subscribers(now()).await.unwrap(), 0);
    let later = now().plus(KEEP_INTENTS);
    assert_eq!(world.store.hub_work(later).await.unwrap().intents, [], "nobody waits for it any more");
}

#[tokio::test]
async fn requests_that_wait_are_bounded_and_subscribers_are_counted() {
    let world = World::new();
    let take = async |callback: usize, host: &str| {
        let intent = intent(LeaseMode::Subscribe, &callback.to_string());
        world.store.take_intent(intent, host).await.unwrap()
    };
    for n in 0..MAX_INTENTS_A_HOST {
        take(n, HOST).await.unwrap();
    }
    let full = HubCount { all: MAX_INTENTS_A_HOST, of_host: MAX_INTENTS_A_HOST };
    assert_eq!(take(MAX_INTENTS, HOST).await, Err(full));
    take(0, HOST).await.expect("the same request again needs no place");
    for n in MAX_INTENTS_A_HOST..MAX_INTENTS {
        take(n, &format!("{n}.example")).await.unwrap();
    }
    let full = HubCount { all: MAX_INTENTS, of_host: 0 };
    assert_eq!(take(MAX_INTENTS, "lain.example").await, Err(full));
    let world = World::new();
    for callback in ["a", "b"] {
        world.subscribe(callback).await;
    }
    let others = async |callback: &str, host: &str| {
        world.store.other_subscribers(intent(LeaseMode::Subscribe, callback), host, now()).await.unwrap()
    };
    assert_eq!(others("a", HOST).await, HubCount { all: 1, of_host: 1 });
    assert_eq!(others("c", HOST).await, HubCount { all: 2, of_host: 2 });
    assert_eq!(others("c", "lain.example").await, HubCount { all: 2, of_host: 0 });
}
