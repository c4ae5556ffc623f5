//! `warta demo`: everything at once, without network or configuration.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use super::exit::{Code, Failure};
use super::{Global, house, output};
use crate::app::{App, Lock};
use crate::config::{self, Config, Environment, LogFormat};
use crate::daemon::{self, Setup, demo};
use crate::notation::duration::parse_duration;

/// The demo asks its own feeds this often: the one exception to the floor of a minute.
const DEMO_FLOOR: Duration = Duration::from_secs(5);

/// Arguments of `demo`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Where to serve; a free port where the port is 0.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// End by itself after so long, such as 60s.
    #[arg(long = "for", value_name = "DURATION", value_parser = duration)]
    lasting: Option<Duration>,
}

fn duration(text: &str) -> Result<Duration, String> {
    parse_duration(text).ok_or_else(|| "a duration such as 60s or 5m is wanted".to_owned())
}

pub(crate) fn run(global: &Global, options: &Options) -> Result<Code, Failure> {
    global.log(LogFormat::Auto, "info");
    let clock = house::clock()?;
    let folder = tempfile::Builder::new().prefix("warta-demo-").tempdir()?;
    let listener = TcpListener::bind(options.listen).map_err(|error| {
        Failure::new(
            Code::Unavailable,
            format!("cannot listen on {}: {error}; choose another --listen", options.listen),
        )
    })?;
    let address = listener.local_addr()?;
    house::block_on(async {
        let origin = demo::origin::start(clock.now())
            .await
            .map_err(|error| Failure::new(Code::Unavailable, error.to_string()))?;
        let path = folder.path().join("feeds.toml");
        std::fs::write(&path, origin.config_toml(address))?;
        let config = config::load_with_floor(&path, &Environment::default(), DEMO_FLOOR)?.config;
        let lock =
            Lock::poller(&config.storage.path).map_err(|error| Failure::new(Code::CannotCreate, error.to_string()))?;
        output::text(&welcome(&config, address, origin.feeds.len(), origin.outlets()))?;
        let app = Arc::new(App::open(config, clock).await?);
        let reload = {
            let path = path.clone();
            Box::new(move || {
                config::load_with_floor(&path, &Environment::default(), DEMO_FLOOR)
                    .map(|loaded| loaded.config)
                    .map_err(|error| error.to_string())
            })
        };
        daemon::run(app, Setup { listeners: vec![listener], reload, stop_after: options.lasting }).await?;
        drop(lock);
        Ok(Code::Ok)
    })
}

/// The address first and alone on its line, for scripts; then what there is to see.
fn welcome(config: &Config, address: SocketAddr, feeds: usize, outlets: usize) -> String {
    let base = format!("http://{address}/");
    let mut text = format!("{base}\n\n{feeds} sample feeds of {outlets} made-up outlets, polled every 5 s. Open:\n");
    text.push_str(&format!("  {base}  the front page\n"));
    for section in &config.sections {
        text.push_str(&format!(
            "  {base}{}/  {} (rss.xml, atom.xml, feed.json beside it)\n",
            section.id, section.title
        ));
    }
    text.push_str(&format!("  {base}feeds.opml  all sections for a feed reader\n"));
    text.push_str(&format!("  {base}sitemap-news.xml  the Google News sitemap\n"));
    text.push_str("\nOne feed is down and one moved for good: the log below tells. Ctrl-C ends the demo.\n");
    text
}
