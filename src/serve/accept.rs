//! A listener in, its connections served within their limits, until it is told to stop.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::Options;
use super::crowd::{Crowd, Seat};
use super::front::Front;
use super::stream::Patient;
use crate::model::MAX_ACCEPT_PAUSE;

/// The first pause after a connection could not be taken.
const FIRST_ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// Serves connections of `listener`, each with a seat in the `crowd`. Once `stop` is given no new one is taken, and
/// those that are open have the grace of `options` to end.
pub(super) async fn accept(
    listener: TcpListener,
    front: Front,
    options: Options,
    crowd: Arc<Crowd>,
    stop: CancellationToken,
) {
    let http = protocol(&options);
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut pause = FIRST_ACCEPT_PAUSE;
    while let Some(taken) = stop.run_until_cancelled(next(&listener, &crowd)).await {
        while connections.try_join_next().is_some() {}
        match taken {
            Ok((stream, seat)) => {
                pause = FIRST_ACCEPT_PAUSE;
                let stream = TokioIo::new(Patient::new(stream, options.write_stall_timeout, seat.pulse.clone()));
                let served = graceful.watch(http.serve_connection(stream, front.at(seat.pulse.clone())));
                connections.spawn(async move {
                    // A connection that breaks is its peer's affair.
                    let _ = seat.leave.run_until_cancelled(served).await;
                });
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::warn!(%error, pause_ms = pause.as_millis() as u64, "cannot take a connection");
                // Where file handles are short, an idle connection has one.
                crowd.shed();
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

/// The next connection, once there is room for it.
async fn next(listener: &TcpListener, crowd: &Arc<Crowd>) -> io::Result<(TcpStream, Seat)> {
    let (stream, _) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, crowd.seat().await))
}

/// Whether the error tells of a connection that ended before it was taken, and not of this machine.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, InvalidInput, NotConnected};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | NotConnected | InvalidInput)
}
