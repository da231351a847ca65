"""Pages of a hostile web server, made from a number, and the server.

Each page is (head of the answer with its blank line, chunks of the body, seconds between the chunks).
"""

import gzip
import random
import socketserver
import threading
import time
import zlib
from contextlib import contextmanager, suppress

LOCALHOST = "127.0.0.1"
MEGABYTE = 1024 * 1024
PRIVATE = (
    *(
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://[::1]:{port}/",
        "http://0.0.0.0:{port}/",
    ),
    *("http://2130706433/", "http://0x7f.1/", "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/"),
    *("http://192.168.1.1/", "http://inner.example/", "file:///etc/passwd", "ftp://127.0.0.1/", "//127.1/"),
    *(
        "http://user@127.0.0.1/",
        "http://pages.example@127.0.0.1/",
        "http://[::ffff:127.0.0.1]/",
        "gopher://x",
    ),
)


def page_of(number: int, port: int):
    """Return the page with this number. port: of a server that must never be asked."""
    chance = random.Random(number)  # noqa: S311 -- the same pages in each run
    kinds = (
        *(nested, long_line, bomb, charset, pdf, redirect, private, slow, broken),
        *(table, entities, unclosed, noise, words, robots),
    )
    return kinds[number % len(kinds)](chance, port)


def answer(body=b"", kind="text/html", status=200, pause=0.0, **headers):
    headers = {"Content-Type": kind, "Content-Length": len(body)} | headers
    lines = [
        f"HTTP/1.1 {status} Said",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "replace"), [body], pause


def nested(chance, port):
    tag = chance.choice(["div", "b", "table><tr><td", "ul><li", "blockquote", "a", "svg", "select", "form"])
    return answer(f"<{tag}>".encode() * chance.choice([1000, 20_000, 120_000]) + b"In 1944")


