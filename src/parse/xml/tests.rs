use super::*;
use crate::model::{MAX_XML_DEPTH, MAX_XML_NODES, Repair, RepairKind};
use crate::parse::repairs::Repairs;

fn tree_of(source: &str) -> (Tree, Vec<Repair>) {
    let (tree, repairs) = read(source, Repairs::default());
    (tree, repairs.into_list())
}

/// The tree written down: `name[attributes](children)`, texts in quotes.
fn shape(tree: &Tree) -> String {
    let mut out = String::new();
    for root in tree.roots() {
        open(tree, root, &mut out);
        for step in tree.walk(root) {
            match step {
                Step::Open(id) => open(tree, id, &mut out),
                Step::Close(_) => out.push(')'),
                Step::Text(text) => out.push_str(&format!("{text:?}")),
            }
        }
        out.push(')');
    }
    out
}

fn open(tree: &Tree, id: NodeId, out: &mut String) {
    out.push_str(tree.name(id));
    for (_, name, value) in tree.attributes(id) {
        out.push_str(&format!(" {name}={value:?}"));
    }
    out.push('(');
}

fn check(source: &str, expected: &str, kinds: &[RepairKind]) {
    let (tree, repairs) = tree_of(source);
    assert_eq!(shape(&tree), expected, "{source}");
    let mut found: Vec<RepairKind> = repairs.iter().map(|repair| repair.kind).collect();
    found.dedup();
    assert_eq!(found, kinds, "{source}: {repairs:?}");
}

#[test]
fn a_clean_document_needs_no_repair() {
    check(
        "<?xml version='1.0'?>\n<a x='1'><b/>t<!-- c --><![CDATA[<&]]>&lt;&#65;</a>\n",
        r#"a x="1"(b()"t<&<A")"#,
        &[],
    );
    check("<a b='x &amp; y'>\r\n</a>", r#"a b="x & y"("\n")"#, &[]);
    check("<!DOCTYPE a [<!ENTITY e 'E'>]><a>&e;</a>", r#"a("E")"#, &[]);
    check("<A HREF='x'>1</A>", r#"a href="x"("1")"#, &[]);
    check("<a xmlns:Xy='urn:x'><Xy:b/></a>", "a(b())", &[]);
    check("<a b='see: x ='>1</a>", r#"a b="see: x ="("1")"#, &[]);
}

#[test]
fn broken_markup_is_mended() {
    use RepairKind::{Character, Entity, Markup, Mojibake, Namespace, Truncated};
    check("<a>x & y</a>", r#"a("x & y")"#, &[Markup]);
    check("<a>AT&T; x &amp y</a>", r#"a("AT&T; x &amp y")"#, &[Markup]);
    check("<a>&eacute;</a>", "a(\"é\")", &[Entity]);
    check("<a>1 < 2 <3</a>", r#"a("1 < 2 <3")"#, &[Markup]);
    check("<a><b>x</a>", r#"a(b("x"))"#, &[Markup]);
    check("<a>x</b></a>", r#"a("x")"#, &[Markup]);
    check("<a><b>x", r#"a(b("x"))"#, &[Truncated]);
    check("<a b=1 c d='2'/>", r#"a b="1" c="" d="2"()"#, &[Markup]);
    check("<a b='1' b='2'/>", r#"a b="1"()"#, &[Markup]);
    check("<a><br>x<br>y</a>", r#"a(br()"x"br()"y")"#, &[Markup]);
    check("<a><br></br>x</a>", r#"a(br()"x")"#, &[]);
    check("<a>x\u{0}\u{8}y</a>", r#"a("xy")"#, &[Character]);
    check("<a>&#0;&#150;</a>", "a(\"\\u{96}\")", &[Character, Mojibake]);
    check("<a><x:b/></a>", "a(b())", &[Namespace]);
    check("junk<a/>", "a()", &[Markup]);
    check(" <?xml version='1.0'?><a/>", "a()", &[Markup]);
    check("<a><![CDATA[x</a>", r#"a("x")"#, &[Truncated]);
    check("<a><!-- x <b/></a>", "a()", &[Markup]);
    check("<a><b c=\"x>y</b><d e=\"f\"/></a>", r#"a(b c="x"("y")d e="f"())"#, &[Markup]);
    check("<a><b <c>x</c></a>", r#"a(b(c("x")))"#, &[Markup]);
    check("<a><!-- x -- y --></a>", "a()", &[Markup]);
    check("<a><B>x</b></a>", r#"a(b("x"))"#, &[Markup]);
    check("<a>x</a><b/>", r#"a("x")b()"#, &[Markup]);
    check("<r><a b='x c='y' d='z'/>t</r>", r#"r(a b="x" c="y" d="z"()"t")"#, &[Markup]);
    check("<a>x</a", r#"a("x")"#, &[Markup, Truncated]);
    check("<a b=\"x", "", &[Markup, Truncated]);
}

#[test]
fn values_and_items_that_nobody_closed_end_where_the_next_begins() {
    use RepairKind::Markup;
    check(
        "<rss><item><title>a</titel><link>b</link><guid>c</item><item>d</item></rss>",
        r#"rss(item(title("a")link("b")guid("c"))item("d"))"#,
        &[Markup],
    );
    check("<rss><item>a<item>b</item></rss>", r#"rss(item("a")item("b"))"#, &[Markup]);
}

fn depth(tree: &Tree, id: NodeId) -> usize {
    std::iter::successors(Some(id), |id| tree.parent(*id)).count()
}

#[test]
fn work_is_bounded_by_the_length() {
    let long = 40_000;
    for hostile in [
        "<a>".repeat(long),
        "<a x='".repeat(long),
        "<a \"'>".repeat(long),
        "<a <".repeat(long),
        "< ".repeat(long),
        "<!--".repeat(long),
        "<![CDATA[".repeat(long),
        "<![CDATA[x</a>".repeat(long),
        "<?".repeat(long),
        "<!DOCTYPE [".repeat(long),
        "<![x".repeat(long),
        "</".repeat(long),
        "&".repeat(long),
        "&a".repeat(long),
        "<a>\"</a> <b c='".repeat(long),
        "<b c='>".repeat(long),
        "<a \">".repeat(long) + "'",
        format!("<r>{}</r>", "<a xmlns:b='c'>".repeat(long)),
        format!("<r {}/>", "a='b' ".repeat(long)),
        format!("<!DOCTYPE r [{}]><r>{}</r>", "<!ENTITY e 'eeeeeeeeeeeeeeee'>".repeat(9_000), "&e;".repeat(long)),
        format!("<r>{}", "<a></b>".repeat(long)),
        format!("<r>{}", "<b><c><d></b>".repeat(long)),
    ] {
        let (tree, _) = tree_of(&hostile);
        let start: String = hostile.chars().take(30).collect();
        assert!(tree.steps() <= 6 * hostile.len() + 1_000, "{start}: {} of {}", tree.steps(), hostile.len());
        assert!(tree.size() <= MAX_XML_NODES + 1_000, "{start}");
        let deepest = tree.nodes.iter().step_by(997).map(|node| depth(&tree, node.parent)).max();
        assert!(deepest.is_none_or(|depth| depth <= MAX_XML_DEPTH), "{start}: {deepest:?}");
    }
}

proptest::proptest! {
    #[test]
    fn nothing_panics_and_no_text_is_lost(text in "[a-c<>&;'\"/!\\[\\]? =-]{0,80}") {
        let (tree, _) = tree_of(&text);
        proptest::prop_assert!(tree.steps() <= 8 * text.len() + 1_000);
    }
}
