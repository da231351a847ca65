"""Similar articles, by the words of their texts, for articles with too few shared categories and keywords.

The rows are computed after an article enters the readers' search index or changes there: a few after the
commit, many in a job (jobs.py). Each article has a row for each of the most similar articles. An article
without similar ones has one row in which `other` is null. Readers see the pairs in both directions, so that
an older article also shows newer ones. Rows do not control visibility: readers' pages filter the articles by
PublishedQuerySet.published().
"""

import itertools
import math
from collections.abc import Callable, Iterable
from functools import partial

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.dispatch import receiver

from blog import jobs, search
from blog.base.queries import ROWS_AT_ONCE, CompiledQuery, first_rows
from blog.jobs.models import Job

JOB = "find_similar"
COMPARED, STORED = 40, 6  # per article
WORDS = 3  # named for each
BASE_LENGTH = 200  # words, added to the length of a text, so that a few words are not similar to everything
READ = 12  # per direction: some may be unpublished
FEW = 20  # computed after the commit, some milliseconds each; a job computes more
BATCH_SIZE = 50  # articles per transaction
TEXT_FIELDS = "pk", "title", "keywords", "plain_text", "base_language"


class SimilarArticle(models.Model):
    """A pair of similar articles. Without a similar one, other is null."""

    article = models.ForeignKey("blog.Article", models.CASCADE, related_name="similar_rows", db_index=False)
    other = models.ForeignKey("blog.Article", models.CASCADE, null=True, related_name="+", db_index=False)
    weight = models.PositiveIntegerField()
    words = models.TextField(default="")  # some rare ones that both texts share, one per line

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["article", "other"], name="similar_article_unique")]
        indexes = [models.Index(fields=["other", "-weight"], name="similar_other")]

    def __str__(self):
        return f"{self.article_id} and {self.other_id}: {self.weight}"


def without_similar(articles):
    """Return the articles in the readers' search index whose similar articles have not been computed."""
    return articles.searchable().exclude(Exists(SimilarArticle.objects.filter(article=OuterRef("pk"))))


def find_similar(articles, on_batch: Callable[[int], None] | None = None) -> int:
    """Compute the missing rows of these articles, and return for how many articles.

    on_batch is called after each transaction with the number of articles done. It may raise an exception.
    """
    keys = list(without_similar(articles).order_by("pk").values_list("pk", flat=True))
    texts = search.similar_texts(articles.model.objects.searchable()) if keys else None
    done = 0
    for some in itertools.batched(keys, BATCH_SIZE):
        with transaction.atomic():
            rows = articles.model.objects.filter(pk__in=some).order_by("pk").values_list(*TEXT_FIELDS)
            found = [row for values in rows for row in _rows(articles.model.objects, texts, *values)]
            SimilarArticle.objects.bulk_create(found, ignore_conflicts=True)
        done += len(some)
        if on_batch:
            on_batch(done)
    return done


def similar_to(article) -> dict[int, list[str]]:
    """Return {primary key: shared words} of similar articles, published or not, most similar first."""
    rows = _similar.rows(SimilarArticle.objects, article.pk)
    found = {}
    for _weight, key, words in sorted(rows, reverse=True):
        found.setdefault(key, words.splitlines())
    return dict(itertools.islice(found.items(), READ))


def _rows(articles, texts, key, title, keywords, text, language):
    head = " ".join([title, *map(str, keywords)])
    found = texts.find(key, head, text, language or settings.LANGUAGE_CODE, COMPARED)
    weights = _of_equal_length(articles, found)
    if not weights:
        return [SimilarArticle(article_id=key, weight=0)]
    whole = f"{head}\n{text}"
    return [
        SimilarArticle(
            article_id=key,
            other_id=other,
            weight=weight,
            words="\n".join(search.as_written(found[other].terms, whole, WORDS)),
        )
        for other, weight in weights.items()
    ]


def _of_equal_length(articles, found):
    """Return {primary key: weight} of the STORED best, weighted as if all texts had the same length.

    A long text shares words with most others.
    """
    lengths = articles.filter(pk__in=found).order_by().values_list("pk", "word_count")
    weights = {
        key: round(100 * found[key].weight / math.sqrt(BASE_LENGTH + length)) for key, length in lengths
    }
    best = sorted(weights, key=lambda key: (weights[key], key), reverse=True)
    return {key: weights[key] for key in best[:STORED]}


@CompiledQuery
def _similar(rows, key):
    to_others = first_rows(rows.filter(article=key, other__isnull=False).order_by("-weight"), READ)
    from_others = first_rows(rows.filter(other=key).order_by("-weight"), READ)
    to_others = to_others.values_list("weight", "other", "words")
    return to_others.union(from_others.values_list("weight", "article", "words"))


@receiver(search.indexed)
def recompute(sender, keys: Iterable[int], published: list[int], *, are_new: bool, **kwargs) -> None:
    """Discard the rows of changed articles, and compute those of published ones after the commit."""
    for some in itertools.batched(() if are_new else keys, ROWS_AT_ONCE):
        SimilarArticle.objects.filter(Q(article__in=some) | Q(other__in=some)).delete()
    if published:
        transaction.on_commit(partial(_compute, sender, published), robust=True)


def _compute(model, keys):
    """Compute a few rows at once, before the cached pages expire at the same commit; many in a job."""
    if len(keys) <= FEW:
        find_similar(model.objects.filter(pk__in=keys))
        return
    start_finding_similar(model.objects)


def start_finding_similar(articles) -> None:
    """Start the job if similar articles are missing and no job is active."""
    if without_similar(articles).exists() and not Job.objects.active().filter(kind=JOB).exists():
        jobs.start(JOB)
