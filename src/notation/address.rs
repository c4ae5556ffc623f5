//! Addresses: made absolute, made comparable, made safe to show. Text or [`Url`] in, text or [`Url`] out; no I/O.
//!
//! [`canonical`] makes a key, never an address to show or to ask: scheme, `m.` and tracking parameters are gone.

use url::{Url, form_urlencoded};

use crate::model::MAX_URL_BYTES;

/// What an operator adds to the rules of [`canonical`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Canonical {
    /// Query parameters that tell articles apart although a rule would drop them; lower case.
    pub keep: Vec<String>,
    /// Query parameters that never tell articles apart; lower case.
    pub strip: Vec<String>,
}

/// How a rule finds a query parameter by its lower-case name.
enum Named {
    /// This name.
    Is(&'static str),
    /// Names that start so.
    Starts(&'static str),
    /// Names that end so.
    Ends(&'static str),
}

/// For which values a rule drops a parameter.
enum Valued {
    /// Any.
    Any,
    /// One of these, lower case.
    OneOf(&'static [&'static str]),
    /// The host of the address itself.
    OwnHost,
}

use Named::{Ends, Is, Starts};
use Valued::{Any, OneOf, OwnHost};

/// Query parameters that do not tell two articles apart, each with the reason.
const DROPPED: &[(Named, Valued, &str)] = &[
    (Starts("utm_"), Any, "Urchin and Google Analytics campaigns; every Kompas RSS link carries them"),
    (Starts("mtm_"), Any, "Matomo campaigns"),
    (Starts("matomo_"), Any, "Matomo campaigns"),
    (Starts("pk_"), Any, "Piwik campaigns"),
    (Starts("piwik_"), Any, "Piwik campaigns"),
    (Starts("hsa_"), Any, "HubSpot ads"),
    (Starts("_hs"), Any, "HubSpot mails"),
    (Starts("__hs"), Any, "HubSpot sessions"),
    (Starts("fb_"), Any, "Facebook's share buttons"),
    (Starts("at_"), Any, "AT Internet campaigns, as the BBC sets them"),
    (Starts("wt_"), Any, "Webtrends campaigns"),
    (Starts("itm_"), Any, "internal teasers"),
    (Starts("oly_"), Any, "Omeda mails"),
    (Starts("vero_"), Any, "Vero mails"),
    (Starts("ns_"), Any, "comScore campaigns"),
    (Starts("ga_"), Any, "Google Analytics"),
    (Is("_ga"), Any, "Google Analytics across domains"),
    (Is("_gl"), Any, "Google Analytics across domains"),
    (Is("gclid"), Any, "Google Ads clicks"),
    (Is("gclsrc"), Any, "Google Ads clicks"),
    (Is("gbraid"), Any, "Google Ads clicks"),
    (Is("wbraid"), Any, "Google Ads clicks"),
    (Is("dclid"), Any, "DoubleClick clicks"),
    (Is("srsltid"), Any, "Google Shopping results"),
    (Is("fbclid"), Any, "Facebook clicks"),
    (Is("igshid"), Any, "Instagram shares"),
    (Is("igsh"), Any, "Instagram shares"),
    (Is("msclkid"), Any, "Microsoft Ads clicks"),
    (Is("twclid"), Any, "Twitter clicks"),
    (Is("ttclid"), Any, "TikTok clicks"),
    (Is("li_fat_id"), Any, "LinkedIn clicks"),
    (Is("yclid"), Any, "Yandex clicks"),
    (Is("ysclid"), Any, "Yandex results"),
    (Is("_openstat"), Any, "Yandex campaigns"),
    (Is("clickid"), Any, "affiliate networks"),
    (Is("click_id"), Any, "affiliate networks"),
    (Is("irclickid"), Any, "Impact's affiliates"),
    (Is("rb_clickid"), Any, "affiliate networks"),
    (Is("s_cid"), Any, "Adobe campaigns"),
    (Is("icid"), Any, "internal campaigns"),
    (Is("ncid"), Any, "internal campaigns"),
    (Is("cmpid"), Any, "campaigns"),
    (Is("cmp"), Any, "campaigns, as the Guardian sets them"),
    (Is("mc_cid"), Any, "Mailchimp campaigns"),
    (Is("mc_eid"), Any, "Mailchimp readers"),
    (Is("mkt_tok"), Any, "Marketo readers"),
    (Is("_bta_c"), Any, "Bronto mails"),
    (Is("_bta_tid"), Any, "Bronto mails"),
    (Is("trk_contact"), Any, "Listrak mails"),
    (Is("trk_msg"), Any, "Listrak mails"),
    (Is("trk_module"), Any, "Listrak mails"),
    (Is("trk_sid"), Any, "Listrak mails"),
    (Is("ml_subscriber"), Any, "MailerLite readers"),
    (Is("ml_subscriber_hash"), Any, "MailerLite readers"),
    (Is("action_object_map"), Any, "Facebook's open graph"),
    (Is("action_type_map"), Any, "Facebook's open graph"),
    (Is("action_ref_map"), Any, "Facebook's open graph"),
    (Is("guccounter"), Any, "Yahoo's consent page"),
    (Is("guce_referrer"), Any, "Yahoo's consent page"),
    (Is("guce_referrer_sig"), Any, "Yahoo's consent page"),
    (Is("spm"), Any, "Alibaba's click path"),
    (Is("ref_src"), Any, "Twitter embeds"),
    (Is("ref_url"), Any, "Twitter embeds"),
    (Is("tag_source"), Any, "where the reader came from"),
    (Is("wickedid"), Any, "Wicked Reports clicks"),
    (Is("wickedsource"), Any, "Wicked Reports clicks"),
    (Is("xtor"), Any, "AT Internet campaigns"),
    (Is("smid"), Any, "share buttons of the New York Times"),
    (Is("sr_share"), Any, "share buttons"),
    (Is("feature"), OneOf(&["share", "youtu.be", "emb_logo"]), "YouTube's share button"),
    (Ends("_source"), OneOf(&["0"]), "campaign slots without a value"),
    (Is("aftr_source"), Any, "affiliate networks"),
    (Ends("_affiliate"), Any, "affiliate networks"),
    (Is("affiliate"), Any, "affiliate networks"),
    (Is("affiliate_id"), Any, "affiliate networks"),
    (Is("partnerid"), Any, "affiliate networks"),
    (Is("page"), OneOf(&["all", "1"]), "the whole article, or its first page"),
    (Is("single"), OneOf(&["1"]), "the whole article on one page (detik)"),
    (Is("showpage"), OneOf(&["all"]), "the whole article on one page (Sindonews)"),
    (Is("view"), OneOf(&["all"]), "the whole article on one page"),
    (Is("amp"), OneOf(&["", "1", "true"]), "the AMP twin of a page"),
    (Is("outputtype"), OneOf(&["amp"]), "the AMP twin of a page"),
    (Is("ref"), OwnHost, "Ghost adds the site's own host"),
    (Is("source"), OneOf(&["rss", "feed"]), "says that the reader came by a feed"),
    (Is("ref"), OneOf(&["rss", "feed"]), "says that the reader came by a feed"),
    (Is("from"), OneOf(&["rss", "feed"]), "says that the reader came by a feed"),
];

/// First labels of hosts under which the same pages stand as under the bare name. No other sub-domain is dropped:
/// jateng.antaranews.com and www.antaranews.com number their articles apart.
const TWIN_HOSTS: &[&str] = &["www.", "m.", "amp.", "mobile.", "wap."];

/// Last parts of a path that name the page of the folder itself.
const FOLDER_PAGES: &[&str] = &["/", "/amp", "/index.html", "/index.htm"];

/// Parts of a parameter's name (between `-`, `_` and `.`) that make its value a secret (surface.md "Secrets").
const SECRET_NAMES: &[&str] = &["token", "key", "apikey", "auth", "sig", "signature", "pass", "password"];

/// Stands in place of what is secret.
const MASK: &str = "***";

/// Makes an http or https address absolute. `None` where it is relative without a base, of another scheme, without a
/// host, not an address at all, or longer than [`MAX_URL_BYTES`].
#[must_use]
pub fn absolute(text: &str, base: Option<&Url>) -> Option<Url> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_URL_BYTES {
        return None;
    }
    let url = Url::options().base_url(base).parse(text).ok()?;
    let fits = matches!(url.scheme(), "http" | "https") && url.has_host() && url.as_str().len() <= MAX_URL_BYTES;
    fits.then_some(url)
}

/// A key that is the same for addresses of the same article: no scheme, user, default port, twin host, fragment
/// (but `#!` and `#/`), tracking parameter or folder page; the query sorted, needless escapes undone.
///
/// A fixed point: the key behind `https://` has itself as its key. Unknown parameters, sub-domains and parts of the
/// path always stay.
#[must_use]
pub fn canonical(url: &Url, policy: &Canonical) -> String {
    let host = bare_host(url);
    let mut key = host.clone();
    if let Some(port) = url.port() {
        key.push(':');
        key.push_str(&port.to_string());
    }
    key.push_str(&bare_path(url.path()));
    let query = bare_query(url.query().unwrap_or_default(), &host, policy);
    if !query.is_empty() {
        key.push('?');
        key.push_str(&query);
    }
    if let Some(fragment) = url.fragment().filter(|fragment| fragment.starts_with(['!', '/']) && fragment.len() > 1) {
        key.push('#');
        key.push_str(fragment);
    }
    key
}

/// The address without query parameters that tell nothing of the article, everything else as it is: fit to be shown.
#[must_use]
pub fn without_tracking(url: &Url, policy: &Canonical) -> Url {
    let mut shown = url.clone();
    let Some(query) = url.query() else { return shown };
    let host = bare_host(url);
    let tells = |pair: &&str| {
        let (name, value) = split_pair(pair);
        let (name, value) = (tidy_query(name), tidy_query(value));
        !is_dropped(&name.to_ascii_lowercase(), &value.to_ascii_lowercase(), &host, policy)
    };
    let kept: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).filter(tells).collect();
    shown.set_query((!kept.is_empty()).then(|| kept.join("&")).as_deref());
    shown
}

