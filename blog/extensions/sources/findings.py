"""Findings in articles: links that lead nowhere, and claims that are not on the page given for them."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from blog import extend
from blog.articles.models import Article
from blog.base.queries import listed
from blog.extensions.sources.models import (
    LEAD_NOWHERE,
    READABLE,
    ArticleSource,
    Evidence,
    ReadArticle,
    UsedAnyway,
)
from blog.review.counts import resolved_keys
from blog.review.models import ArticleCheck, Finding

NOWHERE, NOT_THERE = "sources.nowhere", "sources.not_there"
How, Verdict = Evidence.How, Evidence.Verdict

KINDS = (
    extend.FindingKind(
        NOWHERE,
        _("Link leads nowhere"),
        _("The page is gone or cannot be reached. Replace the link, or say where else this stands."),
        is_serious=True,
    ),
    extend.FindingKind(
        NOT_THERE,
        _("Claim is not on the page given for it"),
        _("The page was opened, and does not say this. Correct the sentence, or give another source."),
        is_serious=True,
    ),
)


def find(keys: Collection[int]) -> dict[int, list[extend.Found]]:
    """Return the findings of articles whose sources were read since they changed."""
    found = defaultdict(list)
    for article, *values in _dead_links(keys):
        found[article].append(extend.Found(NOWHERE, *values))
    for article, *values in _not_there(keys):
        found[article].append(extend.Found(NOT_THERE, *values))
    fresh = _fresh(found) if found else ()
    return {key: findings for key, findings in found.items() if key in fresh}


def with_findings(keys: Collection[int]) -> set[int]:
    """Return the articles that have findings of sources now, or have them stored."""
    rows = Finding.objects.filter(article__in=listed(keys), kind__in=(NOWHERE, NOT_THERE))
    return {*find(keys), *rows.order_by().values_list("article", flat=True)}


def _fresh(keys):
    rows = ReadArticle.objects.filter(article__in=listed(keys), digest=F("article__words_digest"))
    return set(rows.values_list("article", flat=True))


def _dead_links(keys):
    """Yield (article, address as written, start, end) of dead links, each address once for an article."""
    rows = ArticleSource.objects.filter(
        article__in=listed(keys), source__state__in=LEAD_NOWHERE, source__ignored_at=None
    ).order_by("article_id", "number")
    seen = set()
    for article, source, *values in rows.values_list("article", "source", "written", "start", "end"):
        if (article, source) not in seen:
            seen.add((article, source))
            yield article, *values


def _not_there(keys):
    """Yield (article, words, start, end) of claims that none of their sources has."""
    rows = Evidence.objects.filter(
        article__in=listed(keys), source__state__in=READABLE, source__ignored_at=None
    ).order_by("article_id", "pk")
    by_claim = defaultdict(dict)
    for article, key, how, verdict in rows.values_list("article", "key", "how", "verdict"):
        by_claim[article, key][how, verdict] = True
    missing = {claim: hows for claim, hows in by_claim.items() if _is_missing(hows)}
    articles = {article for article, _key in missing}
    if not articles:
        return
    resolved = resolved_keys(listed_keys := sorted(articles))
    anyway = set(UsedAnyway.objects.filter(article__in=listed_keys).values_list("article", "key"))
    places = _places(articles)
    for (article, key), hows in missing.items():
        is_answered = key in resolved[article] and not any(how == How.ANSWER for how, _verdict in hows)
        if not is_answered and (article, key) not in anyway and (article, key) in places:
            yield article, *places[article, key]


def _is_missing(hows):
    """Whether a claim's own source does not have it, and no other one has it, or a part, or waits."""
    verdicts = {verdict for _how, verdict in hows}
    own = {verdict for how, verdict in hows if how != How.PARAGRAPH}
    return Verdict.NOT_FOUND in own and not verdicts & {Verdict.FOUND, Verdict.PARTLY, ""}


def _places(articles) -> dict[tuple[int, str], tuple[str, int, int]]:
    """Return {(article, key of a claim): (its words, start, end)}."""
    bodies = Article.objects.filter(pk__in=listed(articles)).order_by().only("body").in_bulk()
    checks = ArticleCheck.objects.filter(pk__in=listed(articles)).order_by().values_list("pk", "claims")
    return {
        (pk, claim[-1]): (bodies[pk].body[claim[1] : claim[2]], claim[1], claim[2])
        for pk, claims in checks
        if pk in bodies
        for claim in claims
    }
