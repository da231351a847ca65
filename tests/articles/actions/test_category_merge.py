"""Merging and renaming categories: effects on articles, redirects and files."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blog import page_cache
from blog.articles.actions.category_merge import merge_categories, rename_category
from blog.articles.file_fields import edited_fields
from blog.articles.names import folded
from blog.desk.categories import merge_address
from blog.exports.articles import export_article
from blog.imports.report import ConflictRule, ImportOptions
from blog.imports.run import import_articles
from blog.models import Article, Category, CategoryAlias, Redirect
from tests.support.admin_pages import page_of, shown_form, text_of
from tests.support.factories import create_article, create_category

pytestmark = pytest.mark.django_db

LIST = reverse("admin:blog_category_changelist")
FILE = """\
---
title: Tides
category: Sea
categories: [Sea, Ocean, Moon]
---
In and out.
"""


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "posts"
    path.mkdir()
    (path / "tides.md").write_text(FILE)
    return path


def run(folder, **options):
    reports = []
    import_articles([folder], ImportOptions(**options), on_file=reports.append)
    return [str(report.outcome) for report in reports]


def categories(article):
    return [link.category.name for link in article.category_links.all()]


class TestMerging:
    @pytest.fixture
    def sea(self):
        return create_category("Sea")

    @pytest.fixture
    def ocean(self):
        return create_category("Ocean")

    @pytest.mark.both_databases
    def test_articles_have_the_target_once_per_level(self, sea, ocean):
        article = create_article(categories=[create_category("Moon")])
        for position, (category, level) in enumerate([(sea, 1), (sea, 2), (ocean, 2), (ocean, 0)]):
            article.category_links.create(category=category, level=level, position=position)

        merge_categories([sea], ocean)

        links = article.category_links.values_list("category__name", "level")
        assert sorted(links) == [("Moon", 9), ("Ocean", 0), ("Ocean", 1), ("Ocean", 2)]

    @pytest.mark.both_databases
    def test_the_primary_category_follows(self, sea, ocean):
        article, other = create_article(primary_category=sea), create_article(primary_category=ocean)

        number = merge_categories([sea], ocean)

        changed, same = Article.objects.get(pk=article.pk), Article.objects.get(pk=other.pk)
        assert (changed.primary_category, same.primary_category) == (ocean, ocean)
        assert (
            number,
            changed.lock_version - article.lock_version,
            same.lock_version - other.lock_version,
        ) == (1, 1, 0)

    def test_old_urls_redirect_to_the_target(self, client, sea, ocean):
        create_article(categories=[sea])
        Redirect.objects.create(path="/old/", category=sea)

        merge_categories([sea], ocean)

        for path in ("/categories/sea/", "/old/"):
            assert client.get(path)["Location"] == "/categories/ocean/", path
        assert client.get("/categories/ocean/").status_code == 200

    def test_a_description_is_kept_if_the_target_has_none(self, ocean):
        described = create_category("Main", description="All water.")
        mine = create_category("Mine", description="My own.")

        merge_categories([described], ocean)
        merge_categories([ocean], mine)

        assert (ocean.description, Category.objects.get().description) == ("All water.", "My own.")

    @pytest.mark.both_databases
    def test_aliases_move_to_the_target(self, sea, ocean):
        water = create_category("Water")

        merge_categories([sea], ocean)
        merge_categories([ocean], water)

        assert list(Category.objects.named("SEA")) == [water]
        assert set(CategoryAlias.objects.values_list("name", flat=True)) == {"Sea", "Ocean"}

    def test_cached_pages_are_expired_once(self, monkeypatch, django_capture_on_commit_callbacks, sea, ocean):
        create_article(categories=[sea], primary_category=sea)
        other = create_category("Water", description="All of it.")
        changes = []
        monkeypatch.setattr(page_cache, "invalidate", lambda: changes.append(1))

        with django_capture_on_commit_callbacks(execute=True):
            merge_categories([sea, other], ocean)

        assert changes == [1]

    @pytest.mark.both_databases
    def test_all_or_nothing(self, monkeypatch, sea, ocean):
        article = create_article(categories=[sea])
        monkeypatch.setattr(Category, "add_alias", lambda *args: 1 / 0)

        with pytest.raises(ZeroDivisionError):
            merge_categories([sea], ocean)

        assert (categories(article), Redirect.objects.count()) == (["Sea"], 0)

    def test_costs_the_same_for_5_and_20_articles(self, sea, ocean):
        def queries_for(number):
            category = create_category()
            for _ in range(number):
                create_article(categories=[category], primary_category=category)
            with CaptureQueriesContext(connection) as queries:
                merge_categories([category], ocean)
            return len(queries)

        assert queries_for(20) == queries_for(5)


class TestFiles:
    """Files with an old name still find their category."""

    @pytest.fixture(params=["merged", "renamed"])
    def change(self, request):
        def merge():
            merge_categories([Category.objects.get(name="Sea")], Category.objects.get(name="Ocean"))

        def rename():
            sea = Category.objects.get(name="Sea")
            sea.name = "Deep water"
            rename_category(sea)

        return {"merged": merge, "renamed": rename}[request.param]

    def test_unedited_files_are_exported_unchanged(self, folder, change):
        run(folder)

        change()

        article = Article.objects.get()
        assert "Sea" not in categories(article)
        assert edited_fields(article) == set()
        assert export_article(article) == FILE.encode()

    def test_changed_files_do_not_conflict(self, folder, change):
        run(folder)
        change()
        before = categories(Article.objects.get())
        (folder / "tides.md").write_text(FILE.replace("In and", "Out and"))

        outcomes = [run(folder), run(folder)]

        article = Article.objects.get()
        assert outcomes == [["updated"], ["unchanged"]]
        assert (categories(article), article.primary_category.name) == (before, before[0])
        assert not Category.objects.filter(name="Sea").exists()
        assert edited_fields(article) == set()

    def test_new_files_find_the_category(self, folder, change):
        run(folder)
        change()
        number = Category.objects.count()
        (folder / "ebb.md").write_text("---\ntitle: Ebb\ncategories: [SEA]\n---\nOut.\n")

        run(folder)

        assert Category.objects.count() == number
        assert (
            categories(Article.objects.get(title="Ebb")) == categories(Article.objects.get(title="Tides"))[:1]
        )

    def test_edited_categories_still_count_as_edited(self, folder, change):
        run(folder)
        article = Article.objects.get()
        article.category_links.filter(category__name="Moon").delete()

        change()

        article = Article.objects.get()
        (folder / "tides.md").write_text(FILE.replace("Moon", "Sun"))
        assert edited_fields(article) == {"categories"}
        assert run(folder, on_conflict=ConflictRule.KEEP) == ["conflict"]


@pytest.mark.both_databases
class TestNames:
    def test_other_spelling_of_a_name_makes_no_alias(self):
        sea = create_category("Sea")
        sea.name = "SEA!"
        sea.save()

        assert not CategoryAlias.objects.exists()

    def test_renaming_back_and_forth_leaves_one_alias(self):
        sea = create_category("Sea")
        for name in ("Ocean", "Sea", "Ocean", "Sea"):
            sea.name = name
            sea.save()

        assert [str(alias) for alias in sea.aliases.all()] == ["Ocean"]

    def test_name_takes_precedence_over_an_alias(self):
        sea = create_category("Sea")
        sea.name = "Ocean"
        sea.save()

        new = create_category("Sea")

        assert list(Category.objects.named("Sea")) == [new]


class TestAdmin:
    def merge(self, client, *categories, follow=True, **data):
        selected = [category.pk for category in categories]
        return client.post(LIST, {"action": "merge", "_selected_action": selected, **data}, follow=follow)

    def test_asks_then_merges(self, admin_client):
        sea, ocean = create_category("Sea"), create_category("Ocean")
        create_article(categories=[sea])

        asked = self.merge(admin_client, sea)
        untouched = Category.objects.count()
        page = self.merge(admin_client, sea, target=ocean.pk, confirmed="yes")

        assert "Sea (1 article)" in text_of(asked)
        assert untouched == 2
        assert "now replaces Sea. 1 article was changed." in text_of(page)
        assert list(Category.objects.all()) == [ocean]

    @pytest.mark.parametrize("target", ["", "999", "itself"])
    def test_missing_target_is_reported(self, admin_client, target):
        sea = create_category("Sea")

        page = self.merge(admin_client, sea, target=sea.pk if target == "itself" else target, confirmed="yes")

        assert page.context["form"].errors
        assert Category.objects.get() == sea

    @pytest.fixture
    def two(self):
        """Two categories, the second with an alias."""
        sea, ocean = create_category("Sea"), create_category("Ocean")
        ocean.aliases.create(name="The deep", folded_name=folded("The deep"))
        return sea, ocean

    @pytest.mark.parametrize("name", ["Ocean", "ocean!", "The deep"])
    def test_target_can_be_named_without_javascript(self, admin_client, two, name):
        sea, ocean = two

        self.merge(admin_client, sea, target="", target_name=name, confirmed="yes", follow=False)

        assert list(Category.objects.all()) == [ocean]

    def test_typed_name_overrides_the_suggestion(self, admin_client, two):
        (sea, ocean), lake = two, create_category("Lake")

        refused = self.merge(admin_client, sea, target=ocean.pk, target_name="Pond", confirmed="yes")
        self.merge(admin_client, sea, target=ocean.pk, target_name="Lake", confirmed="yes", follow=False)

        assert "There is no category “Pond”." in text_of(refused)
        assert list(Category.objects.order_by("name")) == [lake, ocean]

    @pytest.mark.parametrize("into", ["", "?into=999", "?into=x", "?into=" + "9" * 30])
    def test_only_the_target_that_is_filled_in_is_listed(self, admin_client, two, into):
        sea, ocean = two
        create_article(categories=[sea])

        asked = admin_client.get(merge_address(sea) + into)
        filled_in = admin_client.get(merge_address(sea, ocean)).content.decode()
        deletion = admin_client.get(page_of(sea).replace("/change/", "/delete/"))

        assert (asked.status_code, "Ocean" in asked.content.decode()) == (200, False)
        assert f'<option value="{ocean.pk}" selected>Ocean</option>' in filled_in
        assert 'name="target_name" value="Ocean"' in filled_in
        assert f'href="{merge_address(sea)}"' in deletion.content.decode()

    @pytest.mark.parametrize("taken", ["ocean", "the deep"])
    def test_is_offered_where_a_new_name_is_taken(self, admin_client, two, taken):
        sea, ocean = two

        page = admin_client.post(page_of(sea), shown_form(admin_client, page_of(sea)) | {"name": taken})

        assert f'href="{merge_address(sea, ocean)}"' in page.content.decode()
        assert "Merge into “Ocean”" in text_of(page)

    def test_is_offered_only_with_permission(self, client, django_user_model, two):
        sea, ocean = two
        user = django_user_model.objects.create_user("writer", is_staff=True)
        user.user_permissions.set(
            Permission.objects.filter(codename__in=["view_category", "change_category"])
        )
        client.force_login(user)

        renamed = client.post(page_of(sea), shown_form(client, page_of(sea)) | {"name": "ocean"})

        assert "is the same name" in text_of(renamed)
        assert merge_address(sea) not in renamed.content.decode()
        assert client.get(merge_address(sea, ocean)).status_code == 403

    @pytest.mark.parametrize("codename", ["change_category", "delete_category"])
    def test_needs_both_permissions(self, client, django_user_model, codename):
        sea, ocean = create_category("Sea"), create_category("Ocean")
        user = django_user_model.objects.create_user("writer", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=["view_category", codename]))
        client.force_login(user)

        self.merge(client, sea, target=ocean.pk, confirmed="yes")

        assert Category.objects.count() == 2

    @pytest.mark.parametrize(("ticked", "slug"), [({}, "sea"), ({"renew_slug": "on"}, "deep-water")])
    def test_a_new_name_changes_the_slug_if_asked_for(self, client, admin_client, ticked, slug):
        sea = create_category("Sea")
        create_article(categories=[sea])
        data = shown_form(admin_client, page_of(sea)) | {"name": "Deep water", **ticked}

        admin_client.post(page_of(sea), data)

        sea.refresh_from_db()
        assert (sea.name, sea.slug) == ("Deep water", slug)
        assert client.get("/categories/sea/", follow=True).status_code == 200

    def test_another_name_is_refused_in_words_until_it_is_taken_away(self, admin_client):
        sea, ocean = create_category("Sea"), create_category("Ocean")
        merge_categories([sea], ocean)
        add = reverse("admin:blog_category_add")

        refused = admin_client.post(add, {"name": "sea", "slug": "sea"})
        data = shown_form(admin_client, page_of(ocean)) | {"aliases-0-DELETE": "on"}
        admin_client.post(page_of(ocean), data)
        admin_client.post(add, {"name": "sea", "slug": "sea"})

        assert "an alias of “Ocean”" in text_of(refused)
        assert set(Category.objects.values_list("name", flat=True)) == {"Ocean", "sea"}
