"""Migrations on a site that is in use already."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from blog import search
from blog.models import Article, ArticleKeyword, BodyImage, Category, CategoryCount, Image, Page, SiteIdentity
from blog.models.image import store_image
from tests.support import factories
from tests.support.databases import Galley, new_database
from tests.support.images import image_bytes

pytestmark = pytest.mark.django_db(transaction=True)


class TestWriterAndEditorGroups:
    BEFORE = [("blog", "0001_articles_categories_images_and_imports")]
    AFTER = [("blog", "0002_writer_and_editor_groups")]

    @pytest.fixture(autouse=True)
    def newest_afterwards(self):
        yield
        call_command("migrate", verbosity=0)

    def migrate(self, target):
        MigrationExecutor(connection).migrate(target)

    def test_gives_each_article_a_key_of_its_own_and_changes_nothing_else(self):
        factories.create_articles(3)
        self.migrate(self.BEFORE)
        before = self.stored(self.BEFORE)

        self.migrate(self.AFTER)
        after = self.stored(self.AFTER)

        assert len({values.pop("preview_key") for values in after}) == 3
        assert after == before

    def stored(self, state):
        """Return the articles as the models of that migration see them."""
        model = MigrationExecutor(connection).loader.project_state(state).apps.get_model("blog", "Article")
        return list(model.objects.order_by("pk").values())

    def test_makes_the_groups_where_no_permission_exists_yet(self):
        self.migrate(self.BEFORE)
        Permission.objects.filter(content_type__app_label="blog").delete()

        self.migrate(self.AFTER)
        call_command("migrate", verbosity=0)  # after which Django makes the others

        labels = {group.name: labels_of(group) for group in Group.objects.all()}
        assert labels["Writer"] == {
            *("add_article", "change_article", "view_article", "add_category", "view_category"),
            *("add_author", "view_author", "add_image", "change_image", "view_image"),
            *("add_series", "view_series"),
        }
        assert labels["Editor"] > labels["Writer"] | {
            "publish_article",
            "view_importbatch",
            "delete_redirect",
        }
        for codename in ("add_article", "publish_article", "view_importbatch"):
            assert Permission.objects.filter(codename=codename).count() == 1

    def test_backwards_keeps_members_and_what_others_gave(self, django_user_model):
        self.migrate(self.AFTER)
        user = django_user_model.objects.create_user("mara")
        user.groups.set([Group.objects.get_or_create(name="Writer")[0]])

        self.migrate(self.BEFORE)

        assert not Group.objects.filter(name="Editor").exists()
        assert labels_of(user.groups.get()) == set()

        self.migrate(self.AFTER)

        assert "add_article" in labels_of(user.groups.get())


class TestSearchIndex:
    BEFORE = [("blog", "0003_trash_and_other_names_of_categories")]

    @pytest.fixture(autouse=True)
    def newest_afterwards(self):
        yield
        call_command("migrate", verbosity=0)

    def test_is_filled_with_what_is_published_already(self):
        article = factories.create_article(body="A barometer")
        factories.create_article(body="A barometer", status=Article.Status.NEW)
        MigrationExecutor(connection).migrate(self.BEFORE)
        assert not search.exists()

        call_command("migrate", verbosity=0)

        assert search.find(search.parse("barometer"), Article.objects.published()) == [article.pk]
        assert search.count_out_of_step(Article.objects.all()) == 0


def labels_of(group):
    return set(group.permissions.values_list("codename", flat=True))


class TestListsIndexed:
    BEFORE = [("blog", "0003_trash_and_other_names_of_categories")]
    AFTER = [("blog", "0005_topics_counted_and_lists_indexed")]

    @pytest.fixture(autouse=True)
    def newest_afterwards(self):
        yield
        call_command("migrate", verbosity=0)

    def test_lists_and_counts_are_made_of_what_is_there(self):
        category, author = factories.create_category("Tides"), factories.create_author("Ida Aas")
        held = {
            "categories": {category: Category.Level.GENERAL},
            "authors": [author],
            "keywords": ["Open Data", "OPEN data", "", 7],
        }
        articles = factories.create_articles(3, **held)
        articles[0].category_links.create(category=category, level=Category.Level.EXACT)
        factories.create_article(status="new", **held)

        MigrationExecutor(connection).migrate(self.BEFORE)
        MigrationExecutor(connection).migrate(self.AFTER)

        (count,) = CategoryCount.objects.all()
        assert (count.category_id, count.articles, count.general, count.broad) == (category.pk, 3, 3, 3)
        newest = [article.pk for article in reversed(articles)]
        assert list(category.article_links.published().newest_articles()) == newest
        assert list(author.article_links.published().newest_articles()) == newest

        call_command("migrate", verbosity=0)

        rows = ArticleKeyword.objects.published().order_by("-listed_at", "keyword")
        wanted = [(key, keyword) for key in newest for keyword in ("7", "opendata")]
        assert list(rows.values_list("article", "keyword")) == wanted
        assert ArticleKeyword.objects.filter(listed_at=None).count() == 2


class TestImagesLinked:
    """Links are made of what readers were shown until then; the texts are not rendered for it."""

    BEFORE = [("blog", "0008_redirects_of_authors")]

    @pytest.fixture(autouse=True)
    def newest_afterwards(self):
        yield
        call_command("migrate", verbosity=0)

    def before(self, model):
        """Migrate back, and return the rows of a model as they were then."""
        MigrationExecutor(connection).migrate(self.BEFORE)
        state = MigrationExecutor(connection).loader.project_state(self.BEFORE)
        return state.apps.get_model("blog", model).objects

    @pytest.mark.parametrize("site", ["", "https://blog.example"])
    def test_texts_are_linked_to_what_they_show(self, site):
        image, other = (store_image(image_bytes(colour=(1, 2, number))) for number in range(2))
        Image.objects.create(file=image.file.name, width=12, height=8)  # a younger one with the same file
        articles = factories.create_articles(60)
        Article.objects.update(body_html=f'<p><img src="{site}{image.url}" alt=""></p>')
        page = factories.create_page()
        Page.objects.update(body_html=f'<img src="{site}{image.url}">')
        named, imported = factories.create_articles(2)
        Article.objects.filter(pk=named.pk).update(
            body_html=f'<img src="https://elsewhere.example{image.url}">'
        )
        Article.objects.filter(pk=imported.pk).update(body_html=f'<img src="{other.url}">')
        imported.body_image_links.create(image=other, source="a.png")
        self.before("BodyImage")

        call_command("migrate", verbosity=0)

        links = {article.pk: (image.pk, f"{site}{image.url}") for article in articles}
        links[imported.pk] = (other.pk, "a.png")
        stored = BodyImage.objects.values_list("article", "image", "source")
        assert {article: tuple(link) for article, *link in stored} == links
        assert list(page.body_image_links.values_list("image", "source")) == [links[articles[0].pk]]

    def test_the_logo_becomes_an_image_and_can_go_back(self):
        image = store_image(image_bytes())
        SiteIdentity.objects.create(name="The Tide Table", logo=image)

        site = self.before("SiteIdentity").get()
        before = (site.name, site.logo.name, site.logo_width, site.logo_height)
        self.before("Image").all().delete()  # as if it had never been one
        call_command("migrate", verbosity=0)

        logo = SiteIdentity.objects.get().logo
        assert before == ("The Tide Table", image.file.name, image.width, image.height)
        assert (logo.file.name, logo.width, logo.height) == (image.file.name, image.width, image.height)

    def test_a_site_without_a_logo_has_none(self):
        SiteIdentity.objects.create(name="The Tide Table")

        self.before("SiteIdentity")
        call_command("migrate", verbosity=0)

        assert SiteIdentity.objects.get().logo is None


class TestEmptyDatabase:
    @pytest.mark.usefixtures("own_databases")
    def test_migrating_is_all_that_a_new_site_needs(self, tmp_path):
        with new_database(tmp_path) as (url, database):
            site = Galley(tmp_path, url, database)
            assert site.migrate() == 0
            assert site.value("SELECT count(*) FROM blog_article") == 0
            assert site.start("check", "--database", "default").wait() == 0


class TestProvenance:
    BEFORE = [("blog", "0017_held_updates_counted_and_decided_by_editors")]

    @pytest.fixture(autouse=True)
    def newest_afterwards(self):
        yield
        call_command("migrate", verbosity=0)

    def test_of_what_is_there_is_as_its_file_says_and_editors_may_change_it(self):
        for name in ("Editor", "Writer"):
            Group.objects.get_or_create(name=name)
        article = factories.create_article(generated_by="Gemini")
        MigrationExecutor(connection).migrate(self.BEFORE)
        Permission.objects.filter(codename="change_provenance").delete()

        call_command("migrate", verbosity=0)

        article = Article.objects.get(pk=article.pk)
        assert (str(article.written_by), article.machine_name) == ("file", "Gemini")
        assert "change_provenance" in labels_of(Group.objects.get(name="Editor"))
        assert "change_provenance" not in labels_of(Group.objects.get(name="Writer"))
