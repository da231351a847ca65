"""A restored site equals the one that was backed up, row by row and page by page."""

import itertools
import json
import shutil
import subprocess
import zipfile
from contextlib import ExitStack, closing

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from blog.extensions.backups.archive import BackupError
from blog.extensions.backups.files import named_files
from blog.extensions.backups.manifest import check_rows, new_manifest
from blog.extensions.backups.restore import check_compatible, check_empty, check_migrations, is_older
from blog.extensions.backups.rows import stored_fields, stored_models
from blog.models import LinkedFile, Message
from tests.support.databases import TemporarySite
from tests.support.durations import BACKUPS_OF_A_BUSY_SITE
from tests.support.factories import create_article, create_image
from tests.support.images import image_bytes
from tests.support.servers import wait_until

# Also rows that no screen shows: a deleted article, whose key must not be given again.
FILL = """
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from blog.models import Image, Job, Passkey, Redirect, SecondStepRule
from blog.desk.second_step import codes, factors
from blog.review.approval import approve
from blog.documents.image_words import Credit
from tests.support.factories import create_article, create_author, create_category, create_page
editor = User.objects.create_user("ada", "ada@example.org", "pw12345pw")
editor.groups.add(Group.objects.get(name="Editor"))
call_command("import_articles", {folder!r}, status="published", verbosity=0)
author = create_author("Ada Lovelace", user=editor)
articles = [create_article(title=f"Tide {{n}} ≈ 潮", body="Long words. " * n * 40, authors=[author],
    categories=[create_category(f"Sea {{n}}")], hero_image=Image.objects.first()) for n in range(1, 4)]
articles[0].hero_credit = Credit("Ada", "https://example.org/", "")
articles[0].save()
articles[0].refresh_from_db()
approve(articles[0], editor, articles[0].words_digest)
Redirect.objects.create(path="/old/", article=articles[1])
Job.objects.create(kind="mirror_images", arguments={{"a": [1, None, "é"]}}, started_by=editor)
create_page(title="About")
factors.add_code_app(editor, codes.new_secret(), step=1)
factors.make_recovery_codes(editor)
Passkey.objects.create(user=editor, name="Key", credential_id="a", public_key=bytes(range(256)))
SecondStepRule.objects.create().groups.add(Group.objects.get(name="Editor"))
create_article().delete()
"""
# All rows, the digest of each page, and the key of a new article.
LOOK = """
import hashlib, io, json
from django.core.management import call_command
from django.test import Client
from blog.models import Article
from tests.support.factories import create_article
rows, pages = io.StringIO(), []
call_command("dumpdata", exclude={excluded}, stdout=rows)
paths = ["/", "/feeds/atom.xml", "/sitemap.xml", "/archive/", "/about/", "/old/", "/search/?q=tide"]
paths += [article.get_absolute_url() for article in Article.objects.order_by("pk")]
for path in paths:
    response = Client().get(path)
    digest = hashlib.sha256(response.content).hexdigest()
    pages.append([path, response.status_code, response.headers.get("Location"), digest])
print(json.dumps({{"rows": json.loads(rows.getvalue()), "pages": pages, "key": create_article().pk}}))
"""
WRITE = """
import itertools, os, pathlib
from django.db import transaction
from blog.models import Author, Category
for number in itertools.count():
    name = f"{writer} {{number}}"
    with transaction.atomic():
        Author.objects.create(name=name, slug=f"a-{writer}-{{number}}")
        Category.objects.create(name=name, slug=f"c-{writer}-{{number}}")
    pathlib.Path({file!r} + ".draft").write_text(name)
    os.replace({file!r} + ".draft", {file!r})
"""
REPLACING = "blog.0001_initial"
REPLACED = {".".join(key) for key in MigrationLoader(None).disk_migrations["blog", "0001_initial"].replaces}
EXCLUDED = ["sessions", "blog.Worker", "blog.Presence", "blog.StagedFile"]


