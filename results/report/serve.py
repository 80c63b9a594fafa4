"""The live view: a server that shows the report, which is made anew while the run goes on.

It serves one page and reads no file that a request names.  On the loopback address it answers only requests
that name a loopback host, so that no page of the web can read it by a name of its own.  On any other address
a random token stands in the page's address, and without it every answer is 403.
"""

from __future__ import annotations

import gzip
import hmac
import ipaddress
import secrets
import socket
import sys
import threading
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from results.errors import ResultsError

LOOPBACK = "127.0.0.1"
NAMES = ("localhost", "127.0.0.1", "[::1]")
PATIENCE_S = 30.0  # for a request


@dataclass(frozen=True)
class ServedPage:
    """A page as it is sent.

    Attributes:
        packed: its bytes, compressed by gzip.
        version: its ETag.
    """

    packed: bytes
    version: str

    @classmethod
    def of(cls, html: str, version: str) -> ServedPage:
        """Return the page of a document."""
        return cls(gzip.compress(html.encode(), compresslevel=5, mtime=0), version)


class View:
    """The server of one page; it is open within a ``with`` block.

    Args:
        html: the page to begin with.
        version: of that page.
        host: the address to listen on.
        port: the port; 0 is a free one.

    Attributes:
        url: the address of the page, with the token if there is one.

    Raises:
        ResultsError: if the address cannot be listened on.
    """

    def __init__(self, html: str, version: str, host: str = LOOPBACK, port: int = 0) -> None:
        self._page = ServedPage.of(html, version)
        try:
            self._server = _server(host, port, self)
        except OSError as error:
            raise ResultsError(
                f"--host {host} --port {port} cannot be served: {error.strerror or error}; give another one"
            ) from error
        address = self._server.server_address[0]
        self.token = "" if _is_loopback(str(address)) else secrets.token_urlsafe(24)
        path = f"{self.token}/" if self.token else ""
        self.url = f"http://{_named(host)}:{self._server.server_address[1]}/{path}"
        self._thread = threading.Thread(target=self._server.serve_forever, name="live view", daemon=True)

    def __enter__(self) -> View:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def page(self) -> ServedPage:
        """The page of the moment."""
        return self._page

    def show(self, html: str, version: str) -> None:
        """Show another page from now on."""
        self._page = ServedPage.of(html, version)  # one assignment, so that no request sees half of it

    def refusal(self, host: str, path: str) -> HTTPStatus | None:
        """Return why a request has no page, by the host that it names and its path; None if it has one."""
        if not self.token:
            name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
            if name.lower() not in NAMES and not _is_loopback(name.strip("[]")):
                return HTTPStatus.FORBIDDEN
            return None if path == "/" else HTTPStatus.NOT_FOUND
        given, _, rest = path.lstrip("/").partition("/")
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            return HTTPStatus.FORBIDDEN
        return None if not rest else HTTPStatus.NOT_FOUND


def _server(host: str, port: int, view: View) -> ThreadingHTTPServer:
    """Return a server that listens."""
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
    kind = type("FamilyServer", (Server,), {"address_family": family})
    handler = type("ViewHandler", (Handler,), {"view": view})
    made: ThreadingHTTPServer = kind((host, port), handler)
    return made


class Server(ThreadingHTTPServer):
    """A server that does not speak of readers who leave."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print a traceback unless the connection has ended."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def _named(host: str) -> str:
    """Return the host as an address of the web has it; that of all addresses by the machine's name."""
    if host in ("0.0.0.0", "::", ""):
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


class Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD with the page, and everything else with a refusal."""

    view: View
    server_version, sys_version = "TuneGrid", ""
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE_S

    def do_GET(self) -> None:
        """Send the page, or that the browser has it already."""
        self._answer(body=True)

    def do_HEAD(self) -> None:
        """Send the page's headers, whose ETag tells whether there is another page."""
        self._answer(body=False)

    def do_POST(self) -> None:
        """Refuse it: nothing can be changed."""
        self.close_connection = True  # what was sent is not read
        refused = self.view.refusal(self.headers.get("Host", ""), urlsplit(self.path).path)
        status = refused or HTTPStatus.METHOD_NOT_ALLOWED
        headers = {"Content-Type": "text/plain", "Allow": "GET, HEAD", "Connection": "close"}
        self._send(status, f"{status.phrase}\n".encode(), headers, body=True)

    do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_POST

    def _answer(self, *, body: bool) -> None:
        refused = self.view.refusal(self.headers.get("Host", ""), urlsplit(self.path).path)
        if refused is not None:
            self._send(refused, f"{refused.phrase}\n".encode(), {"Content-Type": "text/plain"}, body=body)
            return
        page = self.view.page
        headers = {"ETag": f'"{page.version}"'}
        if self.headers.get("If-None-Match") == headers["ETag"]:
            self._send(HTTPStatus.NOT_MODIFIED, b"", headers, body=False)
            return
        headers |= {"Content-Type": "text/html; charset=utf-8", "Content-Encoding": "gzip"}
        self._send(HTTPStatus.OK, page.packed, headers, body=body)

    def _send(self, status: HTTPStatus, content: bytes, headers: dict[str, str], *, body: bool) -> None:
        self.send_response(status)
        always = {
            "Content-Length": str(len(content)),
            "Cache-Control": "no-cache",  # the browser asks each time, and may be told that it has it
            "Referrer-Policy": "no-referrer",  # the address may hold the token
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Frame-Options": "DENY",
        }
        for name, value in (always | headers).items():
            if status != HTTPStatus.NOT_MODIFIED or name != "Content-Length":
                self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing: the address may hold the token."""
