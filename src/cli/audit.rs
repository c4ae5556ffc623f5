//! `warta audit`: one feed's polling as its server sees it.

use chrono_tz::Tz;
use comfy_table::Table;

use super::exit::{Code, Failure};
use super::{Global, house, output};
use crate::app::{self, Seen};
use crate::config::Config;
use crate::model::{Lease, RequestRecord, Timestamp};
use crate::notation::address::masked;
use crate::notation::duration::format_duration;

/// Requests that are shown one by one.
const SHOWN: usize = 100;

/// Arguments of `audit`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The feed, by its address in feeds.toml.
    #[arg(value_name = "URL")]
    url: String,
}

pub(crate) fn run(global: &Global, options: &Options) -> Result<Code, Failure> {
    let config = house::config(global, "warn")?;
    let key = house::feed(&config, &options.url)?.key.clone();
    let now = house::clock()?.now();
    let seen = house::block_on(async { Ok(app::seen(&config, &key, now).await?) })?;
    match seen {
        Some(seen) => output::text(&report(&config, &seen, now))?,
        None => output::text(&format!("{}: never asked yet", masked(&key)))?,
    }
    Ok(Code::Ok)
}

/// What the requests amount to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Totals {
    requests: usize,
    conditional: usize,
    not_modified: usize,
    failed: usize,
    /// Started before the server wanted one, by what its answers until then had said.
    early: usize,
    /// Bytes of bodies on the wire.
    bytes: u64,
    /// What 304 spared: each of them the length of the last whole body before it.
    saved: u64,
}

/// Adds the requests up, the oldest first. `body` is the length of a body for a 304 before which none came.
fn totals(requests: &[RequestRecord], body: u64) -> Totals {
    let mut totals = Totals { requests: requests.len(), ..Totals::default() };
    let mut body = body;
    for request in requests {
        totals.conditional += usize::from(request.conditional);
        totals.early += usize::from(is_early(request));
        totals.failed += usize::from(request.error.is_some());
        totals.bytes += request.wire_bytes;
        match request.status {
            Some(304) => {
                totals.not_modified += 1;
                totals.saved += body;
            }
            Some(200) if request.wire_bytes > 0 => body = request.wire_bytes,
            _ => {}
        }
    }
    totals
}

fn is_early(request: &RequestRecord) -> bool {
    request.not_before.is_some_and(|at| request.at < at)
}

/// The whole report.
fn report(config: &Config, seen: &Seen, now: Timestamp) -> String {
    let Seen { feed, requests, lease } = seen;
    let totals = totals(requests, feed.hints.body_bytes.unwrap_or(0));
    let shortest = requests.windows(2).map(|pair| pair[1].at.since(pair[0].at)).min();
    let mut text = format!(
        "{}: {} requests in 7 days as {}\n  conditional   {}\n  not modified  {}\n  failed        {}\n  too early     {}\n",
        masked(&feed.url),
        totals.requests,
        config.feed(&feed.url).and_then(|feed| feed.user_agent.as_deref()).unwrap_or(&config.fetch.user_agent),
        totals.conditional,
        totals.not_modified,
        totals.failed,
        totals.early,
    );
    if let Some(shortest) = shortest {
        text.push_str(&format!("  shortest gap  {}\n", format_duration(shortest)));
    }
    text.push_str(&format!(
        "  received      {} bytes of bodies\n  saved         {} bytes by 304 Not Modified\n",
        totals.bytes, totals.saved
    ));
    if let Some(lease) = lease {
        text.push_str(&format!("  push          {}\n", push(lease, now, config.site.timezone)));
    }
    if requests.len() > SHOWN {
        text.push_str(&format!("\nthe last {SHOWN}:"));
    }
    if !requests.is_empty() {
        text.push_str(&format!("\n{}\n", table(config, requests)));
    }
    text
}

/// What its hub promised and did, on one line.
fn push(lease: &Lease, now: Timestamp, zone: Tz) -> String {
    let mut words = vec![match (lease.until, &lease.last_error) {
        (Some(until), _) if lease.is_live(now) => format!("promised until {}", output::time(until, zone)),
        (_, Some(error)) => format!("none: {error}; asked again {}", output::time(lease.next_try, zone)),
        _ => "asked for, not verified yet".to_owned(),
    }];
    words.push(format!("{} deliveries", lease.deliveries));
    words.extend(lease.last_delivery.map(|at| format!("the last {}", output::time(at, zone))));
    words.extend((lease.forged > 0).then(|| format!("{} without the hub's signature were dropped", lease.forged)));
    words.extend((lease.missed > 0).then(|| format!("{} items came by a poll first", lease.missed)));
    format!("{}: {}", masked(lease.offer.hub.as_str()), words.join(", "))
}

/// A row a request, the newest last.
fn table(config: &Config, requests: &[RequestRecord]) -> Table {
    let mut table = output::table(&["AT", "AFTER", "ANSWER", "CONDITION", "TIMING", "BYTES", "MS", "REMARK"]);
    let first = requests.len().saturating_sub(SHOWN);
    for (n, request) in requests.iter().enumerate().skip(first) {
        let before = n.checked_sub(1).and_then(|n| requests.get(n));
        table.add_row([
            output::time(request.at, config.site.timezone),
            before.map_or_else(|| "-".to_owned(), |before| format_duration(request.at.since(before.at))),
            request.status.map_or_else(|| "none".to_owned(), |status| status.to_string()),
            if request.conditional { "conditional" } else { "none" }.to_owned(),
            timing(request, config.site.timezone),
            request.wire_bytes.to_string(),
            request.duration_ms.to_string(),
            request.error.clone().unwrap_or_default(),
        ]);
    }
    table
}

fn timing(request: &RequestRecord, zone: Tz) -> String {
    match request.not_before {
        Some(at) if is_early(request) => format!("too early: not before {}", output::time(at, zone)),
        _ => "in time".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(at: i64, not_before: Option<i64>, status: u16, wire_bytes: u64) -> RequestRecord {
        RequestRecord {
            at: Timestamp::from_unix_millis(at),
            not_before: not_before.map(Timestamp::from_unix_millis),
            status: Some(status),
            conditional: status == 304,
            wire_bytes,
            duration_ms: 1,
            error: (status == 500).then(|| "the server answered 500".to_owned()),
        }
    }

    #[test]
    fn a_304_spares_the_body_before_it_and_what_came_too_soon_is_counted() {
        let requests = [
            request(1, None, 304, 0),
            request(2, Some(2), 200, 100),
            request(3, Some(2), 304, 0),
            request(4, Some(5), 304, 0),
            request(5, Some(9), 500, 0),
        ];
        let expected =
            Totals { requests: 5, conditional: 3, not_modified: 3, failed: 1, early: 2, bytes: 100, saved: 207 };
        assert_eq!(totals(&requests, 7), expected);
        assert_eq!(totals(&[], 7), Totals::default());
    }
}
