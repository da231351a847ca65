"""Replace the URLs of sources everywhere: links keep their words, answers to marks get the new URL.

A claim that rests on the source, and is not on the new page, loses the answer, and its mark is open again.
Front matter stays as it is in the file. All of it is one undoable action.
"""

import itertools
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog import jobs
from blog.articles.actions.rewrite import RENDERED_AT_ONCE, edit_articles
from blog.articles.changes import changing
from blog.articles.models import Article, EmptyArticleError
from blog.articles.undoable import UndoableAction
from blog.base.locking import lock_checks
from blog.base.queries import listed
from blog.extensions.sources.addresses import addresses_in, normalise
from blog.extensions.sources.models import ArticleSource, Evidence, PageText, Source, State
from blog.extensions.sources.opening import compare_all
from blog.extensions.sources.sandboxed import replace_links
from blog.extensions.sources.values import Evidence as Found
from blog.jobs.models import Job
from blog.review.counts import newest_resolutions
from blog.review.models import MarkResolution
from blog.review.resolution import store_resolutions
from blog.sandbox.refusals import RefusedError

REPLACE = "replace_source"  # kind of job
MOST_IN_REQUEST = 50  # articles; a job changes more
Outcome, Place = MarkResolution.Outcome, ArticleSource.Place


@dataclass
class PlaceToReplace:
    """An article that names sources, and where it does."""

    article: Article
    links: list[ArticleSource] = field(default_factory=list)

    @property
    def in_text(self) -> bool:
        return any(link.place == Place.TEXT for link in self.links)

    @property
    def answers(self) -> list[str]:
        """The keys of marks that one of the sources answers."""
        return [link.key for link in self.links if link.place == Place.ANSWER]

    @property
    def ends_approval(self) -> bool:
        """Whether replacing changes approved words."""
        return self.in_text and self.article.reviewed_digest == self.article.words_digest != ""


def places_of(sources: Iterable[Source]) -> list[PlaceToReplace]:
    """Return the articles in use where sources can be replaced, in their order."""
    found: dict[int, PlaceToReplace] = {}
    links = ArticleSource.objects.filter(
        source__in=listed(source.pk for source in sources), article__trashed_at=None
    ).exclude(place=Place.FRONT_MATTER)
    for link in links.select_related("article", "source").order_by("article_id", "number"):
        found.setdefault(link.article_id, PlaceToReplace(link.article)).links.append(link)
    return list(found.values())


def moved_sources() -> list[Source]:
    """Return the sources whose pages have moved, and whose new URL can be used in their place."""
    rows = Source.objects.not_ignored().used().filter(state=State.MOVED).exclude(final_address="")
    return [source for source in rows.order_by("pk") if normalise(source.final_address) != source.address]


def compare_claims(old: Source, new: Source) -> list[tuple[Evidence, Found | None]]:
    """Return the claims that rest on a source, with what another page says of them.

    None for those that cannot be compared, because the other page was not read within a day.
    """
    rows = list(
        Evidence.objects.filter(source=old).exclude(how=Evidence.How.PARAGRAPH).order_by("article_id", "pk")
    )
    text = PageText.objects.filter(source=new).values_list("text", flat=True).first()
    found = compare_all(json.loads(text), {row.pk: row.sentence for row in rows}) if text else {}
    return [(row, found.get(row.pk)) for row in rows]


@dataclass
class Replaced:
    """The articles that were changed, {article: why it was skipped}, and the words of marks open again."""

    articles: set[int] = field(default_factory=set)
    skipped: dict[int, str] = field(default_factory=dict)
    reopened: list[str] = field(default_factory=list)
    message: str = ""


def replace_everywhere(user, new: dict[str, str], seen: dict[int, int]) -> Replaced | Job:
    """Replace sources, {address: new one}, in articles, {primary key: lock version that the user saw}.

    Many articles are changed by a job. A new source should have been opened before (open_now()), so that its
    claims are compared. Raises RefusedError if the sandbox is busy.
    """
    if len(seen) > MOST_IN_REQUEST:
        return jobs.start(REPLACE, user, new=new, seen=list(seen.items()))
    return replace_in_batches(user, new, seen, at_once=MOST_IN_REQUEST)


