//! Whether the process lives, and whether it does its work.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::Response;

use super::Site;
use super::answer::{NO_STORE, text, with};

/// `/livez`: the process answers. Nothing else is looked at, so that no trouble elsewhere gets it restarted.
pub(super) async fn live() -> Response {
    with(text(StatusCode::OK, "ok\n".to_owned()), [(CACHE_CONTROL, NO_STORE)])
}

/// `/readyz`: 200, or 503 with the reasons, a line each.
pub(super) async fn ready(State(site): State<Arc<Site>>) -> Response {
    let reasons: Vec<String> = [site.shelf.ready(), (site.doors.ready)()].into_iter().filter_map(Result::err).collect();
    let (status, words) = if reasons.is_empty() {
        (StatusCode::OK, "ok".to_owned())
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, reasons.join("\n"))
    };
    with(text(status, words + "\n"), [(CACHE_CONTROL, NO_STORE)])
}
