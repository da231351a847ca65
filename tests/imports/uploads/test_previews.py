"""Previews of uploaded files with their images, opened only in the sandbox."""

import pytest

from blog.files import archives
from blog.files.folders import UnreadableError
from blog.imports.uploads.previews import preview_staged, staged_image
from blog.models import Article, Image
from blog.sandbox.refusals import RefusedError
from tests.support.images import image_bytes
from tests.support.import_files import write
from tests.support.staging import run_dry_run_job, stage

pytestmark = pytest.mark.django_db


def row(folder, **fields):
    """Check a zip of the folder; return the row of its first file."""
    run_dry_run_job(staged := stage(folder, **fields))
    return staged.files.first()


def show(row):
    return preview_staged(row, lambda address: f"/pictures/?of={address}")


class TestPreview:
    def test_it_has_the_fields_and_the_rendering(self, folder):
        write(folder, body="Water **comes**.\n")

        preview = show(row(folder, written_by="machine=Quill"))

        assert (preview.fields.title, preview.fields.generated_by) == ("Tides", "Quill")
        assert "<strong>comes</strong>" in preview.rendering.html
        assert not preview.refusal
        assert not Article.objects.exists()

    def test_only_uploaded_images_are_shown(self, folder):
        write(
            folder, "sea/tides.md", body="![A wave](../wave.png)\n\n![A gull](gull.png)\n", image="wave.png"
        )
        (folder / "wave.png").write_bytes(image_bytes())

        preview = show(row(folder))

        assert 'src="/pictures/?of=../wave.png"' in preview.rendering.html
        assert "gull.png" not in preview.rendering.html
        assert preview.hero == ""
        assert not Image.objects.exists()

    @pytest.mark.parametrize("image", ["wave.png", "https://pictures.example/wave.png"])
    def test_hero_image_has_a_url(self, folder, image):
        write(folder, image=image)
        (folder / "wave.png").write_bytes(image_bytes())

        assert show(row(folder)).hero in {"/pictures/?of=wave.png", "https://pictures.example/wave.png"}

    def test_rejected_file_shows_the_reason_and_line(self, folder):
        (folder / "broken.md").write_text("---\ntitle: [\n---\nText.\n")

        preview = show(row(folder))

        assert preview.refusal.startswith("line 3: ")
        assert preview.fields is None

    def test_the_archive_is_not_opened_in_this_process(self, folder, monkeypatch):
        write(folder)
        first = row(folder)
        monkeypatch.setattr(archives.zipfile, "ZipFile", None)

        assert show(first).fields.title == "Tides"

    def test_missing_files_are_rejected(self, folder):
        write(folder)
        first = row(folder)
        (first.staged_import.folder / "archive.zip").unlink()

        with pytest.raises(RefusedError):
            show(first)


class TestPicture:
    def test_it_equals_the_image_that_would_be_stored(self, folder):
        write(folder, "sea/tides.md")
        (folder / "wave.png").write_bytes(image_bytes())

        assert staged_image(row(folder), "../wave.png").extension == "png"

    @pytest.mark.parametrize("address", ["../../../etc/passwd", "/etc/passwd", "tides.md", "gull.png"])
    def test_other_files_are_not_served(self, folder, address):
        write(folder)

        with pytest.raises((RefusedError, UnreadableError)):
            staged_image(row(folder), address)
