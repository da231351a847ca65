"""Read which sources articles name, once their check is stored: the links, and the claims next to them.

An article is read again when its content has changed since (ReadArticle), so nothing is missed if a process
is killed, an import is interrupted, or the extension was off. An import only leaves its articles unread; a
job reads them afterwards.
"""

import itertools
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from blog.articles.models import Article
from blog.base.locking import lock_keys
from blog.base.queries import ROWS_AT_ONCE, insert_values, listed
from blog.extensions.sources.addresses import addresses_in, digest_of, host_of, is_of_site, normalise
from blog.extensions.sources.links import TextSources
from blog.extensions.sources.models import ArticleSource, Evidence, ReadArticle, Source
from blog.extensions.sources.sandboxed import read_text
from blog.files.conflicts import repeat_on_conflict
from blog.imports.models import SourceFile
from blog.review.counts import newest_resolutions
from blog.review.models import MarkResolution
from blog.sandbox.refusals import RefusedError

FIELDS = ("source", "sources", "references")  # of front matter
ARTICLES_AT_ONCE = 100  # per transaction
Place = ArticleSource.Place
_LINK_FIELDS = ("article", "source", "number", "place", "written", "start", "end", "key", "words")
_EVIDENCE_FIELDS = (
    *("article", "key", "source", "how", "sentence"),
    *("verdict", "found", "missing", "passage", "section"),
)


@dataclass
class Named:
    """What an article names, and digest and rules of its check.

    links: (address, place, written, start, end, key of a mark, words). claims: {(key, address): how}.
    """

    digest: str
    rules: int
    links: list[tuple] = field(default_factory=list)
    claims: dict[tuple[str, str], str] = field(default_factory=dict)
    sentences: dict[str, str] = field(default_factory=dict)

    def add(self, place: str, written: str, key: str = "") -> None:
        """Add an address of a front matter or an answer."""
        address = normalise(written)
        if address and not is_of_site(host_of(address), own_hosts()):
            self.links.append((address, place, written, None, None, key, ""))
            if key in self.sentences:
                self.claims[key, address] = Evidence.How.ANSWER


def own_hosts() -> list[str]:
    return [urlsplit(settings.SITE_URL).hostname or ""]


def unread_articles() -> QuerySet[Article]:
    """Return the checked articles in use whose sources were not read since their content changed."""
    known = ReadArticle.objects.filter(
        article=OuterRef("pk"), digest=OuterRef("words_digest"), rules=OuterRef("proof__rules_version")
    )
    return Article.objects.in_use().filter(~Exists(known), proof__words_digest=F("words_digest"))


def forget_read(keys: Collection[int]) -> None:
    """Let these articles be read again."""
    for batch in itertools.batched(keys, ROWS_AT_ONCE):
        ReadArticle.objects.filter(article__in=batch).delete()


def read_articles(
    keys: Iterable[int], on_batch: Callable[[int], None] = lambda done: None
) -> tuple[int, set[int]]:
    """Read the sources of articles. Return how many new sources there are, and the articles that were read.

    A text that exceeds a limit of the sandbox has no sources. Raises RefusedError if the sandbox is busy.
    """
    new, read = 0, set()
    for batch in itertools.batched(sorted(keys), ARTICLES_AT_ONCE):
        named = _read(batch)
        if named:
            added, stored = repeat_on_conflict(lambda named=named: _store(named))
            new += added
            read |= stored
        on_batch(len(batch))
    return new, read


def _read(keys) -> dict[int, Named]:
    rows = (
        unread_articles()
        .filter(pk__in=keys)
        .order_by("pk")
        .only("body", "words_digest", "proof__claims", "proof__rules_version")
        .select_related("proof")
    )
    found = {article.pk: _of_text(article) for article in rows}
    extras = SourceFile.objects.filter(article__in=found).exclude(extra={}).values_list("article", "extra")
    for key, extra in extras:
        for written in _of_front_matter(extra):
            found[key].add(Place.FRONT_MATTER, written)
    for row in newest_resolutions(listed(found)):
        if row.outcome == MarkResolution.Outcome.SOURCE:
            for _position, written in addresses_in(row.note):
                found[row.article_id].add(Place.ANSWER, written, row.key)
    return found


