//! Where an item happened: `GeoRSS` in its simple form and in GML, and the W3C's latitudes and longitudes. All of them
//! tell degrees north before degrees east (WGS 84).

use crate::model::{MAX_PLACES, MAX_POSITIONS, Place, Position, RepairKind, Shape};
use crate::parse::context::{Context, push_within};
use crate::parse::repairs::quoted;
use crate::parse::shared::Draft;
use crate::parse::xml::NodeId;

/// Elements of GML that hold numbers.
const NUMBERS: [&str; 5] = ["pos", "poslist", "coordinates", "lowercorner", "uppercorner"];

/// `georss:point` and its like, `georss:where`.
pub(super) fn georss(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    let shape = match cx.tree.name(id) {
        "point" => Shape::Point,
        "line" => Shape::Line,
        "polygon" => Shape::Polygon,
        "box" => Shape::Box,
        "where" => {
            let inside: Vec<NodeId> = cx.tree.children(id).take(MAX_PLACES).collect();
            inside.into_iter().for_each(|child| gml(cx, child, draft));
            return;
        }
        _ => return,
    };
    let text = cx.tree.text(id);
    add(cx, shape, &text, draft);
}

/// A geometry of GML, which some feeds write without `georss:where`.
pub(super) fn gml(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    let shape = match cx.tree.name(id) {
        "point" | "pos" => Shape::Point,
        "linestring" => Shape::Line,
        "polygon" => Shape::Polygon,
        "envelope" => Shape::Box,
        _ => return,
    };
    let leaves = cx.tree.descendants(id).filter(|below| NUMBERS.contains(&cx.tree.name(*below)));
    let mut texts: Vec<String> = leaves.take(MAX_POSITIONS).map(|leaf| cx.tree.text(leaf)).collect();
    if texts.is_empty() {
        texts.push(cx.tree.text(id));
    }
    add(cx, shape, &texts.join(" "), draft);
}

/// `geo:lat` and `geo:long` side by side, or both in a `geo:Point`.
pub(super) fn basic(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    let number = |id: NodeId| cx.tree.text(id).parse::<f64>().ok();
    match cx.tree.name(id) {
        "lat" => draft.latitude = draft.latitude.or_else(|| number(id)),
        "long" => draft.longitude = draft.longitude.or_else(|| number(id)),
        "point" => {
            let child = |name: &str| cx.tree.child(id, name).map(|child| cx.tree.text(child)).unwrap_or_default();
            let text = format!("{} {}", child("lat"), child("long"));
            add(cx, Shape::Point, &text, draft);
        }
        _ => {}
    }
}

/// Adds the place that numbers between blanks or commas outline; one that is none is a repair.
pub(super) fn add(cx: &mut Context<'_>, shape: Shape, text: &str, draft: &mut Draft) {
    let Some(place) = place(shape, text) else {
        cx.repairs.note(RepairKind::Structure, format!("{} is no place on Earth", quoted(text)));
        return;
    };
    if !draft.item.places.contains(&place) {
        push_within(&mut draft.item.places, place, MAX_PLACES, &mut cx.repairs, "places");
    }
}

fn place(shape: Shape, text: &str) -> Option<Place> {
    let words = text.split([' ', ',', '\t', '\n', '\r']).filter(|word| !word.is_empty());
    let numbers: Option<Vec<f64>> = words.take(2 * MAX_POSITIONS + 1).map(|word| word.parse().ok()).collect();
    let numbers = numbers.filter(|numbers| numbers.len().is_multiple_of(2))?;
    let positions: Option<Vec<Position>> = numbers.chunks(2).map(|pair| Position::new(pair[0], pair[1])).collect();
    let mut positions = positions?;
    match shape {
        // A ring that nobody closed.
        Shape::Polygon if positions.len() >= 3 && positions.first() != positions.last() => {
            positions.extend(positions.first().copied());
        }
        Shape::Box if positions.len() == 2 && positions[0].lat > positions[1].lat => positions.reverse(),
        _ => {}
    }
    Place::new(shape, positions)
}
