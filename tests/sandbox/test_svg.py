"""SVG is drawn, and cannot make the drawing process do anything else."""

import io

import pytest
from PIL import Image as Pillow

from blog.sandbox import calls
from blog.sandbox.refusals import Refusal, RefusedError
from blog.sandbox.svg import MAX_DEPTH, MAX_ELEMENTS, is_svg

NAMES = "xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'"
RECTANGLE = "<rect width='100%' height='100%' fill='#f00'/>"
TENFOLD = "".join(
    f"<g id='a{level}'>{f'<use xlink:href="#a{level - 1}"/>' * 10}</g>" for level in range(1, 10)
)


def svg(inner, size="width='400' height='200'"):
    return f"<svg {NAMES} {size}>{inner}</svg>".encode()


def drawn(data):
    return Pillow.open(io.BytesIO(calls.rewrite_image(data).content))


class TestDrawing:
    @pytest.mark.parametrize(
        ("size", "drawn_size"),
        [
            ("width='400' height='200'", (1600, 800)),
            ("viewBox='0 0 400 200'", (1600, 800)),
            ("width='100%' viewBox='0 0 4000 2000'", (1600, 800)),
            ("width='90px' height='20px'", (90, 20)),
            ("width='72pt' height='36pt'", (96, 48)),
            ("aria-label='a > b' width='1in' height='1.27cm'", (96, 48)),
            ("width='25.4mm' height='2.0em'", (96, 32)),
        ],
    )
    def test_has_a_size_for_its_kind(self, size, drawn_size):
        image = drawn(svg(RECTANGLE, size))

        assert (image.size, image.convert("RGB").getpixel((5, 5))) == (drawn_size, (255, 0, 0))

    def test_shows_words(self):
        plain, worded = (drawn(svg(RECTANGLE + text)) for text in ("", "<text x='20' y='90'>Tide</text>"))

        assert plain.tobytes() != worded.tobytes()

    @pytest.mark.parametrize(
        "data",
        [b"<svg/>", b"\xef\xbb\xbf<?xml version='1'?>\n<!-- a --><svg >", b"<!DOCTYPE svg><svg:svg>"],
    )
    def test_is_for_documents_that_begin_as_one(self, data):
        assert is_svg(data)
        assert not is_svg(b"<p>" + data)


class TestHostile:
    @pytest.mark.parametrize(
        "inner", ["<script>alert(1)</script>", "<a href='https://a.example'/>", TENFOLD[:0]]
    )
    def test_scripts_and_links_are_not_drawn(self, inner):
        assert drawn(svg(RECTANGLE + inner)).tobytes() == drawn(svg(RECTANGLE)).tobytes()

    @pytest.mark.parametrize(
        "inner",
        [
            "<image href='/etc/hostname'/>",
            "<image xlink:href='http://127.0.0.1:1/a.png'/>",
            "<filter><feImage href='a.png'/></filter>",
            "<use href='other.svg#a'/>",
            "<image href='data:image/svg+xml;base64,PHN2Zy8+'/>",
            f"<g id='a0'>{RECTANGLE}</g>{TENFOLD}",
            "<g>" * (MAX_DEPTH + 1) + "</g>" * (MAX_DEPTH + 1),
            "<g/>" * (MAX_ELEMENTS + 1),
            "<g>",
        ],
        ids=["file", "web", "filter", "use", "nested", "billions of nodes", "deep", "many", "open"],
    )
    def test_is_refused(self, inner):
        with pytest.raises(RefusedError) as caught:
            calls.rewrite_image(svg(inner))

        assert caught.value.code == Refusal.DAMAGED

    @pytest.mark.parametrize("size", ["width='0' height='0'", "viewBox='0 0 1 9000'"])
    def test_sizes_that_cannot_be_drawn_are_refused(self, size):
        with pytest.raises(RefusedError) as caught:
            calls.rewrite_image(svg("", size))

        assert caught.value.code == Refusal.DAMAGED

    def test_a_large_one_is_drawn_smaller(self):
        assert calls.rewrite_image(svg("", "width='99999' height='99999'")).width == 1600

    @pytest.mark.parametrize("value", ["'aaaa'", "SYSTEM 'file:///etc/hostname'"])
    def test_entities_are_refused(self, value):
        with pytest.raises(RefusedError):
            calls.rewrite_image(f"<!DOCTYPE svg [<!ENTITY a {value}>]>".encode() + svg("<text>&a;</text>"))
