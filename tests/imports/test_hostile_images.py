"""Hostile images next to an article are rejected or rewritten."""

import io
import struct
import zlib

import pytest
from django.core.files.storage import default_storage
from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from blog.models import Article, Image
from tests.support.images import image_bytes
from tests.support.import_files import run, write

pytestmark = pytest.mark.django_db

SCRIPT = b"<script>alert(1)</script>"


def png_of(width, height):
    """Return a small PNG that says it is of this size."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def text_of_png(text):
    info = PngInfo()
    info.add_text("Comment", text)
    return info


def many_frames(count):
    frames = [Pillow.new("1", (1, 1), number % 2) for number in range(count)]
    output = io.BytesIO()
    frames[0].save(output, "GIF", save_all=True, append_images=frames[1:], duration=20)
    return output.getvalue()


REFUSED = {
    "a bomb of pixels": ("bomb.png", png_of(40_000, 40_000)),
    "a line too long": ("line.png", png_of(12_001, 1)),
    "too many frames": ("film.gif", many_frames(502)),
    "SVG of another file": ("drawing.svg", b"<svg><image href='/a.png'/></svg>"),
    "a page by another name": ("page.jpg", b"<!doctype html>" + SCRIPT),
    "a picture's first bytes before a page": ("page.gif", b"GIF89a" + SCRIPT),
    "a program": ("run.png", b"#!/bin/sh\nreboot\n"),
    "half a picture": ("half.png", image_bytes(size=(300, 300))[:200]),
    "PostScript": ("print.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"),
}
REWRITTEN = {
    "SVG": ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>"),
    "SVG by another name": ("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>"),
    "a page behind a picture": ("tide.gif", image_bytes("GIF") + SCRIPT),
    "an archive behind a picture": ("tide.jpg", image_bytes("JPEG") + b"PK\x03\x04" + SCRIPT),
    "a page in a picture's text": ("tide.png", image_bytes("PNG", pnginfo=text_of_png(SCRIPT.decode()))),
    "a comment in a picture": ("tide.jpeg", image_bytes("JPEG", comment=SCRIPT)),
    "a picture of another format than its name": ("tide.webp", image_bytes("PNG") + SCRIPT),
    "a name that ends like a page": ("tide.html", image_bytes("PNG") + SCRIPT),
}


@pytest.mark.parametrize(("name", "data"), REFUSED.values(), ids=REFUSED)
class TestRefused:
    def test_as_hero_image_and_in_the_body_with_a_reason(self, folder, name, data):
        (folder / name).write_bytes(data)
        write(folder, image=name, body=f"![The tide]({name})\n")

        (report,) = run(folder)

        assert report.outcome == "created"
        assert any("not shown" in warning for warning in report.warnings)
        assert "<img" not in Article.objects.get().body_html
        assert "The tide" in Article.objects.get().body_html
        assert not Image.objects.exclude(file="").exists()
        assert not default_storage.exists("images")


@pytest.mark.parametrize(("name", "data"), REWRITTEN.values(), ids=REWRITTEN)
class TestRewritten:
    def test_only_the_image_is_stored_under_a_generated_name(self, folder, client, name, data):
        (folder / name).write_bytes(data)
        write(folder, image=name)

        run(folder)

        stored = Image.objects.get().file
        with stored.open() as file:
            content = file.read()
        assert SCRIPT not in content
        extension = Pillow.open(io.BytesIO(content)).format.lower().replace("jpeg", "jpg")
        assert stored.name.endswith(f".{extension}")

        response = client.get(stored.url)

        assert b"".join(response) == content
        assert response["Content-Type"].startswith("image/")
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response["X-Content-Type-Options"] == "nosniff"
