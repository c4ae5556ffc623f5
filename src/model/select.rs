//! Where the items of a page stand.

/// CSS selectors by which an HTML page is read as a feed, as the operator wrote them. All but `item` are looked for
/// inside of each item; what matches several times counts once, the first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Select {
    /// Each match is an item.
    pub item: String,
    /// Its title. Default: the text of its links to the article.
    pub title: Option<String>,
    /// An element whose `href` is the article. Default: `a[href]`.
    pub link: Option<String>,
    /// When it was published, in `datetime` or as text. Default: `time[datetime]`.
    pub date: Option<String>,
    /// What it is about, read as text. Default: none.
    pub summary: Option<String>,
    /// Its picture. Default: none.
    pub image: Option<String>,
}
