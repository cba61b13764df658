"""A server of a few lines that wrk asks, in a thread of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import orjson
from typing_extensions import override

#: Status and body for the number of a request, from 1 on, and what was asked.
Answer = Callable[[int, dict[str, Any]], tuple[int, bytes]]


class Asked:
    """What came in: the paths, and the bodies of all but ``/health/live``."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.paths: list[str] = []
        self.bodies: list[dict[str, Any]] = []


@contextmanager
def serving(asked: Asked) -> Iterator[str]:
    """Serve while the block runs; yields the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # a reply leaves in one piece

        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, reply = 200, b'{"status":"live"}'
            if self.path != "/health/live":
                asked.paths.append(self.path)
                asked.bodies.append(orjson.loads(text or b"{}"))
                status, reply = asked.answer(len(asked.bodies), asked.bodies[-1])
            self.send_response(status)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    class Server(ThreadingHTTPServer):
        @override
        def handle_error(self, request: object, client_address: object) -> None:
            """Keep quiet: wrk hangs up when it is done."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
