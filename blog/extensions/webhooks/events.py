"""Find the events that a receiver has not been told: from the articles as they are, not from a list of acts.

So scheduled articles are told when their time comes, nothing is lost while a receiver is away, and one that
returns gets the newest state of each article once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from blog.articles.dates import local_iso
from blog.articles.models import Article
from blog.extensions.webhooks.models import ToldArticle
from blog.site.addresses import absolute

FIRST_LOOK = timedelta(minutes=5)  # articles that appeared before are not news for a new receiver
AT_ONCE = 500


@dataclass(frozen=True)
class Event:
    """What to tell. kind: article.published, article.updated or article.withdrawn.

    told: the row to store, or to delete if the article is withdrawn.
    """

    kind: str
    told: ToldArticle
    article: Article | None = None

    def data(self) -> dict:
        if self.article is None:
            return {"id": self.told.article, "url": self.told.url}
        return {
            "id": self.article.pk,
            "url": self.told.url,
            "title": self.article.title,
            "excerpt": self.article.excerpt,
            "language": self.article.language,
            "authors": [author.name for author in self.article.byline],
            "categories": [link.category.name for link in self.article.category_links.all()],
            "published_at": local_iso(self.article.published_at),
            "updated_at": local_iso(self.article.updated_at),
        }

    def store(self) -> None:
        """Remember that the receiver knows."""
        if self.article is None:
            self.told.delete()
        else:
            self.told.save()


def has_begun(receiver: str) -> bool:
    return ToldArticle.objects.filter(receiver=receiver).exists()


def begin(receiver: str) -> None:
    """Take the articles that have been public for a while as known."""
    known = Article.objects.published().filter(appeared_at__lte=timezone.now() - FIRST_LOOK)
    rows = (_told(receiver, article) for article in known.only("slug", "words_digest").iterator())
    ToldArticle.objects.bulk_create(rows, AT_ONCE, ignore_conflicts=True)


def events(receiver: str) -> Iterator[Event]:
    """Return the next events for a receiver, at most AT_ONCE of each kind, the oldest articles first."""
    told = ToldArticle.objects.filter(receiver=receiver)
    public = Article.objects.published().with_page_relations()
    same = told.filter(article=OuterRef("pk"))
    for row in told.exclude(article__in=Article.objects.published().values("pk"))[:AT_ONCE]:
        yield Event("article.withdrawn", row)
    for article in public.filter(~Exists(same)).order_by("appeared_at", "pk")[:AT_ONCE]:
        yield Event("article.published", _told(receiver, article), article)
    changed = public.filter(Exists(same), ~Exists(same.filter(digest=OuterRef("words_digest"))))
    rows = {row.article: row for row in told.filter(article__in=changed.values("pk")[:AT_ONCE])}
    for article in changed.order_by("updated_at", "pk")[:AT_ONCE]:
        fresh = _told(receiver, article)
        fresh.pk = rows[article.pk].pk if article.pk in rows else None
        yield Event("article.updated", fresh, article)


def _told(receiver, article):
    return ToldArticle(
        receiver=receiver,
        article=article.pk,
        url=absolute(article.get_absolute_url()),
        digest=article.words_digest,
    )
