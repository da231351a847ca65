"""What readers are told of the sources of an approved article."""

import json
import re
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from blog.extensions.sources.acts import ignore
from blog.extensions.sources.models import Evidence, Source, State, UsedAnyway
from blog.review.approval import approve
from blog.review.marks import list_marks
from blog.review.proofs import check_articles
from blog.review.resolution import resolve
from tests.support import factories
from tests.support.changes import publish

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ADDRESS = "https://museum.example.org/fridges"
DAY = datetime(2026, 12, 2, 12, tzinfo=UTC)
OPENED = "Opened on 2 December 2026."


@pytest.fixture
def editor(admin_user):
    return admin_user


def approved(editor, note=ADDRESS):
    """Return a published article whose figure has this source, approved."""
    article = factories.create_article(
        body="Of all households, 85 % owned a refrigerator.", provenance="machine", machine="Claude"
    )
    check_articles([article.pk])
    marks = [mark for mark in list_marks(article) if mark.is_claim]
    if note:
        resolve(article, marks, "source", note, editor)
    publish(article, timezone.now())
    article.refresh_from_db()
    approve(article, editor, article.words_digest, checked=["read"])
    return article


def source_of(article, verdict, state=State.OK, **values):
    source = Source.objects.create(
        address=ADDRESS,
        state=state,
        title="Refrigerators at Home",
        publisher="Museum",
        opened_at=DAY,
        **values,
    )
    for mark in list_marks(article):
        if mark.is_claim and verdict is not None:
            Evidence.objects.create(
                article=article, key=mark.key, source=source, how="answer", verdict=verdict, compared_at=DAY
            )
    return source


def use_anyway(article, source, reason):
    for mark in list_marks(article):
        UsedAnyway.objects.create(article=article, key=mark.key, source=source, reason=reason)


def shown(client, article):
    return client.get(article.get_absolute_url()).content.decode()


def said(html):
    return re.findall(r'class="what">([^<]*)<', html)


@pytest.mark.parametrize(
    ("verdict", "state", "reason", "sentence"),
    [
        ("found", State.OK, "", OPENED),
        ("partly", State.OK, "read", f"{OPENED} Part of this is there; an editor confirmed the rest."),
        ("not_found", State.OK, "other", "Read by an editor."),
        ("not_found", State.OK, "read", "Read by an editor. The words could not be compared automatically."),
        (
            None,
            State.NOT_TEXT,
            "no_text",
            "Read by an editor. The words could not be compared automatically.",
        ),
        (None, State.CLOSED, "log_in", "Read by an editor, behind a log-in."),
        ("found", State.GONE, "", f"{OPENED} The page has been taken down since then."),
        (None, State.NOT_OPENED, "", None),
        ("not_found", State.OK, "", None),
    ],
)
def test_the_sentence_says_no_more_than_is_known(client, editor, verdict, state, reason, sentence):
    article = approved(editor)
    source = source_of(article, verdict, state)
    if reason:
        use_anyway(article, source, reason)

    assert said(shown(client, article)) == ([sentence, sentence] if sentence else [])


def test_an_ignored_source_is_said_to_be_not_checked(client, editor):
    article = approved(editor)
    ignore(source_of(article, "found"), "It turns visits away.", editor)

    assert said(shown(client, article)) == ["Not checked by this site."] * 2


def test_a_book_was_read_by_an_editor(client, editor):
    html = shown(client, approved(editor, "Whitcombe, p. 112"))

    assert said(html) == ["Read by an editor."] * 2
    assert "“Opened” means" not in html


def test_a_page_that_is_gone_is_no_link(client, editor):
    article = approved(editor)
    source = source_of(article, "found")

    assert f'href="{ADDRESS}" rel="nofollow"' in shown(client, article)

    Source.objects.filter(pk=source.pk).update(state=State.GONE)

    assert f'href="{ADDRESS}"' not in shown(client, article)


def test_passages_are_never_shown_to_readers(client, editor):
    article = approved(editor)
    source_of(article, "found")
    Evidence.objects.update(passage="Only editors read this.")

    assert "Only editors read this." not in shown(client, article)


def test_sources_are_citations_in_the_structured_data(client, editor):
    article = approved(editor)
    source_of(article, "found")

    [data] = [
        data
        for found in re.findall(r'ld\+json"[^>]*>(.*?)</script>', shown(client, article), re.DOTALL)
        if (data := json.loads(found))["@type"] == "BlogPosting"
    ]

    assert data["citation"] == [
        {
            "@type": "CreativeWork",
            "name": "Refrigerators at Home",
            "url": ADDRESS,
            "publisher": {"@type": "Organization", "name": "Museum"},
        }
    ]


def test_an_article_that_changed_since_shows_no_sources(client, editor):
    article = approved(editor)
    source_of(article, "found")
    article.body += " It hummed."
    article.save()

    html = shown(client, article)

    assert "source-list" not in html
    assert "citation" not in html


def test_without_any_source_the_review_says_so(client, editor):
    html = shown(client, approved(editor, note=""))

    assert "No source is given for any sentence." in html
    assert "source-list" not in html
