//! The namespaces that are told apart, with the addresses they have been written under.

/// What an element or attribute belongs to, by its namespace and never by its prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::parse) enum Ns {
    /// None, one of RSS, or an unknown default namespace: the document's own format.
    Core,
    /// Atom 1.0, 0.3 and their drafts.
    Atom,
    /// RDF.
    Rdf,
    /// Dublin Core elements 1.0 and 1.1.
    Dc,
    /// Dublin Core terms.
    DcTerms,
    /// RSS 1.0 content module.
    Content,
    /// RSS 1.0 syndication module.
    Sy,
    /// Media RSS.
    Media,
    /// Apple's podcast elements.
    Itunes,
    /// `FeedBurner`.
    FeedBurner,
    /// Creative Commons, both modules.
    Cc,
    /// RSS 1.0 slash module.
    Slash,
    /// Atom threading, RFC 4685.
    Thread,
    /// Comment API.
    Wfw,
    /// `GeoRSS`, in its simple and its GML form.
    GeoRss,
    /// GML inside `GeoRSS`.
    Gml,
    /// W3C Basic Geo.
    Geo,
    /// Podcasting 2.0.
    Podcast,
    /// RSS 1.0 administration module.
    Admin,
    /// Feed history, RFC 5005.
    History,
    /// Tombstones, RFC 6721.
    Tombstones,
    /// The source namespace of Scripting News.
    Source,
    /// Google's news extension of sitemaps.
    News,
    /// Google's image extension of sitemaps.
    Image,
    /// XHTML.
    Xhtml,
    /// The `xml:` attributes.
    Xml,
    /// A namespace that carries values nobody reads.
    Other,
}

