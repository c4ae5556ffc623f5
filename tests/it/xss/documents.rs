//! A feed of each format that says a payload wherever that format can say anything.

use serde_json::json;

/// One feed that says a payload.
pub(super) struct Infested {
    /// Its format.
    pub(super) format: &'static str,
    /// As its server would name it.
    pub(super) media_type: &'static str,
    /// The document.
    pub(super) body: String,
}

/// The payload `number` in every format, each time as the text of a sound document but for the last: there it stands as
/// it is between the tags.
pub(super) fn infested(number: usize, payload: &str) -> Vec<Infested> {
    let xml = escaped(payload);
    vec![
        Infested { format: "rss", media_type: "application/rss+xml", body: rss(number, "rss", &xml, &cdata(payload)) },
        Infested { format: "rdf", media_type: "application/rdf+xml", body: rdf(number, &xml, &cdata(payload)) },
        Infested { format: "atom", media_type: "application/atom+xml", body: atom(number, &xml, payload) },
        Infested { format: "json", media_type: "application/feed+json", body: json(number, payload) },
        Infested { format: "raw", media_type: "text/xml", body: rss(number, "raw", payload, payload) },
    ]
}

fn escaped(payload: &str) -> String {
    payload
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

fn cdata(payload: &str) -> String {
    format!("<![CDATA[{payload}]]>")
}

/// `{number}` is the payload's, `{say}` its text in content and quoted attributes, `{whole}` its text in content.
fn fill(shape: &str, number: usize, format: &str, say: &str, whole: &str) -> String {
    // In one pass: a payload may hold what looks like a place to fill.
    let mut body = String::new();
    let mut rest = shape;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap();
        body.push_str(before);
        match name {
            "number" => body.push_str(&number.to_string()),
            "format" => body.push_str(format),
            "say" => body.push_str(say),
            "whole" => body.push_str(whole),
            other => panic!("{{{other}}} is no place of a shape"),
        }
        rest = after;
    }
    body.push_str(rest);
    body
}

/// What all formats of XML may say of an item beside their own elements.
const EXTENSIONS: &str = r#"<dc:creator>{say}</dc:creator><dc:subject>{say}</dc:subject><dc:rights>{say}</dc:rights>
<dc:language>{say}</dc:language><media:title>{say}</media:title><media:description type="html">{say}</media:description>
<media:credit role="{say}">{say}</media:credit><media:keywords>{say}</media:keywords>
<media:thumbnail url="{say}"/><media:player url="{say}"/>
<media:content url="{say}" type="{say}" medium="image"><media:title>{say}</media:title></media:content>
<media:content url="https://kabar.example/gambar.jpg" medium="image"><media:description>{say}</media:description><media:credit>{say}</media:credit></media:content>
<itunes:author>{say}</itunes:author><itunes:summary>{say}</itunes:summary><itunes:image href="{say}"/>
<slash:comments>{say}</slash:comments><wfw:commentRss>{say}</wfw:commentRss><georss:point>{say}</georss:point>
<podcast:transcript url="{say}" type="{say}"/><feedburner:origLink>{say}</feedburner:origLink>"#;

const NAMESPACES: &str = r#"xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:wfw="http://wellformedweb.org/CommentAPI/"
xmlns:georss="http://www.georss.org/georss" xmlns:podcast="https://podcastindex.org/namespace/1.0"
xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:atom="http://www.w3.org/2005/Atom""#;

fn rss(number: usize, format: &str, say: &str, whole: &str) -> String {
    let item = |link: &str| {
        format!(
            r#"<item>{link}<title>{{say}}</title><description>{{say}}</description>
<content:encoded>{{whole}}</content:encoded><author>{{say}}</author><category domain="{{say}}">{{say}}</category>
<comments>{{say}}</comments><enclosure url="{{say}}" type="{{say}}" length="{{say}}"/>
<source url="{{say}}">{{say}}</source><atom:link rel="{{say}}" href="{{say}}" title="{{say}}"/>{EXTENSIONS}</item>"#
        )
    };
    let sound = item(
        "<link>https://kabar.example/{format}/{number}</link><guid>https://kabar.example/{format}/{number}</guid>\
         <pubDate>Tue, 24 Nov 2026 06:00:00 GMT</pubDate>",
    );
    let own = item("<link>{say}</link><guid isPermaLink=\"true\">{say}</guid><pubDate>{say}</pubDate>");
    let head = r#"<title>{say}</title><link>{say}</link><description>{say}</description><language>{say}</language>
<copyright>{say}</copyright><managingEditor>{say}</managingEditor><webMaster>{say}</webMaster><category>{say}</category>
<generator>{say}</generator><docs>{say}</docs><image><url>{say}</url><title>{say}</title><link>{say}</link></image>
<textInput><title>{say}</title><link>{say}</link></textInput><atom:link rel="self" href="{say}"/>
<atom:link rel="hub" href="{say}"/><itunes:owner><itunes:name>{say}</itunes:name></itunes:owner>"#;
    let shape = format!("<rss version=\"2.0\" {NAMESPACES}><channel>{sound}{own}{head}</channel></rss>");
    fill(&shape, number, format, say, whole)
}

