"""Approvals, schedules and labels that a change of many texts would end.

An approval is valid for exactly one state of the content. The functions find the approved articles that a
bulk fix, an edit, a removal or an undo would change, so that an editor can leave these out.
"""

import itertools
from collections.abc import Collection
from dataclasses import dataclass, field

from django.conf import settings

from blog.articles.actions.undo import plan_undo
from blog.articles.digests import TEXTS
from blog.articles.models import Article
from blog.articles.provenance import Provenance
from blog.articles.undoable import UndoableAction
from blog.base.queries import ROWS_AT_ONCE
from blog.review.bulk_fixes import MAX_ARTICLES_PER_REQUEST, BulkFix, plan_changes
from blog.review.models import Approval, Mention, Person
from blog.review.removal import plan_removal

# The fields that bulk actions change and that the digest of an article covers.
DIGESTED_FIELDS = frozenset((*TEXTS, "hero_alt", "hero_is_decorative"))
_USED = (
    *("title", "status", "published_at", "words_digest", "reviewed_digest", "is_withheld", "is_ai_drafted"),
    *("provenance", "machine", "generated_by"),
)


@dataclass(frozen=True, slots=True)
class EndingApproval:
    """An article whose approval would end, and this approval."""

    article: Article
    approval: Approval | None

    @property
    def is_public(self) -> bool:
        return self.article.is_published

    @property
    def leaves_calendar(self) -> bool:
        """Whether the article would be withheld at its date, because approvals are required."""
        is_exempt = self.article.provenance == Provenance.PEOPLE or not self.article.is_ai_drafted
        return self.article.is_scheduled and settings.REQUIRE_REVIEW and not is_exempt

    @property
    def regains_label(self) -> bool:
        """Whether readers would again see the article labelled as AI-generated."""
        return self.is_public and bool(self.article.machine_name)


@dataclass
class ChangeCost:
    """The number of articles that a change concerns, and the approvals that it would end."""

    articles: int
    endings: list[EndingApproval] = field(default_factory=list)

    @property
    def keys(self) -> set[int]:
        return {ending.article.pk for ending in self.endings}

    @property
    def approvals(self) -> int:
        return len(self.endings)

    @property
    def schedules(self) -> int:
        return sum(ending.leaves_calendar for ending in self.endings)

    @property
    def labels(self) -> int:
        return sum(ending.regains_label for ending in self.endings)


def fix_cost(fixing: BulkFix, keys: Collection[int]) -> ChangeCost:
    """Return what a bulk fix of these articles would cost."""

    def changes_to(some):
        changes = {}
        for batch in itertools.batched(some, ROWS_AT_ONCE):
            changes |= plan_changes(fixing, batch)[0]
        return {key: fields for key, fields in changes.items() if fields}

    return _cost(keys, changes_to)


def edit_cost(changes: dict[int, Collection[str]]) -> ChangeCost:
    """Return what an edit of articles would cost. changes: {article: names of the changed fields}."""
    return _cost(changes, lambda keys: {key: changes[key] for key in keys})


def removal_cost(
    person: Person,
    keys: Collection[int],
    mentions: list[Mention] | None = None,
    *,
    is_confirmed: bool = False,
) -> ChangeCost:
    """Return what removing a person from these articles would cost, with the arguments of plan_removal()."""

    def changes_to(some):
        own = None if mentions is None else [row for row in mentions if row.article_id in some]
        plan = plan_removal(person, set(some), mentions=own, is_confirmed=is_confirmed)
        return dict.fromkeys(plan.new_bodies, ("body",))

    return _cost(keys, changes_to)


def _cost(keys, changes_to) -> ChangeCost:
    """Return the cost of a change. changes_to(keys): {article that it changes: names of the fields}.

    If no approval would end, or there are more than MAX_ARTICLES_PER_REQUEST articles, the number also counts
    articles that the change would skip.
    """
    changes = changes_to([article.pk for article in _approved(keys)])
    endings = _endings([key for key, fields in changes.items() if not DIGESTED_FIELDS.isdisjoint(fields)])
    number = len(keys)
    if endings and number <= MAX_ARTICLES_PER_REQUEST:
        number = len(changes_to(keys))
    return ChangeCost(number, endings)


def undo_cost(action: UndoableAction) -> ChangeCost:
    """Return what undoing an action would cost, with a number as of other changes.

    Only articles whose approved text the action changed are planned first: an action may have thousands.
    """
    changed = [article.pk for article in _approved(action.keys) if _changed_text(action, article.pk)]
    endings = _endings([article.pk for article in plan_undo(action, changed).changed]) if changed else []
    number = len(action.articles)
    if endings and number <= MAX_ARTICLES_PER_REQUEST:
        number = len(plan_undo(action).changed)
    return ChangeCost(number, endings)


def _changed_text(action, key) -> bool:
    """Whether the action changed text of the article that approvals cover."""
    stored = action.previous_content.get(str(key))
    return bool(stored) and not DIGESTED_FIELDS.isdisjoint(stored[1])


def _approved(keys) -> list[Article]:
    found = []
    for some in itertools.batched(sorted(keys), ROWS_AT_ONCE):
        found += Article.objects.in_use().reviewed().filter(pk__in=some).only(*_USED)
    return found


def _endings(keys) -> list[EndingApproval]:
    """Return the approvals of these articles: scheduled ones first, public ones last."""
    articles = _approved(keys)
    approvals = {}
    for some in itertools.batched(articles, ROWS_AT_ONCE):
        rows = Approval.objects.filter(article__in=some, kind=Approval.Kind.APPROVED).order_by("pk")
        approvals |= {(row.article_id, row.digest): row for row in rows.defer("sources")}
    endings = [
        EndingApproval(article, approvals.get((article.pk, article.words_digest))) for article in articles
    ]
    return sorted(endings, key=_order)


def _order(ending):
    place = 0 if ending.article.is_scheduled else 2 if ending.is_public else 1
    return place, ending.article.published_at.timestamp() if place == 0 else 0, -ending.article.pk
