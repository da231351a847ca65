"""The main screens and actions of the admin."""

import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog import page_cache
from blog.images.models import store_image
from blog.models import Article, ArticleCheck, Category, Image, ImportRun, Redirect
from blog.review.proofs import check_now
from tests.support import factories
from tests.support.admin_pages import (
    LIST,
    attach_source_file,
    create_article,
    page_of,
    post_action,
    post_action_confirmed,
    shown_form,
    text_of,
)
from tests.support.html_forms import form_data
from tests.support.images import image_bytes
from tests.support.rolling_back import rolled_back

pytestmark = pytest.mark.django_db


class TestArticleList:
    def test_shows_title_topic_reading_time_import_and_state(self, admin_client):
        category = Category.objects.create(name="Sea")
        article = create_article(title="Tides & <i>moons</i>", primary_category=category)
        attach_source_file(article)

        page = admin_client.get(LIST)

        assert "Tides &amp; &lt;i&gt;moons&lt;/i&gt;" in page.content.decode()
        for words in ("Sea", "1 min", "posts, ", "Drafts", "Not checked yet"):
            assert words in text_of(page)

    @pytest.mark.both_databases
    def test_pages_of_a_search_and_of_an_order_follow_one_another(self, admin_client):
        articles = [create_article(title=f"Tide {number:03}", reading_time=number) for number in range(70)]
        titles = [article.title for article in articles]

        for query in ({"q": "Tide", "order": "title"}, {"order": "title"}):
            first, second = (admin_client.get(LIST, query | {"p": page}) for page in (1, 2))
            shown = [article.title for page in (first, second) for article in page.context["cl"].result_list]
            assert shown == titles
            assert first.context["cl"].result_count == 70
        whole = admin_client.get(LIST, {"order": "new", "all": ""}).context["cl"].result_list
        assert [article.title for article in whole] == titles[::-1]

    @pytest.mark.both_databases
    def test_search_finds_slug_path_excerpt_and_keywords(self, admin_client, subtests):
        article = create_article(
            title="One",
            slug="tides-of-fundy",
            excerpt="A grey line.",
            keywords=["Gezeiten", "größe, relative"],
        )
        attach_source_file(article, "2026/deep/water.md")
        create_article(title="Two", slug="other")

        for words in ["tides-of", "2026/deep", "grey line", "Gezeiten", "größe"]:
            with subtests.test(words=words):
                page = admin_client.get(LIST, {"q": words})

                assert [row.title for row in page.context["cl"].result_list] == ["One"]

    def test_search_in_texts_works_for_all_viewers(self, admin_client, subtests):
        date = timezone.now()
        create_article(title="Other", body="A grey lake", status="new")
        for status in Article.Status.values:
            create_article(title=status, body="A *grey*, old barometer", status=status, published_at=date)

        for words in ["barometer", "grey barometers", '"old barometer"', "barom"]:
            with subtests.test(words=words):
                found = admin_client.get(LIST, {"q": words}).context["cl"].result_list

                assert {row.title for row in found} == set(Article.Status.values)

    @pytest.mark.both_databases
    def test_search_finds_the_middle_of_words_in_titles(self, admin_client, subtests):
        create_article(title="Eisenbahndammübergang", slug="one")
        create_article(title="Eisenbahn", slug="two")

        for words in ["damm", "übergang", "isenb ndamm"]:
            with subtests.test(words=words):
                page = admin_client.get(LIST, {"q": words})

                assert [row.slug for row in page.context["cl"].result_list] == ["one"]

    @pytest.mark.both_databases
    def test_filters_narrow_down(self, admin_client):
        category = Category.objects.create(name="Sea")
        article = create_article(primary_category=category, generated_by="Gemini", is_featured=True)
        source = attach_source_file(article)
        create_article()

        for query in (
            {"category": category.pk},
            {"generated_by": "Gemini"},
            {"batch": source.batch.pk},
            {"flag": "featured"},
        ):
            rows = admin_client.get(LIST, query).context["cl"].result_list
            assert [row.pk for row in rows] == [article.pk], query

    def test_an_image_over_plain_http_is_not_loaded(self, admin_client):
        create_article(hero_image=Image.objects.create(source="http://example.org/a.jpg"))

        assert "http://example.org/a.jpg" not in admin_client.get(LIST).content.decode()


