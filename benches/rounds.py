#!/usr/bin/env python3
"""A cold round and an unchanged round over many feeds on many hosts, by the release binary.

    cargo build --release && benches/rounds.py [--feeds 10000] [--hosts 50] [--delay 1s] [--answer-after 0.7] [--binary target/release/warta]

The hosts are addresses of 127.0.0.0/8 of this machine. They note when each request comes, so that the figures at the
end tell what servers saw: the most requests at one time and the smallest distance between two starts, for each host and
over all. Fails when a host saw more than feeds.toml allows, when a feed was not read, or when the second round was not
answered by 304 alone.
"""

import argparse
import asyncio
import json
import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
import time

PER_HOST = 2
CONCURRENCY = 32
ITEMS = 20


def document(feed):
    items = "".join(
        f"<item><title>Berita {item} dari kabar {feed}</title><link>https://kabar.example/{feed}/{item}</link>"
        f"<guid>https://kabar.example/{feed}/{item}</guid><pubDate>Tue, 24 Nov 2026 {item % 24:02}:00:00 +0700</pubDate>"
        f"<description>&lt;p&gt;Isi berita {item}, yang cukup panjang untuk sebuah ringkasan di halaman.&lt;/p&gt;"
        f"</description></item>"
        for item in range(ITEMS)
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Kabar {feed}</title>'
        f"<link>https://kabar.example/{feed}</link><description>Kabar</description>{items}</channel></rss>"
    ).encode()


class Host:
    """One origin: answers every path with its document, and takes down what it saw."""

    def __init__(self, answer_after):
        self.answer_after = answer_after
        self.starts, self.open, self.most, self.statuses = [], 0, 0, {}

    async def converse(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.starts.append(time.monotonic())
                self.open += 1
                self.most = max(self.most, self.open)
                All.open += 1
                All.most = max(All.most, All.open)
                etag = b'"' + re.search(rb"GET /(\d+)", head)[1] + b'"'
                # Between none and twice the mean, the same for a feed in every run.
                await asyncio.sleep(self.answer_after * 2 * (int(etag[1:-1]) * 7919 % 1000) / 1000)
                held = re.search(rb"(?i)if-none-match: (.*)\r\n", head)
                if held and held[1] == etag:
                    status, body = 304, b""
                    writer.write(b"HTTP/1.1 304 Not Modified\r\nETag: " + etag + b"\r\n\r\n")
                else:
                    status, body = 200, document(int(etag[1:-1]))
                    writer.write(
                        b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: " + etag
                        + b"\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body
                    )
                self.statuses[status] = self.statuses.get(status, 0) + 1
                await writer.drain()
                self.open -= 1
                All.open -= 1
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def smallest_distance(self):
        return min((b - a for a, b in zip(self.starts, self.starts[1:])), default=float("inf"))


class All:
    open, most = 0, 0


async def round_of(binary, folder, hosts, delay, name, status):
    for host in hosts:
        host.__init__(host.answer_after)
    All.most = 0
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    child = await asyncio.create_subprocess_exec(
        binary, "poll", "--force", "--json", cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    out, _ = await child.communicate()
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = json.loads(out)
    seen = sum(host.statuses.get(status, 0) for host in hosts)
    every = sum(len(host.starts) for host in hosts)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    smallest = min(host.smallest_distance() for host in hosts)
    most = max(host.most for host in hosts)
    print(
        f"{name}: {told['feeds']['due']} feeds, {told['items']['new']} new items, {wall:.1f} s wall, {cpu:.1f} s CPU "
        f"({cpu / max(told['feeds']['due'], 1) * 1e6:.0f} us a feed), peak memory so far {after.ru_maxrss / 1024:.0f} MB, "
        f"most at once {All.most} ({most} a host), smallest distance of two starts at a host {smallest:.3f} s"
    )
    faults = []
    if child.returncode != 0 or told["feeds"]["due"] != seen or every != seen:
        faults.append(f"{every} requests, {seen} of them answered by {status}: {told['feeds']}")
    if most > PER_HOST or All.most > CONCURRENCY:
        faults.append("more requests at once than feeds.toml allows")
    # What a server sees is later than what a client starts, by some milliseconds of a busy machine.
    if smallest < delay - 0.05:
        faults.append("two starts nearer than per_host_delay")
    return faults


async def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--feeds", type=int, default=10_000)
    options.add_argument("--hosts", type=int, default=50)
    options.add_argument("--delay", default="1s")
    options.add_argument("--answer-after", type=float, default=0.7, help="mean seconds that a host takes to answer")
    options.add_argument("--binary", default="target/release/warta")
    asked = options.parse_args()
    binary = str(pathlib.Path(asked.binary).resolve())
    unit = {"ms": 0.001, "s": 1.0}[re.sub(r"[\d.]", "", asked.delay)]
    delay = float(re.sub(r"[a-z]", "", asked.delay)) * unit
    hosts, urls = [], []
    for number in range(asked.hosts):
        host = Host(asked.answer_after)
        server = await asyncio.start_server(host.converse, f"127.0.2.{number + 1}", 0, backlog=1024)
        hosts.append(host)
        urls.append("http://%s:%d" % server.sockets[0].getsockname()[:2])
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "feeds.toml"), "w") as config:
            config.write(
                '[site]\ntag = "warta.example,2026"\n[fetch]\nallow_networks = ["127.0.0.0/8"]\n'
                f'per_host_delay = "{asked.delay}"\nper_host_concurrency = {PER_HOST}\nconcurrency = {CONCURRENCY}\n'
                '[[section]]\nid = "nasional"\n'
            )
            for feed in range(asked.feeds):
                config.write(f'[[feed]]\nurl = "{urls[feed % len(urls)]}/{feed}"\nsection = "nasional"\n')
        faults = await round_of(binary, folder, hosts, delay, "cold", 200)
        faults += await round_of(binary, folder, hosts, delay, "unchanged", 304)
    for fault in faults:
        print(f"fault: {fault}", file=sys.stderr)
    return 1 if faults else 0


sys.exit(asyncio.run(main()))
