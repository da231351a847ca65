"""The lists of sources, what editors do there, and the lines about sources on other screens."""

import pytest
from django.urls import reverse
from django.utils import timezone

from blog.articles.models import Article
from blog.extensions.sources.jobs import read
from blog.extensions.sources.models import Evidence, Source, SourceSettings, State
from blog.extensions.sources.reports import report
from blog.extensions.sources.screens.summaries import decisions, worst_marks
from blog.review.marks import list_marks
from blog.review.models import MarkResolution
from blog.review.proofs import check_articles
from tests.support import factories
from tests.support.admin_pages import text_of
from tests.support.approvals import approve
from tests.support.roles import log_in

pytestmark = pytest.mark.django_db
ADDRESS = "https://museum.example.org/fridges"
BODY = f"[Of all households, 85 % owned a refrigerator.]({ADDRESS})"


@pytest.fixture
def editor(client, django_user_model):
    return log_in(client, "Editor", django_user_model)


def article_with_source(body=BODY, **values):
    article = factories.create_article(body=body, provenance="machine", machine="Claude", **values)
    check_articles([article.pk])
    read([article.pk])
    return article


def let_be(state, **values):
    Source.objects.update(state=state, tried_at=timezone.now(), state_since=timezone.now(), **values)
    return Source.objects.get(address=ADDRESS)


def let_be_found(verdict="found"):
    let_be(State.OK, opened_at=timezone.now())
    Evidence.objects.update(verdict=verdict, passage="85 per cent", compared_at=timezone.now())


def page(client, name, *args, **query):
    return text_of(client.get(reverse(f"admin:sources_{name}", args=args, query=query)))


def test_a_source_tells_how_many_are_opened_before_it(client, editor):
    article_with_source("See [the ice](https://ice.example/), [the pond](https://pond.example/).")
    shown = page(client, "list")
    assert ("1 is before it" in shown, "2 are before it" in shown) == (True, False)


def test_dead_links_come_first_and_a_chip_shows_only_these(client, editor):
    article_with_source(f"{BODY}\n\nSee [the ice](https://ice.example/).")
    Source.objects.filter(address=ADDRESS).update(state=State.GONE)
    Source.objects.exclude(address=ADDRESS).update(state=State.OK, opened_at=timezone.now())

    address = reverse("admin:sources_list")
    every, dead = (client.get(address, query).context["page"] for query in ({}, {"state": "nowhere"}))

    assert [row.host for row in every] == ["museum.example.org", "ice.example"]
    assert [row.host for row in dead] == ["museum.example.org"]


def test_an_empty_list_says_why(client, editor):
    assert "No article has a link or a source yet." in page(client, "list")

    article_with_source()

    assert "Every link leads somewhere." in page(client, "list", state="nowhere")
    assert "No sources match." in page(client, "list", q="nothing")


def test_an_ignored_source_needs_a_reason_and_comes_back(client, editor):
    article_with_source()
    source = let_be(State.GONE)
    address = reverse("admin:sources_ignore", args=[source.pk])

    assert "Choose a reason." in text_of(client.post(address, {"reason": "other", "other": " "}))

    client.post(address, {"reason": "visits"})
    source.refresh_from_db()
    assert source.is_ignored
    assert "Check it again from now on" in page(client, "list", state="ignored")

    client.post(reverse("admin:sources_end_ignoring", args=[source.pk]))
    source.refresh_from_db()
    assert not source.is_ignored


def test_a_link_is_replaced_in_the_ticked_articles_only(client, editor):
    first, second = article_with_source(), article_with_source()
    approve(editor, second)
    source, new = let_be(State.GONE), "https://museum.example.org/new"
    address = reverse("admin:sources_replace", args=[source.pk])

    form = client.post(address, {"url": new, "act": "open"})
    Source.objects.filter(address=new).update(state=State.OK, tried_at=timezone.now(), asked_at=None)
    form = client.get(address, {"url": new}).content.decode()
    assert "Replace in 1, skip 1" in form
    assert "ends its approval" in form

    fields = {f"version-{each.pk}": Article.objects.get(pk=each.pk).lock_version for each in (first, second)}
    client.post(address, {"url": new, "act": "replace", "article": [first.pk], **fields})

    first.refresh_from_db()
    second.refresh_from_db()
    assert first.body == BODY.replace(ADDRESS, new)
    assert second.body == BODY


def test_all_moved_links_get_their_new_addresses_in_the_ticked_articles(client, editor):
    body = f"{BODY} [Ice](https://ice.example/) is cold. [Gone](https://gone.example/)."
    first, second = article_with_source(body), article_with_source()
    approve(editor, second)
    let_be(State.MOVED, final_address="https://museum.example.org/new")
    Source.objects.filter(host="ice.example").update(final_address="https://ice.example/new")
    Source.objects.filter(host="gone.example").update(state=State.GONE)
    assert "Use all new URLs…" in page(client, "list", state="moved")
    address = reverse("admin:sources_moved")

    shown = client.get(address)
    assert "museum.example.org/fridges → museum.example.org/new" in text_of(shown)
    assert "Replace in 1, skip 1" in shown.content.decode()
    fields = {f"version-{each.pk}": Article.objects.get(pk=each.pk).lock_version for each in (first, second)}
    client.post(address, {"act": "replace", "article": [first.pk], **fields})

    for article, changed in (
        (first, body.replace("fridges", "new").replace("e/)", "e/new)", 1)),
        (second, BODY),
    ):
        article.refresh_from_db()
        assert article.body == changed


