"""Migrations on a site that is in use already, and the squashed one that a new site gets.

With GALLEY_TEST_LONG=1, a site goes back to the first migration, once for all rules: each step takes a tenth
of a second. What is checked before the newest migration is read by the models of that time, which go_to()
gives. By default, only the five newest steps are taken, because released migrations do not change.
"""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from blog import search
from blog.articles.versions.history import record_versions
from blog.documents.findings.kinds import FindingKind
from blog.images.models import store_image
from blog.models import (
    Article,
    ArticleCheck,
    ArticleKeyword,
    Category,
    CategoryCount,
    Image,
    Redirect,
    SiteIdentity,
    SourceFile,
    Version,
)
from tests.support import factories
from tests.support.durations import IS_LONG
from tests.support.findings import add_finding
from tests.support.images import image_bytes
from tests.support.migrations import single_steps

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
LAST_SQUASHED = "0044_reword_labels"


@pytest.fixture
def newest_afterwards():
    """The next test starts with the newest migration, also after a test that failed on the way."""
    yield
    if not single_steps(connection).applied_migrations.keys() >= set(single_steps().graph.leaf_nodes()):
        go_to_newest()


def migrate(targets):
    """Migrate in single steps; return the state afterwards and the plan.

    As in the command, signals rename content types and create permissions.
    """
    executor = MigrationExecutor(connection)
    executor.loader = single_steps(connection)
    plan = executor.migration_plan(targets)
    before = executor._create_project_state(with_applied_migrations=True)
    emit_pre_migrate_signal(0, False, connection.alias, apps=before.apps, plan=plan)
    after = executor.migrate(targets, plan=plan, state=before.clone())
    after.clear_delayed_apps_cache()
    return after, plan


def go_to(name):
    """Migrate to a migration; return a function that gives the rows of a model as they are then."""
    state, _ = migrate([("blog", name)])
    return lambda model: state.apps.get_model("blog", model).objects


def go_to_newest():
    state, plan = migrate(single_steps(connection).graph.leaf_nodes())
    emit_post_migrate_signal(0, False, connection.alias, apps=state.apps, plan=plan)


def step_before_newest(number) -> str:
    """Return the name of the migration before this number of newest ones."""
    names = sorted(name for app, name in single_steps().graph.nodes if app == "blog")
    return names[-number - 1]


def labels_of(group):
    return set(group.permissions.values_list("codename", flat=True))


class Pictures:
    """Links are made of what readers were shown until then; the texts are not rendered for it."""

    def __init__(self):
        self.image, self.other = (store_image(image_bytes(colour=(1, 2, number))) for number in range(2))
        # A younger one with the same file.
        Image.objects.create(file=self.image.file.name, width=12, height=8)
        self.links, self.pages = {}, {}
        for site, articles in (("", 60), ("https://blog.example", 3)):
            source = f"{site}{self.image.url}"
            self.links |= {
                article.pk: (self.image.pk, source)
                for article in self.shown(factories.create_articles(articles), source)
            }
            [page] = self.shown([factories.create_page(slug=f"shows-{articles}")], source)
            self.pages[page] = (self.image.pk, source)
        self.shown(factories.create_articles(1), f"https://elsewhere.example{self.image.url}")
        [imported] = self.shown(factories.create_articles(1), self.other.url)
        imported.body_image_links.create(image=self.other, source="a.png")
        self.links[imported.pk] = (self.other.pk, "a.png")

    def shown(self, rows, source):
        keys = [row.pk for row in rows]
        type(rows[0]).objects.filter(pk__in=keys).update(body_html=f'<p><img src="{source}" alt=""></p>')
        return rows

    def check(self, rows):
        stored = rows("BodyImage").values_list("article", "image", "source")
        assert {article: tuple(link) for article, *link in stored} == self.links
        for page, link in self.pages.items():
            assert list(rows("PageImage").filter(page=page.pk).values_list("image", "source")) == [link]


class Logo:
    """It becomes an image, and can go back; a site without one, as on the second way up, has none."""

    def __init__(self):
        self.image = store_image(image_bytes(colour=(9, 9, 9)))
        SiteIdentity.objects.create(name="The Tide Table", logo=self.image)

    def look_before(self, rows):
        site = rows("SiteIdentity").get()
        self.before = (site.name, site.logo.name, site.logo_width, site.logo_height)
        rows("Image").filter(file=self.image.file.name).delete()  # as if it had never been one

    def take_away(self, rows):
        rows("SiteIdentity").create(name="The Ebb Table")

    def check_without(self):
        assert SiteIdentity.objects.get().logo is None

    def check(self, rows):
        image, logo = self.image, rows("SiteIdentity").get().logo
        assert self.before == ("The Tide Table", image.file.name, image.width, image.height)
        assert (logo.file.name, logo.width, logo.height) == (image.file.name, image.width, image.height)


class Provenance:
    """What is there is as its file says, and editors may change it."""

    def __init__(self):
        for name in ("Editor", "Writer"):
            Group.objects.get_or_create(name=name)
        self.article = factories.create_article(generated_by="Gemini")

    def forget_permission(self):
        Permission.objects.filter(codename="change_provenance").delete()

    def check(self):
        article = Article.objects.get(pk=self.article.pk)
        assert (str(article.written_by), article.machine_name) == ("file", "Gemini")
        assert "change_provenance" in labels_of(Group.objects.get(name="Editor"))
        assert "change_provenance" not in labels_of(Group.objects.get(name="Writer"))