def _of_text(article) -> Named:
    claims = [(claim[-1], claim[1], claim[2]) for claim in article.proof.claims]
    named = Named(article.words_digest, article.proof.rules_version)
    named.sentences = {key: article.body[start:end] for key, start, end in claims}
    if "://" not in article.body:
        return named
    try:
        text = read_text(article.body, claims, own_hosts())
    except RefusedError as error:
        if error.is_passing:
            raise
        text = TextSources([], [], {})
    named.sentences |= text.sentences
    named.links = [
        (
            link.address,
            Place.TEXT,
            link.written,
            link.start,
            link.end,
            "",
            article.body[link.start : link.end],
        )
        for link in text.links
    ]
    named.claims = {(pair.key, pair.address): pair.how for pair in text.pairs}
    return named


def _of_front_matter(extra) -> Iterable[str]:
    """Yield the addresses in the fields of sources: text, or lists and tables of text."""
    waiting = [value for name, value in extra.items() if name.lower() in FIELDS]
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, str):
            yield from (address for _position, address in addresses_in(value))
        elif isinstance(value, dict | list):
            waiting[:0] = value.values() if isinstance(value, dict) else value


def _store(named: dict[int, Named]) -> tuple[int, set[int]]:
    """Store what unchanged articles name. Return the number of new sources, and these articles."""
    with transaction.atomic():
        lock_keys(Article.objects.all(), named)
        rows = Article.objects.filter(pk__in=named).order_by().values_list("pk", "words_digest")
        keys = sorted(key for key, digest in rows if digest == named[key].digest)
        addresses = {link[0] for key in keys for link in named[key].links}
        sources, new = _sources_at(addresses)
        ArticleSource.objects.filter(article__in=listed(keys)).delete()
        insert_values(
            ArticleSource, _LINK_FIELDS, (row for key in keys for row in _rows(key, named[key], sources))
        )
        _store_claims(keys, named, sources)
        ReadArticle.objects.filter(article__in=listed(keys)).delete()
        read = [(key, named[key].digest, named[key].rules) for key in keys]
        insert_values(ReadArticle, ("article", "digest", "rules"), read)
    return new, set(keys)


def _rows(key, named, sources):
    for number, (address, *values) in enumerate(named.links):
        yield key, sources[address], number, *values


def _sources_at(addresses: set[str]) -> tuple[dict[str, int], int]:
    """Return {address: primary key of its source}, and how many of these are new."""
    found = _known(addresses)
    missing = [Source.of(address) for address in sorted(addresses - found.keys())]
    Source.objects.bulk_create(missing, ignore_conflicts=True, batch_size=ROWS_AT_ONCE)
    return found | _known({source.address for source in missing}), len(missing)


def _known(addresses):
    found = {}
    for batch in itertools.batched(addresses, ROWS_AT_ONCE):
        rows = Source.objects.filter(digest__in=list(map(digest_of, batch))).order_by()
        found |= dict(rows.values_list("address", "pk"))
    return found


def _store_claims(keys, named, sources) -> None:
    """Store the pairs of claims and sources. Those whose sentence is the same keep their verdict."""
    wanted = {
        (key, mark, sources[address]): (how, named[key].sentences[mark])
        for key in keys
        for (mark, address), how in named[key].claims.items()
    }
    outdated = []
    for row in Evidence.objects.filter(article__in=listed(keys)).order_by():
        how, sentence = wanted.get((row.article_id, row.key, row.source_id), ("", ""))
        if sentence != row.sentence:
            outdated.append(row.pk)
            continue
        del wanted[row.article_id, row.key, row.source_id]
        if how != row.how:
            Evidence.objects.filter(pk=row.pk).update(how=how)
    for batch in itertools.batched(outdated, ROWS_AT_ONCE):
        Evidence.objects.filter(pk__in=batch).delete()
    insert_values(
        Evidence,
        _EVIDENCE_FIELDS,
        [
            (key, mark, source, how, sentence, "", [], [], "", "")
            for (key, mark, source), (how, sentence) in wanted.items()
        ],
    )
