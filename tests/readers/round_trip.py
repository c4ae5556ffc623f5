#!/usr/bin/env python3
"""Reads published feeds with feedparser and with warta, and compares what both understood.

  round_trip.py WARTA FOLDER     WARTA: the program; FOLDER: a published folder (docs/validators.md says how to fill one)

In every rss.xml, atom.xml and archive document both must find the same items in the same order, with the same ids,
links, dates, sources and files; and the formats of one document must agree. Needs `pip install feedparser`.
"""
import calendar
import json
import pathlib
import subprocess
import sys
from datetime import datetime

import feedparser

# What a page may show is not the question here: ids and links are compared as they stand in the document.
feedparser.RESOLVE_RELATIVE_URIS = False
feedparser.SANITIZE_HTML = False


def by_feedparser(path):
    """(id, link, date, source, files) of each entry, as feedparser reads the document."""
    feed = feedparser.parse(path.read_bytes())
    assert not feed.bozo, f"{path}: {feed.bozo_exception}"
    for entry in feed.entries:
        source = entry.get("source", {})
        address = next((link.href for link in source.get("links", []) if link.rel == "self"), source.get("href"))
        files = [file.href for file in entry.get("enclosures", [])]
        files += [file["url"] for file in entry.get("media_content", [])]
        date = calendar.timegm(entry.published_parsed)
        # `entry.link` would be the id where there is no link.
        link = next((link.href for link in entry.links if link.rel == "alternate"), None)
        yield entry.id, link, date, (source.get("title"), address), sorted(set(files))


def by_warta(program, path):
    """The same, as warta reads it."""
    told = subprocess.run([program, "parse", str(path)], capture_output=True, check=True)
    feed = json.loads(told.stdout)
    repairs = feed["_warta"].get("repairs", [])
    assert not repairs, f"{path} had to be repaired: {repairs}"
    for item in feed["items"]:
        source = item["_warta"]["source"]
        date = int(datetime.fromisoformat(item["date_published"]).timestamp())
        files = [file["url"] for file in item.get("attachments", [])] + [item.get("image")]
        yield item["id"], item.get("url"), date, (source.get("title"), source.get("feed_url")), sorted(set(filter(None, files)))


def compare(what, one, other):
    assert len(one) == len(other), f"{what}: {len(one)} and {len(other)} items"
    for mine, theirs in zip(one, other):
        assert mine == theirs, f"{what}:\n  {mine}\n  {theirs}"


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    documents = items = 0
    for path in sorted(folder.rglob("*.xml")):
        if path.name not in ("rss.xml", "atom.xml") and path.parent.name != "archive":
            continue
        ours, theirs = list(by_warta(program, path)), list(by_feedparser(path))
        compare(f"{path}: warta and feedparser", ours, theirs)
        twin = path.with_name("feed.json") if path.parent.name != "archive" else path.with_suffix(".json")
        compare(f"{path} and {twin.name}", ours, list(by_warta(program, twin)))
        documents, items = documents + 1, items + len(ours)
    assert documents, f"no published feed in {folder}"
    print(f"{items} items in {documents} documents: the same for both readers")


if __name__ == "__main__":
    main()
