"""Serve a built site on a loopback address and print it: serve.py DIR PORT."""

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer


class Quiet(SimpleHTTPRequestHandler):
    """Serves files; a line per request would bury the address."""

    def log_message(self, format: str, *args: object) -> None:
        pass


def open_server(directory: str, port: int) -> ThreadingHTTPServer:
    """Listen on the first free port from `port` on, loopback only."""
    handler = partial(Quiet, directory=directory)
    for candidate in [*range(port, port + 20), 0]:
        try:
            return ThreadingHTTPServer(("127.0.0.1", candidate), handler)
        except OSError:
            continue  # taken: try the next
    raise SystemExit(f"No free port from {port} on.")


def main(directory: str, port: str = "8000") -> None:
    server = open_server(directory, int(port))
    print(f"Read it at http://127.0.0.1:{server.server_port}/")
    print("Stop with Ctrl-C.", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main(*sys.argv[1:])
