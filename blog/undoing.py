"""Undoing what an editor did last on the desk."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.desk_actions import TAKING_BACK, log, look_at
from blog.models import Article, DeskAction, Redirect, Version
from blog.proofing import refresh_flags
from blog.rewriting import put_back
from blog.versioning import versions_kept


@dataclass
class Undoing:
    """The articles that undoing an action restores (ready), and those that changed since or are gone."""

    action: DeskAction
    ready: list[Article]
    changed: list[Article]
    gone: int

    @property
    def is_possible(self) -> bool:
        """Whether something can be restored: rows that were added, only while all else is as it was."""
        return bool(self.ready) or (bool(self.action.added) and not (self.changed or self.gone))


def last_of(user) -> DeskAction | None:
    """Return the user's latest action that can be undone, or None."""
    return DeskAction.objects.undoable_by(user).first()


def look_at_undoing(action: DeskAction) -> Undoing:
    return _sort_for_undoing(action, look_at(action.keys))


def undo(user, number: int) -> Undoing | None:
    """Undo the action with this key; return None if it is not the latest one that the user can undo.

    Status, dates and flags are restored, and thereby the order of lists. Articles that were saved since stay
    as they are.
    """
    now = timezone.now()
    with transaction.atomic():
        actions = list(DeskAction.objects.select_for_update().undoable_by(user, now))
        if not actions or actions[0].pk != number:
            return None
        action, *earlier = actions
        undoing = _sort_for_undoing(action, look_at(action.keys).select_for_update())
        if undoing.is_possible:
            with versions_kept(undoing.ready, by=user, what=Version.What.UNDONE):
                _take_back(action, undoing.ready, user)
            action.undone_at = now
            action.save(update_fields=["undone_at"])
            _let_follow(earlier, action, undoing.ready)
            sentence = _("Undone: %(what)s") % {"what": action.sentence}
            log(user, undoing.ready, {article.pk: sentence for article in undoing.ready})
    return undoing


def _sort_for_undoing(action, articles):
    articles = list(articles)
    ready = [article for article in articles if article.version == action.version_after(article.pk)]
    known = {article.pk for article in ready}
    changed = [article for article in articles if article.pk not in known]
    return Undoing(action, ready, changed, len(action.articles) - len(articles))


def _take_back(action, articles, user):
    publications = [article for article in articles if action.changed_publication(article.pk)]
    if publications:
        Article.objects.set_publications(
            {article.pk: action.publication_before(article.pk) for article in publications}
        )
    Redirect.objects.put_back(action.redirects, publications)
    put_back(action, articles)
    refresh_flags([article.pk for article in publications])
    for model, key in action.added:
        TAKING_BACK[model](key, user)


def _let_follow(earlier, action, articles):
    """Keep the user's earlier actions on these articles undoable, although their versions count up."""
    rows = Article.objects.filter(pk__in=[article.pk for article in articles])
    versions = dict(rows.order_by().values_list("pk", "version"))
    for other in earlier:
        if other.follow(action, versions):
            other.save(update_fields=["articles"])
