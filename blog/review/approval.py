"""Approve an article, or withdraw an approval.

An approval records that an Editor answers for exactly this content (blog/articles/digests.py). Approving can
be undone. It does not change the lock version, because the content stays the same. approval_blocker() is the
only rule for who may approve what.
"""

import itertools
from collections.abc import Collection, Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog import page_cache
from blog.articles.actions.base import UNDO_HANDLERS, UndoHandler
from blog.articles.changes import Change, changing
from blog.articles.choices import ReviewState
from blog.articles.models import Article
from blog.articles.versions.history import has_written
from blog.base.models import name_of
from blog.base.queries import ROWS_AT_ONCE
from blog.documents.claims.values import ClaimKind
from blog.documents.marks import plain_words
from blog.review.ai_label import approval_in_force, approvals_in_force
from blog.review.kinds import BLOCKING
from blog.review.marks import Mark, list_marks
from blog.review.models import Approval, MarkResolution
from blog.review.proofs import has_blocking_marks
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError

Check = Approval.Check
FIGURES = frozenset((ClaimKind.FIGURE, ClaimKind.DATE))
# Messages by which log entries are found: JSON as Django stores it, independent of the language.
STORED_IN_LOG = {Approval.Kind.APPROVED: '[{"approved": {}}]'}
FORM_INVALID = gettext_lazy("Not approved. Keep the note short and reload the page.")
NOT_READ = gettext_lazy("Not approved. Read the article to the end first.")
WAITS_FOR = {
    ClaimKind.QUOTATION: gettext_lazy("Resolve mark %d before approving: a person is quoted"),
    ClaimKind.PERSON: gettext_lazy("Resolve mark %d before approving: a person is named"),
}


class ReviewRefusedError(Exception):
    """Raised when an article cannot be approved or an approval withdrawn. The message is for the editor."""


def approve(
    article: Article,
    user,
    seen_digest: str,
    statement: str = "",
    note: str = "",
    *,
    checked: Collection[str] = (Check.READ,),
) -> Approval:
    """Approve the article as the user saw it, and record that for undo. One transaction.

    seen_digest: the words_digest of the article that the user read, which also covers its images. statement:
    a note to readers. note: shown to editors only. checked: the values of Approval.Check that the user
    ticked. Raises ReviewRefusedError if the user may not approve the article, or has not read it to the end.
    """
    if Check.READ not in checked:
        raise ReviewRefusedError(NOT_READ)
    _open_marks(article)  # may check the article, which takes too long while the row is locked
    with transaction.atomic():
        article = _locked(article)
        if reason := approval_blocker(article, user, seen_digest):
            raise ReviewRefusedError(reason)
        marks = list_marks(article)
        applicable = applicable_checks(article, marks)
        review = Approval(
            article=article,
            by=user,
            digest=article.words_digest,
            checked=[check for check in applicable if check in checked],
            unchecked=[check for check in applicable if check not in checked],
            is_unquoted=quotes_nobody(marks),
            statement=statement.strip(),
            sources=_sources_given_in(marks),
            note=note.strip(),
            is_own_text=has_written(user, article, by_hand=True),
        )
        _store(review, user, _("“%s” was approved.") % article.title)
    return review


def applicable_checks(article: Article, marks: Iterable[Mark]) -> list[Check]:
    """Return the checks that apply to the article, such as IMAGES if it has images."""
    kinds = {mark.kind for mark in marks if not mark.is_removed}
    applies = {
        Check.READ: True,
        Check.PEOPLE: not kinds.isdisjoint(BLOCKING),
        Check.FIGURES: not kinds.isdisjoint(FIGURES),
        Check.IMAGES: number_of_images(article, marks) > 0,
    }
    return [check for check in Check if applies[check]]


def number_of_images(article: Article, marks: Iterable[Mark]) -> int:
    """Return the number of images that an Editor can look at: the hero image, and those in the text."""
    in_text = {mark.start for mark in marks if mark.kind == ClaimKind.PICTURE}
    return len(in_text) + (article.hero_image_id is not None)


def quotes_nobody(marks: Iterable[Mark]) -> bool:
    """Whether the check found no quotation in the present text."""
    return not any(mark.kind == ClaimKind.QUOTATION and not mark.is_removed for mark in marks)


def last_approvals(user, number: int) -> list[Approval]:
    """Return the newest approvals by the user, newest first."""
    approvals = Approval.objects.filter(by=user, kind=Approval.Kind.APPROVED)
    return list(approvals.only("at", "checked").order_by("-pk")[:number])


def withdraw(article: Article, user, note: str = "") -> Approval:
    """Withdraw the approval in force, and record that for undo. Raises ReviewRefusedError."""
    with transaction.atomic():
        article = _locked(article)
        approval = approval_in_force(article.reviews.all())
        if not user.has_perm("blog.review_article"):
            raise ReviewRefusedError(_("You do not have permission to withdraw approvals."))
        if approval is None:
            raise ReviewRefusedError(_("There is no approval to withdraw."))
        review = _withdrawal(approval, user, note)
        _store(review, user, _("The approval of “%s” was withdrawn.") % article.title)
    return review


