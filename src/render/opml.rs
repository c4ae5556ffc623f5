//! Subscription lists, OPML 2.0 (opml.org/spec2.opml): feeds.opml of warta's own sections, sources.opml of the outlets.

use crate::model::{Outlet, SectionSummary, Site, SiteView, Timestamp};

use super::rss::rfc822;
use super::text::one_line;
use super::xml::Xml;
use super::{Drawn, Error, View, section_address};

const MEDIA_TYPE: &str = "text/x-opml; charset=utf-8";

/// Draws feeds.opml.
pub(super) fn draw_feeds(view: &View<'_>, site: &Site) -> Result<Drawn, Error> {
    const NAME: &str = "feeds.opml";
    let all = view.site(NAME)?;
    let mut xml = begin(NAME, &one_line(&site.title), all.updated)?;
    for section in &all.sections {
        section_outline(&mut xml, section, site)?;
    }
    Ok(Drawn::one(NAME.to_owned(), MEDIA_TYPE, xml.finish()?, all.sections.len(), all.updated))
}

/// Draws sources.opml, or nothing where the sources are not told.
pub(super) fn draw_sources(view: &View<'_>, site: &Site) -> Result<Drawn, Error> {
    const NAME: &str = "sources.opml";
    let all = view.site(NAME)?;
    let Some(outlets) = &all.outlets else {
        return Ok(Drawn { files: Vec::new(), items: 0, left_out: Vec::new(), changed: all.updated });
    };
    let mut xml = begin(NAME, &one_line(&site.title), all.updated)?;
    for (title, members) in grouped(all, outlets) {
        xml.open("outline", &[("text", &title), ("title", &title)])?;
        for outlet in members {
            outlet_outline(&mut xml, outlet)?;
        }
        xml.close()?;
    }
    Ok(Drawn::one(NAME.to_owned(), MEDIA_TYPE, xml.finish()?, outlets.len(), all.updated))
}

fn begin(name: &'static str, title: &str, updated: Timestamp) -> Result<Xml, Error> {
    let mut xml = Xml::new(name)?;
    xml.open("opml", &[("version", "2.0")])?;
    xml.open("head", &[])?;
    xml.text("title", title)?;
    if updated > Timestamp::epoch() {
        xml.text("dateModified", &rfc822(updated))?;
    }
    xml.close()?;
    xml.open("body", &[])?;
    Ok(xml)
}

fn section_outline(xml: &mut Xml, section: &SectionSummary, site: &Site) -> Result<(), Error> {
    let title = one_line(&section.title);
    let description = one_line(&section.description);
    let feed = section_address(site, &section.id, "rss.xml");
    let page = section_address(site, &section.id, "");
    let mut attributes = vec![
        ("text", title.as_str()),
        ("title", title.as_str()),
        ("type", "rss"),
        ("xmlUrl", feed.as_str()),
        ("htmlUrl", page.as_str()),
        ("language", section.language.as_str()),
    ];
    if !description.is_empty() {
        attributes.push(("description", &description));
    }
    xml.empty("outline", &attributes)
}

/// The outlets of each section, in the order of the site; sections without outlets are left out.
fn grouped<'a>(all: &SiteView, outlets: &'a [Outlet]) -> Vec<(String, Vec<&'a Outlet>)> {
    let members =
        |id: &str| outlets.iter().filter(|outlet| outlet.sections.iter().any(|section| section == id)).collect();
    let groups = all.sections.iter().map(|section| (one_line(&section.title), members(&section.id)));
    groups.filter(|(_, members): &(String, Vec<_>)| !members.is_empty()).collect()
}

fn outlet_outline(xml: &mut Xml, outlet: &Outlet) -> Result<(), Error> {
    let title = one_line(&outlet.title);
    let mut attributes = vec![
        ("text", title.as_str()),
        ("title", title.as_str()),
        ("type", "rss"),
        ("xmlUrl", outlet.feed_url.as_str()),
    ];
    attributes.extend(outlet.url.as_ref().map(|url| ("htmlUrl", url.as_str())));
    attributes.extend(outlet.language.as_deref().map(|language| ("language", language)));
    xml.empty("outline", &attributes)
}
