//! Templates of an operator, as far as drawing alone can tell.

use std::sync::Arc;

use super::super::{OUTPUTS, View, own_theme, sample, try_theme};
use crate::model::{Site, Theme};

fn theme(files: &[(&str, &str)]) -> Theme {
    let file = |(name, text): &(&str, &str)| ((*name).to_owned(), Ok((*text).to_owned()));
    Theme { folder: "tema".to_owned(), files: files.iter().map(file).collect(), trouble: None }
}

fn page(theme: Theme, entries: usize) -> Result<String, super::super::Error> {
    let entries = sample::nasional().entries.into_iter().cycle().take(entries).collect();
    let section = sample::section_of(entries);
    let site = Site { theme: Arc::new(theme), ..sample::site() };
    let output = OUTPUTS.iter().find(|output| output.name == "page").unwrap();
    let drawn = (output.draw)(&View::Section(&section), &site)?;
    Ok(String::from_utf8(drawn.files[0].bytes.clone()).unwrap())
}

#[test]
fn warta_s_own_theme_as_a_folder_draws_the_same() {
    let own = theme(own_theme());
    assert_eq!(try_theme(own.clone()), []);
    assert_eq!(page(own, 30).unwrap(), page(Theme::default(), 30).unwrap());
}

#[test]
fn the_longest_page_has_steps_to_spare() {
    let page = page(theme(own_theme()), 5_000).unwrap();
    assert_eq!(page.matches("<article").count(), 5_000);
}
