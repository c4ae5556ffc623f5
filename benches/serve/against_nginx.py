#!/usr/bin/env python3
"""`warta serve` beside nginx over the very same published files, in turns, under wrk with 64 connections.

    cargo build --release && benches/serve/against_nginx.py [--binary target/release/warta] [--rounds 7] [--seconds 3]

Asked is a section feed of some 50 kB: plain, with gzip (nginx: gzip_static), and with its ETag (304). Both servers have
two workers and keep their log quiet. Before the rounds every answer is compared by status, length and bytes, and no ratio is
printed when one is wrong or when wrk met an error. Printed are the medians of requests a second and of CPU time a request,
and the medians of the ratios of each round. Needs nginx and wrk.
"""

import argparse
import contextlib
import gzip
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

import published

os.environ["PATH"] += ":/usr/sbin:/sbin"
GZIP = {"Accept-Encoding": "gzip"}


def nginx_conf(folder, root, port):
    places = "".join(f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;" if os.geteuid() == 0 else ""
    return (
        f"{user} pid {folder}/pid; error_log {folder}/error; worker_processes 2; events {{ worker_connections 1024; }}\n"
        f"http {{ types {{ application/rss+xml xml; }} access_log off; sendfile on; tcp_nopush on; gzip_static on; "
        f"gzip_vary on; etag on; open_file_cache max=100; keepalive_requests 1000000000; {places}\n"
        f"server {{ listen 127.0.0.1:{port} backlog=1024; root {root}; }} }}\n"
    )


def ask(url, headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def requests_of(name, url, raw, packed):
    """The three kinds of request, once each answer was found right."""

    def right(kind, headers, status, body):
        got, told, bytes_ = ask(url, headers)
        length = told.get("Content-Length")
        if (got, bytes_) != (status, body) or (status == 200 and length != str(len(body))):
            sys.exit(f"{name} answers {kind} wrongly: status {got}, {len(bytes_)} bytes, Content-Length {length}")
        return told.get("ETag")

    right("plain", {}, 200, raw)
    etag = right("gzip", GZIP, 200, packed)
    if gzip.decompress(packed) != raw:
        sys.exit("the packed file has other bytes")
    known = {**GZIP, "If-None-Match": etag}
    right("304", known, 304, b"")
    return {"plain": {}, "gzip": GZIP, "304": known}


def load(url, headers, seconds):
    """Requests a second and the number of requests."""
    fields = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t", "1", "-c", "64", "-d", f"{seconds}s", *fields, url]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        sys.exit(f"wrk met errors at {url}:\n{told}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1]), int(re.search(r"(\d+) requests in", told)[1])


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--binary", default="target/release/warta")
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--seconds", type=int, default=3)
    asked = options.parse_args()
    for program in ("nginx", "wrk"):
        if not shutil.which(program):
            sys.exit(f"{program} is not installed")
    binary = str(pathlib.Path(asked.binary).resolve())
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ports = {"warta": published.free_port(), "nginx": published.free_port()}
        root = published.publish(binary, folder, ports["warta"])
        (folder / "nginx").mkdir()
        (folder / "nginx/conf").write_text(nginx_conf(folder / "nginx", root, ports["nginx"]))
        commands = {
            "warta": [binary, "serve"],
            "nginx": ["nginx", "-p", str(folder / "nginx"), "-c", str(folder / "nginx/conf"), "-g", "daemon off;"],
        }
        quiet = {"cwd": folder, "stderr": subprocess.DEVNULL, "env": dict(os.environ, TOKIO_WORKER_THREADS="2")}
        servers = {
            name: stack.enter_context(published.running(command, ports[name], **quiet)) for name, command in commands.items()
        }
        raw, packed = ((root / (published.SECTION[1:] + suffix)).read_bytes() for suffix in ("", ".gz"))
        urls = {name: f"http://127.0.0.1:{port}{published.SECTION}" for name, port in ports.items()}
        kinds = {name: requests_of(name, url, raw, packed) for name, url in urls.items()}
        print(f"{published.SECTION}: {len(raw)} bytes, {len(packed)} packed; load {os.getloadavg()[0]:.1f}\n")
        print("| answer | warta, req/s | nginx, req/s | ratio, median | least | most | warta, µs CPU | nginx, µs CPU | ratio |")
        print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
        for kind in ("plain", "gzip", "304"):
            speed, cost = {name: [] for name in urls}, {name: [] for name in urls}
            for turn in range(asked.rounds):
                for name in sorted(urls, reverse=turn % 2 == 0):
                    before = published.cpu_seconds(servers[name].pid)
                    a_second, count = load(urls[name], kinds[name][kind], asked.seconds)
                    speed[name].append(a_second)
                    cost[name].append((published.cpu_seconds(servers[name].pid) - before) / count * 1e6)
            ratios = [ours / theirs for ours, theirs in zip(speed["warta"], speed["nginx"])]
            cheaper = statistics.median(theirs / ours for ours, theirs in zip(cost["warta"], cost["nginx"]))
            middle = statistics.median
            print(
                f"| {kind} | {middle(speed['warta']):.0f} | {middle(speed['nginx']):.0f} | {middle(ratios):.2f} | "
                f"{min(ratios):.2f} | {max(ratios):.2f} | {middle(cost['warta']):.1f} | {middle(cost['nginx']):.1f} | "
                f"{cheaper:.2f} |",
                flush=True,
            )


main()
