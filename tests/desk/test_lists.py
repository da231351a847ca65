"""Lists of the admin accept the parameters of their own filters; whatever else is sent changes nothing."""

import itertools

import pytest
from django.contrib import admin
from django.urls import reverse

from blog.models import Article, Category, HeldUpdate, ImportRun, Redirect, SiteIdentity
from tests.support.admin_pages import LIST, attach_source_file, text_of
from tests.support.durations import IS_LONG
from tests.support.factories import create_article, create_author, create_category, create_series
from tests.support.findings import TITLE, described_by_title

pytestmark = pytest.mark.django_db

MEND = reverse("admin:blog_article_bulk_fix")
# Parameters that are sent together: none keeps the others from being used.
OWN_LISTS = {
    HeldUpdate: [("kind", "order", "q", "page"), ("batch__id__exact",)],
    ImportRun: [("show", "by", "q", "page")],
}
MODELS = sorted(set(admin.site._registry) - {SiteIdentity} - set(OWN_LISTS), key=str)  # the first has no list
VALUES = ("(", "", "-1", "9" * 30, "2025-13-45", "\x00", "\ud800", "é" * 300)
# NulMiddleware and Django replace the other characters before a filter reads them.
FOR_EACH_FILTER = VALUES if IS_LONG else VALUES[:5]
DATES = (
    *("year=0", "year=1", "year=9999", "year=99999999999999999999", "year=x", "month=2", "day=31"),
    *("year=2025&{}month=13", "year=2025&{}month=2&{}day=31", "year=9999&{}month=12", "year=1&{}month=1"),
    *("gte=x", "lt=x", "gte=2025-01-01", "year=\x00"),
)


def address_of(model) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def own_parameters(model) -> list[str]:
    """Return the names of the parameters of a list's filters."""
    named = {"source_name": ["source_name", "source_name__isnull"]}
    names = []
    for each in admin.site.get_model_admin(model).list_filter:
        if isinstance(each, str):
            names += named.get(each, [f"{each}__exact", f"{each}__isnull", f"{each}__id__exact"])
        else:
            names.append(f"{each[0]}__isempty" if isinstance(each, tuple) else each.parameter_name)
    return names


def listed(answer):
    """Return a response after the queries that rendering its list would do."""
    if answer.status_code == 200:
        changelist = answer.context_data["cl"]
        list(changelist.result_list)
        for each in changelist.filter_specs:
            list(each.choices(changelist))
        list(getattr(changelist, "chips", []))
    return answer


@pytest.mark.both_databases
@pytest.mark.parametrize("model", OWN_LISTS)
def test_an_invalid_value_is_no_error_in_a_list_of_its_own(admin_client, model):
    for names in OWN_LISTS[model]:
        for value in VALUES:
            sent = dict.fromkeys(names, value.encode("utf-8", "surrogatepass"))
            assert admin_client.get(address_of(model), sent).status_code == 200, sent


@pytest.mark.usefixtures("unrendered", "users_read_once")
@pytest.mark.parametrize("model", MODELS)
class TestEveryList:
    def test_a_lookup_of_a_field_is_refused(self, admin_client, model):
        """A pattern that takes for ever would stop all readers on SQLite, an invalid one be an error 500."""
        names = [field.name for field in model._meta.get_fields() if not field.is_relation]
        for name, lookup in zip(names, itertools.cycle(["regex", "contains"])):
            answer = admin_client.get(address_of(model), {f"{name}__{lookup}": "("})

            assert (answer.status_code, answer["Location"]) == (302, f"{address_of(model)}?e=1"), name

    @pytest.mark.both_databases
    def test_an_invalid_value_of_a_filter_is_no_error(self, admin_client, model):
        for name in own_parameters(model):
            for value in FOR_EACH_FILTER:
                sent = {name: value.encode("utf-8", "surrogatepass")}

                assert listed(admin_client.get(address_of(model), sent)).status_code in {200, 302}, sent

    @pytest.mark.both_databases
    def test_an_invalid_date_is_no_error(self, admin_client, model):
        hierarchy = admin.site.get_model_admin(model).date_hierarchy
        for date in DATES if hierarchy else DATES[:1]:  # without one, any lookup is refused
            prefix = f"{hierarchy or 'started_at'}__"
            address = f"{address_of(model)}?{prefix}{date.replace('{}', prefix)}"

            assert listed(admin_client.get(address)).status_code in {200, 302}, date


