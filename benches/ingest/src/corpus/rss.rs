//! RSS 2.0 as a WordPress of a newsroom writes it.

use fastrand::Rng;

use super::escaped;
use super::prose::{self, Moment, Outlet};

/// Where the text of an article stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// In `content:encoded`, as CDATA; a teaser in `description`.
    Whole,
    /// In `description`, escaped.
    Escaped,
}

/// A document of about `size` bytes.
pub fn write(rng: &mut Rng, outlet: &Outlet, size: usize, body: Body) -> String {
    let host = &outlet.host;
    let mut xml = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:atom="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"
  xmlns:media="http://search.yahoo.com/mrss/">
<channel>
  <title>{title}</title>
  <atom:link href="https://{host}/feed/" rel="self" type="application/rss+xml" />
  <link>https://{host}/</link>
  <description>{about}</description>
  <lastBuildDate>{date}</lastBuildDate>
  <language>{language}</language>
  <sy:updatePeriod>hourly</sy:updatePeriod>
  <sy:updateFrequency>1</sy:updateFrequency>
  <generator>https://wordpress.org/?v=6.8</generator>
  <image><url>https://{host}/logo.png</url><title>{title}</title><link>https://{host}/</link></image>
"#,
        title = escaped(&outlet.headline(rng)),
        about = escaped(&outlet.paragraph(rng)),
        date = Moment::draw(rng).rfc822(),
        language = outlet.language,
    );
    while xml.len() < size {
        item(rng, outlet, body, &mut xml);
    }
    xml.push_str("</channel>\n</rss>\n");
    xml
}

fn item(rng: &mut Rng, outlet: &Outlet, body: Body, xml: &mut String) {
    let (host, number) = (&outlet.host, rng.u32(1..10_000_000));
    let title = escaped(&outlet.headline(rng));
    xml.push_str(&format!(
        "  <item>\n    <title>{title}</title>\n    <link>https://{host}/{number}/{slug}/</link>\n    \
         <dc:creator><![CDATA[{name}]]></dc:creator>\n    <pubDate>{date}</pubDate>\n",
        slug = outlet.slug(rng),
        name = prose::name(rng),
        date = Moment::draw(rng).rfc822(),
    ));
    for section in prose::sections(rng) {
        xml.push_str(&format!("    <category><![CDATA[{section}]]></category>\n"));
    }
    xml.push_str(&format!("    <guid isPermaLink=\"false\">https://{host}/?p={number}</guid>\n"));
    let paragraphs = rng.usize(3..13);
    match body {
        Body::Whole => xml.push_str(&format!(
            "    <description><![CDATA[<p>{} [&#8230;]</p>]]></description>\n    \
             <content:encoded><![CDATA[{}]]></content:encoded>\n",
            outlet.paragraph(rng),
            outlet.body(rng, paragraphs),
        )),
        Body::Escaped => {
            let html = match rng.bool() {
                true => outlet.body(rng, paragraphs),
                false => format!("<p>{}</p>", outlet.paragraph(rng)),
            };
            xml.push_str(&format!("    <description>{}</description>\n", escaped(&html)));
        }
    }
    xml.push_str(&format!(
        "    <media:content url=\"{}\" medium=\"image\" type=\"image/jpeg\" width=\"1024\" height=\"576\">\
         <media:title>{title}</media:title></media:content>\n",
        outlet.picture(rng),
    ));
    if rng.u8(..5) == 0 {
        let length = rng.u32(100_000..10_000_000);
        xml.push_str(&format!(
            "    <enclosure url=\"https://cdn.{host}/audio/{number}.mp3\" length=\"{length}\" type=\"audio/mpeg\" />\n"
        ));
    }
    xml.push_str("  </item>\n");
}