def approval_blocker(article: Article, user, seen_digest: str) -> str:
    """Return the reason why the user cannot approve the article, or ""."""
    if not user.has_perm("blog.review_article"):
        return _("You do not have permission to approve articles.")
    if article.trashed_at:
        return _("It is in the trash. Restore it first.")
    if article.words_digest != seen_digest:
        return _("It changed after you opened it. Read it again, then approve it.")
    if article.is_empty:
        return _("The article has no visible content, so there is nothing to approve.")
    if open_marks := _open_marks(article):
        return open_marks
    if settings.REVIEW_BY_OTHERS and has_written(user, article):
        return _("You have edited this article, so someone else must approve it.")
    return ""


def _open_marks(article):
    """Return a message if blocking marks are open or the article cannot be checked now, otherwise ""."""
    try:
        is_open = not article.trashed_at and has_blocking_marks(article)
    except RefusedError as error:
        return text_refusal(error)
    return _("A quotation or a person is still unresolved. Resolve it first.") if is_open else ""


def _sources_given_in(marks):
    """Return [words, source] for each sentence that was resolved with a source, in the order of the body."""
    given = (mark for mark in marks if mark.is_claim and mark.resolution and not mark.is_removed)
    sources = [
        (plain_words(mark.words), mark.resolution.note)
        for mark in given
        if mark.resolution.outcome == MarkResolution.Outcome.SOURCE
    ]
    return [list(source) for source in dict.fromkeys(sources)]


def _locked(article):
    locked = Article.objects.select_for_update(of=("self",), no_key=True).filter(pk=article.pk).first()
    if locked is None:
        raise ReviewRefusedError(_("The article was deleted."))
    return locked


def _store(review, user, sentence):
    """Save an approval or withdrawal, its undo and its log entry, and update the article."""
    message = STORED_IN_LOG.get(review.kind, sentence)
    with changing([review.article], by=user, action=None, log=message, undo=sentence) as change:
        if review.kind == Approval.Kind.APPROVED:
            [review.version] = change.record_before()
            review.version.approve()
        review.save()
        change.append([review])
        _update_reviewed_digest(review.article)


def _update_reviewed_digest(article):
    """Update the article's reviewed_digest, but not its lock version: the content stays the same."""
    approval = approval_in_force(article.reviews.all())
    Article.objects.filter(pk=article.pk).update(reviewed_digest=approval.digest if approval else "")
    page_cache.invalidate_on_commit()


def _withdrawal(approval, user, note=""):
    return Approval(
        article_id=approval.article_id,
        kind=Approval.Kind.WITHDRAWN,
        by=user,
        version=approval.version,
        digest=approval.digest,
        checked=approval.checked,
        unchecked=approval.unchecked,
        is_unquoted=approval.is_unquoted,
        statement=approval.statement,
        note=note.strip(),
    )


def _reverse(keys: list[int], user) -> None:
    """Undo approvals and withdrawals by adding rows that reverse them."""
    for review in Approval.objects.select_related("article", "by", "version").filter(pk__in=keys):
        if review.kind == Approval.Kind.APPROVED:
            _withdrawal(review, user, _("Undone.")).save()
        else:
            earlier = review.article.reviews.filter(kind=Approval.Kind.APPROVED, pk__lt=review.pk)
            note = _("The withdrawal was undone by %(name)s on %(date)s.")
            _renew(earlier.filter(digest=review.digest).last(), note, user)
        _update_reviewed_digest(review.article)


UNDO_HANDLERS[Approval.stored_name] = UndoHandler(_reverse)


def renew_approvals(change: Change) -> None:
    """After an undo, renew the approvals of articles whose content is again exactly what was approved.

    An approval stays in force for its content. It counts again if different content was approved meanwhile.
    """
    if change.undone is None:
        return
    for some in itertools.batched(change.keys, ROWS_AT_ONCE):
        stale = Article.objects.filter(pk__in=some, review_state=ReviewState.STALE)
        for article in stale.only("words_digest").prefetch_related("reviews"):
            given = {review.digest: review for review in approvals_in_force(article.reviews.all())}
            if review := given.get(article.words_digest):
                _renew(review, _("The approved text was restored by %(name)s on %(date)s."), change.by)
                Article.objects.filter(pk=article.pk).update(reviewed_digest=review.digest)


def _renew(review, note, user):
    """Add a copy of an approval, so that it is the newest one."""
    review.note = note % {"name": name_of(user), "date": timezone.localdate().isoformat()}
    review.pk, review._state.adding = None, True
    review.save()
