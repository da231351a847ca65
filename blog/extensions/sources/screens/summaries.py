"""Sources in the list of articles, on the dashboard and on the page of an import."""

from collections.abc import Iterable

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.articles.models import Article
from blog.base.queries import listed
from blog.extend import Decision
from blog.extensions.sources.confirming import confirmable
from blog.extensions.sources.findings import NOT_THERE, NOWHERE
from blog.extensions.sources.lists import dead_links
from blog.extensions.sources.models import ArticleSource, Evidence, Source, State
from blog.imports.articles import articles_of_import
from blog.review.kinds import WorstMark, describe_worst_mark
from blog.review.models import Finding


def worst_marks(articles: Iterable[Article]) -> dict[int, WorstMark]:
    """Say how many links lead nowhere, or that all claims were found. At most three queries."""
    checked = [article for article in articles if getattr(article, "proof", None)]
    worst = {article.pk: article.proof.worst[0] for article in checked if article.proof.worst}
    wanted = [key for key, kind in worst.items() if kind in (NOWHERE, NOT_THERE)]
    numbers = _numbers(wanted) if wanted else {}
    found = {}
    for article in checked:
        if number := numbers.get((article.pk, worst.get(article.pk))):
            more = describe_worst_mark(article.proof).more - number + 1
            found[article.pk] = WorstMark(_said(worst[article.pk], number), more, "grave")
    clean = [article.pk for article in checked if article.pk not in worst]
    return found | _all_found(clean) | _unopened(clean)


def _numbers(keys) -> dict[tuple[int, str], int]:
    rows = Finding.objects.filter(article__in=listed(keys), is_settled=False, kind__in=(NOWHERE, NOT_THERE))
    rows = rows.order_by().values_list("article", "kind").annotate(number=Count("pk"))
    return {(article, kind): number for article, kind, number in rows}


def _said(kind, number):
    if kind == NOWHERE:
        return ngettext("%d link leads nowhere", "%d links lead nowhere", number) % number
    words = ngettext(
        "%d claim is not on the page given for it", "%d claims are not on the pages given for them", number
    )
    return words % number


def _all_found(keys) -> dict[int, WorstMark]:
    """Return the marks of articles without open ones, all of whose compared claims were found."""
    if not keys:
        return {}
    rows = Evidence.objects.filter(article__in=listed(keys)).exclude(how=Evidence.How.PARAGRAPH)
    found = Count("key", filter=Q(verdict=Evidence.Verdict.FOUND), distinct=True)
    counted = rows.order_by().values_list("article").annotate(all=Count("key", distinct=True), found=found)
    return {
        article: WorstMark(
            ngettext("%(number)d of %(number)d claim found", "%(number)d of %(number)d claims found", total)
            % {"number": total}
        )
        for article, total, found in counted
        if total == found
    }


def _unopened(keys) -> dict[int, WorstMark]:
    """Return the marks of articles without open ones, some of whose links are not opened yet."""
    rows = with_unopened(Article.objects.filter(pk__in=listed(keys))) if keys else Article.objects.none()
    mark = WorstMark(_("Links not opened yet"), weight="unknown")
    return dict.fromkeys(rows.values_list("pk", flat=True), mark)


def with_unopened(articles: QuerySet[Article]) -> QuerySet[Article]:
    """Return the articles that link to pages that are not opened yet."""
    waiting = Source.objects.not_ignored().filter(state=State.NOT_OPENED).values("pk")
    links = ArticleSource.objects.filter(article=OuterRef("pk"), source__in=waiting)
    return articles.filter(Exists(links))


def decisions(user) -> list[Decision]:
    """Return the lines of the dashboard: dead links, and claims that are not on the pages given for them."""
    if not user.has_perm("blog.settle_mark"):
        return []
    address = reverse("admin:sources_list")
    lines = []
    if dead := dead_links():
        sentence = ngettext("link leads nowhere", "links lead nowhere", dead.links)
        lines.append(Decision(dead.links, sentence, f"{address}?state=nowhere", _dead_detail(dead)))
    rows = Finding.objects.filter(kind=NOT_THERE, is_settled=False, article__trashed_at=None)
    number = rows.count()
    if number:
        articles = rows.order_by().values("article").distinct().count()
        sentence = ngettext(
            "claim is not on the page given for it", "claims are not on the pages given for them", number
        )
        detail = ngettext("in %d article", "in %d articles", articles) % articles
        lines.append(Decision(number, sentence, f"{address}?state=not_found", detail))
    return lines


def _dead_detail(dead):
    words = ngettext("in %d article", "in %d articles", dead.articles) % dead.articles
    if dead.published:
        words += ngettext(", %d of them published", ", %d of them published", dead.published) % dead.published
    if dead.site:
        values = {"number": dead.site_links, "site": dead.site}
        words += _("; %(number)d of one site, %(site)s") % values
    return words


def of_import(page: dict) -> dict | None:
    """Context of the page of an import: what can be confirmed together, and how many links lead nowhere."""
    request, run = page["request"], page["batch"]
    if not request.user.has_perm("blog.settle_mark") or page.get("query"):
        return None
    keys = list(articles_of_import(run).filter(trashed_at=None).values_list("pk", flat=True))
    rows = Finding.objects.filter(article__in=listed(keys), kind=NOWHERE, is_settled=False)
    context = {"confirmable_number": len(confirmable(keys)), "nowhere_number": rows.count()}
    return context if any(context.values()) else None
