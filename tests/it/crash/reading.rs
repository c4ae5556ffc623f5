//! A document that kills whoever reads it, each time.

use serde_json::Value;

use super::dies::{self, DEADLY, Point};
use super::{document, published_ids};
use crate::origin::{Answer, Origin};
use crate::world::World;

const FEEDS: usize = 4;
/// Of these, the one whose document kills.
const KILLER: usize = 1;

#[test]
fn a_feed_whose_document_kills_its_reader_is_put_aside_and_the_others_go_on() {
    let origin = Origin::start();
    let deadly = document(KILLER, 3).replace("<title>Kabar", &format!("<title>{DEADLY}"));
    for feed in 0..FEEDS {
        origin.on(&format!("/{feed}.xml"), Answer::ok(document(feed, 3)).etag("\"3\""));
    }
    origin.on("/1.xml", Answer::ok(&*deadly).etag("\"3\""));
    let urls: Vec<String> = (0..FEEDS).map(|feed| origin.url(&format!("/{feed}.xml"))).collect();
    let feeds: String = urls.iter().map(|url| format!("[[feed]]\nurl = \"{url}\"\nsection = \"nasional\"\n")).collect();
    let mut world = World::new(&format!("[[section]]\nid = \"nasional\"\n{feeds}"));
    let row = |world: &World| {
        let status = world.json(&["status", "--json"]);
        let rows: Vec<Value> = status["feeds"].as_array().unwrap().clone();
        rows.into_iter().find(|row| row["url"] == urls[KILLER].as_str()).unwrap()
    };

    // It kills twice, whoever else was being read at that moment.
    dies::poll(&world, Point::Reading, 0, &[]);
    dies::poll(&world, Point::Reading, 0, &[]);
    assert_eq!((row(&world)["state"].as_str(), row(&world)["items"].as_u64()), (Some("active"), Some(0)));

    // The third process would die of it as well, and does not read it.
    let survived = dies::try_poll(&world, Point::Reading, 0, &[]);
    assert!(survived.status.success(), "{}", String::from_utf8_lossy(&survived.stderr));
    let aside = row(&world);
    assert_eq!((aside["state"].as_str(), aside["items"].as_u64()), (Some("quarantined"), Some(0)), "{aside}");
    assert!(aside["last_error"].as_str().unwrap().contains("reading this document ended warta before"), "{aside}");
    let others = published_ids(&world);
    assert_eq!(others.len(), (FEEDS - 1) * 4, "nobody else suffers");

    // Nobody asks it from then on, and the others are asked as ever.
    origin.wait_for_hang_ups();
    origin.forget_requests();
    world.at("2026-11-25T07:00:00Z");
    origin.on("/0.xml", Answer::ok(document(0, 4)).etag("\"4\""));
    assert!(dies::try_poll(&world, Point::Reading, 0, &[]).status.success());
    let asked: Vec<usize> = (0..FEEDS).map(|feed| origin.requests_of(&format!("/{feed}.xml")).len()).collect();
    assert_eq!(asked, [1, 0, 1, 1]);
    assert_eq!(published_ids(&world).len(), others.len() + 1);

    // Woken by hand it gets its two chances again, and no third one.
    assert!(world.run(&["resume", &urls[KILLER]]).status.success());
    dies::poll(&world, Point::Reading, 0, &[]);
    dies::poll(&world, Point::Reading, 0, &[]);
    assert!(dies::try_poll(&world, Point::Reading, 0, &[]).status.success());
    assert_eq!(row(&world)["state"], "quarantined");

    // Read by a program that does not die of it, it is a feed like the others: no item is lost.
    assert!(world.run(&["resume", &urls[KILLER]]).status.success());
    assert_eq!(world.json(&["poll", "--json"])["items"]["new"], 4);
    assert_eq!(row(&world)["state"], "active");
    assert_eq!(published_ids(&world).len(), others.len() + 5);
}
