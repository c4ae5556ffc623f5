//! warta's own hub at work: its door, a look each second and after each edition, and the callbacks that are called.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::app::{App, HubReply, HubWork, Pump, StoreError, is_hub};
use crate::config::Config;
use crate::model::MAX_VERIFICATIONS_AT_ONCE;
use crate::serve;

/// Deliveries under way at the same time, those that wait for their host's turn included.
const MAX_DELIVERIES_UNDER_WAY: usize = 256;
/// Of these, how many may belong to one host: more than any host is called at once, so that its turn is never missed.
const MAX_DELIVERIES_A_HOST: usize = 8;
/// Verifications under way to one host; those of others go on beside one that is slow.
const MAX_VERIFICATIONS_A_HOST: usize = 4;

/// What the hub does, as tasks.
pub(super) struct Hub {
    app: Arc<App>,
    /// Something was asked or published.
    woken: Arc<Notify>,
    /// An edition was published that no look has seen.
    published: bool,
    look: JoinSet<Result<HubWork, StoreError>>,
    verifying: Pump<i64, Result<(), StoreError>>,
    delivering: Pump<i64, Result<(), StoreError>>,
}

impl Hub {
    /// With the door for the server.
    pub(super) fn new(app: Arc<App>) -> (Self, serve::Hub) {
        let woken = Arc::new(Notify::new());
        let door = door(&app, &woken);
        let hub = Self {
            app,
            woken,
            published: false,
            look: JoinSet::new(),
            verifying: Pump::with_room(MAX_VERIFICATIONS_AT_ONCE, MAX_VERIFICATIONS_A_HOST),
            delivering: Pump::with_room(MAX_DELIVERIES_UNDER_WAY, MAX_DELIVERIES_A_HOST),
        };
        (hub, door)
    }

    /// An edition was published by this process: what is new in it is brought at once.
    pub(super) fn published(&mut self) {
        self.published = true;
        self.woken.notify_one();
    }

    /// Once a second: what is due by the clock, and editions of other processes.
    pub(super) fn tick(&mut self) {
        if self.look.is_empty() {
            let (app, published) = (self.app.clone(), std::mem::take(&mut self.published));
            self.look.spawn(async move { app.hub_look(published).await });
        }
    }

    /// The trouble of the store that a look or an exchange ends with next. Waits for ever when there is none.
    pub(super) async fn next(&mut self) -> StoreError {
        loop {
            let ended = tokio::select! {
                Some(looked) = self.look.join_next() => match looked {
                    Ok(Ok(work)) => {
                        self.offer(work);
                        Ok(())
                    }
                    Ok(Err(error)) => Err(error),
                    Err(error) => {
                        tracing::error!(%error, "a look at the hub ended early");
                        Ok(())
                    }
                },
                Some(verified) = self.verifying.next() => verified,
                Some(delivered) = self.delivering.next() => delivered,
                // What wakes during a look is seen by the next one.
                () = self.woken.notified(), if self.look.is_empty() => {
                    self.tick();
                    Ok(())
                }
            };
            self.start();
            if let Err(error) = ended {
                return error;
            }
        }
    }

    /// Drops what waits and what is under way: it is owed still, at the next start.
    pub(super) async fn stop(&mut self) {
        self.look.shutdown().await;
        self.verifying.stop().await;
        self.delivering.stop().await;
    }

    fn offer(&mut self, work: HubWork) {
        for (id, host) in work.intents {
            self.verifying.offer(id, &host, id);
        }
        for (id, host) in work.subscribers {
            self.delivering.offer(id, &host, id);
        }
    }

    fn start(&mut self) {
        let app = &self.app;
        self.verifying.start(|id| {
            let app = app.clone();
            async move { app.hub_verify(id).await }
        });
        self.delivering.start(|id| {
            let app = app.clone();
            async move { app.hub_deliver(id).await }
        });
    }
}

fn door(app: &Arc<App>, woken: &Arc<Notify>) -> serve::Hub {
    let (asked, taking, woken) = (app.clone(), app.clone(), woken.clone());
    serve::Hub {
        acts: Arc::new(move || is_hub(&asked.config())),
        take: Arc::new(move |body| {
            let (app, woken) = (taking.clone(), woken.clone());
            Box::pin(async move {
                let taken = app.hub_take(&body).await.map_err(|error| {
                    tracing::warn!(%error, "a request to the hub could not be stored");
                    serve::Busy
                })?;
                let HubReply { status, text, retry_after } = taken;
                if status == 202 {
                    woken.notify_one();
                }
                Ok(serve::Reply { status, text, retry_after })
            })
        }),
    }
}

/// The door of a process that only serves: feeds may name the hub, but nobody is there to keep who subscribes.
pub(super) fn closed_door(config: &Config) -> serve::Hub {
    let acts = is_hub(config);
    serve::Hub {
        acts: Arc::new(move || acts),
        take: Arc::new(|_| {
            let text = "this process only serves files; the hub works while `warta run` does".to_owned();
            Box::pin(async move { Ok(serve::Reply { status: 503, text, retry_after: Some(3_600) }) })
        }),
    }
}