/// Address in lower case without the last slash or hash, where it may come with either; customary prefix; meaning.
/// The prefix stands in where nobody declared it.
const NAMESPACES: &[(&str, &str, Ns)] = &[
    ("http://www.w3.org/2005/atom", "atom", Ns::Atom),
    ("https://www.w3.org/2005/atom", "atom10", Ns::Atom),
    ("http://purl.org/atom/ns", "atom03", Ns::Atom),
    ("http://example.com/newformat", "", Ns::Atom),
    ("http://example.com/necho", "", Ns::Atom),
    ("http://purl.org/echo", "", Ns::Atom),
    ("uri/of/echo/namespace", "", Ns::Atom),
    ("http://purl.org/pie", "", Ns::Atom),
    ("http://backend.userland.com/rss", "", Ns::Core),
    ("http://backend.userland.com/rss2", "", Ns::Core),
    ("http://blogs.law.harvard.edu/tech/rss", "", Ns::Core),
    ("http://cyber.law.harvard.edu/rss/rss.html", "", Ns::Core),
    ("http://purl.org/rss/1.0", "rss", Ns::Core),
    ("http://purl.org/net/rss1.1", "", Ns::Core),
    ("http://my.netscape.com/rdf/simple/0.9", "", Ns::Core),
    ("http://channel.netscape.com/rdf/simple/0.9", "", Ns::Core),
    ("http://purl.org/rss/1.0/modules/rss091", "rss091", Ns::Core),
    ("http://www.w3.org/1999/02/22-rdf-syntax-ns", "rdf", Ns::Rdf),
    ("http://purl.org/dc/elements/1.1", "dc", Ns::Dc),
    ("http://purl.org/dc/elements/1.0", "", Ns::Dc),
    ("http://purl.org/dc/terms", "dcterms", Ns::DcTerms),
    ("http://purl.org/rss/1.0/modules/dcterms", "", Ns::DcTerms),
    ("http://purl.org/rss/1.0/modules/content", "content", Ns::Content),
    ("http://purl.org/rss/1.0/modules/syndication", "sy", Ns::Sy),
    ("http://search.yahoo.com/mrss", "media", Ns::Media),
    ("https://search.yahoo.com/mrss", "", Ns::Media),
    ("http://search.yahoo.com/rss", "", Ns::Media),
    ("http://video.search.yahoo.com/mrss", "", Ns::Media),
    ("http://tools.search.yahoo.com/mrss", "", Ns::Media),
    ("http://www.itunes.com/dtds/podcast-1.0.dtd", "itunes", Ns::Itunes),
    ("https://www.itunes.com/dtds/podcast-1.0.dtd", "", Ns::Itunes),
    ("http://example.com/dtds/podcast-1.0.dtd", "", Ns::Itunes),
    ("http://rssnamespace.org/feedburner/ext/1.0", "feedburner", Ns::FeedBurner),
    ("http://creativecommons.org/ns", "cc", Ns::Cc),
    ("http://creativecommons.org/ns#license", "", Ns::Cc),
    ("http://web.resource.org/cc", "", Ns::Cc),
    ("http://cyber.law.harvard.edu/rss/creativecommonsrssmodule.html", "creativecommons", Ns::Cc),
    ("http://backend.userland.com/creativecommonsrssmodule", "", Ns::Cc),
    ("http://www.sitemaps.org/schemas/sitemap/0.9", "", Ns::Core),
    ("https://www.sitemaps.org/schemas/sitemap/0.9", "", Ns::Core),
    ("http://www.google.com/schemas/sitemap/0.84", "", Ns::Core),
    ("http://www.google.com/schemas/sitemap-news/0.9", "news", Ns::News),
    ("https://www.google.com/schemas/sitemap-news/0.9", "", Ns::News),
    ("http://www.google.com/schemas/sitemap-image/1.1", "image", Ns::Image),
    ("https://www.google.com/schemas/sitemap-image/1.1", "", Ns::Image),
    ("http://www.w3.org/1999/xhtml", "xhtml", Ns::Xhtml),
    ("http://www.w3.org/xml/1998/namespace", "xml", Ns::Xml),
    ("http://purl.org/rss/1.0/modules/slash", "slash", Ns::Slash),
    ("http://purl.org/syndication/thread/1.0", "thr", Ns::Thread),
    ("http://wellformedweb.org/commentapi", "wfw", Ns::Wfw),
    ("http://www.georss.org/georss", "georss", Ns::GeoRss),
    ("http://www.georss.org/georss/10", "", Ns::GeoRss),
    ("http://www.opengis.net/gml", "gml", Ns::Gml),
    ("http://www.opengis.net/gml/3.2", "", Ns::Gml),
    ("http://www.w3.org/2003/01/geo/wgs84_pos", "geo", Ns::Geo),
    ("https://podcastindex.org/namespace/1.0", "podcast", Ns::Podcast),
    ("http://podcastindex.org/namespace/1.0", "", Ns::Podcast),
    ("https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md", "", Ns::Podcast),
    ("http://webns.net/mvcb", "admin", Ns::Admin),
    ("http://purl.org/syndication/history/1.0", "fh", Ns::History),
    ("http://purl.org/atompub/tombstones/1.0", "at", Ns::Tombstones),
    ("http://source.scripting.com", "source", Ns::Source),
    ("http://source.smallpict.com/2014/07/12/thesourcenamespace.html", "", Ns::Source),
    // Known by their prefix only so that they are not taken for undeclared nonsense.
    ("http://www.google.com/schemas/sitemap-video/1.1", "video", Ns::Other),
    ("http://www.w3.org/2000/svg", "svg", Ns::Other),
    ("http://www.w3.org/1998/math/mathml", "math", Ns::Other),
];

/// The meaning of a namespace's address; `None` for an unknown one. Case, and a slash or hash at the end, do not
/// matter: documents get them wrong.
pub(super) fn by_address(address: &str) -> Option<Ns> {
    let lower = address.trim().to_ascii_lowercase();
    let bare = lower.trim_end_matches(['/', '#']);
    NAMESPACES.iter().find(|(known, ..)| *known == lower || *known == bare).map(|(.., ns)| *ns)
}

/// The meaning of a customary prefix that nobody declared.
pub(super) fn by_prefix(prefix: &str) -> Option<Ns> {
    NAMESPACES.iter().find(|(_, known, _)| !known.is_empty() && *known == prefix).map(|(.., ns)| *ns)
}
