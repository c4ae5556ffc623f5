//! What an edition costs when every section has a new item, when one has, and when none has: 50 sections of 1,000
//! items each, told over 20 days. In turns within one process, so that the ratios hold whatever else the machine does.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use warta::app::App;
use warta::clock::Clock;
use warta::config::{Config, Environment, load};
use warta::dedup::{self, Policy};
use warta::ingest::{self, ingest};
use warta::model::{Document, Effect, IdentityRule, Known, Timestamp};
use warta::notation::address::Canonical;
use warta::publish::{Published, publish};

const SECTIONS: usize = 50;
const DAYS: usize = 20;
const ITEMS_A_DAY: usize = 50;
const ROUNDS: usize = 9;
/// 24 November 2026.
const START: i64 = 1_795_453_200_000;
const DAY: Duration = Duration::from_secs(24 * 3600);

type Anyhow<T> = Result<T, Box<dyn Error>>;

fn main() -> Anyhow<()> {
    let own = match std::env::args().nth(1).as_deref() {
        None => false,
        Some("--own") => true,
        Some(_) => return Err("usage: warta-bench-publish [--own]; --own: all articles are the site's own".into()),
    };
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(run(folder.path(), own))
}

async fn run(folder: &Path, own: bool) -> Anyhow<()> {
    let mut world = World::open(folder, own).await?;
    for _ in 0..DAYS {
        for section in 0..SECTIONS {
            world.tell(section, ITEMS_A_DAY).await?;
        }
        world.now = world.now.plus(DAY);
    }
    let first = world.measure().await?;
    println!("all of {} items, archives too: {first}", SECTIONS * DAYS * ITEMS_A_DAY);
    let (mut all, mut one, mut none) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        for section in 0..SECTIONS {
            world.tell(section, 1).await?;
        }
        all.push(world.measure().await?);
        world.tell(round, 1).await?;
        one.push(world.measure().await?);
        none.push(world.measure().await?);
    }
    for (name, costs) in [("all", &all), ("one", &one), ("none", &none)] {
        println!("{name} of {SECTIONS} sections changed, median: {}", median(costs));
        if name == "none" && costs.iter().any(|cost| cost.published.written > 0) {
            return Err("something was written although nothing changed".into());
        }
    }
    let ratios: Vec<f64> = all.iter().zip(&one).map(|(all, one)| all.cpu.div_duration_f64(one.cpu)).collect();
    println!("CPU of all / CPU of one: median {:.1}, least {:.1}", middle(ratios.clone()), least(&ratios));
    println!("none: {:.1} us a section", median(&none).cpu.as_secs_f64() * 1e6 / SECTIONS as f64);
    Ok(())
}

/// A site, and the time in it.
struct World {
    app: App,
    config: Arc<Config>,
    own: bool,
    now: Timestamp,
    told: usize,
    chance: fastrand::Rng,
}

impl World {
    async fn open(folder: &Path, own: bool) -> Anyhow<Self> {
        let host = if own { "warta.example" } else { "elsewhere.example" };
        let mut text = format!(
            "[site]\nbase_url = \"https://warta.example/\"\ntag = \"warta.example,2026\"\n[sitemap]\nhosts = [\"{host}\"]\n"
        );
        for section in 0..SECTIONS {
            write!(
                text,
                "[[section]]\nid = \"s{section}\"\n[[feed]]\nurl = \"{}\"\nsection = \"s{section}\"\n",
                url(section)
            )?;
        }
        std::fs::write(folder.join("feeds.toml"), text)?;
        let config = load(&folder.join("feeds.toml"), &Environment::of_process())?.config;
        let now = Timestamp::from_unix_millis(START);
        let app = App::open(config, Clock::System).await?;
        let config = app.config();
        Ok(Self { app, config, own, now, told: 0, chance: fastrand::Rng::with_seed(1) })
    }

    /// The feed of a section tells so many new items.
    async fn tell(&mut self, section: usize, count: usize) -> Anyhow<()> {
        self.now = self.now.plus(Duration::from_secs(60));
        let document = Document { body: self.document(count).into_bytes(), ..Document::default() };
        let policy = ingest::Policy { timezone: chrono_tz::Asia::Jakarta, language: None, select: None };
        let feed = ingest(&document, &policy, self.now)?;
        let policy = Policy {
            canonical: Canonical::default(),
            identity: IdentityRule::Auto,
            first_batch: usize::MAX,
            own_hosts: Vec::new(),
        };
        let ask = dedup::ask(&url(section), &feed, &policy);
        let now = self.now;
        let decide = move |known: &Known| -> Vec<Effect> { dedup::decide(known, &feed, &policy, now) };
        self.app.store().write(ask, decide).await?;
        Ok(())
    }

    fn document(&mut self, count: usize) -> String {
        let mut text =
            "<rss version=\"2.0\"><channel><title>Kabar</title><link>https://kabar.example/</link>".to_owned();
        let host = if self.own { "warta.example" } else { "kabar.example" };
        for _ in 0..count {
            self.told += 1;
            let n = self.told;
            let date = self.now.to_chrono().to_rfc2822();
            let (title, body) = (self.words(9), self.words(90));
            text += &format!(
                "<item><title>{title} {n}</title><link>https://{host}/{n}</link><guid>https://{host}/{n}</guid>\
                 <pubDate>{date}</pubDate><description>&lt;p&gt;{body}&lt;/p&gt;</description></item>"
            );
        }
        text + "</channel></rss>"
    }

    fn words(&mut self, count: usize) -> String {
        let mut words = String::new();
        for _ in 0..count {
            for _ in 0..self.chance.usize(1..4) {
                words.push_str(SYLLABLES[self.chance.usize(..SYLLABLES.len())]);
            }
            words.push(' ');
        }
        words
    }

    async fn measure(&self) -> Anyhow<Cost> {
        let (cpu, wall) = (ProcessTime::now(), Instant::now());
        let published = publish(self.app.store(), &self.config, self.now).await?;
        Ok(Cost { cpu: cpu.elapsed(), wall: wall.elapsed(), published })
    }
}

const SYLLABLES: [&str; 16] =
    ["ba", "ca", "da", "ga", "ja", "ka", "la", "ma", "na", "pan", "ran", "sing", "tang", "ung", "wir", "yo"];

fn url(section: usize) -> String {
    format!("https://feed{section}.example/rss")
}

#[derive(Clone)]
struct Cost {
    cpu: Duration,
    wall: Duration,
    published: Published,
}

impl std::fmt::Display for Cost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { cpu, wall, published } = self;
        write!(f, "{:.2} ms CPU, {:.2} ms wall, ", cpu.as_secs_f64() * 1e3, wall.as_secs_f64() * 1e3)?;
        write!(f, "{} files written, {} unchanged", published.written, published.unchanged)
    }
}

fn median(costs: &[Cost]) -> Cost {
    let mut sorted: Vec<&Cost> = costs.iter().collect();
    sorted.sort_by_key(|cost| cost.cpu);
    sorted[sorted.len() / 2].clone()
}

fn middle(mut ratios: Vec<f64>) -> f64 {
    ratios.sort_by(f64::total_cmp);
    ratios[ratios.len() / 2]
}

fn least(ratios: &[f64]) -> f64 {
    ratios.iter().copied().fold(f64::INFINITY, f64::min)
}
