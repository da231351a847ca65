"""Confirm together the claims that were found on the page that their sentence links to."""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.articles.changes import changing
from blog.articles.models import Article
from blog.articles.undoable import UndoableAction
from blog.base.locking import lock_rows
from blog.base.queries import listed
from blog.extensions.sources.models import Evidence, Source
from blog.review.counts import resolved_keys
from blog.review.marks import list_marks
from blog.review.models import ArticleCheck, MarkResolution
from blog.review.resolution import ResolutionError, resolve

MOST_AT_ONCE = 200  # sentences
SOURCE = MarkResolution.Outcome.SOURCE


@dataclass
class Confirmable:
    """A sentence whose open claims were found on the page that it links to. keys: of its marks."""

    article: int
    source: Source
    evidence: Evidence
    keys: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What the form sends if it is ticked."""
        return str(self.evidence.pk)


def confirmable(articles: Collection[int]) -> list[Confirmable]:
    """Return what can be confirmed in these articles: at most MOST_AT_ONCE sentences."""
    rows = Evidence.objects.filter(
        article__in=listed(articles),
        article__trashed_at=None,
        verdict=Evidence.Verdict.FOUND,
        how=Evidence.How.SENTENCE,
        source__ignored_at=None,
    ).select_related("source")
    rows = list(rows.order_by("article", "pk")[: MOST_AT_ONCE * 5])
    keys = {row.article_id for row in rows}
    resolved, current = resolved_keys(sorted(keys)), _current_claims(keys)
    found: dict[tuple, Confirmable] = {}
    for row in rows:
        if row.key not in resolved[row.article_id] and row.key in current.get(row.article_id, ()):
            group = found.setdefault(
                (row.article_id, row.sentence), Confirmable(row.article_id, row.source, row)
            )
            if row.key not in group.keys:
                group.keys.append(row.key)
    return list(found.values())[:MOST_AT_ONCE]


def _current_claims(articles) -> dict[int, set[str]]:
    checks = ArticleCheck.objects.filter(pk__in=listed(articles)).order_by().values_list("pk", "claims")
    return {pk: {claim[-1] for claim in claims} for pk, claims in checks}


def confirm(articles: Collection[int], ticked: Collection[str], user) -> int:
    """Resolve the ticked claims by the link of their sentence. Return how many sentences these were.

    One action for undo. A claim that is no longer open, or no longer found, is left out.
    """
    chosen = [each for each in confirmable(articles) if each.name in ticked]
    done = 0
    with changing(by=user, undo=_sentence(len(chosen)), undoable=UndoableAction()):
        lock_rows(Article.objects.filter(pk__in=listed({each.article for each in chosen})))
        for key in sorted({each.article for each in chosen}):
            done += _confirm_in(key, [each for each in chosen if each.article == key], user)
    return done


def _confirm_in(key, chosen, user):
    article = Article.objects.in_use().filter(pk=key).first()
    if article is None:
        return 0
    marks = {mark.key: mark for mark in list_marks(article) if mark.is_open and not mark.is_removed}
    done = 0
    for each in chosen:
        open_marks = [marks[name] for name in each.keys if name in marks]
        if open_marks:
            try:
                resolve(article, open_marks, SOURCE, each.source.address, user)
            except ResolutionError:
                continue
            done += 1
    return done


def _sentence(number):
    return ngettext(
        "%d claim was confirmed by its link.", "%d claims were confirmed by their links.", number
    ) % (number)


def confirmed_message(number: int) -> str:
    return _sentence(number) if number else _("Nothing was confirmed.")
