//! The floor: the same client, the same addresses, every body read to its end, and nothing done with it.

use std::path::Path;

use futures_util::{StreamExt, stream};

/// As many as warta asks at once by default.
const AT_ONCE: usize = 32;

/// Asks for each address of the file, a line each; with the validator that the origin gives where it gives one.
pub fn ask(file: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let urls = std::fs::read_to_string(file)?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let mut answers = stream::iter(urls.lines().map(|url| one(&client, url))).buffer_unordered(AT_ONCE);
        while let Some(answer) = answers.next().await {
            answer?;
        }
        Ok(())
    })
}

async fn one(client: &reqwest::Client, url: &str) -> Result<usize, reqwest::Error> {
    let request = client.get(url);
    let request = match url.rsplit_once("/validated/") {
        Some((_, feed)) => request.header("If-None-Match", format!("\"{feed}\"")),
        None => request,
    };
    Ok(request.send().await?.error_for_status()?.bytes().await?.len())
}
