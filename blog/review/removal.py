"""Plan the removal of marks from a text, and find the concerns that an editor must confirm or that forbid it.

plan_text_removal() plans the removal of one or more marks of a text, plan_removal() that of a person from all
articles. Text that has a concern is never removed in bulk.
"""

import itertools
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Protocol

from blog.articles.models import Article
from blog.base.queries import ROWS_AT_ONCE
from blog.documents.marks import plain_words
from blog.review.markup import Removed, is_callout, read_sections, section_at
from blog.review.models import Mention, Person
from blog.review.passages import PassageFinder, paragraph_at
from blog.review.removal_concerns import Concern, ConcernKind, new_faults, rest_concerns, size_concerns

MOST_MARKS = 50  # removed from one text at once; more are far above MOST_WORDS

_MARKUP = re.compile(r"^[ \t]*>[ \t]?|\*\*|__", re.MULTILINE)


class Marked(Protocol):
    """A claim or finding at body[start:end]."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TextRemoval:
    """The removal of marks from a text: the new text, the removed parts, and concerns about it."""

    body: str
    removed: tuple[Removed, ...]
    concerns: tuple[Concern, ...]

    @property
    def words(self) -> int:
        return sum(part.words for part in self.removed)

    @property
    def text(self) -> str:
        """The removed text in full, as plain words, with a line for each part."""
        return "\n".join(plain_words(part.text) for part in self.removed)

    @property
    def is_possible(self) -> bool:
        return not any(concern.forbids for concern in self.concerns)

    @property
    def needs_confirmation(self) -> bool:
        return bool(self.concerns)

    @property
    def why(self) -> str:
        """The concerns in words: “184 words, 62 % of “A day at home”; no text would be left”."""
        return "; ".join(dict.fromkeys(concern.sentence for concern in self.concerns))


def plan_text_removal(body: str, marks: Iterable[Marked], name: str = "") -> TextRemoval:
    """Plan the removal of marks from a Markdown text. name: the person to remove, if any."""
    marks = sorted(marks, key=lambda mark: (mark.start, -mark.end), reverse=True)
    rest, spans, concerns = body, [], []
    for mark in marks[:MOST_MARKS]:
        if any(start <= mark.start < end for start, end in spans):
            continue
        end = min(mark.end, spans[0][0]) if spans else mark.end
        passage = PassageFinder(rest).find(mark.kind, mark.start, end, name or getattr(mark, "speaker", ""))
        concerns += rest_concerns(rest, mark.kind, passage, name)
        rest = rest[: passage.start] + rest[passage.end :]
        spans = _merged([(_offset_before(spans, passage.start), _offset_before(spans, passage.end)), *spans])
    sections = read_sections(body)
    removed = tuple(_removed(body, span, sections) for span in spans)
    concerns += size_concerns(body, removed, sections)
    concerns += new_faults(body, rest)
    return TextRemoval(rest, removed, tuple(dict.fromkeys(concerns)))


def _offset_before(spans, offset):
    """Convert an offset in the text without these spans to an offset in the original text."""
    for start, end in spans:
        if offset > start:
            offset += end - start
    return offset


def _merged(spans):
    """Return the spans in order, with those that touch joined."""
    merged = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _removed(body, span, sections):
    start, end = span
    text = body[start:end]
    begins = start + len(text) - len(text.lstrip())
    return Removed(start, end, text, section_at(sections, begins))


@dataclass(frozen=True, slots=True)
class RemovedPassage:
    """A part that is removed from an article (taken), with the text before and after it in its paragraphs.

    The three texts are Markdown without the markup of block quotes and strong emphasis.
    """

    article: Article
    removed: Removed
    before: str
    taken: str
    after: str
    removal: TextRemoval  # of this passage alone
    mentions: list[Mention]
    is_removable: bool  # in bulk

    @property
    def section(self) -> str:
        """The title of the section, "" above the first heading."""
        return self.removed.section.title

    @property
    def words(self) -> int:
        return self.removed.words

    @property
    def is_callout(self) -> bool:
        return is_callout(self.removed.text)

    @property
    def value(self) -> str:
        """The key of the article and where the mentions start, for the checkbox of the passage."""
        return ".".join(map(str, [self.article.pk, *(mention.start for mention in self.mentions)]))


@dataclass
class RemovalPlan:
    """The changes for removing a person. new_bodies has the articles that read well without these passages.

    skipped: the articles with other passages, each with the removal that an editor may confirm there.
    """

    new_bodies: dict[int, str] = field(default_factory=dict)
    versions: dict[int, int] = field(default_factory=dict)  # of all articles with a passage
    passages: list[RemovedPassage] = field(default_factory=list)
    skipped: list[tuple[Article, TextRemoval]] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)  # to remove

    @property
    def removable(self) -> list[RemovedPassage]:
        """The passages that are removed in bulk."""
        return [passage for passage in self.passages if passage.is_removable]

    @property
    def words(self) -> int:
        """The number of words that are removed in bulk."""
        return sum(passage.words for passage in self.removable)


def plan_removal(
    person: Person,
    keys: Collection[int] | None = None,
    *,
    mentions: Iterable[Mention] | None = None,
    is_confirmed: bool = False,
) -> RemovalPlan:
    """Plan the removal of a person from all articles in use, or from those with these keys.

    mentions: only these, instead of all mentions of the person. Each passage is judged by itself. One with a
    concern stays, unless an editor has seen and confirmed it (is_confirmed) and no concern forbids it.
    """
    plan = RemovalPlan()
    chosen = _mentions(person, keys) if mentions is None else mentions
    for article, own in _articles(chosen):
        _plan_for_article(plan, article, own, person.name, is_confirmed=is_confirmed)
    return plan


def _plan_for_article(plan, article, mentions, name, *, is_confirmed):
    body = article.body
    there = [mention for mention in mentions if body[mention.start : mention.end] == mention.words]
    whole = plan_text_removal(body, there, name)
    groups = [
        (part, [mention for mention in there if part.start < mention.end and mention.start < part.end])
        for part in whole.removed
    ]
    alone = [plan_text_removal(body, own, name) for _, own in groups] if len(groups) > 1 else [whole]
    may_go = [each.is_possible if is_confirmed else not each.concerns for each in alone]
    removed = [mention for (_, own), may in zip(groups, may_go, strict=False) if may for mention in own]
    removal = whole if all(may_go) else plan_text_removal(body, removed, name)
    if not (removal.is_possible if is_confirmed else not removal.concerns):
        may_go, removed = [False] * len(alone), []
    plan.passages += [
        _passage(article, part, own, each, is_removable=may)
        for (part, own), each, may in zip(groups, alone, may_go, strict=False)
    ]
    plan.versions[article.pk] = article.lock_version
    if removed:
        plan.new_bodies[article.pk] = removal.body
        plan.mentions += removed
    if len(removed) < len(mentions):
        plan.skipped.append((article, _left(whole, alone, may_go, is_gone=len(there) < len(mentions))))


def _left(whole, alone, may_go, *, is_gone):
    """Return the removal of what is left in an article, with its concerns."""
    concerns = [Concern(ConcernKind.GONE)] if is_gone else []
    for each, may in zip(alone, may_go, strict=True):
        concerns += () if may else each.concerns
    return replace(whole, concerns=tuple(dict.fromkeys(concerns or whole.concerns)))


def _mentions(person, keys):
    mentions = Mention.objects.filter(person=person, article__trashed_at=None)
    return mentions if keys is None else mentions.filter(article__in=keys)


def _articles(mentions) -> Iterator[tuple[Article, list[Mention]]]:
    by_article = defaultdict(list)
    for mention in mentions:
        by_article[mention.article_id].append(mention)
    for batch in itertools.batched(sorted(by_article), ROWS_AT_ONCE):
        for article in (
            Article.objects.filter(pk__in=batch).only("title", "body", "lock_version").order_by("pk")
        ):
            yield article, _outermost(by_article[article.pk])


def _outermost(mentions):
    """Return the mentions in the order of the body, without those that start inside another."""
    found = []
    for mention in sorted(mentions, key=lambda each: (each.start, -each.end)):
        if not found or mention.start >= found[-1].end:
            found.append(mention)
    return found


def _passage(article, removed, mentions, removal, *, is_removable):
    body, start, end = article.body, removed.start, removed.end
    first, last = paragraph_at(body, start)[0], paragraph_at(body, max(start, end - 1))[1]
    parts = (body[first:start], body[start:end].strip(), body[end : max(last, end)])
    texts = (_MARKUP.sub("", part) for part in parts)
    return RemovedPassage(article, removed, *texts, removal, mentions, is_removable)
