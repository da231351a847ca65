"""Answer a mark with a source from the proof: what each evidence allows, and what is saved."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from blog.desk.articles.proof.entries import entries_of
from blog.extensions.sources.comparing import compare_pending
from blog.extensions.sources.models import (
    ArticleSource,
    Evidence,
    LaterAnswer,
    PageText,
    Source,
    SourceSettings,
    State,
    UsedAnyway,
)
from blog.extensions.sources.pages import Block, Page
from blog.extensions.sources.reading import forget_read, read_articles
from blog.extensions.sources.screens.proof_slots import of_mark
from blog.extensions.sources.screens.shown import highlight
from blog.review.marks import list_marks
from blog.review.models import MarkResolution
from blog.review.proofs import check_articles
from tests.support import factories
from tests.support.approvals import approve
from tests.support.roles import log_in

pytestmark = pytest.mark.django_db
ADDRESS = "https://museum.example.org/fridges"
SENTENCE = "By 1944, 85 % of American households owned a refrigerator."
FOUND = "By 1944, in spite of the war, 85 per cent of American households owned a refrigerator."
PARTLY = "By the end of the decade 85 per cent of American households owned a refrigerator, not eight."
ABSENT = "Refrigerators were heavy once, and hummed in the kitchen of every aunt."


@pytest.fixture
def editor(client, django_user_model):
    return log_in(client, "Editor", django_user_model)


@pytest.fixture
def article(editor):
    article = factories.create_article(body=SENTENCE, provenance="machine", machine="Claude")
    check_articles([article.pk])
    return article


@pytest.fixture
def key(article):
    return list_marks(article)[0].key


def opened(words=FOUND, state=State.OK, **values):
    """Return a source whose page was read just now."""
    source = Source.objects.create(
        address=ADDRESS,
        state=state,
        title="Refrigerators at Home",
        opened_at=timezone.now(),
        tried_at=timezone.now(),
        **values,
    )
    page = Page(blocks=(Block(words),), title="Refrigerators at Home")
    values = {"blocks": [vars_of(block) for block in page.blocks], "title": page.title}
    PageText.objects.create(source=source, text=json.dumps(values | {"publisher": "", "author": ""}))
    return source


def vars_of(block):
    return {"text": block.text, "kind": block.kind, "head": block.head}


def look(client, article, key, typed):
    url = reverse("admin:sources_look", args=[article.pk])
    return client.post(url, {"key": key, "note": typed}).content.decode()


def press(client, article, key, act, typed=ADDRESS, **fields):
    url = reverse("admin:sources_answer", args=[article.pk])
    return client.post(url, {"key": key, "note": typed, "act": act, **fields})


def open_claims(article):
    return sorted(mark.kind for mark in list_marks(article) if mark.is_claim and mark.is_open)


def outcomes(article):
    return set(MarkResolution.objects.filter(article=article).values_list("outcome", "note"))


def test_a_passage_is_shown_with_the_heading_above_it(client, article, key):
    source = opened()
    blocks = [Block("Refrigerators at Home", "heading"), Block("After the iceman", "heading"), Block(FOUND)]
    page = {"blocks": list(map(vars_of, blocks)), "title": "", "publisher": "", "author": ""}
    PageText.objects.filter(source=source).update(text=json.dumps(page))
    assert "In the section “After the iceman”." in look(client, article, key, ADDRESS)


@pytest.mark.parametrize(
    ("words", "kind", "button"),
    [
        (FOUND, "found", "Use this source"),
        (PARTLY, "several", "Use it for: number"),
        (ABSENT, "absent", "Use anyway…"),
    ],
)
def test_a_page_is_compared_with_the_sentence_while_the_editor_looks(
    client, article, key, words, kind, button
):
    opened(words)

    html = look(client, article, key, ADDRESS)

    assert f'data-look="{kind}"' in html
    assert button in html


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (State.GONE, "gone"),
        (State.CLOSED, "shut"),
        (State.NOT_TEXT, "shut"),
        (State.SOFT_404, "later"),
        (State.UNREACHABLE, "later"),
    ],
)
def test_a_page_that_was_not_read_offers_what_fits_its_state(client, article, key, state, kind):
    Source.objects.create(address=ADDRESS, state=state, opened_at=timezone.now(), tried_at=timezone.now())

    assert f'data-look="{kind}"' in look(client, article, key, ADDRESS)


def test_a_new_address_is_opened_by_a_job_and_left_after_fifteen_seconds(client, article, key):
    assert 'data-look="opening"' in look(client, article, key, ADDRESS)

    Source.objects.update(asked_at=timezone.now() - timedelta(seconds=16))

    assert 'data-look="left"' in look(client, article, key, ADDRESS)


@pytest.mark.parametrize(
    "typed", ["http://10.0.0.12/stats", "https://jane@museum.example.org/", "ftp://museum.example.org/"]
)
def test_an_address_that_is_never_opened_is_refused_before(client, article, key, typed):
    html = look(client, article, key, typed)
    press(client, article, key, "save", typed)

    assert 'data-look="refused"' in html
    assert not Source.objects.exists()
    assert not outcomes(article)


def test_a_book_is_saved_as_it_is_and_nothing_is_opened(client, article, key):
    assert 'data-look="words"' in look(client, article, key, "Whitcombe, p. 112")

    press(client, article, key, "save", "Whitcombe, p. 112")

    assert outcomes(article) == {("source", "Whitcombe, p. 112")}
    assert not Source.objects.exists()


def test_nothing_is_opened_if_it_is_switched_off(client, article, key):
    SourceSettings.objects.create(opening="no")

    html = look(client, article, key, ADDRESS)
    press(client, article, key, "save")

    assert "switched off" in html
    assert outcomes(article) == {("source", ADDRESS)}


def test_a_found_claim_is_confirmed_with_its_evidence(client, article, key):
    source = opened()

    press(client, article, key, "use")

    assert outcomes(article) == {("source", ADDRESS)}
    assert set(Evidence.objects.values_list("source", "how", "verdict")) == {(source.pk, "answer", "found")}


def test_a_claim_that_is_not_there_needs_a_reason(client, article, key):
    opened(ABSENT)

    response = press(client, article, key, "anyway", reason="other", other=" ")

    assert "reasons=1" in response.url
    assert not outcomes(article)

    press(client, article, key, "anyway", reason="other", other="It is on the second page.")

    assert outcomes(article) == {("source", ADDRESS)}
    assert UsedAnyway.objects.first().words == "It is on the second page."


def test_a_button_that_no_longer_fits_saves_nothing(client, article, key):
    opened(ABSENT)

    press(client, article, key, "use")

    assert not outcomes(article)


def test_the_kind_that_is_there_is_confirmed_and_the_other_stays_open(client, article, key):
    opened(PARTLY)

    press(client, article, key, "part")

    assert open_claims(article) == ["date"]


def test_the_new_address_of_a_moved_page_is_stored_for_the_mark(client, article, key):
    new = "https://museum.example.org/new"
    opened(state=State.MOVED, final_address=new)

    press(client, article, key, "use_new")

    assert outcomes(article) == {("source", new)}
    article.refresh_from_db()
    assert article.body == SENTENCE


def test_a_source_saved_for_later_leaves_the_mark_open(client, article, key):
    Source.objects.create(
        address=ADDRESS, state=State.UNREACHABLE, opened_at=timezone.now(), tried_at=timezone.now()
    )

    press(client, article, key, "later")

    assert open_claims(article) == ["date", "figure"]
    assert not LaterAnswer.objects.first().is_resolved


def test_a_source_saved_without_waiting_resolves_the_mark(client, article, key):
    look(client, article, key, ADDRESS)

    press(client, article, key, "unwaited")

    assert not open_claims(article)
    assert LaterAnswer.objects.first().is_resolved


@pytest.mark.parametrize(
    ("words", "is_approved", "is_open"), [(ABSENT, False, True), (ABSENT, True, False), (FOUND, False, False)]
)
def test_mark_saved_without_waiting_is_reopened_if_the_claim_is_not_there(
    client, article, key, editor, words, is_approved, is_open
):
    look(client, article, key, ADDRESS)
    press(client, article, key, "unwaited")
    forget_read([article.pk])
    read_articles([article.pk])
    if is_approved:
        approve(editor, article)
    Source.objects.update(state=State.OK, opened_at=timezone.now())
    page = {"blocks": [vars_of(Block(words))], "title": "", "publisher": "", "author": ""}
    PageText.objects.create(source=Source.objects.get(), text=json.dumps(page))

    compare_pending()

    assert bool(open_claims(article)) == is_open
    assert LaterAnswer.objects.exists() == is_open
    proof = client.get(reverse("admin:blog_article_proof", args=[article.pk])).content.decode()
    assert ("The claim is not there." in proof) == is_open


def test_without_a_script_open_saves_nothing_and_comes_back(client, article, key):
    opened(ABSENT)

    response = client.get(press(client, article, key, "open").url)

    assert not outcomes(article)
    assert "Not on this page" in response.content.decode()
    assert 'value="anyway"' in response.content.decode()


def test_the_proof_shows_the_link_in_the_sentence_with_its_evidence(client, article, key):
    source = opened(ABSENT)
    link = {"article": article, "source": source, "number": 0, "written": ADDRESS}
    ArticleSource.objects.create(place="text", **link)
    values = {"verdict": "found", "found": ["85 %"], "passage": "Some 85 % owned one."}
    Evidence.objects.create(
        article=article, source=source, key=key, how="sentence", sentence=SENTENCE, **values
    )

    html = client.get(reverse("admin:blog_article_proof", args=[article.pk])).content.decode()

    assert "Link in this sentence" in html
    assert "Some <mark>85 %</mark> owned one." in html
    assert "1 of 1 opened" in html


def test_a_link_beside_the_sentence_is_only_shown_if_it_has_something(article, key):
    source = opened(ABSENT)
    row = Evidence.objects.create(
        article=article, source=source, key=key, how="paragraph", sentence=SENTENCE, verdict="not_found"
    )
    entry = entry_of(article)

    assert not of_mark({"article": article, "entry": entry})["mark_sources"]

    Evidence.objects.filter(pk=row.pk).update(verdict="partly")

    assert len(of_mark({"article": article, "entry": entry})["mark_sources"]) == 1


def entry_of(article):
    return entries_of(article).numbered[0]


def test_found_words_are_marked_in_the_spelling_of_the_page():
    assert highlight("In 1944 <85> PER cent", ["1944", "85 per cent"]) == (
        "In <mark>1944</mark> &lt;<mark>85</mark>&gt; PER <mark>cent</mark>"
    )
