#!/usr/bin/env python3
"""What `warta serve` makes of 10,000 idle connections and 200 that send their request a byte at a time.

    cargo build --release && benches/serve/crowd.py [--binary target/release/warta] [--idle 10000] [--slow 200]

Other requests are sent all the while, each on a connection of its own. Prints how many were answered rightly, how long the
slowest took, and the memory of the server before, at the most and after. Fails when one was not answered. Needs as many
file handles as connections (`ulimit -n`).
"""

import argparse
import contextlib
import pathlib
import resource
import socket
import sys
import tempfile
import time

import published


def ask(port, body):
    """Seconds until the whole right answer was there."""
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), 30) as stream:
        stream.sendall(f"GET {published.SECTION} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        told = b"".join(iter(lambda: stream.recv(65_536), b""))
    if not told.startswith(b"HTTP/1.1 200 ") or not told.endswith(body):
        sys.exit(f"a wrong answer: {told[:200]}")
    return time.monotonic() - begun


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--binary", default="target/release/warta")
    options.add_argument("--idle", type=int, default=10_000)
    options.add_argument("--slow", type=int, default=200)
    asked = options.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    binary = str(pathlib.Path(asked.binary).resolve())
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        port = published.free_port()
        body = (published.publish(binary, folder, port) / published.SECTION[1:]).read_bytes()
        log = stack.enter_context(open(pathlib.Path(folder) / "log", "wb"))
        server = stack.enter_context(published.running([binary, "serve"], port, cwd=folder, stderr=log))
        for _ in range(100):
            ask(port, body)
        before = published.resident_kib(server.pid)

        def connect():
            return stack.enter_context(socket.create_connection(("127.0.0.1", port), 30))

        slow = [connect() for _ in range(asked.slow)]
        times, begun, open_ = [], time.monotonic(), 0
        while open_ < asked.idle:
            for _ in range(100):
                connect()
            open_ += 100
            for stream in slow:
                # One that was closed to make room is no matter.
                with contextlib.suppress(OSError):
                    stream.sendall(b"G")
            times.append(ask(port, body))
        wall = time.monotonic() - begun
        for _ in range(100):
            times.append(ask(port, body))
        most, after = published.resident_kib(server.pid, "VmHWM"), published.resident_kib(server.pid)
        print(
            f"{asked.idle} idle and {asked.slow} slow connections in {wall:.1f} s: {len(times)} requests beside them answered, "
            f"slowest {max(times) * 1000:.0f} ms, median {sorted(times)[len(times) // 2] * 1000:.1f} ms; memory "
            f"{before / 1024:.1f} MB before, {most / 1024:.1f} MB at the most, {after / 1024:.1f} MB after"
        )


main()
