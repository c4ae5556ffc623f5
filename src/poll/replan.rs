//! New settings, new plans: feeds whose interval or cron changed are asked when feeds.toml says now, not when it said.
//!
//! In: a world. Out: rows, stored. What servers asked for stands.

use futures_util::{StreamExt, TryStreamExt, stream};

use super::{World, delivery};
use crate::model::{Ask, Effect, FeedState, Known, MAX_GROUP, Timestamp};
use crate::{schedule, store};

/// Plans anew every feed whose settings say another time than its row.
///
/// # Errors
/// When the store cannot be read or written; feeds that were planned before stay so.
pub async fn replan(world: &World, now: Timestamp) -> Result<(), store::Error> {
    let rows = world.store.feeds(now).await?;
    let moved = rows.into_iter().filter_map(|row| {
        let policy = world.schedule_policy(world.feed(&row.url)?);
        schedule::replan(&row, &policy).map(|_| (row.url, policy))
    });
    let writes = moved.map(|(url, policy)| {
        let decide = move |known: &Known| {
            let policy = schedule::Policy { pushed: delivery::trust(known, 0, now).0, ..policy.clone() };
            let next: Option<FeedState> = known.feed.as_ref().and_then(|row| schedule::replan(row, &policy));
            next.map(|row| Effect::Feed(Box::new(row))).into_iter().collect()
        };
        world.store.write(Ask { feed: Some(url), ..Ask::default() }, decide)
    });
    let writes: Vec<_> = writes.collect();
    stream::iter(writes).buffer_unordered(MAX_GROUP).try_for_each(|_| async { Ok(()) }).await
}
