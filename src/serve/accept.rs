//! A listener in, its connections served within their limits, until it is told to stop.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::Options;
use super::stream::Patient;
use crate::model::MAX_ACCEPT_PAUSE;

/// The first pause after a connection could not be taken.
const FIRST_ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// Serves connections of `listener`, each holding one of the `slots`. Once `stop` is given no new one is taken, and
/// those that are open have the grace of `options` to end.
pub(super) async fn accept(
    listener: TcpListener,
    router: Router,
    options: Options,
    slots: Arc<Semaphore>,
    stop: CancellationToken,
) {
    let service = TowerToHyperService::new(router);
    let http = protocol(&options);
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut pause = FIRST_ACCEPT_PAUSE;
    while let Some((slot, taken)) = stop.run_until_cancelled(next(&listener, &slots)).await {
        while connections.try_join_next().is_some() {}
        match taken {
            Ok(stream) => {
                pause = FIRST_ACCEPT_PAUSE;
                let stream = TokioIo::new(Patient::new(stream, options.write_stall_timeout));
                let served = graceful.watch(http.serve_connection(stream, service.clone()));
                connections.spawn(async move {
                    // A connection that breaks is its peer's affair.
                    let _ = served.await;
                    drop(slot);
                });
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::warn!(%error, pause_ms = pause.as_millis() as u64, "cannot take a connection");
                stop.run_until_cancelled(tokio::time::sleep(pause)).await;
                pause = (pause * 2).min(MAX_ACCEPT_PAUSE);
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(options.grace, graceful.shutdown()).await.is_err() {
        tracing::warn!("connections were closed before their answers were read");
    }
    connections.shutdown().await;
}

fn protocol(options: &Options) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(options.request_head_timeout)
        .max_buf_size(options.max_request_head_bytes);
    http
}

/// The next connection, once there is room for it: until then it waits in the listener's queue.
async fn next(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> (Option<tokio::sync::OwnedSemaphorePermit>, io::Result<TcpStream>) {
    // The semaphore is never closed, so there always is a slot.
    let slot = Arc::clone(slots).acquire_owned().await.ok();
    let stream = listener.accept().await.and_then(|(stream, _)| {
        stream.set_nodelay(true)?;
        Ok(stream)
    });
    (slot, stream)
}

/// Whether the error tells of a connection that ended before it was taken, and not of this machine.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, InvalidInput, NotConnected};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | NotConnected | InvalidInput)
}
