//! `warta serve`: the published folder alone. Works while the database is away.

use super::exit::{Code, Failure};
use super::{Global, house};
use crate::daemon::{listeners, serve_only};

pub(crate) fn run(global: &Global) -> Result<Code, Failure> {
    let config = house::config(global, "info")?;
    let listeners = listeners(config.server.listen)?;
    house::block_on(async {
        serve_only(&config, listeners).await?;
        Ok(Code::Ok)
    })
}
