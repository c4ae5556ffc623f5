//! A headline without the name of its site.

use super::words::core;

/// What parts a headline from the name of its site.
const BARS: &[&str] = &[" - ", " | ", " : ", " – ", " — ", " » ", " :: "];
/// How a headline ends that somebody cut.
const CUT: &[&str] = &["...", "…"];

/// The headline: the first that was told, without its site where the page's own heading or `names` tell that, and whole
/// where only the heading is.
pub(super) fn headline(told: &[Option<String>], heading: Option<&str>, names: &[String]) -> Option<String> {
    let told = told.iter().flatten().map(|title| title.trim()).find(|title| !title.is_empty());
    let Some(told) = told else { return heading.map(str::to_owned) };
    let head = CUT.iter().fold(told, |title, cut| title.trim_end_matches(cut)).trim_end();
    if let Some(whole) = heading.filter(|heading| heading.len() > head.len() && heading.starts_with(head)) {
        return Some(whole.to_owned());
    }
    Some(without_site(told, heading, names).to_owned())
}

fn without_site<'a>(title: &'a str, heading: Option<&str>, names: &[String]) -> &'a str {
    let ends = BARS.iter().filter_map(|bar| title.rfind(bar).map(|at| (at, at + bar.len())));
    let Some((at, behind)) = ends.max() else { return title };
    let (head, tail) = (title[..at].trim_end(), core(&title[behind..]));
    let is_site = || names.iter().any(|name| core(name) == tail);
    let is_heading = heading.is_some_and(|heading| core(heading) == core(head));
    if !head.is_empty() && (is_heading || is_site()) { without_site(head, heading, names) } else { title }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(title: &str, heading: Option<&str>, expected: &str) {
        let names = ["Kabar Kita".to_owned(), "kabar.example".to_owned()];
        assert_eq!(headline(&[None, Some(title.to_owned())], heading, &names).as_deref(), Some(expected));
    }

    #[test]
    fn a_title_loses_its_site_and_nothing_else() {
        check("Banjir surut - Kabar Kita", None, "Banjir surut");
        check("Banjir surut | Daerah | Kabar.example", None, "Banjir surut | Daerah");
        check("Banjir surut - Daerah", Some("Banjir surut"), "Banjir surut");
        check("Hasil: Garuda - Naga 2 : 0", None, "Hasil: Garuda - Naga 2 : 0");
        check("Banjir di lima...", Some("Banjir di lima desa surut"), "Banjir di lima desa surut");
        check("Kabar Kita", None, "Kabar Kita");
    }
}
