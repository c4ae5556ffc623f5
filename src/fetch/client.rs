//! The HTTP client beneath: TLS, name look-up through the guard, and nothing that happens by itself.

use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::HeaderValue;
use rustls::client::Resumption;
use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::sync::Semaphore;
use url::Url;

use super::error::Trouble;
use super::guard::{Guard, Refusal};
use super::{Policy, SetupError};
use crate::config::ProxyConfig;
use crate::model::{CONNECT_TIMEOUT, MAX_HEADER_BYTES};

/// Servers whose TLS session is remembered; more are asked with a whole handshake.
const TLS_SERVERS: usize = 1_250;
/// rustls remembers an eighth as many servers as it is told sessions.
const SESSIONS_A_SERVER: usize = 8;
/// How long an idle connection is kept for the next feed of its host: long enough for the spacing between two starts,
/// short enough that a poll of many hosts does not run out of file descriptors.
const IDLE: Duration = Duration::from_secs(5);

/// Causes of an error that are looked at, outermost first.
const MAX_CAUSES: usize = 16;

/// Two clients over one store of TLS sessions.
#[derive(Debug)]
pub(super) struct Clients {
    /// HTTP/2 where the server offers it.
    pub(super) any: reqwest::Client,
    /// HTTP/1.1 alone, for servers whose HTTP/2 is broken.
    pub(super) http1: reqwest::Client,
    /// Set where a proxy resolves the names: they are looked up here first.
    checker: Option<Arc<Resolver>>,
}

impl Clients {
    /// With so many look-ups of names at the same time.
    pub(super) fn new(policy: &Policy, guard: &Arc<Guard>, lookups: usize) -> Result<Self, SetupError> {
        let any = tls_config()?;
        // The session store is shared by cloning; the protocols offered have to differ, for a client that speaks
        // HTTP/1.1 alone would still accept an offer of h2 that stands here.
        let mut http1 = any.clone();
        http1.alpn_protocols = vec![b"http/1.1".to_vec()];
        let lookups = Arc::new(Semaphore::new(lookups));
        // The operator named the proxy, wherever it lies.
        let trusted = policy.proxy.as_ref().and_then(|proxy| proxy.url.domain()).map(str::to_owned);
        let resolver = Arc::new(Resolver { guard: Arc::clone(guard), lookups: Arc::clone(&lookups), trusted });
        let checker = policy.proxy.as_ref().filter(|_| !guard.allow_private);
        let checker = checker.map(|_| Arc::new(Resolver { guard: Arc::clone(guard), lookups, trusted: None }));
        let proxy = policy.proxy.as_ref().map(proxy).transpose()?;
        let builder = |tls| {
            let client = reqwest::Client::builder().no_proxy();
            let client = match &proxy {
                Some(proxy) => client.proxy(proxy.clone()),
                None => client,
            };
            client
                .tls_backend_preconfigured(tls)
                .dns_resolver(Arc::clone(&resolver))
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .connect_timeout(CONNECT_TIMEOUT)
                .pool_idle_timeout(IDLE)
                .pool_max_idle_per_host(policy.per_host_concurrency)
                .http2_max_header_list_size(u32::try_from(MAX_HEADER_BYTES).unwrap_or(u32::MAX))
        };
        let built = |builder: reqwest::ClientBuilder| builder.build().map_err(|error| SetupError(error.to_string()));
        Ok(Self { any: built(builder(any))?, http1: built(builder(http1).http1_only())?, checker })
    }
}

impl Clients {
    /// Judges the addresses of a name before a proxy is asked for it: a proxy connects to what it resolves itself, past
    /// the guard. Without one the connection goes through the guard anyway, and nothing is done here.
    pub(super) async fn judge_name(&self, url: &Url) -> Result<(), Trouble> {
        let (Some(checker), Some(name)) = (&self.checker, url.domain()) else { return Ok(()) };
        let error = match checker.look_up(name.to_owned()).await {
            Ok(_) => return Ok(()),
            Err(error) => error,
        };
        match error.downcast::<Refusal>() {
            Ok(refusal) => Err(Trouble::Refused(*refusal)),
            Err(error) => Err(Trouble::Unchecked(name.to_owned(), error.to_string())),
        }
    }
}