def replace_in_batches(
    user,
    new: dict[str, str],
    seen: dict[int, int],
    *,
    action: Callable[[], UndoableAction | None] = lambda: None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    at_once: int = RENDERED_AT_ONCE,
) -> Replaced:
    """Replace in transactions of at_once articles. action: returns the stored action to continue.

    Safe to interrupt and repeat: articles already changed no longer name the sources.
    """
    missing = {claim for old, address in new.items() for claim in _not_there(old, address)}
    done = Replaced()
    for number, keys in enumerate(itertools.batched(seen, at_once)):
        on_progress(number * at_once, len(seen))
        try:
            _replace(user, new, {key: seen[key] for key in keys}, missing, action(), done)
        except (RefusedError, EmptyArticleError) as error:
            if len(keys) == 1 or getattr(error, "is_passing", False):
                raise
            for key in keys:
                _replace_one(user, new, {key: seen[key]}, missing, action(), done)
    return done


def _replace_one(user, new, seen, missing, action, done):
    try:
        _replace(user, new, seen, missing, action, done)
    except (RefusedError, EmptyArticleError) as error:
        if getattr(error, "is_passing", False):
            raise
        done.skipped |= dict.fromkeys(seen, _("the text takes too long to render"))


def _not_there(address, new_address) -> set[tuple[int, str]]:
    """Return (article, key of a mark) of the claims that are not on the new page."""
    old, new = Source.objects.at(address), Source.objects.at(new_address)
    return {
        (row.article_id, row.key)
        for row, found in (compare_claims(old, new) if old and new else ())
        if found and found.verdict == Evidence.Verdict.NOT_FOUND
    }


def _replace(user, new, seen, missing, action, done: Replaced):
    texts = _new_texts(new, seen)
    with transaction.atomic():
        rows = Article.objects.select_for_update(no_key=True).in_use().filter(pk__in=seen).order_by("pk")
        articles = [article for article in rows if article.lock_version == seen[article.pk]]
        keys = {article.pk for article in articles}
        done.skipped |= dict.fromkeys(seen.keys() - keys, _("changed since you saw it"))
        answers = list(_new_answers(new, keys, missing, user))
        changed = {*(texts.keys() & keys), *(row.article_id for row in answers)}
        if not changed:
            return
        done.articles |= changed
        message = _sentence(new, len(done.articles) if action is None else len({*action.keys, *changed}))
        touched = [article for article in articles if article.pk in changed]
        with changing(touched, by=user, action=None, undo=message, undoable=action) as change:
            if len(touched) > 1:
                lock_checks()
            store_resolutions(answers)
            change.append(answers)
            versions = {key: seen[key] for key in texts.keys() & keys}
            changes = {key: texts[key] for key in versions}
            edit_articles(
                user, versions, changes, lambda number: message, note=message, action=change.undoable
            )
        done.message = message
        done.reopened += [row.words for row in answers if row.outcome == Outcome.OPEN]


def _sentence(new, number):
    if len(new) > 1:
        message = ngettext(
            "%(urls)d URLs were replaced in %(number)d article.",
            "%(urls)d URLs were replaced in %(number)d articles.",
            number,
        )
        return message % {"urls": len(new), "number": number}
    message = ngettext(
        "“%(old)s” was replaced with “%(new)s” in %(number)d article.",
        "“%(old)s” was replaced with “%(new)s” in %(number)d articles.",
        number,
    )
    [(old, address)] = new.items()
    return message % {"old": old, "new": address, "number": number}


def _new_texts(new, keys) -> dict[int, dict[str, str]]:
    """Return {article: {field: new text}} of the articles whose texts link to one of the sources."""
    found = {}
    for article in Article.objects.in_use().filter(pk__in=keys).order_by("pk").only("body", "excerpt"):
        texts = {"body": article.body, "excerpt": article.excerpt}
        if changed := replace_links(texts, new):
            found[article.pk] = changed
    return found


def _new_answers(new, articles: Iterable[int], missing, user):
    """Yield the resolutions that replace those that name a source."""
    for row in newest_resolutions(list(articles)).order_by("pk"):
        note = _with_addresses(row.note, new)
        if row.outcome != Outcome.SOURCE or note == row.note:
            continue
        is_missing = (row.article_id, row.key) in missing
        yield MarkResolution.of_mark(
            row,
            article=row.article_id,
            outcome=Outcome.OPEN if is_missing else Outcome.SOURCE,
            by=user,
            note="" if is_missing else note,
            speaker=row.speaker,
        )


def _with_addresses(note, new):
    parts, here = [], 0
    for start, written in addresses_in(note):
        if address := new.get(normalise(written)):
            parts += note[here:start], address
            here = start + len(written)
    return "".join([*parts, note[here:]])
