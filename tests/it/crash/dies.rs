//! A process that dies at an exact point of its work: this very binary, started once more to run a whole command of
//! warta. It listens to warta's trace, and where the line of that point comes, it aborts: nothing is unwound, no
//! destructor runs, no thread ends its work.

use std::os::unix::process::ExitStatusExt;
use std::process::Output;
use std::sync::atomic::{AtomicU64, Ordering};

use tracing::field::{Field, Visit};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::{Layer, Registry};

use crate::world::World;

/// Tells the process where it dies: the number of [`Point::NAMES`], and how often that point is passed before.
const DIES: &str = "WARTA_TEST_DIES";
/// The signal of abort(3).
const SIGABRT: i32 = 6;

/// Where a process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Point {
    /// A feed's write is decided, and its transaction is not committed.
    BeforeCommit,
    /// It is committed, and nobody has heard of that.
    AfterCommit,
    /// A file, folder or name of the published folder is about to change.
    Publishing,
    /// A document with [`DEADLY`] in its title is parsed and not cleaned.
    Reading,
}

/// What the title of a document holds that kills its reader.
pub(super) const DEADLY: &str = "Maut";

impl Point {
    const ALL: [Self; 4] = [Self::BeforeCommit, Self::AfterCommit, Self::Publishing, Self::Reading];

    /// The line that warta traces there.
    fn line(self) -> &'static str {
        match self {
            Self::BeforeCommit => "a group of writes is decided",
            Self::AfterCommit => "a group of writes is stored",
            Self::Publishing => "the published folder changes",
            Self::Reading => "a document is parsed",
        }
    }

    fn number(self) -> usize {
        Self::ALL.iter().position(|point| *point == self).unwrap()
    }
}

/// Polls in a process that dies when it comes to `point` after having passed it `passes` times. Fails when it does not
/// die, or dies of something else.
#[track_caller]
pub(super) fn poll(world: &World, point: Point, passes: u64, arguments: &[&str]) {
    let output = try_poll(world, point, passes, arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.signal(), Some(SIGABRT), "{point:?} after {passes}: {:?} {said}", output.status);
}

/// The same; it may as well end by itself.
pub(super) fn try_poll(world: &World, point: Point, passes: u64, arguments: &[&str]) -> Output {
    let mut command = world.program(&std::env::current_exe().unwrap());
    let plan = format!("{} {passes} {}", point.number(), arguments.join(" "));
    command.args(["crash::dies::the_process_that_dies", "--exact", "--nocapture"]);
    command.env(DIES, plan).output().unwrap()
}

/// What other tests start, to see it die. By itself it starts one whose point never comes, which has to live.
#[test]
fn the_process_that_dies() {
    let Ok(plan) = std::env::var(DIES) else {
        let world = World::new("");
        let output = try_poll(&world, Point::Reading, 0, &["--json"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(world.public().join("index.html").exists(), "it polled and published");
        return;
    };
    let mut words = plan.split(' ').filter(|word| !word.is_empty());
    let mut number = || words.next().unwrap().parse::<usize>().unwrap();
    let death = Death { point: Point::ALL[number()], left: AtomicU64::new(number() as u64) };
    let traced = Targets::new().with_target("warta", tracing::Level::TRACE);
    tracing::subscriber::set_global_default(Registry::default().with(death.with_filter(traced))).unwrap();
    let code = warta::cli::run(["warta", "poll"].into_iter().chain(words).map(Into::into));
    assert_eq!(code, std::process::ExitCode::SUCCESS);
}

/// Aborts the process where its line comes.
struct Death {
    point: Point,
    /// How often the point is passed still.
    left: AtomicU64,
}

impl<S: tracing::Subscriber> Layer<S> for Death {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut told = Told { times: 1, ..Told::default() };
        event.record(&mut told);
        if told.line != self.point.line() || (self.point == Point::Reading && !told.title.contains(DEADLY)) {
            return;
        }
        let pass = |left: u64| left.checked_sub(told.times);
        if self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, pass).is_err() {
            std::process::abort();
        }
    }
}

/// What an event says.
#[derive(Default)]
struct Told {
    line: String,
    title: String,
    /// Writes of a group count one each.
    times: u64,
}

impl Visit for Told {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "writes" {
            self.times = value;
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "title" {
            value.clone_into(&mut self.title);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            self.line = format!("{value:?}");
        }
    }
}
