"""Sources as screens list them: of an article, of the site, and the dead ones."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from blog.articles.models import Article
from blog.base.queries import listed
from blog.extensions.sources.models import ArticleSource, Evidence, Source, State

ORDER = (
    *(State.GONE, State.UNREACHABLE, State.SOFT_404, State.MOVED, State.CLOSED, State.NOT_TEXT),
    *(State.NOT_OPENED, State.OK),
)
MANY_OF_ONE_SITE = 10  # dead links, above which the dashboard names the site
IN_USE = Q(links__article__trashed_at=None)


@dataclass
class SourceInArticle:
    """A source, the places where an article names it, and what it says of the article's claims."""

    source: Source
    links: list[ArticleSource] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)


def sources_of(article: Article) -> list[SourceInArticle]:
    """Return the sources of an article in the order of its text. Three queries."""
    found: dict[int, SourceInArticle] = {}
    for link in ArticleSource.objects.filter(article=article).select_related("source").order_by("number"):
        found.setdefault(link.source_id, SourceInArticle(link.source)).links.append(link)
    for row in Evidence.objects.filter(article=article).order_by("pk"):
        if row.source_id in found:
            found[row.source_id].evidence.append(row)
    return list(found.values())


def evidence_of(article: Article) -> dict[str, list[Evidence]]:
    """Return {key of a mark: evidence}, an editor's source first, then the link in the sentence."""
    order = {how: place for place, how in enumerate(("answer", "sentence", "paragraph"))}
    found = defaultdict(list)
    rows = Evidence.objects.filter(article=article).select_related("source")
    for row in sorted(rows, key=lambda row: (order[row.how], row.pk)):
        found[row.key].append(row)
    return found


def site_sources(sources: QuerySet[Source] | None = None) -> QuerySet[Source]:
    """Return the used sources, dead first, those in most articles first, with numbers.

    article_count: the articles that name it. claim_count, found_count: the claims that rest on it.
    """
    rows = (Source.objects.all() if sources is None else sources).used()
    place = Case(*(When(state=state, then=Value(place)) for place, state in enumerate(ORDER)))
    return rows.annotate(
        place=Case(
            When(ignored_at__isnull=False, then=len(ORDER)), default=place, output_field=IntegerField()
        ),
        article_count=Count("links__article", filter=IN_USE, distinct=True),
        claim_count=Count("evidence", filter=_RESTING, distinct=True),
        found_count=Count(
            "evidence", filter=_RESTING & Q(evidence__verdict=Evidence.Verdict.FOUND), distinct=True
        ),
    ).order_by("place", "-article_count", "pk")


_RESTING = ~Q(evidence__how=Evidence.How.PARAGRAPH)


@dataclass(frozen=True)
class DeadLinks:
    """How many links lead nowhere, in how many articles, and the site that many of them belong to."""

    links: int
    articles: int
    published: int
    site: str = ""
    site_links: int = 0


def dead_links(articles: QuerySet[Article] | None = None) -> DeadLinks | None:
    """Return how many links lead nowhere, of all articles in use or of these, or None. Three queries."""
    links = ArticleSource.objects.filter(article__trashed_at=None).order_by()
    if articles is not None:
        links = links.filter(article__in=articles.order_by().values("pk"))
    dead = Source.objects.leading_nowhere().filter(Exists(links.filter(source=OuterRef("pk"))))
    sources = dict(dead.values_list("pk", "host"))
    if not sources:
        return None
    keys = set(links.filter(source__in=listed(sources)).values_list("article", flat=True))
    published = Article.objects.published().filter(pk__in=listed(keys)).count()
    site, number = Counter(sources.values()).most_common(1)[0]
    is_named = MANY_OF_ONE_SITE < number < len(sources)
    return DeadLinks(len(sources), len(keys), published, site if is_named else "", number if is_named else 0)
