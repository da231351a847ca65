"""Letting articles be as alike as they are: an editor's decision, which holds while their words stay."""

from django.db import transaction
from django.utils.translation import ngettext

from blog.articles.actions.base import remembered
from blog.review.counts import recount
from blog.review.duplicates import PRINTS
from blog.review.models import Finding
from blog.review.settlement import Settlement


def let_stay(user, kind: str, articles) -> int:
    """Settle the findings of a kind of PRINTS in the articles (a queryset); return how many had it."""
    if kind not in PRINTS:
        return 0
    with transaction.atomic():
        rows = list(articles.select_for_update(of=("self",)).order_by("pk"))
        found = Finding.objects.filter(article__in=rows, kind=kind, is_settled=False)
        settlements = {(finding.article_id, finding.key): _settlement(finding, user) for finding in found}
        keys = {article for article, _key in settlements}
        if keys:
            with remembered(user, [row for row in rows if row.pk in keys], _sentence(len(keys))) as action:
                for settlement in settlements.values():
                    settlement.save()
                    action.added.append([Settlement.__name__, settlement.pk])
                found.update(is_settled=True)
                recount(keys)
    return len(keys)


def _settlement(finding, user):
    return Settlement(
        article_id=finding.article_id,
        key=finding.key,
        kind=finding.kind,
        words=finding.words,
        outcome=Settlement.Outcome.NO_CLAIM,
        by=user,
    )


def _sentence(number):
    return ngettext("%d article may stay as it is.", "%d articles may stay as they are.", number) % number
