"""Links from texts, pages and the site identity to stored images."""

import io

import pytest
from django.db import connection
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blog.desk.images.forms import ImageForm
from blog.documents.addresses import path_on_site
from blog.images.models import store_image
from blog.images.renditions import stored_name
from blog.models import Article, Author, BodyImage, Image, Page, PageImage, SiteIdentity
from tests.support import factories
from tests.support.admin_pages import page_of, shown_form, text_of
from tests.support.html_forms import form_data
from tests.support.images import image_bytes
from tests.support.import_files import run, write

pytestmark = pytest.mark.django_db

IMAGES = reverse("admin:blog_image_changelist")
# How a text may show the image whose address is put in.
WAYS = {
    "dropped": "![]({url})",
    "with words and a title": '![A line.]({url} "A line")',
    "in angle brackets": "![A line.](<{url}>)",
    "by reference": "![A line.][1]\n\n[1]: {url}",
    "linked": "[![A line.]({url})](https://elsewhere.example/)",
    "in a line": "Words ![A line.]({url}) and words.",
    "in a list": "- One\n  - ![A line.]({url})",
    "in a table": "| a |\n|---|\n| ![A line.]({url}) |",
    "in a footnote": "Words[^1].\n\n[^1]: ![A line.]({url})",
    "in a quotation": "> ![A line.]({url})",
    "as HTML": '<img src="{url}" alt="A line.">',
    "as HTML in a line": 'Words <img src="{url}"> and words.',
    "as a shortcode": '{{{{< figure src="{url}" alt="A line." >}}}}',
    "by a whole address": "![A line.](https://blog.example{url})",
    "without TLS": "![A line.](http://blog.example{url})",
    "without a scheme": "![A line.](//blog.example{url})",
    "with a port": "![A line.](https://blog.example:443{url})",
    "in capitals": "![A line.](HTTPS://Blog.Example{url})",
    "with a query": "![A line.]({url}?w=400#top)",
    "with dots": "![A line.](/media/../x/..{url})",
    "escaped": "![A line.](/%6Dedia{rest})",
}


@pytest.fixture
def image():
    return store_image(image_bytes(size=(30, 20)))


def text_with(image, way="dropped"):
    return WAYS[way].format(url=image.url, rest=image.url.removeprefix("/media"))


def linked(row):
    return list(Image.objects.filter(pk__in=row.body_image_links.values("image")))


def replace_file(client, image, colour=(1, 2, 3)):
    file = io.BytesIO(image_bytes(colour=colour))
    file.name = "new.png"
    client.post(page_of(image), shown_form(client, page_of(image)) | {"upload": file})
    return Image.objects.get(pk=image.pk)


NO_WAYS = (
    "`![]({url})`",
    "```\n![]({url})\n```",
    "[a link]({url})",
    "![](https://elsewhere.example{url})",
    "![](https://blog.example.evil.example{url})",
    "![](https://mara@blog.example{url})",
    "![](https://blog.example:8443{url})",
    "![](https://[{url})",
    "![](..{url})",
    "![]({url}%00)",
    "![](/media/images/aa/no-such-picture.png)",
)


