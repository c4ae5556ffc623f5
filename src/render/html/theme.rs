//! Templates, style sheet and icon of the pages: the default theme, compiled in, and what an operator's replaces of it.

use std::collections::BTreeMap;
use std::error::Error as _;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{
    AutoEscape, Environment, Error as TemplateError, ErrorKind, Output as TemplateOutput, State, UndefinedBehavior,
};
use serde::Serialize;

use crate::model::{MAX_TEMPLATE_FUEL, Site, Theme, Timestamp, Trouble};

use super::super::text::escape;
use super::super::{Drawn, DrawnFile, Error, View};

const NAME: &str = "theme";
const STYLE: &str = "style.css";
const ICON: &str = "favicon.svg";

/// Every file of the default theme by its name.
pub(in super::super) const OWN: &[(&str, &str)] = &[
    ("frame.html", include_str!("../../../themes/default/frame.html")),
    ("parts.html", include_str!("../../../themes/default/parts.html")),
    ("moved.html", include_str!("../../../themes/default/moved.html")),
    ("section.html", include_str!("../../../themes/default/section.html")),
    ("index.html", include_str!("../../../themes/default/index.html")),
    (STYLE, include_str!("../../../themes/default/style.css")),
    (ICON, include_str!("../../../themes/default/favicon.svg")),
];

/// Draws style.css and favicon.svg.
pub(in super::super) fn draw(view: &View<'_>, site: &Site) -> Result<Drawn, Error> {
    view.site(NAME)?;
    let file = |path: &str, media_type: &str| {
        Ok(DrawnFile {
            path: path.to_owned(),
            media_type: media_type.to_owned(),
            bytes: text(&site.theme, path)?.as_bytes().to_vec(),
            noindex: false,
        })
    };
    let files = vec![file(STYLE, "text/css; charset=utf-8")?, file(ICON, "image/svg+xml; charset=utf-8")?];
    Ok(Drawn { files, items: 0, left_out: Vec::new(), changed: Timestamp::epoch() })
}

/// The operator's file of this name, else warta's own.
fn text<'a>(theme: &'a Theme, name: &str) -> Result<&'a str, Error> {
    whole(theme)?;
    match theme.files.get(name) {
        Some(Ok(text)) => Ok(text),
        Some(Err(why)) => Err(unusable(theme, name, why)),
        None => Ok(OWN.iter().find(|(own, _)| *own == name).map_or("", |(_, text)| text)),
    }
}

/// Nothing of a theme is used that cannot be read.
fn whole(theme: &Theme) -> Result<(), Error> {
    let Some(why) = &theme.trouble else { return Ok(()) };
    let hint = "mend the folder, or [site] theme".to_owned();
    Err(Error::theme(Trouble { file: theme.folder.clone(), line: None, message: why.clone(), hint }, false))
}

fn unusable(theme: &Theme, name: &str, why: &str) -> Error {
    let (file, hint) = (format!("{}/{name}", theme.folder), "mend it, or take it away".to_owned());
    Error::theme(Trouble { file, line: None, message: format!("it {why}"), hint }, false)
}

/// Fills a template. A name that the context lacks is an error, not an empty place.
pub(super) fn fill(
    output: &'static str,
    theme: &Theme,
    template: &str,
    context: &impl Serialize,
) -> Result<String, Error> {
    whole(theme)?;
    let (environment, mut broken) = environment(theme).map_err(|why| Error::write(output, why))?;
    if let Some(error) = broken.remove(template) {
        return Err(error);
    }
    let filled = environment.get_template(template).and_then(|template| template.render(Serde(context)));
    filled.map_err(|why| match theme.is_own() {
        true => missing(&why, broken).unwrap_or_else(|| told(theme, &why)),
        false => Error::write(output, why),
    })
}

/// Everything that is wrong with templates before any of them is filled.
pub(super) fn broken(theme: &Theme) -> Vec<Error> {
    match (whole(theme), environment(theme)) {
        (Err(error), _) => vec![error],
        (_, Ok((_, broken))) => broken.into_values().collect(),
        (_, Err(why)) => vec![Error::write(NAME, why)],
    }
}

/// All templates, the operator's in place of warta's own, and by their names those that are none.
fn environment(theme: &Theme) -> Result<(Environment<'_>, BTreeMap<&str, Error>), TemplateError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    // Whatever a template is called, and whatever it says, what it fills in is escaped.
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(write_escaped);
    environment.remove_filter("safe");
    if theme.is_own() {
        environment.set_fuel(Some(MAX_TEMPLATE_FUEL));
    }
    let mut broken = BTreeMap::new();
    let is_template = |name: &str| name.ends_with(".html");
    for (name, source) in OWN.iter().filter(|(name, _)| is_template(name) && !theme.files.contains_key(*name)) {
        environment.add_template(name, source)?;
    }
    for (name, source) in theme.files.iter().filter(|(name, _)| is_template(name)) {
        let added = match source {
            Ok(source) => environment.add_template(name, source).map_err(|why| told(theme, &why)),
            Err(why) => Err(unusable(theme, name, why)),
        };
        if let Err(error) = added {
            broken.insert(name.as_str(), error);
        }
    }
    Ok((environment, broken))
}

/// What is wrong with the template that another one wanted and did not find.
fn missing(why: &TemplateError, broken: BTreeMap<&str, Error>) -> Option<Error> {
    let innermost = innermost(why);
    let wanted = innermost.detail().filter(|_| innermost.kind() == ErrorKind::TemplateNotFound)?;
    broken.into_iter().find(|(name, _)| wanted.contains(name)).map(|(_, error)| error)
}

/// What went wrong in the words of an operator: in which of their files, on which line.
fn told(theme: &Theme, why: &TemplateError) -> Error {
    let why = innermost(why);
    let detail = why.detail().map_or_else(String::new, |detail| format!(" ({detail})"));
    let is_endless = why.kind() == ErrorKind::OutOfFuel;
    let message = match why.kind() {
        ErrorKind::OutOfFuel => "the page takes more steps than a page may, as a loop without end does".to_owned(),
        kind => format!("{kind}{detail}"),
    };
    let name = why.name().unwrap_or_default();
    let hint = "mend it; docs/themes.md tells what templates are given".to_owned();
    let trouble = if theme.files.contains_key(name) {
        Trouble { file: format!("{}/{name}", theme.folder), line: why.line(), message, hint }
    } else {
        let message = format!("warta's own {name} does not go with it: {message}");
        Trouble { file: theme.folder.clone(), line: None, message, hint }
    };
    Error::theme(trouble, is_endless)
}

/// An error in what a template includes has the true place.
fn innermost(error: &TemplateError) -> &TemplateError {
    let mut innermost = error;
    while let Some(inner) = innermost.source().and_then(|source| source.downcast_ref::<TemplateError>()) {
        innermost = inner;
    }
    innermost
}

/// Escapes what HTML asks for, also where a template asks for no escaping. The crate's own formatter also escapes every
/// slash of an address.
fn write_escaped(out: &mut TemplateOutput<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), TemplateError> {
    match value.as_str() {
        Some(text) if !value.is_safe() => out.write_str(&escape(text)).map_err(TemplateError::from),
        _ => minijinja::escape_formatter(out, state, value),
    }
}