class TestActions:
    def test_publish_counts_only_what_it_published(self, admin_client):
        articles = [
            create_article(),
            create_article(),
            create_article(status="published", published_at=timezone.now()),
        ]

        page = post_action_confirmed(admin_client, "publish", *articles)

        assert "2 articles were published." in text_of(page)
        assert Article.objects.published().count() == 3

    @pytest.mark.parametrize(("without", "published"), [("blocking", 2), ("any", 1)])
    def test_publish_offers_to_leave_out_articles_with_open_marks(self, admin_client, without, published):
        quoting = "“We measured it three times over,” said Runa Hale, a geologist at Northmoor."
        dated = "The bridge fell in 1879."
        articles = [create_article(body=body, hero_alt="x") for body in (quoting, dated, "It is old.")]
        check_now([article.pk for article in articles])
        ArticleCheck.objects.filter(article=articles[2]).update(risk=0)

        page = post_action(admin_client, "publish", *articles)
        chosen = form_data(page.content.decode()) | {"without": without}
        admin_client.post(LIST, chosen)

        assert "1 has marks that must be resolved before an approval; 1 has other open marks" in text_of(page)
        assert Article.objects.published().count() == published

    def test_saving_and_deleting_expire_the_page_cache(
        self, admin_client, monkeypatch, django_capture_on_commit_callbacks
    ):
        changes = []
        monkeypatch.setattr(page_cache, "invalidate", lambda: changes.append(1))
        rows = [
            create_article(),
            factories.create_image(),
            factories.create_author(),
            factories.create_category(),
        ]
        for row in rows:
            with django_capture_on_commit_callbacks(execute=True):
                admin_client.post(page_of(row), shown_form(admin_client, page_of(row)))
            saved, changes[:] = len(changes), []
            with django_capture_on_commit_callbacks(execute=True):
                admin_client.post(page_of(row).replace("/change/", "/delete/"), {"post": "yes"})

            assert (saved > 0, len(changes)) == (True, 1), row


class TestCategories:
    @pytest.mark.both_databases
    def test_are_counted_over_all_articles(self, admin_client):
        category = Category.objects.create(name="Sea")
        article = create_article()
        for level in (0, 1):
            article.category_links.create(category=category, level=level)

        page = admin_client.get(reverse("admin:blog_category_changelist"))

        assert f'href="{LIST}?categories__id__exact={category.pk}">1</a>' in page.content.decode()

    def test_name_that_differs_only_in_case_is_rejected(self, admin_client):
        Category.objects.create(name="A.I.")

        page = admin_client.post(reverse("admin:blog_category_add"), {"name": "ai", "slug": "ai-2"})

        assert "“A.I.” is the same name" in text_of(page)

    def test_new_slug_redirects_the_old_url(self, admin_client):
        category = Category.objects.create(name="Sea", slug="sea")

        admin_client.post(page_of(category), shown_form(admin_client, page_of(category)) | {"slug": "oceans"})

        assert Redirect.objects.get().category == category

    def test_one_in_use_is_not_deleted(self, admin_client):
        category = Category.objects.create(name="Sea")
        create_article(primary_category=category)

        page = admin_client.post(reverse("admin:blog_category_delete", args=[category.pk]), {"post": "yes"})

        assert "“Sea” is used in 1 article, so it cannot be deleted." in text_of(page)
        assert Category.objects.exists()


class TestImages:
    ADD = reverse("admin:blog_image_add")

    def upload(self, client, data, name="a.png", **values):
        file = io.BytesIO(data)
        file.name = name
        return client.post(self.ADD, shown_form(client, self.ADD) | {"upload": file, **values})

    def test_an_upload_becomes_a_file_of_ours(self, admin_client):
        self.upload(admin_client, image_bytes(size=(30, 20)), name="../x.html", alt="A line.")

        image = Image.objects.get()
        assert (image.width, image.height, image.alt, len(image.digest)) == (30, 20, "A line.", 64)
        assert re.fullmatch(r"images/[0-9a-f]{2}/[0-9a-f]{40}\.png", image.file.name)
        assert image.file.storage.exists(image.file.name)

    def test_an_upload_is_found_by_its_file_name(self, admin_client):
        self.upload(admin_client, image_bytes(size=(30, 20)), name="harbour wall.png", alt="A line.")

        for url in (reverse("admin:blog_image_changelist"), reverse("admin:blog_image_library")):
            assert "harbour wall.png" in text_of(admin_client.get(url, {"q": "harbour"})), url
            assert "harbour wall.png" not in text_of(admin_client.get(url, {"q": "lantern"})), url

    def test_invalid_image_is_rejected_with_a_reason(self, admin_client):
        page = self.upload(admin_client, b"%PDF-1.7", name="a.png")

        assert "Not a JPEG, PNG, GIF, WebP, AVIF or SVG image." in text_of(page)
        assert not Image.objects.exists()

    def test_neither_file_nor_source_is_an_error(self, admin_client):
        page = admin_client.post(self.ADD, shown_form(admin_client, self.ADD))

        assert "Choose a file" in text_of(page)

    def test_saving_unchanged_changes_no_byte(self, admin_client):
        stored = {
            "source": "https://example.org/a.jpg?w=1&h=",
            "alt": "\n two\r\nlines ",
            "caption": " ",
            "credit_creator": " Tove ",
            "credit_url": "https://example.org/@tove?",
        }
        image = Image.objects.create(**stored)

        response = admin_client.post(page_of(image), shown_form(admin_client, page_of(image)))

        assert response.status_code == 302, response.context["errors"]
        image.refresh_from_db()
        assert {name: getattr(image, name) for name in stored} == stored

    def test_new_file_is_shown_in_texts(self, admin_client):
        image = store_image(image_bytes(size=(10, 10)))
        article = create_article()
        article.body_image_links.create(image=image, source="a.png")
        article = Article.objects.get()
        article.body = "![A line.](a.png)"
        article.save()
        file = io.BytesIO(image_bytes(size=(30, 20)))
        file.name = "b.png"

        admin_client.post(page_of(image), shown_form(admin_client, page_of(image)) | {"upload": file})

        article.refresh_from_db()
        image.refresh_from_db()
        assert image.width == 30
        assert image.url in article.body_html

    def test_the_page_names_the_articles_that_use_it(self, admin_client):
        image = Image.objects.create(source="https://example.org/a.jpg")
        create_article(title="As hero", hero_image=image)
        create_article(title="In the text").body_image_links.create(image=image, source="a.jpg")

        page = text_of(admin_client.get(page_of(image)))
        listed = text_of(admin_client.get(reverse("admin:blog_image_changelist")))

        assert "As hero" in page
        assert "In the text" in page
        assert "- 2" in listed


