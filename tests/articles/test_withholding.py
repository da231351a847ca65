"""Withheld articles: AI-written, not approved, not seen yet. The rule judges the step to visible only."""

import itertools
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from blog.articles.provenance import WrittenBy
from blog.articles.review_setting import apply_setting
from blog.images.models import store_image
from blog.models import Article, Category, CategoryCount, ReviewRequirement
from blog.review.approval import approve, withdraw
from tests.support.changes import publish, set_provenance, unpublish
from tests.support.factories import create_article, create_category
from tests.support.images import image_bytes

pytestmark = pytest.mark.django_db

YESTERDAY, TOMORROW = (timezone.now() + timedelta(days=days) for days in (-1, 1))


@pytest.fixture
def required(settings):
    settings.REQUIRE_REVIEW = True


def mara():
    return get_user_model().objects.get_or_create(username="mara", is_superuser=True)[0]


def approved(article):
    article = Article.objects.get(pk=article.pk)
    approve(article, mara(), article.words_digest, "All of it.")
    return Article.objects.get(pk=article.pk)


def draft(**fields):
    return create_article(**{"status": "new", "generated_by": "Gemini", "title": "Tides"} | fields)


def scheduled(**fields):
    article = approved(draft(**fields))
    article.published_at = TOMORROW
    publish(article)
    return article


def public(**fields):
    article = approved(draft(**fields))
    publish(article)
    return article


def is_visible():
    return Article.objects.published().exists()