/// True where [`canonical`] gave the bare name of a site: an address that stands for no article.
#[must_use]
pub fn is_front_page(canonical: &str) -> bool {
    !canonical.contains(['/', '?', '#'])
}

/// The address with user, password and secret query values masked; other text comes back as it is.
#[must_use]
pub fn masked(text: &str) -> String {
    let Ok(mut url) = Url::parse(text) else { return text.to_owned() };
    if !has_secret(&url) {
        return text.to_owned();
    }
    if has_user(&url) {
        // Both setters refuse only addresses that cannot have a user, which then has none to mask.
        let _ = url.set_password(None);
        let _ = url.set_username(MASK);
    }
    if let Some(query) = url.query() {
        let masked: Vec<String> = query.split('&').map(masked_pair).collect();
        url.set_query(Some(&masked.join("&")));
    }
    url.into()
}

/// True where the address holds a user, a password or a secret query value: it is published nowhere.
#[must_use]
pub fn has_secret(url: &Url) -> bool {
    has_user(url) || url.query().is_some_and(|query| query.split('&').any(|pair| is_secret_name(split_pair(pair).0)))
}

fn has_user(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

fn masked_pair(pair: &str) -> String {
    let (name, value) = split_pair(pair);
    if is_secret_name(name) && !value.is_empty() { format!("{name}={MASK}") } else { pair.to_owned() }
}

/// Whether a query parameter of this name, percent-encoded or not, holds a secret.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    let name: String = form_urlencoded::parse(name.as_bytes()).map(|(name, _)| name.to_ascii_lowercase()).collect();
    name.split(['-', '_', '.']).any(|part| SECRET_NAMES.contains(&part))
}

