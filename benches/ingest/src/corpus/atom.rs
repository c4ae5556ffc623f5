//! Atom 1.0 with bodies as escaped HTML or as XHTML.

use fastrand::Rng;

use super::escaped;
use super::prose::{self, Moment, Outlet};

/// A document of about `size` bytes.
pub fn write(rng: &mut Rng, outlet: &Outlet, size: usize) -> String {
    let host = &outlet.host;
    let mut xml = format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{language}">
  <title>{title}</title>
  <subtitle>{about}</subtitle>
  <link rel="alternate" type="text/html" href="https://{host}/"/>
  <link rel="self" type="application/atom+xml" href="https://{host}/atom.xml"/>
  <id>tag:{host},2026:/</id>
  <updated>{date}</updated>
  <author><name>{name}</name></author>
"#,
        language = outlet.language,
        title = escaped(&outlet.headline(rng)),
        about = escaped(&outlet.paragraph(rng)),
        date = Moment::draw(rng).rfc3339(),
        name = escaped(&prose::name(rng)),
    );
    while xml.len() < size {
        entry(rng, outlet, &mut xml);
    }
    xml.push_str("</feed>\n");
    xml
}

fn entry(rng: &mut Rng, outlet: &Outlet, xml: &mut String) {
    let (host, number, date) = (&outlet.host, rng.u32(1..10_000_000), Moment::draw(rng).rfc3339());
    let paragraphs = rng.usize(3..13);
    let body = outlet.body(rng, paragraphs);
    let content = match rng.u8(..5) {
        0 => format!("<content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\">{body}</div></content>"),
        _ => format!("<content type=\"html\">{}</content>", escaped(&body)),
    };
    xml.push_str(&format!(
        r#"  <entry>
    <title type="html">{title}</title>
    <link rel="alternate" type="text/html" href="https://{host}/artikel/{number}"/>
    <id>tag:{host},2026:/artikel/{number}</id>
    <published>{date}</published>
    <updated>{date}</updated>
    <author><name>{name}</name><uri>https://{host}/penulis</uri></author>
"#,
        title = escaped(&escaped(&outlet.headline(rng))),
        name = escaped(&prose::name(rng)),
    ));
    for section in prose::sections(rng) {
        xml.push_str(&format!("    <category term=\"{}\"/>\n", escaped(section)));
    }
    xml.push_str(&format!("    <summary>{}</summary>\n    {content}\n  </entry>\n", escaped(&outlet.paragraph(rng))));
}