def test_nothing_is_replaced_without_a_tick(client, editor):
    article = article_with_source()
    source, new = let_be(State.GONE), "https://museum.example.org/new"
    Source.objects.create(address=new, state=State.OK, tried_at=timezone.now())

    response = client.post(reverse("admin:sources_replace", args=[source.pk]), {"url": new, "act": "replace"})

    assert "Tick at least one article." in text_of(response)
    article.refresh_from_db()
    assert article.body == BODY


def test_writers_see_the_sources_of_an_article_without_actions(client, django_user_model):
    log_in(client, "Writer", django_user_model)
    article = article_with_source()
    let_be(State.GONE)

    for shown in (page(client, "list"), page(client, "article", article.pk)):
        assert "museum.example.org" in shown
        assert "Replace everywhere" not in shown
        assert "Check again" not in shown


def test_found_claims_are_confirmed_together_only_if_ticked(client, editor):
    one, other = article_with_source(), article_with_source()
    let_be_found()
    for article in (one, other):
        assert "85 per cent" in page(client, "confirm", article.pk)
    assert not MarkResolution.objects.exists()  # evidence resolves nothing by itself

    ticked = Evidence.objects.filter(article=one).values_list("pk", flat=True)[0]
    client.post(reverse("admin:sources_confirm", args=[one.pk]), {"claim": [ticked]})
    client.post(reverse("admin:sources_confirm", args=[other.pk]), {"claim": []})

    assert not [mark for mark in list_marks(one) if mark.is_claim and mark.is_open]
    assert [mark for mark in list_marks(other) if mark.is_claim and mark.is_open]


def test_claims_that_are_not_found_cannot_be_confirmed(client, editor):
    article = article_with_source()
    let_be_found("partly")
    evidence = Evidence.objects.filter(article=article).values_list("pk", flat=True)[0]

    client.post(reverse("admin:sources_confirm", args=[article.pk]), {"claim": [evidence]})

    assert not MarkResolution.objects.exists()


def test_the_list_of_articles_says_how_many_links_lead_nowhere(client, editor):
    article_with_source(f"{BODY}\n\n[Ice](https://ice.example/) is cold.")
    let_be(State.GONE)
    for source in Source.objects.all():
        report(source)

    [row] = Article.objects.with_queue_relations()

    assert worst_marks([row])[row.pk].sentence == "2 links lead nowhere"
    assert "2 links lead nowhere" in text_of(client.get(reverse("admin:blog_article_changelist")))


def test_articles_whose_links_are_not_opened_yet_are_found_by_a_filter(client, editor):
    waiting = article_with_source()
    article_with_source("[Ice](https://ice.example/) is cold.")
    Source.objects.filter(host="ice.example").update(state=State.OK)

    page = client.get(reverse("admin:blog_article_changelist", query={"mark": "unopened"}))

    assert [row.pk for row in page.context["cl"].result_list] == [waiting.pk]
    assert "Links not opened yet" in text_of(page)


def test_the_list_says_why_a_page_was_not_read(client, editor):
    article_with_source()
    let_be(State.NOT_TEXT, reason="it is larger than 2 MB.")

    assert "Not text larger than 2 MB" in page(client, "list")


def test_an_article_says_how_many_claims_were_found_and_what_a_gone_page_had(client, editor):
    article = article_with_source()
    let_be_found()
    assert "1 source for 1 claim: 1 is found." in page(client, "article", article.pk)

    Evidence.objects.update(found=["85 %"])
    let_be(State.GONE)
    assert "“85 %” was last found on today" in page(client, "article", article.pk)


def test_all_sources_of_an_article_are_checked_again(client, editor):
    article = article_with_source()
    article_with_source("[Ice](https://ice.example/) is cold.")

    client.post(reverse("admin:sources_check_all"), {"article": article.pk})

    assert list(Source.objects.exclude(asked_at=None).values_list("address", flat=True)) == [ADDRESS]


def test_the_dashboard_says_how_many_links_lead_nowhere(client, editor):
    assert decisions(editor) == []

    article_with_source()
    let_be(State.GONE)

    [line] = decisions(editor)
    assert f"{line.number} {line.sentence} {line.detail}" == (
        "1 link leads nowhere in 1 article, 1 of them published"
    )
    assert "link leads nowhere" in text_of(client.get(reverse("admin:index")))


def test_settings_name_the_line_that_is_no_site(client, django_user_model):
    log_in(client, "superuser", django_user_model)
    address = reverse("admin:sources_settings")
    values = {"opening": "asked", "round_days": "7", "not_before": "22"}
    offered = client.get(address).content.decode().count('<input type="radio" name="opening"')

    assert offered == 3
    assert "“intranet” is not the name of a site." in text_of(
        client.post(address, values | {"never": "a.example\nintranet"})
    )
    assert not SourceSettings.objects.exists()

    client.post(address, values | {"never": "A.example\n\na.example"})

    stored = SourceSettings.objects.get()
    assert (stored.opening, stored.round_days, stored.not_before, stored.never) == (
        "asked",
        7,
        22,
        ["a.example"],
    )