class TestRedirects:
    ADD = reverse("admin:blog_redirect_add")

    def test_the_path_begins_with_one_slash(self, admin_client, subtests):
        for typed in ["old/page/", "/old/page/", "//old/page/", "https://old.example.org/old/page/?a=1"]:
            with subtests.test(typed=typed), rolled_back():
                article = create_article()

                admin_client.post(self.ADD, {"path": typed, "article": article.pk})

                assert Redirect.objects.get().path == "/old/page/"

    def test_path_of_a_public_page_is_rejected(self, admin_client):
        article = create_article(title="Tides", status="published", published_at=timezone.now())
        for path in (article.get_absolute_url(), "/", "/categories/"):
            page = admin_client.post(self.ADD, {"path": path, "is_gone": "on"})

            assert "already uses this URL" in text_of(page), path

    def test_path_of_a_new_article_is_accepted(self, admin_client):
        admin_client.post(self.ADD, {"path": create_article().get_absolute_url(), "is_gone": "on"})

        assert Redirect.objects.exists()

    def test_redirect_has_exactly_one_target(self, admin_client):
        page = admin_client.post(self.ADD, {"path": "/old/", "article": create_article().pk, "is_gone": "on"})

        assert "Choose where it redirects to" in text_of(page)


class TestImportBatches:
    def test_are_read_only(self, admin_client):
        batch = ImportRun.objects.create(source_name="posts", root="/posts")

        assert admin_client.post(page_of(batch), {"source_name": "x"}).status_code == 403
        assert admin_client.get(reverse("admin:blog_importrun_add")).status_code == 403
        assert admin_client.post(reverse("admin:blog_importrun_delete", args=[batch.pk])).status_code == 403

    @pytest.mark.both_databases
    def test_search_in_their_files(self, admin_client):
        batch = ImportRun.objects.create(source_name="posts", root="/posts")
        batch.entries.create(file="a.md", outcome="created", article=create_article())
        batch.entries.create(file="<b>.md", outcome="rejected", message="line 3: no colon")

        page = admin_client.get(page_of(batch), {"q": "colon"})

        assert [row["entry"].file for row in page.context["rows"]] == ["<b>.md"]
        assert "&lt;b&gt;.md" in page.content.decode()


class TestOtherLists:
    NAMES = ["category", "author", "series", "image", "redirect", "importrun"]

    def test_cost_the_same_for_5_and_15_rows(self, admin_client):
        def add(numbers):
            for number in numbers:
                image = factories.create_image()
                related = {"authors": [factories.create_author()], "series": factories.create_series()}
                article = create_article(hero_image=image, **related)
                article.category_links.create(category=factories.create_category())
                Redirect.objects.create(path=f"/{number}/", article=article)
                batch = ImportRun.objects.create(source_name="posts", root="/posts")
                batch.entries.create(file="a.md", outcome="created", article=article)

        def rows_and_queries(name):
            with CaptureQueriesContext(connection) as queries:
                page = admin_client.get(reverse(f"admin:blog_{name}_changelist"))
            rows = page.context["cl"].result_list if "cl" in page.context else page.context["rows"]
            return len(rows), len(queries)

        add(range(5))
        for name in self.NAMES:
            rows_and_queries(name)  # once a process, some more are asked
        few = {name: rows_and_queries(name) for name in self.NAMES}
        add(range(5, 15))

        many = {name: rows_and_queries(name) for name in self.NAMES}

        assert many == {name: (15, queries) for name, (_, queries) in few.items()}


class TestSlugs:
    @pytest.mark.parametrize("model", ["article", "page", "category", "author"])
    def test_are_proposed_by_scripts_of_which_ours_overrides_the_first(self, admin_client, model):
        page = admin_client.get(reverse(f"admin:blog_{model}_add")).content.decode()

        places = [page.find(f"{name}.js") for name in ("admin/js/urlify", "admin-slugs", "prepopulate_init")]
        assert -1 < places[0] < places[1]
        assert places[2] > -1
        assert "dependency_ids" in page
