//! The operator's rules over what is stored: what they would change, and changing it.

use std::time::Duration;

use super::App;
use crate::config::Config;
use crate::model::Timestamp;
use crate::poll::{self, Reapplied};
use crate::store::{self, Store};

/// What the rules of a configuration would change in what came in the time before `now`. Changes nothing; a store that is
/// not there yet holds nothing.
///
/// # Errors
/// When the store cannot be read.
pub async fn rules_look(config: &Config, within: Duration, now: Timestamp) -> Result<Reapplied, store::Error> {
    if !config.storage.path.exists() {
        return Ok(Reapplied::default());
    }
    poll::look(config, &Store::open_read_only(&config.storage.path)?, now.minus(within), now).await
}

impl App {
    /// Changes what came in the time before now as the rules say. `Err` names a section that the store does not know: the
    /// daemon that runs has not read feeds.toml since it has it.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn rules_apply(&self, within: Duration) -> Result<Result<Reapplied, String>, store::Error> {
        let world = self.world();
        let known = self.store().sections().await?;
        let named = world.config.rules.iter().flat_map(|rule| rule.then.add_to.iter().chain(&rule.then.move_to));
        if let Some(id) = named.into_iter().find(|id| known.iter().all(|section| section.id != **id)) {
            return Ok(Err(id.clone()));
        }
        let now = self.now();
        poll::apply(&world.config, self.store(), now.minus(within), now).await.map(Ok)
    }
}