def long_line(chance, port):
    word = chance.choice([b"x", b"In 1944 ", b"a.", b"1,", b"\xe3\x81\x82", b"(", b"Mr. ", b"\xe2\x80\x9c"])
    size = chance.choice([MEGABYTE // 4, 2 * MEGABYTE - 100, 5 * MEGABYTE])
    return answer(word * (size // len(word)), chance.choice(["text/plain", "text/html"]))


def bomb(chance, port):
    zeros = b"0" * (64 * MEGABYTE)
    packed = gzip.compress(zeros, 1) if chance.random() < 0.5 else zlib.compress(zeros, 1)
    return answer(packed, Content_Encoding=chance.choice(["gzip", "deflate", "br", "gzip, gzip", "identity"]))


def charset(chance, port):
    name = chance.choice(
        ["utf-16", "utf-7", "zlib", "base64", "unicode_escape", "idna", "x" * 99, "\x00", "rot13"]
    )
    body = chance.randbytes(20_000) if chance.random() < 0.5 else b'<meta charset="hex">In 1944' * 500
    return answer(body, f'text/html; charset="{name}"')


def pdf(chance, port):
    packed = zlib.compress(b"BT (In 1944) Tj ET\n" * 3_000_000, 9)
    objects = chance.choice(
        [
            b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[2 0 R]/Count 9>>endobj ",
            b"1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj ",
            b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
            b"3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R>>endobj 4 0 obj<</Filter/FlateDecode/Length "
            + b"%d>>stream\n%b\nendstream endobj "
            % (len(packed), packed),
            b"1 0 obj 1 0 R endobj ",
            b"1 0 obj" + b"[" * 50_000,
            b"1 0 obj<</Type/ObjStm/First 5/N 99999999/Length 3>>stream\n1 0\nendstream endobj ",
        ]
    )
    tail = chance.choice(
        [b"trailer<</Root 1 0 R/Size 5>>startxref 9 %%EOF", b"xref\n0 99999999\ntrailer<</Prev 9>>"]
    )
    return answer(b"%PDF-1.7\n" + objects + tail, "application/pdf")


def redirect(chance, port):
    to = chance.choice(
        ["/again/{}", "?{}", "//loop.example/{}", "https://x.example:99999/{}", "http://%zz/{}", ""]
    )
    return answer(status=chance.choice([301, 302, 303, 307, 308]), Location=to.format(chance.random()))


def private(chance, port):
    return answer(status=302, Location=chance.choice(PRIVATE).format(port=port))


def slow(chance, port):
    head, _body, _pause = answer(b"x" * 100)
    return (
        (head, [b"x"] * 100, 0.05) if chance.random() < 0.5 else (b"", [bytes([byte]) for byte in head], 0.05)
    )


def broken(chance, port):
    heads = [
        *(b"", b"\xff" * 100, b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 5000, b"HTTP/9.9 999 x\r\n\r\n"),
        *(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\n", b"HTTP/1.1 -5 x\r\n\r\n"),
        *(
            b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx",
            b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\nx",
        ),
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
        + b"1\r\nx\r\n" * 50_000,
    ]
    return chance.choice(heads), [], 0.0


def table(chance, port):
    size = chance.choice([100, 50_000])
    row = b"<tr><td colspan=999999 rowspan=99999>" + b"<td>1" * 20
    return answer(b"<table>" + row * (size // 20) + b"</table>")


def entities(chance, port):
    return answer(
        chance.choice([b"&#x41;", b"&amp", b"&#99999999999;", b"&", b"&CounterClockwiseContourIntegral;"])
        * 90_000
    )


def unclosed(chance, port):
    piece = chance.choice(
        [b"<!--", b"<![CDATA[", b"<script>", b"<p title='", b"<p a=", b"<", b"</", b"<title>", b"<?x", b"\0"]
    )
    return answer(piece * chance.choice([1, 100_000]) + b"In 1944")


def noise(chance, port):
    kind = chance.choice(
        ["text/html", "application/pdf", "image/png", "", "text/" + "x" * 500, "multipart/mixed"]
    )
    return answer(chance.randbytes(chance.choice([0, 1000, 300_000])), kind)


def words(chance, port):
    pieces = [
        "In 1944",
        "85 %",
        "“",
        "”",
        "Ryan Day",
        "§ 5",
        "1,000,000",
        "million",
        " said ",
        ". ",
        "\n\n",
        "…",
        "$5",
    ]
    return answer(" ".join(chance.choices(pieces, k=chance.choice([100, 60_000]))).encode(), "text/plain")


def robots(chance, port):
    lines = chance.choice(
        [b"User-agent: *\n", b"Disallow: /%%\n", b"Allow: " + b"*" * 5000 + b"\n", b"\xff\n", b"\0"]
    )
    return answer(lines * chance.choice([1, 20_000]), "text/plain")


class _Handler(socketserver.StreamRequestHandler):
    def handle(self):
        with suppress(OSError, ValueError, IndexError):
            path = self.rfile.readline(5000).split(b" ")[1].decode()
            while self.rfile.readline(5000).strip():
                pass
            number = (
                int(path.strip("/").partition("/")[0].partition("?")[0] or 0) if path[1:2].isdigit() else 5
            )
            if path == "/robots.txt":
                is_hostile = self.server.served % 20 == 0
                head, chunks, pause = robots(self.server.chance, 0) if is_hostile else answer(status=404)
            else:
                head, chunks, pause = page_of(number, self.server.private_port)
            self.server.served += 1
            self.wfile.write(head)
            for chunk in chunks:
                self.wfile.write(chunk)
                time.sleep(pause)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads, block_on_close, allow_reuse_address, request_queue_size = True, False, True, 50

    def handle_error(self, *arguments):
        pass


@contextmanager
def hostile_server(private_port: int):
    """Yield a running server; its port is server.server_address[1]."""
    with _Server((LOCALHOST, 0), _Handler) as server:
        server.private_port, server.served = private_port, 0
        server.chance = random.Random(0)  # noqa: S311
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