class TestTexts:
    def test_are_linked_to_what_they_show(self, image):
        ways = {way: factories.create_article(body=text_with(image, way)) for way in WAYS}

        assert [way for way, article in ways.items() if linked(article) != [image]] == []
        assert [way for way, article in ways.items() if image.url not in article.body_html] == []

    @pytest.mark.parametrize("create", [factories.create_article, factories.create_page])
    def test_links_are_deleted_with_the_image_in_the_text(self, image, create):
        row = create(body=text_with(image))
        row = type(row).objects.get(pk=row.pk)
        assert (linked(row), image.url in row.body_html) == ([image], True)

        row.body = "Words."
        row.save()

        assert linked(row) == []

    def test_are_linked_to_nothing_else(self, image):
        texts = {text: f"Words.\n\n{text.format(url=image.url)}" for text in NO_WAYS}
        articles = {text: factories.create_article(body=body) for text, body in texts.items()}

        assert [text for text, article in articles.items() if linked(article)] == []

    def test_that_show_a_rendition_are_linked_to_its_image(self):
        image = store_image(image_bytes(size=(1000, 700)))
        rendition = image.srcset.split()[0]

        article = factories.create_article(body=f"![](https://blog.example{rendition})")

        assert linked(article) == [image]

    def test_are_linked_when_they_are_derived_again(self, image):
        articles = factories.create_articles(3, body=text_with(image))
        page = factories.create_page(body=text_with(image))
        other = store_image(image_bytes(colour=(9, 9, 9)))
        BodyImage.objects.all().delete()
        PageImage.objects.all().delete()
        articles[0].body_image_links.create(image=other, source="gone.png")

        Article.objects.derive()
        Page.objects.derive()

        assert [linked(row) for row in (*articles, page)] == [[image]] * 4

    def test_texts_without_stored_images_cost_no_queries(self):
        article = Article(title="Ebb", slug="ebb", body="![](https://elsewhere.example/a.png)")

        with CaptureQueriesContext(connection) as queries:
            article.save()

        asked = " ".join(query["sql"] for query in queries)
        assert '"blog_article"' in asked
        assert '"blog_image"' not in asked
        assert '"blog_bodyimage"' not in asked

    def test_saving_many_images_costs_no_query_per_image(self, django_assert_max_num_queries):
        images = [store_image(image_bytes(colour=(number, 0, 0))) for number in range(20)]
        article = factories.create_article(body="\n\n".join(map(text_with, images)))
        article = Article.objects.get(pk=article.pk)

        with django_assert_max_num_queries(20):
            article.save()

        assert set(linked(article)) == set(images)


class TestImports:
    def test_link_what_is_stored_here_already(self, folder, image):
        write(folder, body=f"{text_with(image)}\n\n{text_with(image, 'by a whole address')}\n")

        [report] = run(folder)

        article = Article.objects.get()
        assert report.warnings == []
        assert linked(article) == [image]
        assert article.body_html.count(f'src="{image.url}"') == 2

    def test_import_links_images_of_the_file_and_of_its_next_version(self, folder, image):
        (folder / "a.png").write_bytes(image_bytes())
        write(folder, body="![A line.](a.png)\n")
        run(folder)
        first = linked(Article.objects.get())
        write(folder, body=f"{text_with(image)}\n")

        run(folder)

        assert [row.source for row in first] == ["a.png"]
        assert linked(Article.objects.get()) == [image]

    @pytest.mark.parametrize("site", ["", "https://blog.example"])
    def test_import_uses_the_stored_hero_image(self, folder, image, site):
        write(folder, image=f"{site}{image.url}", imageAlt="A tide table")

        [report] = run(folder)

        hero = Article.objects.get().hero_image
        assert report.warnings == []
        assert (hero.url, hero.width, hero.alt, hero.source) == (
            image.url,
            30,
            "A tide table",
            f"{site}{image.url}",
        )


class TestReplacedFile:
    def test_shows_in_the_texts_that_name_the_old_one(self, admin_client, image):
        article = factories.create_article(body=text_with(image))
        page = factories.create_page(body=text_with(image, "by a whole address"))

        after = replace_file(admin_client, image)

        assert after.url != image.url
        for row in (article, page):
            row.refresh_from_db()
            assert after.url in row.body_html
            row.save()
            assert after.url in row.body_html
            assert linked(row) == [image]

    def test_upload_of_the_old_file_does_not_change_links(self, admin_client, image):
        article = factories.create_article(body=text_with(image))
        after = replace_file(admin_client, image)

        store_image(image_bytes(size=(30, 20)))
        Article.objects.derive()

        article.refresh_from_db()
        assert (linked(article), after.url in article.body_html) == ([image], True)

    def test_of_another_row_with_the_same_file_changes_nothing(self, admin_client, image):
        article = factories.create_article(body=text_with(image))
        other = Image.objects.create(file=image.file.name, width=30, height=20, alt="Again")

        replace_file(admin_client, other)
        article.refresh_from_db()
        article.save()

        assert (linked(article), image.url in article.body_html) == ([image], True)


