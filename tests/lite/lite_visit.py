"""A browser that reaches one server, ours, and a notebook opened in it."""

import functools
import re
import socket
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MINUTE = 60_000  # in milliseconds, as the browser counts
# Chromium itself asks its makers for updates and the like, whatever the page.
ITS_OWN = re.compile(
    r"(update|accounts|content-autofill|optimizationguide-pa|www|clients\d*"
    r"|android\.clients|edgedl\.me|redirector)\.(google|googleapis|gvt1)\.com"
)
CELL = ".jp-Notebook .jp-Cell.jp-mod-active"


class Below(SimpleHTTPRequestHandler):
    """Serves a folder below a path, as a site among others; notes misses."""

    def __init__(self, *args, prefix, missed, **options):
        self.prefix, self.missed = prefix, missed
        super().__init__(*args, **options)

    def translate_path(self, path):
        inside = path.startswith(self.prefix)
        rest = path.removeprefix(self.prefix) if inside else "not/below"
        return super().translate_path("/" + rest)

    def send_error(self, code, message=None, explain=None):
        if self.path != "/favicon.ico":  # a browser's own idea
            self.missed.append(self.path)
        super().send_error(code, message, explain)

    def log_message(self, format, *args):
        pass


def serve(folder, prefix):
    """Serve `folder` below `prefix`; return the server and what it missed."""
    missed = []
    handler = functools.partial(
        Below, directory=str(folder), prefix=prefix, missed=missed
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, missed


class ClosedDoor:
    """A proxy that lets nothing out and notes who knocked.

    Whatever leaves the loopback address comes here: of pages, of workers and
    of service workers alike.
    """

    def __init__(self):
        self.knocked = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.server = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            try:
                guest, _ = self.socket.accept()
            except OSError:
                return  # closed: the tests are over
            with guest:
                first = guest.recv(4096).split(b"\r\n")[0].decode("latin-1")
                host = re.search(r" (?:\w+://)?([^/: ]*)", first)
                if host is None or not ITS_OWN.fullmatch(host[1]):
                    self.knocked.append(first)
                guest.sendall(b"HTTP/1.1 403 Closed\r\n\r\n")


class Notebook:
    """An open notebook of JupyterLite, worked by keyboard."""

    def __init__(self, page):
        self.page = page
        cells = page.locator(".jp-Notebook .jp-Cell")
        cells.first.wait_for()
        cells.first.click()

    def run(self, code, wait=5 * MINUTE):
        """Insert a cell below, run it and return the text it shows."""
        keyboard = self.page.keyboard
        keyboard.press("Escape")
        keyboard.press("b")
        keyboard.press("Enter")
        keyboard.insert_text(code)
        begun = time.perf_counter()
        keyboard.press("Control+Enter")
        shown = self.page.locator(f"{CELL} .jp-OutputArea-output").first
        shown.wait_for(timeout=wait)
        self.page.locator(f"{CELL} .jp-InputPrompt", has_text="[*]").wait_for(
            state="detached", timeout=wait
        )
        self.seconds = time.perf_counter() - begun
        outputs = self.page.locator(f"{CELL} .jp-OutputArea-output")
        return "\n".join(outputs.all_inner_texts())