@pytest.mark.both_databases
class TestLongSearches:
    """A search adds a condition per word and field to the query. SQLite accepts less than a thousand."""

    TEXT = "word " * 1000

    @pytest.mark.parametrize("model", sorted(admin.site._registry, key=str))
    def test_the_first_words_are_searched_and_editors_are_told(self, admin_client, model):
        answer = admin_client.get(address_of(model), {"q": self.TEXT}, follow=True)

        assert answer.status_code == 200
        said = "Only the first 10 words of the search were used."
        assert (said in text_of(answer)) == bool(admin.site.get_model_admin(model).search_fields)

    @pytest.mark.parametrize("field", Redirect.TARGETS)
    def test_fields_with_autocompletion_search_the_first_words(self, admin_client, field):
        names = {"app_label": "blog", "model_name": "redirect", "field_name": field}

        answer = admin_client.get(reverse("admin:autocomplete"), {"term": self.TEXT, **names})

        assert answer.json()["results"] == []

    def test_the_image_dialog_searches_the_first_words(self, admin_client):
        assert admin_client.get(reverse("admin:blog_image_library"), {"q": self.TEXT}).status_code == 200

    def test_further_words_are_ignored(self, admin_client):
        category = create_category("One two three four five six seven eight nine ten")

        answer = admin_client.get(address_of(Category), {"q": f"{category.name} eleven"})

        assert [*answer.context["cl"].result_list] == [category]


class TestLinkedRows:
    """Other screens link to lists with the primary key of a row."""

    @pytest.fixture
    def rows(self):
        rows = {"categories": create_category(), "authors": create_author(), "series": create_series()}
        create_article(
            title="Ebb",
            categories=[rows["categories"]],
            authors=[rows["authors"]],
            series=rows["series"],
            series_part=1,
        )
        create_article(title="Flow")
        return rows

    @pytest.mark.parametrize(
        ("name", "parameter"),
        [("categories", "categories__id__exact"), ("authors", "author"), ("series", "series__id__exact")],
    )
    def test_the_articles_of_a_row_are_listed(self, admin_client, rows, name, parameter):
        listed = admin_client.get(LIST, {parameter: rows[name].pk}).context["cl"]

        assert [article.title for article in listed.result_list] == ["Ebb"]
        assert str(rows[name]) in [chip["chosen"] for chip in listed.chips]

    @pytest.mark.parametrize("value", ["", "0", "x", "9" * 30])
    def test_an_unknown_row_has_no_articles(self, admin_client, rows, value):
        listed = admin_client.get(LIST, {"categories__id__exact": value}).context["cl"]

        assert list(listed.result_list) == []

    def test_the_held_updates_of_an_import_are_listed(self, admin_client):
        batch = attach_source_file(create_article(), "tides.md").batch

        answer = admin_client.get(address_of(HeldUpdate), {"batch__id__exact": batch.pk})

        assert answer.status_code == 200
        assert str(batch) in answer.content.decode()


class TestScope:
    """The list that a bulk fix is for."""

    @pytest.mark.parametrize("scope", ["body__regex=(", "title__contains=a", "id__gte=x", "o=x&x=x"])
    def test_one_that_no_filter_makes_is_not_found(self, admin_client, scope):
        described_by_title(1)
        asked = {"scope": scope, "finding": TITLE, "fix": "mark_decorative"}

        assert admin_client.post(MEND, asked).status_code == 404
        assert not Article.objects.filter(hero_is_decorative=True).exists()

    @pytest.mark.parametrize("name", ["categories__id__exact", "category", "author", "batch", "person"])
    @pytest.mark.parametrize("value", ["99", "x"])
    def test_one_of_a_row_that_is_gone_fixes_nothing(self, admin_client, name, value):
        described_by_title(1)
        asked = {"scope": f"{name}={value}", "finding": TITLE, "fix": "mark_decorative"}

        assert admin_client.post(MEND, asked).status_code == 302
        assert not Article.objects.filter(hero_is_decorative=True).exists()
