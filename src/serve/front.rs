//! What a connection asks: a published file that lies in memory is answered on the spot, everything else by the router.

use std::convert::Infallible;
use std::future::{Future, Ready, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::HttpBody;
use axum::http::header::CONNECTION;
use axum::http::{HeaderValue, Request, Response};
use hyper::body::Incoming;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;

use super::crowd::Pulse;
use super::sent::Sent;
use super::{Site, answer, files};

/// The way in, for every connection.
#[derive(Clone)]
pub(super) struct Front {
    site: Arc<Site>,
    router: TowerToHyperService<Router>,
}

impl Front {
    pub(super) fn new(site: Arc<Site>, router: Router) -> Self {
        Self { site, router: TowerToHyperService::new(router) }
    }

    /// The way in for the connection that has this pulse.
    pub(super) fn at(&self, pulse: Pulse) -> Door {
        Door { front: self.clone(), pulse }
    }
}

/// The way in of one connection.
pub(super) struct Door {
    front: Front,
    pulse: Pulse,
}

impl Service<Request<Incoming>> for Door {
    type Response = Response<Sent>;
    type Error = Infallible;
    type Future = Answering;

    fn call(&self, mut request: Request<Incoming>) -> Answering {
        self.pulse.beat();
        let with_body = !request.body().is_end_stream();
        let at_once = || {
            let refused = answer::refuse(&request).map(|refusal| refusal.map(Sent::Pieces));
            refused.or_else(|| files::at_once(&self.front.site, &mut request))
        };
        let at_once = catch_unwind(AssertUnwindSafe(at_once)).unwrap_or_else(|_| {
            tracing::error!(path = request.uri().path(), "answering panicked");
            Some(answer::broken().map(Sent::Pieces))
        });
        match at_once {
            Some(response) => Answering::Now(ready(Ok(last_where(with_body, response)))),
            None => {
                let answering = self.front.router.call(request);
                Answering::Later(Box::pin(async move {
                    let response = answering.await?;
                    Ok(last_where(with_body, response.map(Sent::Pieces)))
                }))
            }
        }
    }
}

/// An answer that is there, or one that is waited for.
pub(super) enum Answering {
    Now(Ready<Result<Response<Sent>, Infallible>>),
    Later(Pin<Box<dyn Future<Output = Result<Response<Sent>, Infallible>> + Send>>),
}

impl Future for Answering {
    type Output = Result<Response<Sent>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut *self {
            Self::Now(ready) => Pin::new(ready).poll(context),
            Self::Later(answering) => answering.as_mut().poll(context),
        }
    }
}

/// Nothing is read behind the body of a request: a proxy before us may see another end of it (RFC 9112 6.1 and 11.2),
/// and there are too few such requests to keep connections for.
fn last_where(with_body: bool, mut response: Response<Sent>) -> Response<Sent> {
    if with_body {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
