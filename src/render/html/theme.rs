//! The default theme, compiled in: templates, style sheet and icon of the pages.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Error as TemplateError, Output as TemplateOutput, State, UndefinedBehavior};
use serde::Serialize;

use crate::model::{Site, Timestamp};

use super::super::text::escape;
use super::super::{Drawn, DrawnFile, Error, View};

const NAME: &str = "theme";

/// Every template by its name.
const TEMPLATES: &[(&str, &str)] = &[
    ("frame.html", include_str!("../../../themes/default/frame.html")),
    ("parts.html", include_str!("../../../themes/default/parts.html")),
    ("moved.html", include_str!("../../../themes/default/moved.html")),
    ("section.html", include_str!("../../../themes/default/section.html")),
    ("index.html", include_str!("../../../themes/default/index.html")),
];

/// Draws style.css and favicon.svg.
pub(in super::super) fn draw(view: &View<'_>, _site: &Site) -> Result<Drawn, Error> {
    view.site(NAME)?;
    let file = |path: &str, media_type: &str, text: &str| DrawnFile {
        path: path.to_owned(),
        media_type: media_type.to_owned(),
        bytes: text.as_bytes().to_vec(),
        noindex: false,
    };
    let files = vec![
        file("style.css", "text/css; charset=utf-8", include_str!("../../../themes/default/style.css")),
        file("favicon.svg", "image/svg+xml; charset=utf-8", include_str!("../../../themes/default/favicon.svg")),
    ];
    Ok(Drawn { files, items: 0, left_out: Vec::new(), changed: Timestamp::epoch() })
}

/// Fills a template. A name that the context lacks is an error, not an empty place.
pub(super) fn fill(template: &str, context: &impl Serialize) -> Result<String, TemplateError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    environment.set_formatter(write_escaped);
    for (name, source) in TEMPLATES {
        environment.add_template(name, source)?;
    }
    environment.get_template(template)?.render(Serde(context))
}

/// Escapes what HTML asks for. The crate's own formatter also escapes every slash of an address.
fn write_escaped(out: &mut TemplateOutput<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), TemplateError> {
    match (state.auto_escape(), value.as_str()) {
        (AutoEscape::Html, Some(text)) if !value.is_safe() => out.write_str(&escape(text)).map_err(TemplateError::from),
        _ => minijinja::escape_formatter(out, state, value),
    }
}
