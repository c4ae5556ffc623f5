"""A published site for the scripts beside this one, and `warta serve` over it."""

import contextlib
import html
import http.server
import pathlib
import random
import re
import socket
import subprocess
import threading
import time

WORDS = (
    "pemerintah menteri kota warga harga pasar banjir jalan sekolah laporan pekan hari ini sidang anggota dewan "
    "rumah sakit kereta bandara listrik air tanah hutan laut nelayan petani beras minyak ekspor impor bank saham"
).split()
SECTION = "/nasional/rss.xml"


def document(items, seed=1):
    """A feed whose section is some 50 kB as RSS: 50 items of three short paragraphs."""
    chance = random.Random(seed)
    words = lambda count: " ".join(chance.choice(WORDS) for _ in range(count))
    parts = []
    for item in range(items):
        body = "".join(f"<p>{words(30).capitalize()}.</p>" for _ in range(3))
        link = f"https://kabar.example/{item}"
        parts.append(
            f"<item><title>{words(8).capitalize()}</title><link>{link}</link><guid>{link}</guid>"
            f"<pubDate>Tue, 24 Nov 2026 {item // 60:02}:{item % 60:02}:00 +0700</pubDate>"
            f"<description>{html.escape(body)}</description></item>"
        )
    head = "<title>Kabar</title><link>https://kabar.example/</link><description>Kabar</description>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{"".join(parts)}</channel></rss>'.encode()


@contextlib.contextmanager
def origin(body):
    class Feed(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Feed)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/feed"
    finally:
        server.shutdown()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, process):
    end = time.monotonic() + 15
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.02)
    raise SystemExit(f"{process.args[0]} does not listen; it ended with {process.poll()}")


@contextlib.contextmanager
def running(arguments, port, **options):
    """A server that is stopped at the end."""
    process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **options)
    try:
        wait_for(port, process)
        yield process
    finally:
        process.terminate()
        process.wait(15)


def publish(binary, folder, port):
    """Polls one feed into a site of `folder` that will be served on `port`; gives its published folder."""
    folder = pathlib.Path(folder)
    with origin(document(50)) as feed:
        (folder / "feeds.toml").write_text(
            f'[site]\ntitle = "Warta"\nbase_url = "https://warta.example/"\ntag = "warta.example,2026"\n'
            f'[server]\nlisten = "127.0.0.1:{port}"\n[publish]\nfirst_batch = 50\n'
            f'[fetch]\nallow_networks = ["127.0.0.0/8"]\n[[section]]\nid = "nasional"\n'
            f'[[feed]]\nurl = "{feed}"\nsection = "nasional"\nrepublish = "full"\n'
        )
        subprocess.run([binary, "poll"], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return folder / "data/public"


def children(pid):
    out = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout
    return [pid, *map(int, out.split())]


def cpu_seconds(pid):
    """User and system time of a process and its children so far."""
    ticks = 0
    for one in children(pid):
        fields = pathlib.Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / 100


def resident_kib(pid, what="VmRSS"):
    return int(re.search(rf"{what}:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1])
