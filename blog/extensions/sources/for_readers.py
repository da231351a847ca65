"""The sources of an approved article as readers see them: with title, publisher, and what this site can say.

Everything is the same for all readers, and nothing is requested from their browsers.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from blog.articles.models import Article
from blog.documents.marks import plain_words
from blog.extensions.sources.addresses import addresses_in, digest_of, normalise
from blog.extensions.sources.models import Evidence, Source, UsedAnyway
from blog.review.ai_label import LabelState, ai_label
from blog.review.counts import newest_resolutions
from blog.review.models import Approval

Reason, Verdict = UsedAnyway.Reason, Evidence.Verdict


@dataclass(frozen=True)
class ReaderSource:
    """A source of a sentence. address: "" if it is no URL. is_gone: the page has been taken down since."""

    words: str
    title: str
    address: str = ""
    publisher: str = ""
    published: str = ""
    said: str = ""
    is_gone: bool = False
    is_opened: bool = False

    @property
    def as_citation(self) -> dict:
        """The source in the vocabulary of schema.org."""
        found = {"@type": "CreativeWork", "name": self.title}
        if self.address:
            found["url"] = self.address
        if self.publisher:
            found["publisher"] = {"@type": "Organization", "name": self.publisher}
        if self.published:
            found["datePublished"] = self.published
        return found


def reader_sources(article: Article, given: list) -> list[ReaderSource]:
    """Return the sources of an approval, [words, source] each, in their order. At most four queries."""
    if not given:
        return []
    addresses = {note: _address_in(note) for _words, note in given}
    digests = {digest_of(address) for address in addresses.values() if address}
    sources = {row.address: row for row in Source.objects.filter(digest__in=digests)}
    keys = _keys_of(article) if sources else {}
    evidence, reasons = _of_marks(article) if sources else ({}, {})
    found = []
    for words, note in given:
        source = sources.get(addresses[note])
        if source is None:
            said = "" if addresses[note] else _("Read by an editor.")
            found.append(ReaderSource(words, note, addresses[note], said=said))
            continue
        of_mark = keys.get((words, note), ())
        rows = [evidence[key, source.pk] for key in of_mark if (key, source.pk) in evidence]
        reason = next((reasons[key] for key in of_mark if key in reasons), "")
        found.append(_shown(words, note, source, rows, reason))
    return found


def _address_in(note) -> str:
    written = next((address for _position, address in addresses_in(note)), "")
    return normalise(written) if written else ""


def _keys_of(article) -> dict[tuple[str, str], list[str]]:
    """Return {(words, source as given): keys of the marks that have it}."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in newest_resolutions([article.pk]):
        if row.outcome == "source":
            found.setdefault((plain_words(row.words), row.note), []).append(row.key)
    return found


def _of_marks(article):
    """Return {(key, source): evidence}, and {key: why an editor used the source anyway}."""
    rows = Evidence.objects.filter(article=article).order_by("pk")
    reasons = UsedAnyway.objects.filter(article=article).order_by("pk").values_list("key", "reason")
    return {(row.key, row.source_id): row for row in rows}, dict(reasons)


def _shown(words, note, source: Source, rows: list[Evidence], reason) -> ReaderSource:
    verdicts = {row.verdict for row in rows}
    opened = max((row.compared_at for row in rows if row.compared_at), default=None)
    said = _sentence(source, verdicts, opened, reason)
    is_gone = source.leads_nowhere
    if is_gone and verdicts & {Verdict.FOUND, Verdict.PARTLY} and said:
        said = f"{said} {_('The page has been taken down since then.')}"
    title, page = source.title or note, (source.publisher, source.published)
    is_opened = bool(said and verdicts & {Verdict.FOUND, Verdict.PARTLY} and not source.is_ignored)
    return ReaderSource(words, title, source.address, *page, said, is_gone, is_opened)


def _sentence(source, verdicts: set[str], opened: datetime | None, reason) -> str:
    if source.is_ignored:
        return _("Not checked by this site.")
    if verdicts == {Verdict.FOUND} and opened:
        return _("Opened on %(day)s.") % {"day": _day(opened)}
    if opened and verdicts and verdicts <= {Verdict.FOUND, Verdict.PARTLY}:
        sentence = _("Opened on %(day)s. Part of this is there; an editor confirmed the rest.")
        return sentence % {"day": _day(opened)}
    if reason == Reason.LOG_IN:
        return _("Read by an editor, behind a log-in.")
    if reason in (Reason.READ, Reason.NO_TEXT):
        return _("Read by an editor. The words could not be compared automatically.")
    return _("Read by an editor.") if reason else ""


def _day(moment):
    return date_format(timezone.localtime(moment))


def of_review(page: dict) -> dict | None:
    """Context of the review details and of the end of an article. None without sources."""
    panel = page.get("panel")
    if not panel or not panel["sources"]:
        return None
    if "reader_sources" not in panel:  # both places of a page show them
        panel["reader_sources"] = reader_sources(page["article"], panel["sources"])
    rows = panel["reader_sources"]
    return {"reader_sources": rows, "has_opened": any(row.is_opened for row in rows)}


def citation(article: Article) -> dict:
    """Return the sources of an approved article for its JSON-LD."""
    label = ai_label(article)
    if label is None or label.state != LabelState.REVIEWED or not label.review:
        return {}
    return {"citation": [row.as_citation for row in reader_sources(article, label.review.sources)]}


def gap(approval: Approval) -> str:
    """Return what readers see if no sentence has a source."""
    return "" if approval.sources else _("No source is given for any sentence.")
