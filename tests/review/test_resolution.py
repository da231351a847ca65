"""Resolve marks: required notes, effect on the counts, and undo."""

import pytest

from blog.articles.actions.undo import latest_undoable, undo
from blog.articles.changes import changing
from blog.models import ArticleCheck, Finding, MarkResolution, UndoableAction
from blog.review.marks import list_marks, with_resolutions
from blog.review.proofs import has_blocking_marks
from blog.review.resolution import ResolutionError
from tests.support.factories import create_article
from tests.support.proofs import FIGURE, QUOTED, SENTENCE, reopen, resolve

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return create_article(body=f"{QUOTED}\n\n{FIGURE}", share_quote="Nobody has said this here.")


def key_of(article, kind):
    return next(mark.key for mark in list_marks(article) if mark.kind == kind)


class TestSettle:
    def test_it_takes_effect_at_once(self, article, admin_user):
        assert has_blocking_marks(article)

        [row] = resolve(article, key_of(article, "quotation"), "source", " Letter of 3 May ", admin_user)

        proof = ArticleCheck.objects.get()
        assert (row.note, row.kind, row.by_name, row.speaker) == (
            "Letter of 3 May",
            "quotation",
            "admin",
            "Dr. Runa Hale",
        )
        assert not has_blocking_marks(article)
        assert (proof.open_blocking, proof.open_claims, proof.worst) == (0, 1, ["figure", ""])

    @pytest.mark.parametrize(
        ("kind", "outcome", "note"),
        [
            ("quotation", "source", " "),
            ("quotation", "no_claim", ""),
            ("figure", "source", ""),
            ("figure", "open", ""),
            ("figure", "nonsense", ""),
            ("share_text_unsaid", "source", "Letter"),
        ],
    )
    def test_missing_note_is_an_error(self, kind, outcome, note, article, admin_user):
        with pytest.raises(ResolutionError, match=r"\w"):
            resolve(article, key_of(article, kind), outcome, note, admin_user)

        assert not MarkResolution.objects.exists()
        assert not UndoableAction.objects.exists()

    @pytest.mark.parametrize(("kind", "note"), [("quotation", "From my notes"), ("figure", "")])
    def test_only_a_quotation_needs_a_reason(self, kind, note, article, admin_user):
        resolve(article, key_of(article, kind), "no_claim", note, admin_user)

        assert key_of(article, kind) in MarkResolution.objects.values_list("key", flat=True)

    def test_marks_are_then_known_without_listing_them(self, article, admin_user):
        marks = list_marks(article)

        rows = resolve(article, key_of(article, "quotation"), "source", "Letter of 3 May", admin_user)

        assert list_marks(article) == with_resolutions(marks, rows) != marks

    def test_removed_mark_cannot_be_resolved(self, article, admin_user):
        key = key_of(article, "figure")
        article.body = QUOTED
        article.save()

        with pytest.raises(ResolutionError, match="no longer in the text"):
            resolve(article, key, "no_claim", "", admin_user)

    def test_finding_can_be_accepted(self, article, admin_user):
        before = ArticleCheck.objects.filter(pk=article.pk)
        key = key_of(article, "share_text_unsaid")

        resolve(article, key, "no_claim", "", admin_user)

        assert Finding.objects.get(key=key).is_settled
        assert before.get().minor_findings == 1  # the picture that is not there


class TestSentence:
    """The marks of a sentence are resolved together."""

    @pytest.fixture
    def article(self):
        return create_article(body=SENTENCE)

    def test_one_source_covers_all_claims(self, article, admin_user):
        rows = resolve(article, key_of(article, "figure"), "source", "Letter of 3 May", admin_user)

        assert {row.kind for row in rows} >= {"person", "figure"}
        assert not has_blocking_marks(article)
        undo(admin_user, latest_undoable(admin_user).pk)
        assert {mark.is_open for mark in list_marks(article) if mark.number == 1} == {True}

    def test_each_kind_can_have_a_source_of_its_own(self, article, admin_user):
        notes = {key_of(article, "figure"): "Report, p. 12", key_of(article, "person"): " "}

        rows = resolve(article, key_of(article, "person"), "source", "", admin_user, notes=notes)

        assert [(row.kind, row.note) for row in rows] == [("figure", "Report, p. 12")]
        assert has_blocking_marks(article)

    def test_reopening_reopens_all(self, article, admin_user):
        resolve(article, key_of(article, "figure"), "no_claim", "An example", admin_user)

        reopen(article, key_of(article, "person"), admin_user)

        assert {mark.is_open for mark in list_marks(article) if mark.number == 1} == {True}


class TestReopen:
    def test_open_mark_cannot_be_reopened(self, article, admin_user):
        with pytest.raises(ResolutionError, match="already open"):
            reopen(article, key_of(article, "quotation"), admin_user)


class TestUndo:
    @pytest.mark.both_databases
    def test_previous_outcome_is_restored(self, article, admin_user):
        key = key_of(article, "quotation")
        resolve(article, key, "source", "Letter", admin_user)
        resolve(article, key, "no_claim", "From my notes", admin_user)

        undo(admin_user, latest_undoable(admin_user).pk)

        assert [row.outcome for row in MarkResolution.objects.order_by("pk")] == [
            "source",
            "no_claim",
            "source",
        ]
        assert not has_blocking_marks(article)
        undo(admin_user, latest_undoable(admin_user).pk)
        assert has_blocking_marks(article)

    def test_within_another_change_shares_its_action(self, article, admin_user):
        with changing([article], by=admin_user, action=None, undo="Read."):
            resolve(article, key_of(article, "figure"), "no_claim", "", admin_user)

        [action] = UndoableAction.objects.all()
        assert (action.keys, len(action.appended_rows)) == ([article.pk], 1)
