"""Add and retract corrections."""

from django.utils.translation import gettext as _

from blog import page_cache
from blog.articles.actions.base import UNDO_HANDLERS, UndoHandler
from blog.articles.changes import changing
from blog.articles.corrections import Correction
from blog.articles.models import Article


def add_correction(article: Article, user, text: str) -> Correction:
    """Add a correction to the article, and record it for undo; return it."""
    sentence = _("A correction was added to “%s”.") % article.title
    return _store(Correction(article=article, by=user, text=text.strip()), user, sentence)


def retract_correction(correction: Correction, user) -> Correction:
    """Retract a correction by adding a row, and record it for undo; return that row."""
    sentence = _("A correction to “%s” was retracted.") % correction.article.title
    return _store(_retraction(correction, user), user, sentence)


def _retraction(correction, user):
    return Correction(article=correction.article, by=user, text=correction.text, retracts=correction)


def _store(correction, user, sentence):
    article = correction.article
    with changing([article], by=user, action=None, log=sentence, undo=sentence) as change:
        correction.save()
        change.append([correction])
        page_cache.invalidate_on_commit()
    return correction


def _revert(keys: list[int], user) -> None:
    """Undo rows: retract a correction, or add a retracted correction again."""
    for correction in Correction.objects.select_related("article", "retracts__by").filter(pk__in=keys):
        if before := correction.retracts:
            Correction(article=correction.article, by=before.by, at=before.at, text=before.text).save()
        else:
            # The active row may be a copy, added when a retraction was undone.
            same = {"at": correction.at, "text": correction.text}
            for active in correction.article.corrections.active().filter(**same):
                _retraction(active, user).save()
    page_cache.invalidate_on_commit()


UNDO_HANDLERS[Correction.stored_name] = UndoHandler(_revert)