@pytest.fixture
def posts(folder):
    (folder / "tide.jpg").write_bytes(image_bytes("JPEG", comment=b"Not kept in the stored image"))
    head = "---\ntitle: Ebb\naliases: [/ebb-old/]\ntags: [sea]\n---\n"
    (folder / "ebb.md").write_text(head + "![A tide](tide.jpg)\n\n“So it is,” said Ada Bell.\n")
    head = "---\ntitle: Flow\ndate: 2025-03-01\n---\n"
    (folder / "flow.md").write_text(head + "In 1999, 40 % of it.\n" + "More. " * 400)
    return folder


def output(site, *arguments) -> str:
    process = site.fork(*arguments, stdout=subprocess.PIPE, text=True)
    said = process.communicate(120)[0]
    assert process.returncode == 0
    return said


def look(site) -> dict:
    return json.loads(output(site, "shell", "--no-imports", "--command", LOOK.format(excluded=EXCLUDED)))


@pytest.fixture
def sites(new_site, migrated_data, tmp_path):
    """A site on the tests' database, one on SQLite if that is PostgreSQL, and one more on the first kind."""
    with ExitStack() as stack:
        folders = [tmp_path / name for name in ("first", "between", "last")]
        for folder in folders:
            folder.mkdir()
        first = stack.enter_context(new_site(folders[0]))
        last = stack.enter_context(new_site(folders[2]))
        if connection.vendor == "sqlite":
            yield [first, last]
            return
        shutil.copytree(migrated_data, folders[1] / "data")
        between = TemporarySite(folders[1], f"sqlite:///{folders[1] / 'data/db.sqlite3'}", None)
        with closing(between):
            yield [first, between, last]


@pytest.mark.both_databases
class TestRestore:
    def test_rows_pages_files_and_next_key_are_the_same(self, sites, posts, tmp_path):
        assert sites[0].start_script(FILL.format(folder=str(posts))).wait(120) == 0
        for number, (site, following) in enumerate(itertools.pairwise(sites)):
            file = tmp_path / f"{number}.zip"
            assert site.fork("backup", file).wait(60) == 0
            assert "compared with the backup" in output(following, "restore", file)

        assert sites[-1].fork("restore", file).wait(60) == 1  # it has content
        before, after = look(sites[0]), look(sites[-1])
        assert len(before["rows"]) > 200
        assert after == before
        assert stored_files(tmp_path / "first/data") == stored_files(tmp_path / "last/data")


def stored_files(data) -> dict:
    """Return {path: content} of images and originals, of which there are both."""
    paths = [*data.glob("media/images/*/*"), *data.glob("originals/*/*")]
    files = {path.relative_to(data): path.read_bytes() for path in paths}
    assert {path.parts[0] for path in files} == {"media", "originals"}
    return files


@pytest.mark.both_databases
class TestBusySite:
    def test_backup_is_a_snapshot(self, new_site, tmp_path):
        with new_site(tmp_path) as site:
            files = [tmp_path / f"writer-{number}" for number in range(4)]
            writers = [site.start_script(WRITE.format(writer=file.name, file=str(file))) for file in files]
            wait_until(lambda: all(file.exists() for file in files))
            for number in range(BACKUPS_OF_A_BUSY_SITE):
                before = [file.read_text() for file in files]
                backup = tmp_path / f"{number}.zip"
                assert site.fork("backup", backup).wait(60) == 0
                with zipfile.ZipFile(backup) as archive:
                    names = [stored_names(archive, model) for model in ("Author", "Category")]
                assert names[0] == names[1]
                assert set(before) <= names[0]
            assert [file.read_text() for file in files] != before
            for writer in writers:
                writer.kill()


def stored_names(archive, model) -> set[str]:
    manifest = json.loads(archive.read("manifest.json"))
    place = manifest["rows"][f"blog.{model}"]["fields"].index("name")
    return {json.loads(line)[place] for line in archive.open(f"rows/blog.{model}.jsonl")}


