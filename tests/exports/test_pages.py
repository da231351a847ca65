"""Pages and redirects of an export, imported by another site."""

from contextlib import suppress

import pytest
from django.core.management import call_command

from blog.articles.linked_files import store_linked_file
from blog.images.models import store_image
from blog.models import Article, Image, LinkedFile, Page, Redirect
from tests.support.factories import create_article, create_page
from tests.support.images import image_bytes

pytestmark = pytest.mark.django_db

BODY = "About us: {{ x }}.\n\n![The sea](URL)\n\n[The plan](/downloads/the%20plan.pdf)\n"


@pytest.fixture
def exported(tmp_path):
    image = store_image(image_bytes("JPEG"))
    page = create_page(slug="about", title='About "us"', language="de", body=BODY.replace("URL", image.url))
    plan = store_linked_file(b"%PDF", "the plan.pdf")
    LinkedFile.objects.create(page=page, source="/downloads/the%20plan.pdf", file=plan)
    create_page(slug="later", title="Later", body="Not yet.", is_published=False)
    article = create_article(slug="tides", title="Tides")
    Redirect.objects.create(path="/old/", article=article)
    Redirect.objects.create(path="/gone/", is_gone=True)
    call_command("export_articles", tmp_path / "out", with_state=True)
    return tmp_path / "out"


def clear():
    for model in (Redirect, Page, Article, Image):
        model.objects.all().delete()


def rows():
    return list(
        Page.objects.order_by("slug").values_list("slug", "title", "body", "language", "is_published")
    )


class TestAnotherSite:
    def test_gets_the_same_pages_and_redirects(self, exported, tmp_path, client):
        before = rows()
        clear()

        call_command("import_articles", exported, status="published")
        call_command("import_pages", exported, status="as-file")
        call_command("import_redirects", exported / "_galley/redirects.csv")

        assert rows() == before
        assert [article.slug for article in Article.objects.all()] == ["tides"]
        assert f'src="{Image.objects.get().url}"' in client.get("/about/").content.decode()
        assert f'href="{LinkedFile.objects.get().file.url}"' in client.get("/about/").content.decode()
        assert b"".join(client.get(LinkedFile.objects.get().file.url)) == b"%PDF"
        assert client.get("/old/")["Location"] == "/articles/tides/"
        assert client.get("/gone/").status_code == 410
        call_command("export_articles", tmp_path / "again")
        paths = [path for path in exported.rglob("*") if path.is_file() and path.suffix != ".csv"]
        assert len(paths) == 5
        for path in paths:
            assert (tmp_path / "again" / path.relative_to(exported)).read_bytes() == path.read_bytes()

    def test_publishes_no_page_unless_asked(self, exported):
        clear()

        call_command("import_pages", exported)

        assert [row[-1] for row in rows()] == [False, False]

    def test_copies_no_file_from_outside_the_export(self, exported):
        clear()
        (exported.parent / "secret.txt").write_text("Secret")
        (exported / "_galley/files/linked").symlink_to(exported.parent)
        (exported / "_galley/pages/about.md").write_text(
            "# About\n\n[One](/../../../secret.txt) and [two](/linked/secret.txt)\n"
        )

        call_command("import_pages", exported)

        assert Page.objects.filter(slug="about").exists()
        assert not LinkedFile.objects.exists()

    @pytest.mark.parametrize("name", ["images", "pages"])
    def test_follows_no_link_in_place_of_a_folder(self, exported, name):
        clear()
        (exported / "_galley" / name).rename(exported.parent / "elsewhere")
        (exported / "_galley" / name).symlink_to(exported.parent / "elsewhere")

        with suppress(SystemExit):  # pages are refused, images are left out
            call_command("import_pages", exported)

        assert not Image.objects.exists()
        assert Page.objects.exists() == (name == "images")


class TestThisSite:
    def test_pages_that_exist_do_not_change(self, exported, capsys):
        Page.objects.filter(slug="about").update(body="Edited here.")

        with pytest.raises(SystemExit):
            call_command("import_pages", exported)

        assert Page.objects.get(slug="about").body == "Edited here."
        assert capsys.readouterr().out.endswith("0 created, 1 unchanged, 1 refused.\n")
