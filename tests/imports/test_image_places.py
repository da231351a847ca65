"""The images of a source are found next to texts, in static folders, and by name in a vault."""

from types import SimpleNamespace

import pytest

from blog.files.folders import UnreadableError
from blog.imports.addresses import find_addresses
from blog.imports.image_places import ImagePlaces, NoStaticRootError
from blog.imports.report import ImportOptions
from blog.imports.sources import PreparedFile, find_source
from tests.support.staging import zip_folder

TEXT = "content/posts/tides.md"


@pytest.fixture
def site(tmp_path):
    add(tmp_path, f"site/{TEXT}")
    return tmp_path / "site"


def add(folder, *paths):
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("x")


def locate(place, address, text=TEXT, body="", static_root=None):
    """Return the path of the file that is found, with the folder or archive."""
    source = find_source(place, "")
    places = ImagePlaces(source, static_root, find_addresses(source, ImportOptions()))
    base, path = places.locate(address, PreparedFile(text, fields=SimpleNamespace(body=body)))
    return base / path


class TestLocate:
    @pytest.mark.parametrize(
        ("address", "path"),
        [
            ("x.png", "content/posts/x.png"),
            ("../x.png", "content/x.png"),
            ("x.png", "content/posts/tides/x.png"),
            ("img/x.png", "static/img/x.png"),
            ("../../../img/x.png", "static/img/x.png"),
            ("/img/x.png?v=2#top", "static/img/x.png"),
            ("/img/x%20y.png", "public/img/x y.png"),
            ("/img/x.png", "src/assets/img/x.png"),
            ("/assets/x.png", "assets/x.png"),
            ("@site/static/x.png", "static/x.png"),
            ("{static}/img/x.png", "content/img/x.png"),
            ("{attach}x.png", "content/posts/x.png"),
            ("{filename}/img/x.png", "content/img/x.png"),
        ],
    )
    def test_next_to_the_text_and_in_static_folders(self, site, tmp_path, address, path):
        add(site, path)
        zip_folder(site, tmp_path / "site.zip")

        assert locate(site, address) == site / path
        assert locate(tmp_path / "site.zip", address) == tmp_path / "site.zip" / path

    def test_the_given_folder_comes_first(self, site, tmp_path):
        (site / "hugo.toml").write_text("baseURL = 'https://example.org'\n")
        add(tmp_path, "given/x.png", "site/static/x.png", "site/static/y.png")

        assert locate(site, "/x.png", static_root=tmp_path / "given") == tmp_path / "given/x.png"
        assert locate(site, "/y.png", static_root=tmp_path / "given") == site / "static/y.png"

    def test_an_embed_finds_the_only_file_with_its_name(self, site):
        add(site, "files/Sea view.png", "files/a/two.png", "files/b/two.png", "files/.trash/one.png")

        assert locate(site, "sea%20view.png", body="![[sea view.png]]") == site / "files/Sea view.png"
        assert locate(site, "a/two.png", body="![[a/two.png|200]]") == site / "files/a/two.png"
        with pytest.raises(UnreadableError, match="several"):
            locate(site, "two.png", body="![[two.png]]")
        with pytest.raises(UnreadableError):
            locate(site, "one.png", body="![[one.png]]")
        with pytest.raises(UnreadableError):
            locate(site, "Sea%20view.png", body="![](Sea%20view.png)")

    def test_a_text_in_its_own_folder_has_images_in_folders_below(self, site):
        text = "content/posts/ebb/index.md"
        add(site, "content/posts/ebb/raw/x.png", "content/posts/ebb/raw/y.png", "content/posts/ebb/web/y.png")

        assert locate(site, "x.png", text) == site / "content/posts/ebb/raw/x.png"
        for address, other in (("y.png", text), ("x.png", "content/posts/index.txt.md"), ("x.png", TEXT)):
            with pytest.raises(UnreadableError):
                locate(site, address, other)

    def test_nothing_outside_the_site_is_found(self, site, tmp_path):
        (site / "hugo.toml").write_text('baseURL = "/"\nstaticDir = ["../other", "linked"]\n')
        add(tmp_path, "other/x.png", "x.png")
        (site / "linked").symlink_to(tmp_path / "other")
        (site / "static").symlink_to(tmp_path / "other")
        (site / "content/posts/x.png").symlink_to(tmp_path / "x.png")

        for address in (
            "/x.png",
            "../x.png",
            "x.png",
            "../../../x.png",
            "/../x.png",
            "@site/../x.png",
            "img/../../x.png",
        ):
            for place, text in ((site, TEXT), (site / "content", "posts/tides.md")):
                with pytest.raises(UnreadableError):
                    locate(place, address, text, body=f"![[{address}]]")

    def test_a_path_from_the_root_needs_a_root(self, site):
        with pytest.raises(NoStaticRootError):
            locate(site, "/x.png")