/// Name and value of a query's pair; a pair without `=` has an empty value.
fn split_pair(pair: &str) -> (&str, &str) {
    pair.split_once('=').unwrap_or((pair, ""))
}

/// The host without its last dot and without one [`TWIN_HOSTS`] label.
fn bare_host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    // `www.www.example` and `www.com` are names of their own: what is left must be a host and no twin again.
    let is_twin = |name: &str| TWIN_HOSTS.iter().any(|twin| name.starts_with(twin));
    TWIN_HOSTS
        .iter()
        .find_map(|twin| host.strip_prefix(twin))
        .filter(|rest| rest.contains('.') && !is_twin(rest))
        .unwrap_or(host)
        .to_owned()
}

/// The path without doubled slashes, AMP marks, folder pages and needless escapes; empty for the root.
fn bare_path(path: &str) -> String {
    let path = tidy_escapes(path, b"[]");
    let mut bare = String::with_capacity(path.len());
    for part in path.split('/').filter(|part| !part.is_empty()) {
        bare.push('/');
        bare.push_str(part);
    }
    let mut rest = bare.as_str();
    while let Some(shorter) = rest.strip_prefix("/amp").filter(|shorter| shorter.starts_with('/')) {
        rest = shorter;
    }
    while let Some(shorter) = FOLDER_PAGES.iter().find_map(|page| rest.strip_suffix(page)) {
        rest = shorter;
    }
    rest.to_owned()
}

/// The query sorted, without what tells nothing; `name` and `name=` are one.
fn bare_query(query: &str, host: &str, policy: &Canonical) -> String {
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(split_pair)
        .map(|(name, value)| (tidy_query(name), tidy_query(value)))
        .filter(|(name, value)| !is_dropped(&name.to_ascii_lowercase(), &value.to_ascii_lowercase(), host, policy))
        .collect();
    pairs.sort();
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

fn is_dropped(name: &str, value: &str, host: &str, policy: &Canonical) -> bool {
    if policy.keep.iter().any(|kept| kept == name) {
        return false;
    }
    policy.strip.iter().any(|stripped| stripped == name)
        || DROPPED.iter().any(|(named, valued, _)| {
            let is_named = match named {
                Is(whole) => name == *whole,
                Starts(start) => name.starts_with(start),
                Ends(end) => name.ends_with(end),
            };
            is_named
                && match valued {
                    Any => true,
                    OneOf(values) => values.contains(&value),
                    OwnHost => value.trim_start_matches("www.") == host,
                }
        })
}

/// `+` and `%20` are one in a query (WHATWG URL 5.1).
fn tidy_query(text: &str) -> String {
    tidy_escapes(&text.replace('+', "%20"), b"")
}

/// Undoes escapes of unreserved characters (RFC 3986 2.3) and of `also`; writes the others in capitals (6.2.2.1).
fn tidy_escapes(text: &str, also: &[u8]) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        tidy.push_str(&rest[..at]);
        let escape = rest.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match escape {
            Some(byte) => {
                if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || also.contains(&byte) {
                    tidy.push(char::from(byte));
                } else {
                    tidy.push_str(&format!("%{byte:02X}"));
                }
                rest = &rest[at + 3..];
            }
            None => {
                tidy.push('%');
                rest = &rest[at + 1..];
            }
        }
    }
    tidy.push_str(rest);
    tidy
}

#[cfg(test)]
mod tests;