fn rdf(number: usize, say: &str, whole: &str) -> String {
    let item = |about: &str, link: &str| {
        format!(
            r#"<item rdf:about="{about}"><title>{{say}}</title><link>{link}</link><description>{{say}}</description>
<content:encoded>{{whole}}</content:encoded><dc:date>2026-11-24T06:00:00Z</dc:date>{EXTENSIONS}</item>"#
        )
    };
    let sound = item("https://kabar.example/rdf/{number}", "https://kabar.example/rdf/{number}");
    let own = item("{say}", "{say}");
    let shape = format!(
        r#"<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" {NAMESPACES}>
<channel rdf:about="{{say}}"><title>{{say}}</title><link>{{say}}</link><description>{{say}}</description>
<dc:language>{{say}}</dc:language><dc:rights>{{say}}</dc:rights><dc:publisher>{{say}}</dc:publisher></channel>
<image rdf:about="{{say}}"><title>{{say}}</title><url>{{say}}</url><link>{{say}}</link></image>{sound}{own}</rdf:RDF>"#
    );
    fill(&shape, number, "rdf", say, whole)
}

fn atom(number: usize, say: &str, raw: &str) -> String {
    let entry = |id: &str, link: &str, content: &str| {
        format!(
            r#"<entry xml:lang="{{say}}"><id>{id}</id>{link}<title type="html">{{say}}</title><updated>2026-11-24T06:00:00Z</updated>
<summary type="html">{{say}}</summary>{content}<author><name>{{say}}</name><uri>{{say}}</uri><email>{{say}}</email></author>
<contributor><name>{{say}}</name></contributor><category term="{{say}}" scheme="{{say}}" label="{{say}}"/>
<link rel="enclosure" href="{{say}}" type="{{say}}" title="{{say}}"/><link rel="related" href="{{say}}" type="{{say}}"/>
<link rel="license" href="{{say}}"/><link rel="replies" href="{{say}}"/><rights type="html">{{say}}</rights>
<source><id>{{say}}</id><title type="html">{{say}}</title><link href="{{say}}"/><rights>{{say}}</rights></source>{EXTENSIONS}</entry>"#
        )
    };
    let address = "https://kabar.example/atom/{number}";
    let sound = entry(address, &format!("<link href=\"{address}\"/>"), "<content type=\"html\">{say}</content>");
    let own = entry("{say}", "<link rel=\"alternate\" href=\"{say}\"/>", "<content src=\"{say}\" type=\"{say}\"/>");
    let plain = entry(
        "https://kabar.example/atom/{number}/teks",
        "<link href=\"https://kabar.example/atom/{number}/teks\"/>",
        "<content type=\"text\">{say}</content>",
    );
    let based = entry(
        "https://kabar.example/atom/{number}/dasar",
        "<link href=\"dasar\"/>",
        "<content type=\"xhtml\" xml:base=\"{say}\"><div xmlns=\"http://www.w3.org/1999/xhtml\">{whole}</div></content>",
    );
    let shape = format!(
        r#"<feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACES} xml:lang="{{say}}"><id>{{say}}</id>
<title type="html">{{say}}</title><subtitle type="html">{{say}}</subtitle><updated>2026-11-24T06:00:00Z</updated>
<link href="{{say}}"/><link rel="self" href="{{say}}"/><link rel="hub" href="{{say}}"/><icon>{{say}}</icon><logo>{{say}}</logo>
<generator uri="{{say}}">{{say}}</generator><rights>{{say}}</rights><author><name>{{say}}</name></author>{sound}{own}{plain}{based}</feed>"#
    );
    // The markup stands raw in the last entry, so that nothing it breaks takes another with it.
    fill(&shape, number, "atom", say, raw)
}

fn json(number: usize, payload: &str) -> String {
    let person = json!([{ "name": payload, "url": payload, "avatar": payload }]);
    let item = |id: &str, url: &str| {
        json!({
            "id": id, "url": url, "external_url": payload, "title": payload, "content_html": payload, "summary": payload,
            "image": payload, "banner_image": payload, "authors": person, "tags": [payload], "language": payload,
            "date_published": "2026-11-24T06:00:00Z",
            "attachments": [{ "url": payload, "mime_type": payload, "title": payload },
                            { "url": "https://kabar.example/a.mp3", "mime_type": payload, "title": payload }],
            "_warta": { "source": { "title": payload, "feed_url": payload, "url": payload }, "summary_html": payload,
                        "rights": payload, "comments_url": payload, "image_credit": payload,
                        "links": [{ "rel": payload, "href": payload, "type": payload, "title": payload }],
                        "contributors": [{ "name": payload, "role": payload, "url": payload }] },
        })
    };
    let address = format!("https://kabar.example/json/{number}");
    let mut text = item(&format!("{address}/teks"), &format!("{address}/teks"));
    text["content_text"] = text["content_html"].take();
    json!({
        "version": "https://jsonfeed.org/version/1.1", "title": payload, "description": payload,
        "home_page_url": payload, "feed_url": payload, "icon": payload, "favicon": payload, "language": payload,
        "authors": person, "user_comment": payload, "hubs": [{ "type": payload, "url": payload }],
        "items": [item(&address, &address), item(payload, payload), text],
    })
    .to_string()
}
