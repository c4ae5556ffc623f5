//! RSS as outlets write it: seven habits of RSS 2.0 and one of RSS 1.0.

use super::{each, esc, html, lead};
use crate::daemon::demo::script::{Page, Told};

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
const CONTENT: &str = "xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"";
const DC: &str = "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"";
const ATOM: &str = "xmlns:atom=\"http://www.w3.org/2005/Atom\"";
const MEDIA: &str = "xmlns:media=\"http://search.yahoo.com/mrss/\"";

/// A picture first in the description, in CDATA; the guid is the address and says that it is no permalink.
pub(super) fn cdata_image(page: &Page<'_>) -> String {
    let items = each(page, |told| {
        format!(
            "\t<item>\n\t  <title>{}</title>\n\t  <link>{}</link>\n\t  <pubDate>{}</pubDate>\n\
             \t  <description><![CDATA[{}{}]]></description>\n\t  <guid isPermaLink=\"false\">{}</guid>\n\t</item>\n",
            esc(&told.title),
            esc(&told.link),
            told.date.to_rfc2822(),
            image(told, "align=\"left\" border=\"0\""),
            esc(lead(told)),
            esc(&told.link),
        )
    });
    format!(
        "{DECLARATION}\n<rss {DC} {CONTENT} {ATOM} version=\"2.0\">\n  <channel>\n\t<title>{} - Berita Terkini</title>\n\
         \t<description>{}</description>\n\t<link>https://{}</link>\n\t<language>{}</language>\n\
         \t<copyright>{}</copyright>\n\t<lastBuildDate>{}</lastBuildDate>\n\
         \t<atom:link href=\"{}\" rel=\"self\" type=\"application/rss+xml\"/>\n{items}  </channel>\n</rss>\n",
        esc(&page.feed.title),
        esc(&page.feed.about),
        page.feed.host,
        page.feed.language,
        esc(&page.feed.title),
        page.updated.to_rfc2822(),
        page.self_url,
    )
}

/// The picture escaped before the CDATA, one length for every enclosure, no language, no date of the channel.
pub(super) fn escaped_image(page: &Page<'_>) -> String {
    let items = each(page, |told| {
        let enclosure = told.picture.as_deref().map_or(String::new(), |url| {
            format!("\t\t\t<enclosure url=\"{}\" length=\"10240\" type=\"image/svg+xml\" />\n", esc(url))
        });
        format!(
            "\t\t<item>\n\t\t\t<title><![CDATA[{}]]></title>\n\t\t\t<link>{}</link>\n\t\t\t<guid>{}</guid>\n\
             \t\t\t<pubDate>{}</pubDate>\n\t\t\t<description>{}<![CDATA[{}]]></description>\n{enclosure}\t\t</item>\n",
            told.title,
            esc(&told.link),
            esc(&told.link),
            told.date.to_rfc2822(),
            esc(&image(told, "align=\"left\" hspace=\"7\" width=\"100\"")),
            esc(lead(told)),
        )
    });
    format!(
        "{DECLARATION}\n<rss version=\"2.0\" {ATOM}>\n\t<channel>\n\t\t<title>{}</title>\n\t\t<link>http://{}/</link>\n\
         \t\t<description>{}</description>\n{items}\t</channel>\n</rss>\n",
        esc(&page.feed.title),
        page.feed.host,
        esc(&page.feed.about),
    )
}

/// Media RSS without a type but with credit and title, a category between line ends, the whole text encoded.
pub(super) fn media_content(page: &Page<'_>) -> String {
    let items = each(page, |told| {
        let media = told.picture.as_deref().map_or(String::new(), |url| {
            let caption = esc(told.caption.unwrap_or(&told.title));
            format!(
                "\t\t\t<media:content url=\"{}\" >\n\t\t\t\t<media:credit>Dok. {}</media:credit>\n\
                 \t\t\t\t<media:title>{caption}</media:title>\n\t\t\t</media:content>\n",
                esc(url),
                esc(&page.feed.title),
            )
        });
        format!(
            "\t\t<item>\n\t\t\t<title>{}</title>\n\t\t\t<link>{}</link>\n\t\t\t<comments>{}</comments>\n\
             \t\t\t<pubDate>{}</pubDate>\n\t\t\t<dc:creator>{}</dc:creator>\n{}{media}\
             \t\t\t<guid isPermaLink=\"false\">{}</guid>\n\t\t\t<description><![CDATA[{}]]></description>\n\
             \t\t\t<content:encoded>\n\t\t\t\t<![CDATA[{}]]>\n\t\t\t</content:encoded>\n\t\t</item>\n",
            esc(&told.title),
            esc(&told.link),
            esc(&told.link),
            told.date.to_rfc2822(),
            esc(told.by.unwrap_or("Redaksi")),
            categories(told, |tag| format!("\t\t\t<category>\n\t\t\t\t<![CDATA[{tag}]]>\n\t\t\t</category>\n")),
            esc(&told.link),
            esc(lead(told)),
            html(told),
        )
    });
    format!(
        "{DECLARATION}\n<rss version=\"2.0\"\n\t{CONTENT}\n\t{DC}\n\t{ATOM}\n\t{MEDIA}>\n\t<channel>\n\
         \t\t<title>{} RSS Feed</title>\n\t\t<atom:link href=\"{}\" rel=\"self\" type=\"application/rss+xml\"/>\n\
         \t\t<link>http://www.{}</link>\n\t\t<description></description>\n\t\t<lastBuildDate>{}</lastBuildDate>\n\
         \t\t<generator>http://www.{}/</generator>\n\t\t<language>{}</language>\n{items}\t</channel>\n</rss>\n",
        esc(&page.feed.title),
        page.self_url,
        page.feed.host,
        page.updated.to_rfc2822(),
        page.feed.host,
        page.feed.language,
    )
}