@pytest.mark.django_db
class TestRefusals:
    def test_empty_site_is_accepted(self):
        check_empty()
        check_migrations(new_manifest())
        check_compatible(new_manifest())
        assert not is_older(new_manifest())

    def test_content_is_named(self, django_user_model):
        create_article()
        django_user_model.objects.create_user("ada")

        with pytest.raises(BackupError, match="1 users, 1 articles"):
            check_empty()

    def test_older_backup_needs_a_database_without_tables(self):
        manifest = new_manifest() | {"commit": "a" * 40}
        last = manifest["migrations"].pop()

        assert is_older(manifest)
        with pytest.raises(BackupError, match=rf"older release \(a{{12}}\).*{last}.*without tables"):
            check_migrations(manifest)

    @pytest.mark.parametrize(
        "missing", [{REPLACING}, REPLACED], ids=["the replaced ones", "the replacing one"]
    )
    def test_backup_with_replaced_or_replacing_migrations_is_accepted(self, missing):
        manifest = new_manifest()
        manifest["migrations"] = sorted(set(manifest["migrations"]) - missing)

        check_compatible(manifest)
        check_migrations(manifest)
        assert not is_older(manifest)

    @pytest.mark.parametrize("app", ["axes", "django_tasks_database"])
    def test_backup_with_an_app_of_earlier_releases_is_accepted(self, app):
        manifest, models = new_manifest() | {"rows": {}}, stored_models()
        manifest["migrations"].append(f"{app}.0001_initial")
        for model in models:
            fields = [field.attname for field in stored_fields(model)]
            manifest["rows"][model._meta.label] = {"fields": fields}
        manifest["rows"]["django_tasks_database.DBTaskResult"] = {"fields": ["id", "status"]}

        check_compatible(manifest)
        check_migrations(manifest)
        check_rows(manifest, models)
        assert not is_older(manifest)

    def test_backup_without_some_of_the_replaced_migrations_is_refused(self):
        manifest = new_manifest()
        last = max(REPLACED)
        manifest["migrations"] = sorted(set(manifest["migrations"]) - {REPLACING, last})

        with pytest.raises(BackupError, match=rf"lacks {last}.*Restore it with 0\.1\.0"):
            check_compatible(manifest)

    def test_newer_backup_asks_for_an_update(self):
        manifest = new_manifest()
        manifest["migrations"].append("blog.9999_later")

        assert not is_older(manifest)
        with pytest.raises(BackupError, match=r"blog\.9999_later.*Update this checkout"):
            check_compatible(manifest)

    def test_backup_of_an_extension_that_is_off_names_it(self):
        manifest = new_manifest() | {"rows": {"webhook.Post": {"fields": ["id"]}}}
        manifest["migrations"].append("webhook.0001_initial")

        with pytest.raises(BackupError, match=r"“webhook”.*GALLEY_EXTENSIONS"):
            check_compatible(manifest)

    def test_migrations_of_an_extension_without_rows_in_the_backup_are_ignored(self):
        """It was off when the backup was written."""
        manifest = new_manifest() | {"rows": {}}
        manifest["migrations"].append("webhook.0001_initial")

        check_compatible(manifest)

    def test_site_that_requires_reviews_needs_the_setting(self, settings):
        settings.REQUIRE_REVIEW = True
        manifest = new_manifest()
        settings.REQUIRE_REVIEW = False

        with pytest.raises(BackupError, match="GALLEY_REQUIRE_REVIEW"):
            check_compatible(manifest)

    def test_linked_files_are_named(self):
        LinkedFile.objects.create(article=create_article(), file="files/ab/report.pdf")

        assert "media/files/ab/report.pdf" in named_files(stored_models())

    def test_files_of_images_are_named_once(self):
        create_image(file="images/ab/c.png")
        create_image(file="images/ab/c.png")
        create_image(original="d" * 64)
        create_image(original="e" * 64, digest="e" * 64)  # the stored image is the original

        assert list(named_files(stored_models())) == ["media/images/ab/c.png", f"originals/dd/{'d' * 64}"]


def test_waiting_letters_are_not_in_a_backup():
    assert Message not in stored_models()
