use super::{Page, Selector};
use crate::model::MAX_PAGE_COST;

fn sel(text: &str) -> Selector {
    Selector::parse(text).unwrap()
}

#[test]
fn selectors_mean_what_browsers_mean() {
    let check = |html: &str, selector: &str, expected: &[&str]| {
        let page = Page::read(html).unwrap();
        let texts: Vec<String> = page.root().all(&sel(selector)).iter().map(|found| found.text(100)).collect();
        assert_eq!(texts, expected, "{selector} in {html}");
    };
    check("<ul><li>a<li class='x y'>b<li id=c>c</ul>", "li", &["a", "b", "c"]);
    check("<ul><li>a<li class='x y'>b<li id=c>c</ul>", "ul > .y, #c", &["b", "c"]);
    check("<table><tr><td>a<td>b</table>", "table > tbody > tr > td:nth-child(2)", &["b"]);
    check("<article><h2>a</h2></article><div><h2>b</h2></div>", "article:has(h2) h2", &["a"]);
    check("<a href=/berita/1>a</a><a href=/iklan/1>b</a>", "a[href^='/berita/']:not(.x)", &["a"]);
    check("<p>a<p>b<h2>c</h2><p>d", "h2 ~ p", &["d"]);
    check("<p>a", "li", &[]);
}

#[test]
fn wrong_selectors_are_refused() {
    let check = |text: &str, expected: &str| assert_eq!(Selector::parse(text).err(), Some(expected), "{text}");
    check(" ", "is empty");
    check("li >", "is no CSS selector");
    check("a::before", "is no CSS selector");
    check("a:nope", "is no CSS selector");
    check(&"li ".repeat(500), "is too long");
    assert!(Selector::parse(&":not(".repeat(90)).is_err());
}

#[test]
fn text_is_one_line() {
    let check = |html: &str, expected: &str| {
        let page = Page::read(html).unwrap();
        assert_eq!(page.root().first(&sel("body")).unwrap().text(40), expected, "{html}");
    };
    check("<p> a \n <b>b</b>c<br>d<p>e</p>f", "a bc d e f");
    check("<p>a<script>b</script><style>c</style><!--d--> &amp; e", "a & e");
    check(&"ab ".repeat(40), &"ab ".repeat(40)[..119]);
    check("", "");
}

#[test]
fn an_element_is_found_below_or_is_the_one_itself() {
    let page = Page::read("<a class=x href=' /1 '>t<i title=''>i</i></a>").unwrap();
    let link = page.root().first(&sel("a")).unwrap();
    assert_eq!(link.first(&sel("i")).map(|found| found.text(9)), Some("i".to_owned()));
    assert_eq!(link.first(&sel("a.x")).and_then(|found| found.attribute("href")), Some("/1".to_owned()));
    assert_eq!(link.first(&sel("i")).and_then(|found| found.attribute("title")), None);
    assert!(link.first(&sel("p")).is_none());
}

#[test]
fn an_honest_page_is_far_from_the_limits() {
    let item = "<li class=item><p><a href='/a'><b>t</b></a><time datetime=2026-11-24>x</time><img src=i.jpg alt=x><br>";
    let page = Page::read(&format!("<!doctype html><html lang=id><body>{}", item.repeat(2_000))).unwrap();
    assert!(page.spent < MAX_PAGE_COST / 5, "{}", page.spent);
}

/// A page that costs more than its length must be refused, or be read within the budget.
fn bounded(name: &str, html: String) {
    let on_a_small_stack = std::thread::Builder::new().stack_size(512 * 1024).spawn(move || match Page::read(&html) {
        Ok(page) => {
            let found = page.root().all(&sel("b p ~ p i, :has(x), :nth-last-child(2) u"));
            page.spent + found.iter().map(|found| found.text(1_000).len()).sum::<usize>()
        }
        Err(_) => 0,
    });
    let spent = on_a_small_stack.unwrap().join().unwrap();
    assert!(spent <= MAX_PAGE_COST, "{name}: {spent}");
}

#[test]
fn hostile_pages_cost_no_more_than_the_budget() {
    bounded("open divs", "<div>".repeat(40_000));
    bounded("open paragraphs", "<p>".repeat(40_000));
    bounded("formatting", format!("{}{}", numbered("<b id=", 300), "<p>x</p>".repeat(20_000)));
    bounded("formatting in paragraphs", numbered("<p><b x=", 10_000));
    bounded(
        "formatting with attributes",
        format!("{}{}", numbered(&format!("<b {} y=", attributes(200)), 250), "<b></b>".repeat(9_000)),
    );
    bounded("one tag of attributes", format!("<a {}>", attributes(40_000)));
    bounded("many tags of attributes", format!("<a {}>", attributes(2_000)).repeat(200));
    bounded("an attribute a body", numbered("<body x", 10_000));
    bounded("siblings", "<i></i>".repeat(40_000));
    bounded("end tags", format!("{}{}", "<span>".repeat(500), "</x>".repeat(50_000)));
    bounded("templates", "<template>".repeat(20_000));
    bounded("tables", "<table><tr><td>".repeat(10_000));
    bounded("tables and formatting", numbered("<table><b id=", 10_000));
    bounded("comments", "<!---->".repeat(40_000));
    bounded("entities", "&amp;".repeat(60_000));
    bounded("a script", format!("<script>{}", "x y ".repeat(50_000)));
    bounded("length", "x".repeat(5 << 20));
}

fn numbered(tag: &str, times: usize) -> String {
    (0..times).map(|n| format!("{tag}{n}>")).collect()
}

fn attributes(times: usize) -> String {
    (0..times).map(|n| format!("a{n} ")).collect()
}