/// Media RSS of a type that does not exist; white space before the declaration; the channel's own link at its end.
pub(super) fn media_typed(page: &Page<'_>) -> String {
    let items = each(page, |told| {
        let media = told.picture.as_deref().map_or(String::new(), |url| {
            format!(
                "\t\t\t<media:content url=\"{}?w=300&amp;h=190\"\n\t\t\t\t\ttype=\"image/jpg\" expression=\"full\" \
                 width=\"300\" height=\"190\"></media:content>\n",
                esc(url),
            )
        });
        format!(
            "\t\t<item>\n\t\t\t<title>{}</title>\n\t\t\t<link>{}</link>\n\t\t\t<guid>{}</guid>\n\
             \t\t\t<description>{}</description>\n{media}{}\t\t\t<pubDate>{}</pubDate>\n\t\t</item>\n",
            esc(&told.title),
            esc(&told.link),
            esc(&told.link),
            esc(lead(told)),
            categories(told, |tag| format!("\t\t\t<category>{}</category>\n", esc(tag))),
            told.date.to_rfc2822(),
        )
    });
    format!(
        "\n{DECLARATION}\n<rss version=\"2.0\"\n\t{CONTENT}\n\t{MEDIA}\n\t{ATOM}>\n\t<channel>\n\
         \t\t<title>Sindikasi {}</title>\n\t\t<description>{}</description>\n\t\t<link>https://{}</link>\n\
         \t\t<lastBuildDate>{}</lastBuildDate>\n{items}\
         \t\t<atom:link href=\"{}\" rel=\"self\" type=\"application/rss+xml\" />\n\t</channel>\n</rss>\n",
        esc(&page.feed.title),
        esc(&page.feed.about),
        page.feed.host,
        page.updated.to_rfc2822(),
        page.self_url,
    )
}

/// Everything in CDATA, dates in GMT, links with http.
pub(super) fn node(page: &Page<'_>) -> String {
    let items = each(page, |told| {
        let link = esc(&told.link.replacen("https://", "http://", 1));
        format!(
            "\t\t<item>\n\t\t\t<title><![CDATA[{}]]></title>\n\t\t\t<description><![CDATA[{}]]></description>\n\
             \t\t\t<link>{link}</link>\n\t\t\t<guid isPermaLink=\"true\">{link}</guid>\n\
             \t\t\t<pubDate>{}</pubDate>\n{}\t\t</item>\n",
            told.title,
            lead(told),
            gmt(told),
            told.picture.as_deref().map_or(String::new(), |url| format!(
                "\t\t\t<media:thumbnail width=\"976\" height=\"549\" url=\"{}\"/>\n",
                esc(url)
            )),
        )
    });
    format!(
        "{DECLARATION}\n<rss {DC} {CONTENT} {ATOM} version=\"2.0\" {MEDIA}>\n\t<channel>\n\
         \t\t<title><![CDATA[{}]]></title>\n\t\t<description><![CDATA[{}]]></description>\n\
         \t\t<link>http://www.{}</link>\n\t\t<generator>RSS for Node</generator>\n\t\t<lastBuildDate>{}</lastBuildDate>\n\
         \t\t<language><![CDATA[{}]]></language>\n\
         \t\t<managingEditor><![CDATA[editor@{}]]></managingEditor>\n{items}\t</channel>\n</rss>\n",
        page.feed.title,
        page.feed.about,
        page.feed.host,
        page.updated.utc().to_rfc2822().replace("+0000", "GMT"),
        page.feed.language,
        page.feed.host,
    )
}

