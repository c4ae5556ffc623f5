//! Plain data with public fields: what passes from room to room. No room is imported here and nothing is decided.
//!
//! A feed is three things and has three types: what the operator asked (`config::FeedConfig`), what we remember
//! ([`FeedState`]), what the document said ([`Feed`]).

mod document;
mod edition;
mod effect;
mod extras;
mod feed;
mod group;
mod hints;
mod html;
mod item;
mod lease;
mod limits;
mod parsed;
mod rule;
mod select;
mod state;
mod subscriber;
mod takedown;
mod theme;
mod time;
mod view;

pub use document::Document;
pub use edition::{
    Coding, EDITION_FILE, Edition, EditionFile, EditionSection, Gone, NotAnEdition, Redirect, is_published_path,
};
pub use effect::{
    Applied, Ask, Effect, EntryRef, Event, HostHold, ItemIdentity, Joins, JudgedReport, Key, KeyScope, Known, LeftOut,
    NewReport, Remembered, RequestRecord, TrailLine, TrailSubject, UpdateReport,
};
pub use extras::{Deleted, ParsedPicture, ParsedPodcast, Place, Podcast, Position, Shape, Transcript};
pub use feed::Feed;
pub use group::{Grouped, Signature, Told, Ungrouped};
pub use hints::{Hints, HoldScope, Hop, Validators};
pub use html::CleanHtml;
pub use item::{Attachment, Author, Contributor, Image, Item, ItemLink, Origin, Reference};
pub use lease::{HubSecret, Lease, LeaseMode, PushOffer};
pub use limits::*;
pub use parsed::{
    Enclosure, Format, ParsedFeed, ParsedItem, ParsedSource, Person, Repair, RepairKind, Text, TextKind, WebLink,
};
pub use rule::{Fields, LeaveOut, Missing, Rewrite, RewriteField, Rule, RuleHit, Then, Verdict, When};
pub use select::Select;
pub use state::{Failure, FailureKind, FeedState, IdentityRule, Outcome, STALE_AFTER, SectionState, State};
pub use subscriber::{HubCount, Intent, Subscriber, TOPIC_FILES, Topic, TopicVersion, topic_section};
pub use takedown::{KeptOut, Named, Takedown, TakedownKind, TakenDown, ToldReport};
pub use theme::{Theme, Trouble};
pub use time::Timestamp;
pub use view::{
    Also, DeletedEntry, Entry, FeedLink, NewsArticle, NewsView, Outlet, PagesView, Part, Publication, Republish,
    Robots, SectionSummary, SectionView, Site, SiteView, Source, StoryRef, Why,
};