/// The proxy that the operator named, for all requests.
fn proxy(config: &ProxyConfig) -> Result<reqwest::Proxy, SetupError> {
    let failed = |error: &dyn std::fmt::Display| SetupError(format!("the proxy cannot be used: {error}"));
    let proxy = reqwest::Proxy::all(config.url.clone()).map_err(|error| failed(&error))?;
    let Some(auth) = &config.auth else { return Ok(proxy) };
    let mut secret = HeaderValue::from_str(auth.header()).map_err(|error| failed(&error))?;
    secret.set_sensitive(true);
    Ok(proxy.custom_http_auth(secret))
}

/// TLS by ring, trusting whom the system trusts.
fn tls_config() -> Result<ClientConfig, SetupError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = |provider: &Arc<CryptoProvider>| {
        ClientConfig::builder_with_provider(Arc::clone(provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| SetupError(error.to_string()))
    };
    let mut config = match builder(&provider)?.with_platform_verifier() {
        Ok(trusting) => trusting.with_no_client_auth(),
        // Feeds over http are read without certificates, and the demo needs none.
        Err(error) => {
            tracing::warn!(%error, "no https feed can be read; install the system's certificates (Debian: ca-certificates)");
            builder(&provider)?.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config.resumption = Resumption::in_memory_sessions(TLS_SERVERS * SESSIONS_A_SERVER);
    Ok(config)
}

/// The system's resolver, with every answer judged. A connection goes only to what comes out of here.
#[derive(Debug, Clone)]
struct Resolver {
    guard: Arc<Guard>,
    lookups: Arc<Semaphore>,
    /// A name whose addresses are not judged.
    trusted: Option<String>,
}

type LookUpError = Box<dyn std::error::Error + Send + Sync>;

impl Resolver {
    /// All addresses of a name, none of them refused.
    async fn look_up(&self, name: String) -> Result<Vec<SocketAddr>, LookUpError> {
        let permit = Arc::clone(&self.lookups).acquire_owned().await?;
        let is_trusted = self.trusted.as_ref() == Some(&name);
        // getaddrinfo cannot be stopped: the permit goes with it, so that hung look-ups stay bounded.
        let answers = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            (name.as_str(), 0).to_socket_addrs().map(Iterator::collect::<Vec<SocketAddr>>)
        });
        let answers = answers.await??;
        if !is_trusted {
            self.guard.judge_all(answers.iter().map(SocketAddr::ip))?;
        }
        Ok(answers)
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (resolver, name) = (self.clone(), name.as_str().to_owned());
        Box::pin(async move {
            let addresses: Addrs = Box::new(resolver.look_up(name).await?.into_iter());
            Ok(addresses)
        })
    }
}

/// What kept an answer from coming.
pub(super) fn trouble(error: &reqwest::Error) -> Trouble {
    if let Some(refusal) = chain(error).find_map(|cause| cause.downcast_ref::<Refusal>()) {
        return Trouble::Refused(refusal.clone());
    }
    match (error.is_connect(), error.is_timeout()) {
        (_, true) => Trouble::Timeout { what: "connecting", after: CONNECT_TIMEOUT },
        (true, false) => Trouble::Connect(cause(error)),
        (false, false) => Trouble::Protocol(cause(error)),
    }
}

/// The innermost cause in words; the outer ones only repeat that a request failed.
pub(super) fn cause(error: &reqwest::Error) -> String {
    chain(error).last().map_or_else(String::new, ToString::to_string)
}

/// An error and its causes, outermost first.
fn chain<'a>(error: &'a reqwest::Error) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    let first: &'a (dyn std::error::Error + 'static) = error;
    std::iter::successors(Some(first), |error| error.source()).take(MAX_CAUSES)
}
