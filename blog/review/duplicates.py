"""Groups of duplicates: articles with the same text, opening or title.

accept_duplicates() records an editor's decision to keep such articles. The decision holds until their content
changes.
"""

from collections import defaultdict

from django.db import transaction
from django.db.models import Q
from django.utils.translation import ngettext, pgettext_lazy

from blog.articles.changes import changing
from blog.articles.models import Article
from blog.base.locking import lock_checks
from blog.documents.findings.kinds import FindingKind
from blog.review.counts import update_mark_counts
from blog.review.models import ArticleCheck, Finding, MarkResolution

GROUPS_SHOWN = 12
ARTICLES_SHOWN = 6  # of one group
FIELDS_SHOWN = ("title", "reading_time", "status", "published_at")

# {finding: field with the fingerprint that duplicates share}, the strongest evidence first
FINGERPRINT_FIELDS = {
    FindingKind.BODY_SHARED: "body_print",
    FindingKind.OPENING_SHARED: "opening_print",
    FindingKind.TITLE_SHARED: "title_print",
}
WHY = {
    FindingKind.BODY_SHARED: pgettext_lazy("nearly the same", "The same text"),
    FindingKind.OPENING_SHARED: pgettext_lazy("nearly the same", "The same opening"),
    FindingKind.TITLE_SHARED: pgettext_lazy("nearly the same", "The same topic"),
}


def find_duplicate_groups(articles) -> dict:
    """Return the groups of duplicates of these articles (a queryset). Three queries.

    At least one article of a group is in the list; the others may not be. shown: the first groups, with their
    first articles. number: of all groups, more: of the others. articles: the number of listed articles in
    them.
    """
    found = _found(articles)
    groups = {key: group for key, group in _groups(found).items() if len(group) > 1}
    shown = list(groups.items())[:GROUPS_SHOWN]
    keys = {article for _key, group in shown for article in group[:ARTICLES_SHOWN]}
    rows = Article.objects.only(*FIELDS_SHOWN).in_bulk(keys) if keys else {}
    alike = [
        {
            "kind": kind,
            "why": WHY[kind],
            "articles": [rows[key] for key in group[:ARTICLES_SHOWN]],
            "keys": " ".join(map(str, group[:ARTICLES_SHOWN])),
            "more": max(0, len(group) - ARTICLES_SHOWN),
        }
        for (kind, _print), group in shown
    ]
    return {
        "shown": alike,
        "number": len(groups),
        "more": len(groups) - len(alike),
        "articles": len({row["article"] for row in found}),
    }


def _found(articles):
    """Return the open findings of duplicates as dicts, with the fingerprints of their articles."""
    rows = Finding.objects.of_list(articles).filter(kind__in=FINGERPRINT_FIELDS, is_shared=False)
    prints = (f"article__proof__{name}" for name in FINGERPRINT_FIELDS.values())
    return list(rows.order_by("article_id").values("article", "kind", *prints))


def _groups(found):
    """Return {(kind, fingerprint): keys of articles}, each set of articles only once."""
    wanted = {(row["kind"], row[f"article__proof__{FINGERPRINT_FIELDS[row['kind']]}"]) for row in found}
    everywhere = _with_prints(wanted) if wanted else {}
    groups, seen = {}, set()
    for kind in FINGERPRINT_FIELDS:
        for key in sorted(key for key in wanted if key[0] == kind):
            group = tuple(everywhere.get(key, ()))
            if group not in seen:
                seen.add(group)
                groups[FindingKind(kind), key[1]] = group
    return groups


def _with_prints(wanted):
    same = Q()
    for kind, name in FINGERPRINT_FIELDS.items():
        prints = [value for each, value in wanted if each == kind and value]
        # The condition is that of the index, so that SQLite uses it.
        same |= Q(**{f"{name}__in": prints}) & ~Q(**{name: ""})
    trashed = Article.objects.trashed().order_by().values("pk")
    proofs = ArticleCheck.objects.filter(same).exclude(article__in=trashed).order_by("article_id")
    groups = defaultdict(list)
    for article, *values in proofs.values_list("article", *FINGERPRINT_FIELDS.values()):
        for key in zip(FINGERPRINT_FIELDS, values, strict=True):
            if key in wanted:
                groups[key].append(article)
    return groups


def accept_duplicates(user, kind: str, articles) -> int:
    """Accept the findings of a kind in the articles (a queryset). Return how many articles had one.

    Kinds other than those in FINGERPRINT_FIELDS are ignored.
    """
    if kind not in FINGERPRINT_FIELDS:
        return 0
    with transaction.atomic():
        rows = list(articles.select_for_update(of=("self",), no_key=True).order_by("pk"))
        lock_checks()
        found = Finding.objects.filter(article__in=rows, kind=kind, is_settled=False)
        resolutions = {(finding.article_id, finding.key): _resolution(finding, user) for finding in found}
        keys = {article for article, _key in resolutions}
        if keys:
            changed = [row for row in rows if row.pk in keys]
            with changing(changed, by=user, action=None, undo=_sentence(len(keys))) as change:
                change.append(MarkResolution.objects.bulk_create(resolutions.values()))
                found.update(is_settled=True)
                update_mark_counts(keys)
    return len(keys)


def _resolution(finding, user):
    no_claim = MarkResolution.Outcome.NO_CLAIM
    return MarkResolution.of_mark(finding, article=finding.article_id, outcome=no_claim, by=user)


def _sentence(number):
    return (
        ngettext(
            "%d article was kept as a known duplicate.",
            "%d articles were kept as known duplicates.",
            number,
        )
        % number
    )
