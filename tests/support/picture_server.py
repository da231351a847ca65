"""A local image server, and a fetcher that resolves all host names to it."""

import ssl
import subprocess
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from blog.files.remote.fetcher import Fetcher, Limits, Rules

LOCALHOST = "127.0.0.1"


class PictureServer:
    """Image server with responses in pages, {path: (status, headers, body)}, and requested paths in asked."""

    def __init__(self, port: int, scheme: str = "http"):
        self.port = port
        self.scheme = scheme
        self.pages = {}
        self.asked = []
        self.posted = []  # (path, Content-Type, body)
        self.hosts = []
        self.at_once = self.most_at_once = 0
        self.seconds = 0.0  # delay before each response
        self.trickled = 0  # bytes sent of the slow part
        self.slow_part = ""  # "head" or "body", sent at a byte per 50 ms
        self.lock = threading.Lock()

    def address(self, path: str, host: str = "pictures.example") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    def put(self, path, body=b"", status=200, **headers):
        self.pages[path] = (status, headers, body)

    def redirect(self, path, to):
        self.put(path, status=302, Location=to)

    def fetcher(self, *, resolve=None, tls=None, **limits) -> Fetcher:
        """Return a fetcher that resolves all names to this server and treats its IP address as public."""
        rules = Rules(http=self.scheme == "http", test_hosts=frozenset({(LOCALHOST, self.port)}))
        resolve = resolve or (lambda host, port: [LOCALHOST])
        return Fetcher(rules, limits=Limits(**limits), resolve=resolve, tls=tls)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        pictures = self.server.pictures
        with pictures.lock:
            pictures.asked.append(self.path)
            pictures.hosts.append(self.headers["Host"])
            pictures.at_once += 1
            pictures.most_at_once = max(pictures.most_at_once, pictures.at_once)
        time.sleep(pictures.seconds)
        with pictures.lock:  # before the answer: once it has arrived, the client sends its next request
            pictures.at_once -= 1
        with suppress(OSError):  # the client has disconnected
            self._answer(pictures)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.pictures.posted.append((self.path, self.headers["Content-Type"], body))
        with suppress(OSError):  # the client does not read the answer
            self._answer(self.server.pictures)

    def _answer(self, pictures):
        status, headers, body = pictures.pages.get(self.path, (404, {}, b""))
        lines = [
            f"HTTP/1.1 {status} Said",
            *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        ]
        if not any(name.lower() in {"content_length", "transfer_encoding"} for name in headers):
            lines.append(f"Content-Length: {len(body)}")
        for part, content in (("head", "\r\n".join([*lines, "", ""]).encode()), ("body", body)):
            if part == pictures.slow_part:
                self._trickle(content)
            else:
                self.wfile.write(content)

    def _trickle(self, content):
        for byte in content:
            self.wfile.write(bytes([byte]))
            self.server.pictures.trickled += 1
            time.sleep(0.05)

    def log_message(self, *arguments):
        pass


@contextmanager
def picture_server(certificate=None):
    """Yield a running PictureServer, over HTTPS if there is a certificate (a file with its key)."""
    server = ThreadingHTTPServer((LOCALHOST, 0), _Handler)
    server.daemon_threads = True
    server.block_on_close = False
    server.handle_error = lambda *arguments: None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.pictures = PictureServer(server.server_port, "https" if certificate else "http")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.pictures
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def make_certificate(folder, name: str):
    """Make a self-signed certificate for this host name. Return its file, which includes the key."""
    file = folder / f"{name}.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ]
    command += ["-keyout", file, "-out", f"{file}.crt", "-days", "2", "-subj", f"/CN={name}"]
    subprocess.run([*command, "-addext", f"subjectAltName=DNS:{name}"], check=True, capture_output=True)  # noqa: S603 -- OpenSSL
    with file.open("ab") as pem, open(f"{file}.crt", "rb") as certificate:
        pem.write(certificate.read())
    return file
