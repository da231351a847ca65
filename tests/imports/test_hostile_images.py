"""Hostile images next to an article are rejected or rewritten."""

import io

import pytest
from django.core.files.storage import default_storage
from PIL import Image as Pillow

from blog.models import Article, Image
from tests.support.images import image_bytes
from tests.support.import_files import run, write

pytestmark = pytest.mark.django_db

SCRIPT = b"<script>alert(1)</script>"


SVG = b"<svg xmlns='http://www.w3.org/2000/svg'>" + SCRIPT + b"</svg>"
# More is refused in tests/images/test_files.py and test_limits.py.
REFUSED = {
    "a page by another name": ("page.jpg", b"<!doctype html>" + SCRIPT),
    "half a picture": ("half.png", image_bytes(size=(300, 300))[:200]),
}
REWRITTEN = {
    "SVG by another name": ("drawing.png", SVG),
    "a page behind a picture": ("tide.gif", image_bytes("GIF") + SCRIPT),
    "an archive behind a picture": ("tide.jpg", image_bytes("JPEG") + b"PK\x03\x04" + SCRIPT),
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
