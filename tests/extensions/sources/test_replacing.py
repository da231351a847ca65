"""Replacing the URL of a source in texts and answers, and undoing it."""

import pytest

from blog.articles.actions.undo import latest_undoable, undo
from blog.extensions.sources import replacing
from blog.extensions.sources.acts import check_again, open_now
from blog.extensions.sources.jobs import read
from blog.extensions.sources.links import replace_links
from blog.extensions.sources.models import Source
from blog.extensions.sources.replacing import places_of, replace_everywhere
from blog.extensions.sources.rounds import Round
from blog.review.approval import approve
from blog.review.jobs import start_undo
from blog.review.marks import list_marks
from blog.review.models import MarkResolution
from blog.review.proofs import check_articles
from blog.review.resolution import resolve
from tests.extensions.sources.conftest import html
from tests.support import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
OLD, NEW = "https://old.example/a_(b)", "https://new.example/c"
TEXT = f"See [the page]({OLD}#part), <{OLD}> and [another](https://old.example/a).\n"


def article(body=TEXT, **values):
    made = factories.create_article(body=body, **values)
    check_articles([made.pk])
    read([made.pk])
    made.refresh_from_db()
    return made


def versions(*articles):
    return {made.pk: made.lock_version for made in articles}


def test_links_keep_their_words_and_others_stay(admin_user):
    made = article()

    done = replace_everywhere(admin_user, {OLD: NEW}, versions(made))

    made.refresh_from_db()
    assert made.body == f"See [the page]({NEW}), <{NEW}> and [another](https://old.example/a).\n"
    assert NEW in made.body_html
    assert done.articles == {made.pk}
    assert "in 1 article" in latest_undoable(admin_user).sentence


def test_it_is_one_action_that_can_be_undone(admin_user):
    made = [article(), article(f"In 1944, 85 % owned one.\n\n[this]({OLD})")]
    [mark, *_] = list_marks(made[1])
    resolve(made[1], [mark], "source", f"A book, and {OLD}.", admin_user)
    read([made[1].pk])
    bodies = [each.body for each in made]
    for each in made:
        each.refresh_from_db()
    replace_everywhere(admin_user, {OLD: NEW}, versions(*made))
    assert MarkResolution.objects.last().note == f"A book, and {NEW}."
    undo(admin_user, latest_undoable(admin_user).pk)

    for each, body in zip(made, bodies, strict=True):
        each.refresh_from_db()
        assert each.body == body
    assert MarkResolution.objects.last().note == f"A book, and {OLD}."


def test_an_article_changed_since_is_skipped(admin_user):
    made = article()

    done = replace_everywhere(admin_user, {OLD: NEW}, {made.pk: made.lock_version - 1})

    assert done.skipped == {made.pk: "changed since you saw it"}
    made.refresh_from_db()
    assert made.body == TEXT


def test_the_list_says_whose_approval_would_end(admin_user):
    first, second = article(), article()
    approve(first, admin_user, seen_digest=first.words_digest)

    assert [(place.article.pk, place.ends_approval) for place in places_of([Source.objects.at(OLD)])] == [
        (first.pk, True),
        (second.pk, False),
    ]


def test_a_claim_that_is_not_on_the_new_page_is_open_again(admin_user, pages):
    pages.put("/new", html("Nothing about any of this, but of ships and their cargo in the harbour. " * 5))
    made = article("In 1944, 85 % of households owned a refrigerator.")
    [mark, *_] = list_marks(made)
    resolve(made, [mark], "source", OLD, admin_user)
    read([made.pk])
    new = open_now(pages.address("/new"))
    Round().run()
    made.refresh_from_db()

    done = replace_everywhere(admin_user, {OLD: new.address}, versions(made))

    assert done.reopened == [mark.words]
    assert [each.is_open for each in list_marks(made) if each.key == mark.key] == [True]


def test_several_sources_are_replaced_as_one_action(admin_user):
    made = [article(f"[One]({OLD}) and [two](https://old.example/a)."), article(f"[One]({OLD}).")]
    bodies = [each.body for each in made]
    replace_everywhere(admin_user, {OLD: NEW, "https://old.example/a": "https://b.example/"}, versions(*made))
    for each in made:
        each.refresh_from_db()
    assert [each.body for each in made] == [
        f"[One]({NEW}) and [two](https://b.example/).",
        f"[One]({NEW}).",
    ]
    undo(admin_user, latest_undoable(admin_user).pk)

    for each, body in zip(made, bodies, strict=True):
        each.refresh_from_db()
        assert each.body == body


@pytest.mark.parametrize(
    ("new", "written"),
    [
        ("https://new.example/a_(b)", "https://new.example/a_(b)"),
        ("https://new.example/?q=)[x](//c", "https://new.example/?q=%29[x]%28//c"),
        ("https://new.example/d')", "https://new.example/d%27%29"),
    ],
)
def test_a_new_address_never_ends_the_link(new, written):
    assert replace_links({"body": f"[The page]({OLD})."}, {OLD: new}) == {"body": f"[The page]({written})."}


def test_many_articles_are_changed_and_restored_by_jobs(admin_user, monkeypatch, run_jobs):
    monkeypatch.setattr(replacing, "MOST_IN_REQUEST", 2)
    made = [article() for _ in range(3)]
    job = replace_everywhere(admin_user, {OLD: NEW}, versions(*made))
    run_jobs()
    job.refresh_from_db()
    assert (job.state, job.result["skipped"]) == ("done", {})
    for each in made:
        each.refresh_from_db()
        assert NEW in each.body
    start_undo(admin_user, latest_undoable(admin_user))
    run_jobs()

    for each in made:
        each.refresh_from_db()
        assert each.body == TEXT


def test_asking_for_a_source_starts_its_job_once(pages):
    made = article()
    keys = list(Source.objects.filter(links__article=made).distinct().values_list("pk", flat=True))

    assert check_again(keys) == 2
    assert check_again(keys) == 2
