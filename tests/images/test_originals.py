"""Originals of imported images: exports write the bytes that came in, and nothing else shows them."""

import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile

from blog.exports.articles import export_articles
from blog.images.files import store_file
from blog.images.originals import delete_unused_originals, original_storage
from blog.imports.report import ImportOptions, StatusRule
from blog.imports.run import import_articles
from blog.models import Article, Image
from tests.support.images import image_bytes

pytestmark = pytest.mark.django_db

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><script>steal()</script></svg>'


def photograph(description):
    """Return a JPEG with this text in its metadata, which the stored image does not have."""
    return image_bytes("JPEG", exif=b"Exif\0\0" + description.encode(), comment=description)


def put(folder, files):
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def kept():
    return [path for path in Path(settings.ORIGINAL_ROOT).rglob("*") if path.is_file()]


def age(days=2):
    for path in kept():
        os.utime(path, (path.stat().st_mtime - days * 86_400,) * 2)


class TestExport:
    @pytest.fixture
    def files(self, tmp_path):
        files = {
            "posts/a.md": b"---\ntitle: A\nimage: hero.jpg\n---\nOne. ![x](/img/map.svg)\n",
            "posts/hero.jpg": photograph("home"),
            "posts/deep/b.md": b"---\ntitle: B\n---\nTwo. ![y](hero.jpg) ![x](/img/map.svg)\n",
            "posts/deep/hero.jpg": photograph("work"),
            "posts/img/map.svg": DRAWING,
        }
        put(tmp_path, files)
        import_articles([tmp_path / "posts"], ImportOptions(status=StatusRule.PUBLISHED))
        return {name.removeprefix("posts/"): data for name, data in files.items()}

    def test_writes_the_imported_bytes(self, tmp_path, files):
        report = export_articles(tmp_path / "out")

        out = {
            path.relative_to(tmp_path / "out").as_posix(): path for path in (tmp_path / "out").rglob("*.*")
        }
        assert {name: path.read_bytes() for name, path in out.items()} == files
        assert report.images_changed == 0

    def test_writes_and_counts_stored_images_without_an_original(self, tmp_path, files):
        Image.objects.update(original="")

        report = export_articles(tmp_path / "out")

        assert report.images == report.images_changed == 3
        assert b"home" not in (tmp_path / "out/hero.jpg").read_bytes()

    def test_is_the_same_on_a_site_made_from_it(self, tmp_path, files):
        export_articles(tmp_path / "posts2")
        Article.objects.all().delete()
        Image.objects.all().delete()

        import_articles([tmp_path / "posts2"], ImportOptions())
        export_articles(tmp_path / "out")

        for name, data in files.items():
            assert (tmp_path / "out" / name).read_bytes() == data

    def test_writes_the_file_that_replaced_an_image(self, tmp_path, files):
        image = Image.objects.get(source="/img/map.svg")
        image.is_replaced, image.original = True, ""
        image.save()

        assert export_articles(tmp_path / "out").images_changed == 0
        assert (tmp_path / "out/img/map.svg").read_bytes() != DRAWING


class TestKeeping:
    def put_one(self, tmp_path, **options):
        put(tmp_path, {"a.md": b"---\ntitle: A\n---\nOne. ![x](x.svg)\n", "x.svg": DRAWING})
        import_articles([tmp_path], ImportOptions(**options))

    def test_no_other_user_can_read_originals(self, tmp_path):
        self.put_one(tmp_path)

        [original] = kept()
        assert stat.S_IMODE(original.stat().st_mode) == 0o600
        assert stat.S_IMODE(original.parent.stat().st_mode) == 0o700
        assert Path(settings.MEDIA_ROOT) not in original.parents

    def test_dry_run_keeps_none(self, tmp_path):
        self.put_one(tmp_path, dry_run=True)

        assert not kept()

    def test_image_that_re_encoding_leaves_unchanged_is_stored_once(self, tmp_path):
        self.put_one(tmp_path)
        with Image.objects.get().file.open() as file:
            clean = file.read()
        put(tmp_path, {"b.md": b"---\ntitle: B\n---\nTwo. ![x](clean.png)\n", "clean.png": clean})
        import_articles([tmp_path], ImportOptions())

        assert len(kept()) == 1

    def test_next_import_adds_the_original_of_an_earlier_release(self, tmp_path):
        self.put_one(tmp_path)
        Image.objects.update(original="")
        put(tmp_path, {"b.md": b"---\ntitle: B\n---\nTwo. ![x](x.svg)\n"})

        import_articles([tmp_path], ImportOptions())

        assert [image.original for image in Image.objects.all()] == [kept()[0].name]

    def test_two_originals_of_the_same_stored_image_are_both_kept(self, tmp_path):
        for number, words in enumerate(["home", "work"]):
            folder = tmp_path / f"site-{number}"
            put(
                folder,
                {"a.md": b"---\ntitle: A\n---\n![x](x.jpg) " + words.encode(), "x.jpg": photograph(words)},
            )
            import_articles([folder], ImportOptions())

        assert len({image.file.name for image in Image.objects.all()}) == 1
        assert {image.original for image in Image.objects.all()} == {path.name for path in kept()}
        assert len(kept()) == 2

    def test_an_original_stays_one_image_if_it_is_encoded_differently_today(self, tmp_path):
        text = "---\ntitle: A\nimage: x.svg\n---\nOne. ![x](x.svg)\n"
        put(tmp_path, {"a.md": text.encode(), "x.svg": DRAWING})
        import_articles([tmp_path], ImportOptions())
        Image.objects.update(file=store_file(image_bytes()).name)
        put(tmp_path, {"a.md": text.replace("One", "Two").encode()})

        import_articles([tmp_path], ImportOptions())

        assert Article.objects.get().body.startswith("Two")
        assert Image.objects.get() == Article.objects.get().hero_image

    def test_originals_without_an_image_are_deleted_after_a_day(self, tmp_path):
        self.put_one(tmp_path)
        age()
        delete_unused_originals()
        assert kept()

        Article.objects.all().delete()
        Image.objects.all().delete()
        put(tmp_path, {"b.md": b"---\ntitle: B\n---\nTwo. ![x](y.jpg)\n", "y.jpg": photograph("new")})
        import_articles([tmp_path / "b.md"], ImportOptions())
        Image.objects.all().update(original="")

        delete_unused_originals()
        assert len(kept()) == 1  # the new one

    def test_originals_in_a_bucket_are_kept_from_a_new_database(self, bucket, monkeypatch):
        monkeypatch.setattr("blog.images.originals.RETENTION", timedelta(-1))
        original_storage().save("ab/abcd", ContentFile(b"1"))
        image = Image.objects.create(source="https://img.example/a.png", original="")

        delete_unused_originals()
        assert original_storage().exists("ab/abcd")

        Image.objects.filter(pk=image.pk).update(original="f" * 64)
        delete_unused_originals()
        assert not original_storage().exists("ab/abcd")
