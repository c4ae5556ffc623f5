//! The heartbeat: cron jobs that only wake the daemon; what is due then is decided elsewhere.
//!
//! In: nothing but the wall clock. Out: [`Beat`]s. It never does any work itself: a job of the scheduler crate that
//! takes longer than its period runs several times at once, so its jobs do nothing but `try_send` into a channel of one.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

/// A beat each second. The cron form, because the crate's repeated jobs die after a stall of some seconds (a suspend).
const TICK: &str = "* * * * * *";
/// A beat each hour, at an odd minute so that it meets nobody else's full hour.
const TIDY: &str = "0 17 * * * *";
/// How long the daemon waits for a beat before it ticks by itself: after a step of the wall clock backwards the
/// scheduler is silent until the old time is reached again.
const SILENCE: Duration = Duration::from_secs(3);

/// What woke the daemon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beat {
    /// A second has passed (or the scheduler was silent for [`SILENCE`]).
    Tick,
    /// An hour has passed.
    Tidy,
}

/// The running heartbeat. Its jobs end with [`Heartbeat::stop`]; beats that come later are ignored.
pub(super) struct Heartbeat {
    scheduler: JobScheduler,
    ticks: mpsc::Receiver<()>,
    tidies: mpsc::Receiver<()>,
    /// When the daemon ticks by itself. Kept here, because whoever waits for a beat waits for other things too.
    by_itself: Instant,
}

impl Heartbeat {
    /// Starts both jobs.
    ///
    /// # Errors
    /// What the scheduler crate says when it cannot start, in words.
    pub(super) async fn start() -> Result<Self, String> {
        Self::try_start().await.map_err(|error| format!("the heartbeat does not start: {error}"))
    }

    async fn try_start() -> Result<Self, JobSchedulerError> {
        let mut scheduler = JobScheduler::new().await?;
        let (tick, ticks) = mpsc::channel(1);
        let (tidy, tidies) = mpsc::channel(1);
        scheduler.add(waking_job(TICK, tick)?).await?;
        scheduler.add(waking_job(TIDY, tidy)?).await?;
        scheduler.start().await?;
        scheduler.remove_shutdown_handler();
        Ok(Self { scheduler, ticks, tidies, by_itself: Instant::now() + SILENCE })
    }

    /// The next beat. Comes after [`SILENCE`] at the latest, measured on the monotonic clock. Dropping the future loses
    /// no beat.
    pub(super) async fn next(&mut self) -> Beat {
        let beat = tokio::select! {
            Some(()) = self.tidies.recv() => return Beat::Tidy,
            Some(()) = self.ticks.recv() => Beat::Tick,
            () = tokio::time::sleep_until(self.by_itself) => Beat::Tick,
        };
        self.by_itself = Instant::now() + SILENCE;
        beat
    }

    /// Ends the jobs. One more beat may come; nobody listens to it.
    pub(super) async fn stop(mut self) {
        if let Err(error) = self.scheduler.shutdown().await {
            tracing::debug!(%error, "the heartbeat did not end cleanly");
        }
    }
}

/// A cron job that wakes and does nothing else. A beat that meets a full channel is dropped: one waits already.
fn waking_job(schedule: &str, wake: mpsc::Sender<()>) -> Result<Job, JobSchedulerError> {
    Job::new_async(schedule, move |_, _| {
        let wake = wake.clone();
        Box::pin(async move {
            let _ = wake.try_send(());
        })
    })
}