def is_visible_tomorrow(monkeypatch):
    later = timezone.now() + timedelta(days=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    return is_visible()


def edit(article, **fields):
    for name, value in {"body": "Other words.", **fields}.items():
        setattr(article, name, value)
    article.save()


def edit_and_date_back(article):
    edit(article)
    Article.objects.update(published_at=YESTERDAY)


def edit_and_name_people(article):
    edit(article, published_at=YESTERDAY)
    set_provenance(Article.objects.all(), WrittenBy("people"))


def replace_picture(article):
    article.hero_image.file = store_image(image_bytes(size=(40, 20))).file.name
    article.hero_image.save()


@pytest.mark.usefixtures("required")
class TestScheduledArticle:
    CHANGES = {
        "none": (lambda article: None, True),
        "edited and dated yesterday in one save": (
            lambda article: edit(article, published_at=YESTERDAY),
            False,
        ),
        "edited first and dated yesterday by any code": (edit_and_date_back, False),
        "the approval withdrawn": (lambda article: withdraw(article, mara()), False),
        "the picture replaced": (replace_picture, False),
        "edited, and by people": (edit_and_name_people, True),
    }

    @pytest.mark.parametrize(("change", "appears"), CHANGES.values(), ids=CHANGES)
    def test_appears_only_if_it_is_approved_then(self, monkeypatch, change, appears):
        change(scheduled(hero_image=store_image(image_bytes())))

        assert is_visible_tomorrow(monkeypatch) == appears

    @pytest.mark.both_databases
    def test_edited_after_scheduling_stays_hidden_until_it_is_approved(self, monkeypatch):
        article = scheduled()

        article.body = "Other words."
        article.save()

        assert not is_visible_tomorrow(monkeypatch)
        assert not Article.objects.get().is_published
        approved(article)
        assert is_visible()
        assert Article.objects.get().is_published

    def test_read_before_its_picture_was_replaced_stays_hidden(self):
        image = store_image(image_bytes())
        article = approved(draft(hero_image=image))
        article.published_at = TOMORROW
        publish(article)
        image.alt = "Another quay"
        image.save()

        article.published_at = YESTERDAY
        article.save(update_fields=["published_at"])

        assert not is_visible()

    def test_that_no_longer_names_its_generator_stays_hidden(self):
        article = scheduled()

        article.generated_by = ""
        article.save()
        article.body, article.published_at = "Other words.", YESTERDAY
        article.save()

        assert article.is_hidden_until_approved is Article.objects.get().is_withheld is True
        assert not is_visible()


@pytest.mark.usefixtures("required")
class TestPublicArticle:
    @pytest.mark.parametrize("name", ["body", "keywords"])
    def test_stays_public_when_it_is_edited(self, name):
        article = public()

        setattr(article, name, "Other words." if name == "body" else ["moon"])
        article.save()
        withdraw(article, mara())

        assert is_visible()
        assert not Article.objects.get().is_reviewed

    def test_hidden_and_published_again_needs_an_approval(self):
        article = public()
        article.body = "Other words."
        article.save()

        unpublish(Article.objects.all())

        assert Article.objects.get().is_withheld
        assert publish(Article.objects.all()) == 0


@pytest.mark.both_databases
@pytest.mark.usefixtures("required")
class TestListsOfReaders:
    def counts(self):
        return sum(CategoryCount.objects.values_list("articles", flat=True))

    def listed(self, category):
        return list(category.article_links.published().newest_articles())

    def test_leave_it_out_until_it_is_approved(self, client):
        category = create_category()
        article = scheduled(categories=[category], keywords=["tides"])
        article.body, article.published_at = "Other words.", YESTERDAY
        article.save()
        pages = [article.get_absolute_url(), article.get_markdown_url()]

        hidden = [client.get(page).status_code for page in pages]
        category = Category.objects.get()
        assert (hidden, self.counts(), self.listed(category)) == ([404, 404], 0, [])
        assert Article.objects.published().count_by_month() == []
        assert "Tides" not in client.get("/").content.decode() + client.get("/feeds/rss.xml").content.decode()

        approved(article)

        assert [client.get(page).status_code for page in pages] == [200, 200]
        assert (self.counts(), self.listed(category)) == (1, [article.pk])
        assert article.keyword_rows.published().count() == 1
        assert len(Article.objects.published().count_by_month()) == 1


NEW, PUBLISHED = "new", "published"
STATES = [(NEW, None), (NEW, YESTERDAY), (PUBLISHED, YESTERDAY), (PUBLISHED, TOMORROW)]
LAST_WEEK = YESTERDAY - timedelta(days=6)


class TestAppearance:
    """Article.appeared_at: since when readers can find an article."""

    @pytest.mark.both_databases
    @pytest.mark.parametrize("appeared_at", [None, LAST_WEEK, TOMORROW])
    @pytest.mark.parametrize("is_required", [False, True])
    def test_is_the_same_for_one_and_for_many(self, settings, monkeypatch, is_required, appeared_at):
        settings.REQUIRE_REVIEW = is_required
        now = timezone.now()
        monkeypatch.setattr(timezone, "now", lambda: now)
        article, found = draft(), []
        for before, after, is_withheld in itertools.product(STATES, STATES, [False, True]):
            stored = {"is_withheld": is_withheld, "is_ai_drafted": True, "appeared_at": appeared_at}
            stored |= dict(zip(("status", "published_at"), before, strict=True))
            wanted = dict(zip(("status", "published_at"), after, strict=True))
            results = []
            for write in (_write_one, _write_many):
                QuerySet.update(Article.objects.all(), **stored)
                monkeypatch.setattr(Article, "_check_publishable", lambda self, is_new: None)
                write(Article.objects.get(pk=article.pk), wanted)
                results.append(Article.objects.values_list("is_withheld", "appeared_at").get())
            found.append((before, after, is_withheld, *results))

        assert [each for each in found if each[-1] != each[-2]] == []

    def test_is_its_date(self):
        article = create_article(published_at=YESTERDAY)

        assert Article.objects.get().appeared_at == article.published_at

    def test_is_forecast_for_a_scheduled_article(self):
        create_article(published_at=TOMORROW)

        assert Article.objects.get().appeared_at == TOMORROW

    def test_does_not_change_when_it_is_hidden_and_published_again(self):
        article = create_article(published_at=YESTERDAY)

        unpublish(article)
        hidden = Article.objects.get().appeared_at
        publish(article)

        assert hidden == Article.objects.get().appeared_at == YESTERDAY

    def test_is_when_a_late_approval_releases_it(self, required):
        article = scheduled()
        withdraw(article, mara())
        Article.objects.update(published_at=YESTERDAY)
        assert Article.objects.get().appeared_at is None

        before = timezone.now()
        approved(article)

        assert before <= Article.objects.get().appeared_at <= timezone.now()

    def test_waits_with_the_article_while_approvals_are_required(self, settings):
        create_article(generated_by="Gemini", published_at=TOMORROW)
        apply_setting()
        forecasts = []
        for settings.REQUIRE_REVIEW in (True, False):
            apply_setting()
            forecasts.append(Article.objects.get().appeared_at)

        assert forecasts == [None, TOMORROW]


def _write_one(article, wanted):
    for name, value in wanted.items():
        setattr(article, name, value)
    article.save(update_fields=[*wanted])


def _write_many(article, wanted):
    Article.objects.filter(pk=article.pk).update(**wanted)


class TestSwitch:
    def test_on_releases_what_readers_see_and_nothing_else(self, settings, monkeypatch):
        category = create_category()
        seen, waiting = (
            create_article(generated_by="Gemini", published_at=moment, categories=[category])
            for moment in (YESTERDAY, TOMORROW)
        )
        assert Article.objects.filter(is_withheld=True).count() == 2
        apply_setting()

        settings.REQUIRE_REVIEW = True
        apply_setting()

        assert list(Article.objects.published()) == [seen]
        assert sum(CategoryCount.objects.values_list("articles", flat=True)) == 1
        monkeypatch.setattr(timezone, "now", lambda: TOMORROW + timedelta(days=1))
        apply_setting()  # a later start releases nothing
        assert list(Article.objects.published()) == [seen]

        settings.REQUIRE_REVIEW = False
        apply_setting()

        assert set(Article.objects.published()) == {seen, waiting}
        assert sum(CategoryCount.objects.values_list("articles", flat=True)) == 2
        assert not ReviewRequirement.objects.get().is_on

    def test_a_start_withholds_what_a_fixture_has_stored_without_it(self, settings, monkeypatch):
        settings.REQUIRE_REVIEW = True
        apply_setting()
        article = scheduled()
        withdraw(article, mara())
        Article.objects.update(is_ai_drafted=False, is_withheld=False)

        apply_setting()

        assert not is_visible_tomorrow(monkeypatch)


@pytest.mark.parametrize(
    ("is_required", "index"), [(False, "article_newest "), (True, "article_newest_released ")]
)
def test_lists_of_readers_read_an_index_only(is_required, index, settings):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL reads a small table as a whole")
    settings.REQUIRE_REVIEW = is_required

    plan = Article.objects.published().newest_first().values_list("pk")[:10].explain()

    assert f"COVERING INDEX {index}" in plan