/// Nothing escapes the `&` of titles and categories: the document is not well-formed.
pub(super) fn bare_ampersand(page: &Page<'_>) -> String {
    let items = each(page, |told| {
        format!(
            "<item>\n<title>{}</title>\n<link>{}</link>\n<author>redaksi@{} ({})</author>\n{}\
             <description>{}</description>\n<pubDate>{}</pubDate>\n{}</item>\n",
            told.title.replace('<', "&lt;"),
            told.link,
            page.feed.host,
            told.by.unwrap_or("Redaksi"),
            categories(told, |tag| format!("<category>{tag}</category>\n")),
            esc(&html(told)),
            told.date.to_rfc2822(),
            told.picture.as_deref().map_or(String::new(), |url| format!(
                "<enclosure url=\"{url}\" length=\"0\" type=\"image/svg+xml\"/>\n"
            )),
        )
    });
    format!(
        "<?xml version=\"1.0\"?>\n<rss version=\"2.0\">\n<channel>\n<title>{}</title>\n<link>https://{}/</link>\n\
         <description>{}</description>\n<language>{}-ID</language>\n{items}</channel>\n</rss>\n",
        page.feed.title, page.feed.host, page.feed.about, page.feed.language,
    )
}

/// For an encoding that is declared nowhere: the caller writes it in windows-1252.
pub(super) fn undeclared(page: &Page<'_>) -> String {
    let items = each(page, |told| {
        format!(
            "<item><title>{}</title><link>{}</link><guid isPermaLink=\"false\">{}-{}</guid>\
             <dc:creator>{}</dc:creator>{}<description>{}</description><pubDate>{}</pubDate>{}</item>\r\n",
            esc(&told.title),
            esc(&told.link),
            page.feed.id,
            told.number,
            esc(told.by.unwrap_or("Staff")),
            categories(told, |tag| format!("<category>{}</category>", esc(tag))),
            esc(&format!("{}{}", image(told, ""), html(told))),
            told.date.to_rfc2822(),
            told.picture.as_deref().map_or(String::new(), |url| format!("<media:thumbnail url=\"{}\"/>", esc(url))),
        )
    });
    format!(
        "<?xml version=\"1.0\"?>\r\n<rss version=\"2.0\" {DC} {MEDIA}><channel><title>{}</title>\
         <link>https://{}/</link><description>{}</description><language>en-gb</language>\r\n{items}</channel></rss>\r\n",
        esc(&page.feed.title),
        page.feed.host,
        esc(&page.feed.about),
    )
}

/// RSS 1.0: the items stand beside the channel, which lists them.
pub(super) fn rdf(page: &Page<'_>) -> String {
    let list = each(page, |told| format!("        <rdf:li rdf:resource=\"{}\"/>\n", esc(&told.link)));
    let items = each(page, |told| {
        let url = esc(&told.link);
        format!(
            "  <item rdf:about=\"{url}\">\n    <title>{}</title>\n    <link>{url}</link>\n\
             \x20   <description>{}</description>\n    <dc:creator>{}</dc:creator>\n    <dc:date>{}</dc:date>\n{}\
             \x20   <content:encoded><![CDATA[{}{}]]></content:encoded>\n  </item>\n",
            esc(&told.title),
            esc(lead(told)),
            esc(told.by.unwrap_or("Redaksi")),
            told.date.to_rfc3339(),
            categories(told, |tag| format!("    <dc:subject>{}</dc:subject>\n", esc(tag))),
            image(told, ""),
            html(told),
        )
    });
    format!(
        "{DECLARATION}\n<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"\n  \
         xmlns=\"http://purl.org/rss/1.0/\" {DC} {CONTENT}>\n  <channel rdf:about=\"{}\">\n    <title>{}</title>\n\
         \x20   <link>https://{}/</link>\n    <description>{}</description>\n    <dc:language>{}</dc:language>\n\
         \x20   <dc:date>{}</dc:date>\n    <items>\n      <rdf:Seq>\n{list}      </rdf:Seq>\n    </items>\n  </channel>\n\
         {items}</rdf:RDF>\n",
        page.self_url,
        esc(&page.feed.title),
        page.feed.host,
        esc(&page.feed.about),
        page.feed.language,
        page.updated.to_rfc3339(),
    )
}

/// The picture as the tag that stands first in many descriptions.
fn image(told: &Told<'_>, attributes: &str) -> String {
    told.picture.as_deref().map_or(String::new(), |url| format!("<img src=\"{}\" {attributes}>", esc(url)))
}

/// Each category through `one`.
fn categories(told: &Told<'_>, one: impl Fn(&str) -> String) -> String {
    told.tags.iter().map(|tag| one(tag)).collect()
}

/// The date in GMT, under that name.
fn gmt(told: &Told<'_>) -> String {
    told.date.utc().to_rfc2822().replace("+0000", "GMT")
}