class TestUses:
    @pytest.fixture
    def shown(self, image):
        factories.create_article(title="As hero", hero_image=image)
        factories.create_article(title="In the text", body=text_with(image), status="new")
        factories.create_page(title="About", body=text_with(image))
        factories.create_author("Ida Aas", picture=image)
        SiteIdentity.objects.create(logo=image)
        return image

    USES = ("As hero", "In the text", "About", "Ida Aas", "Site identity")

    @pytest.mark.both_databases
    def test_are_named_and_counted(self, admin_client, shown):
        page, listed = text_of(admin_client.get(page_of(shown))), admin_client.get(IMAGES)

        assert all(use in page for use in self.USES)
        assert listed.context["cl"].result_list[0].use_count == 5

    def test_are_the_reason_why_an_image_is_not_deleted(self, admin_client, shown):
        alone = admin_client.post(page_of(shown).replace("/change/", "/delete/"), {"post": "yes"})
        selected = {"action": "delete_selected", "_selected_action": shown.pk, "post": "yes"}
        among_others = admin_client.post(IMAGES, selected)

        for page in (alone, among_others):
            assert "so it cannot be deleted" in text_of(page)
            assert all(use in text_of(page) for use in self.USES)
            assert "body image" not in text_of(page).lower()
        assert Image.objects.exists()

    @pytest.mark.both_databases
    def test_used_image_cannot_be_deleted_from_anywhere(self, shown):
        Article.objects.filter(hero_image=shown).update(hero_image=None)
        SiteIdentity.objects.update(logo=None)
        Author.objects.update(picture=None)

        with pytest.raises(ProtectedError):
            shown.delete()

    @pytest.mark.both_databases
    def test_unused_image_can_be_deleted(self, admin_client, image):
        article = factories.create_article(body=text_with(image))
        article.body = "Words."
        article.save()

        admin_client.post(page_of(image).replace("/change/", "/delete/"), {"post": "yes"})

        assert not Image.objects.exists()


class TestTypedAddress:
    @pytest.mark.parametrize("site", ["", "https://blog.example"])
    def test_of_an_image_that_is_stored_here_is_that_image(self, image, site):
        form = ImageForm(form_data(str(ImageForm())) | {"source": f"{site}{image.url}", "alt": "Again"})

        assert form.is_valid(), form.errors
        again = form.save()
        assert (again.file.name, again.width, again.alt) == (image.file.name, 30, "Again")
        assert again.pk != image.pk


class TestPathOnSite:
    @pytest.mark.parametrize(
        ("address", "path"),
        [
            ("/media/a.png", "/media/a.png"),
            (" //blog.example/media/a.png ", "/media/a.png"),
            ("http://blog.example:80/a%20b", "/a b"),
            ("https://blog.example", "."),
            ("media/a.png", ""),
            ("data:image/png;base64,AAAA", ""),
            ("https://blog.example:99999/a.png", ""),
            ("/" + "a" * 2001, ""),
            ("/\ud800", "/\ud800"),
        ],
    )
    def test_is_that_which_a_browser_would_ask_for(self, address, path):
        assert path_on_site(address, "https://blog.example") == path


class TestStoredName:
    @pytest.mark.parametrize(
        ("media", "address", "name"),
        [
            ("/media/", "/media/images/a.png", "images/a.png"),
            ("/media/", "https://blog.example/media/images/a.png", "images/a.png"),
            ("/media/", "https://media.example/images/a.png", ""),
            ("https://media.example/", "https://media.example/images/a.png", "images/a.png"),
            ("https://media.example/blog/", "//media.example/blog/images/a.png?v=1", "images/a.png"),
            ("https://media.example/blog/", "https://media.example/images/a.png", ""),
            ("https://media.example/", "/images/a.png", ""),
            ("https://media.example/", "https://blog.example/images/a.png", ""),
        ],
    )
    def test_follows_the_place_of_the_media(self, settings, media, address, name):
        settings.MEDIA_URL = media

        assert stored_name(address) == name