class Redirects:
    """They keep what they lead to; one to an author is lost on the way back alone."""

    def __init__(self):
        self.targets = {
            "article": factories.create_article(),
            "category": factories.create_category(),
            "page": factories.create_page(slug="target"),
        }
        for name, row in self.targets.items():
            Redirect.objects.create(path=f"/{name}/", **{name: row})
        Redirect.objects.create(path="/gone/", is_gone=True)
        Redirect.objects.create(path="/author/", author=factories.create_author())

    def check(self, rows):
        columns = [f"{name}_id" for name in self.targets]
        kept = {path: keys for path, *keys in rows("Redirect").values_list("path", *columns)}
        expected = {
            f"/{name}/": [row.pk if name == other else None for other in self.targets]
            for name, row in self.targets.items()
        }
        assert kept == expected | {"/gone/": [None, None, None]}


class Keys:
    """Each article gets one of its own, and nothing else changes."""

    def look_before(self, rows):
        self.before = list(rows("Article").order_by("pk").values())

    def check(self, rows):
        keys = set(rows("Article").values_list("preview_key", flat=True))
        assert len(keys) == len(self.before) > 2
        assert list(rows("Article").order_by("pk").values(*self.before[0])) == self.before


class Members:
    """Groups go and come back; they keep their members and what others gave."""

    def __init__(self, users):
        self.user = users.objects.create_user("mara")
        self.user.groups.set([Group.objects.get_or_create(name="Writer")[0]])
        Group.objects.get_or_create(name="Editor")

    def check_without(self):
        assert not Group.objects.filter(name="Editor").exists()
        assert labels_of(self.user.groups.get()) == set()

    def check_back(self):
        assert self.user.groups.get().name == "Writer"


class Labels:
    """The groups get permissions that exist, and those that Django makes afterwards."""

    def forget_permissions(self):
        Permission.objects.filter(content_type__app_label="blog").exclude(codename="add_article").delete()

    def check(self):
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


class Lists:
    """Lists and counts are made of what is there."""

    def __init__(self):
        self.category, self.author = factories.create_category("Tides"), factories.create_author("Ida Aas")
        held = {
            "categories": {self.category: Category.Level.GENERAL},
            "authors": [self.author],
            "keywords": ["Open Data", "OPEN data", "", 7],
        }
        self.articles = factories.create_articles(3, **held)
        self.articles[0].category_links.create(category=self.category, level=Category.Level.EXACT)
        factories.create_article(status="new", **held)

    def check(self):
        (count,) = CategoryCount.objects.all()
        assert (count.category_id, count.articles, count.general, count.broad) == (self.category.pk, 3, 3, 3)
        newest = self.newest()
        assert list(self.category.article_links.published().newest_articles()) == newest
        assert list(self.author.article_links.published().newest_articles()) == newest

    def check_keywords(self):
        rows = ArticleKeyword.objects.published().order_by("-listed_at", "keyword")
        wanted = [(key, keyword) for key in self.newest() for keyword in ("7", "opendata")]
        of_these = rows.filter(article__in=self.newest())
        assert list(of_these.values_list("article", "keyword")) == wanted
        assert ArticleKeyword.objects.filter(listed_at=None).count() == 2

    def newest(self):
        return [article.pk for article in reversed(self.articles)]


class SearchIndex:
    """It is filled with what is published already."""

    def __init__(self):
        self.article = factories.create_article(body="A barometer")
        factories.create_article(body="A barometer", status=Article.Status.NEW)

    def check(self):
        assert search.find(search.parse("barometer"), Article.objects.published()) == [self.article.pk]
        assert search.count_stale(Article.objects.all()) == 0


@pytest.mark.skipif(not IS_LONG, reason="released migrations do not change, and take half a minute")
class TestSiteInUse:
    def test_keeps_what_it_has_and_gets_what_is_new(self, django_user_model, newest_afterwards):
        pictures, logo, provenance, redirects = Pictures(), Logo(), Provenance(), Redirects()
        keys, members, labels = Keys(), Members(django_user_model), Labels()
        lists, index = Lists(), SearchIndex()

        provenance.forget_permission()
        logo.look_before(go_to("0007_generators_and_topics_indexed"))
        rows = go_to("0009_pictures_linked_to_what_shows_them")
        redirects.check(rows)
        pictures.check(rows)
        logo.check(rows)

        rows("Redirect").all().delete()  # one to a page has no place before there were pages
        keys.look_before(go_to("0001_articles_categories_images_and_imports"))
        assert not search.exists()
        members.check_without()
        labels.forget_permissions()
        rows = go_to("0005_topics_counted_and_lists_indexed")
        keys.check(rows)
        lists.check()
        logo.take_away(rows)
        go_to_newest()

        lists.check_keywords()
        labels.check()
        members.check_back()
        logo.check_without()
        index.check()
        provenance.check()


class TestNewestSteps:
    def test_keep_articles_versions_and_sources(self, newest_afterwards):
        article = factories.create_article(body="A barometer. " * 200, keywords=["tides"])
        record_versions([article])
        add_finding(article, FindingKind.PLACEHOLDER)
        SourceFile.objects.create(article=article, path="a.md", original=b"A barometer. " * 200)
        before = all_rows()

        go_to(LAST_SQUASHED if IS_LONG else step_before_newest(5))
        go_to_newest()

        assert all_rows() == before
        assert search.find(search.parse("barometer"), Article.objects.published()) == [article.pk]


KEPT = (Article, ArticleCheck, Version, SourceFile)


def all_rows():
    return {model: list(model.objects.order_by("pk").values()) for model in KEPT}


class TestEmptyDatabase:
    def test_migrating_is_all_that_a_new_site_needs(self, new_site, tmp_path):
        with new_site(tmp_path) as site:
            assert site.value("SELECT count(*) FROM blog_article") == 0
            assert site.fork("check", "--database", "default").wait() == 0
