"""Images and linked files: found where a configuration says, and written for a generator."""

import pytest

from blog.extensions.generators.export.writing import export_for
from blog.imports.report import StatusRule
from blog.imports.uploads.previews import staged_image
from blog.models import LinkedFile, StagedFile
from tests.imports.test_image_places import TEXT, add, locate
from tests.imports.test_linked_files import LINK, PDF
from tests.imports.uploads.test_previews import row, show
from tests.support.images import image_bytes
from tests.support.import_files import run, write

pytestmark = pytest.mark.django_db


def test_in_the_static_folders_of_the_configuration(tmp_path):
    site = tmp_path / "site"
    add(site, TEXT)
    (site / "hugo.toml").write_text('baseURL = "https://example.org/blog"\nstaticDir = ["one", "two"]\n')
    add(site, "one/a.png", "two/a.png", "two/b.png")

    assert locate(site / "content", "/a.png", "posts/tides.md") == site / "one/a.png"
    assert locate(site / "content", "/b.png", "posts/tides.md") == site / "two/b.png"
    assert locate(site / "content", "/blog/b.png", "posts/tides.md") == site / "two/b.png"
    assert locate(site / "content", "../../two/b.png", "posts/tides.md") == site / "two/b.png"


def test_images_are_found_where_the_configuration_says(folder):
    (folder / "docusaurus.config.js").write_text(
        "export default { url: 'https://old.example', baseUrl: '/sea/', staticDirectories: ['files'] };"
    )
    write(folder, "blog/tides.md", body="![A wave](/sea/img/wave.png)\n")
    (folder / "files/img").mkdir(parents=True)
    (folder / "files/img/wave.png").write_bytes(image_bytes())

    preview = show(row(folder))

    assert 'src="/pictures/?of=/sea/img/wave.png"' in preview.rendering.html
    assert staged_image(StagedFile.objects.first(), "/sea/img/wave.png").content


def test_folder_for_a_generator_has_the_files(folder, tmp_path):
    write(folder, body=LINK)
    (folder / "files").mkdir()
    (folder / "files/Report 2026.pdf").write_bytes(PDF)
    run(folder, status=StatusRule.PUBLISHED)

    report = export_for("hugo", tmp_path / "out")

    row = LinkedFile.objects.get()
    assert (tmp_path / "out/static/media" / row.file.name).read_bytes() == PDF
    assert any(f"/media/{row.file.name}" in path.read_text() for path in (tmp_path / "out").rglob("*.md"))
    assert report.images == 0
