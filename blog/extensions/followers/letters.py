"""Letters to followers: consent, one article, several articles."""

from collections.abc import Sequence
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from blog.articles.models import Article
from blog.documents.text import trim_at_word
from blog.extensions.followers.followers import CONSENT_WITHIN, Follower, Frequency, consent_token
from blog.mail.limits import PERIOD
from blog.mail.models import Message
from blog.reader.language import ui_language_within_text
from blog.reader.page_head import text_language
from blog.review.ai_label import ai_label
from blog.site.addresses import absolute
from blog.site.identity import site_identity
from blog.site.letters import Letter, short_letter, site_context, wrapped

PARAGRAPHS, PARAGRAPH_LENGTH = 2, 1200  # of an article, and characters of each
HTML_LENGTH = 50_000  # characters of an article's HTML in which its first paragraphs are searched for
ARTICLES_LISTED = 30
COLONS = (":", "\N{FULLWIDTH COLON}")


def consent_message(address: str, frequency: str) -> Message:
    """Return the message with the link that confirms an address. It expires unsent after an hour."""
    site = site_identity().name
    link = absolute(reverse("blog:followers:follow_consent", args=[consent_token(address, frequency)]))
    known = Follower.objects.at(address).first()
    if known:
        return _known_message(known)
    if frequency == Frequency.WEEKLY:
        question = _(
            "Someone, we hope you, asked to have the new articles of %(site)s sent here once a week."
        )
    else:
        question = _("Someone, we hope you, asked to have each new article of %(site)s sent here.")
    paragraphs = [
        question % {"site": site},
        _("Nothing is sent until you follow this link and confirm it there:"),
    ]
    reason = _("If it was not you, delete this letter. The link ends after %(days)d days.") % {
        "days": CONSENT_WITHIN.days
    }
    letter = short_letter(_("Follow %(site)s?") % {"site": site}, paragraphs, _("Follow"), link)
    return letter.message(address, reason, lifetime=PERIOD)


def _known_message(follower) -> Message:
    """Return the answer to somebody who follows already: the page of the follower's letters."""
    site = site_identity().name
    paragraphs = [
        _("Someone, we hope you, asked to follow %(site)s with this address, which already does.")
        % {"site": site},
        _("On this page, you can choose how often you get letters, and see what is stored about you:"),
    ]
    title = _("You already follow %(site)s") % {"site": site}
    letter = short_letter(title, paragraphs, _("Your letters"), follower_address(follower))
    reason = _("If it was not you, delete this letter. Nothing has changed.")
    return letter.message(follower.address, reason, lifetime=PERIOD)


def article_letter(article: Article) -> Letter:
    """Return the letter about one article: its AI label, its first two paragraphs and the link to it."""
    minutes = article.reading_time
    read_on = ngettext("Read on: %(minutes)d minute", "Read on: %(minutes)d minutes", minutes) % {
        "minutes": minutes
    }
    entry = Entry(article)
    paragraphs = first_paragraphs(article.body_html) or list(filter(None, [article.excerpt_or_opening]))
    paragraphs = [article.with_typographic_quotes(paragraph) for paragraph in paragraphs]
    context = site_context() | {"entry": entry, "paragraphs": paragraphs, "read_on": read_on}
    html = render_to_string("followers/letters/article.html", context)
    head = [wrapped(entry.title), wrapped(entry.dated_line)]
    parts = ["\n".join(filter(None, [*head, wrapped(entry.label)])), *map(wrapped, paragraphs)]
    text = "\n\n".join([site_identity().name, *parts, f"{read_on}\n{entry.address}"])
    return Letter(entry.title, html, text)


def articles_letter(articles: Sequence[Article], frequency: str, number: int) -> Letter:
    """Return the letter that lists these articles. number: how many articles the whole mailing has."""
    site = site_identity().name
    today = date_format(timezone.localtime(), "DATE_FORMAT")
    subjects = ngettext("%(site)s: %(number)d article", "%(site)s: %(number)d articles", number)
    is_weekly = frequency == Frequency.WEEKLY
    if is_weekly:
        subjects = ngettext(
            "%(site)s: %(number)d article this week", "%(site)s: %(number)d articles this week", number
        )
        heading = _("%(site)s, the week to %(date)s") % {"site": site, "date": today}
    else:
        heading = _("%(site)s, %(date)s") % {"site": site, "date": today}
    entries = [Entry(article) for article in articles]
    archive = absolute(reverse("blog:archive")) if number > len(entries) else ""
    context = site_context() | {"heading": heading, "entries": entries, "archive": archive}
    html = render_to_string("followers/letters/articles.html", context)
    parts = [entry.as_text() for entry in entries]
    if archive:
        parts.append(f"{_('All articles')}:\n{archive}")
    return Letter(subjects % {"site": site, "number": number}, html, "\n\n".join([wrapped(heading), *parts]))


class Entry:
    """What a letter shows of an article, in plain text."""

    def __init__(self, article: Article):
        self.title = " ".join(article.plain_title.split())
        self.address = absolute(article.get_absolute_url())
        self.summary = article.excerpt_or_opening
        self.language = text_language(article)
        self.published_at = timezone.localtime(article.published_at)
        self.names = ", ".join(author.name for author in article.byline)
        self.minutes = ngettext("%(number)d min", "%(number)d min", article.reading_time) % {
            "number": article.reading_time
        }
        with override(ui_language_within_text(article.language)):
            label = ai_label(article)
            self.label = label.text if label else ""

    @property
    def dated_line(self) -> str:
        return self._line(date_format(self.published_at, "DATE_FORMAT"))

    @property
    def weekday_line(self) -> str:
        return self._line(date_format(self.published_at, "l"))

    def _line(self, date):
        return " · ".join(filter(None, [self.names, date, self.minutes]))

    def as_text(self) -> str:
        lines = [self.summary, self.label, self.weekday_line]
        shown = [wrapped(line, indent="  ") for line in lines if line]
        return "\n".join([wrapped(f"* {self.title}", indent="  ", first=""), *shown, f"  {self.address}"])


def follower_message(letter: Letter, follower: Follower) -> Message:
    """Return the message of a mailing to a follower, with the links that change and end the letters."""
    since = date_format(timezone.localtime(follower.confirmed_at), "DATE_FORMAT")
    if follower.frequency == Frequency.WEEKLY:
        reason = _("You get this once a week because you asked to, on %(date)s.")
        other = _("Each article instead")
    else:
        reason = _("You get each new article because you asked to, on %(date)s.")
        other = _("Once a week instead")
    stop = absolute(reverse("blog:followers:follower_stop", args=[follower.key]))
    headers = {
        "List-Id": f"<letters.{urlsplit(settings.SITE_URL).hostname}>",
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    links = [(other, follower_address(follower)), (_("Stop these letters"), stop)]
    return letter.message(follower.address, reason % {"date": since}, links, headers=headers)


def follower_address(follower: Follower) -> str:
    """Return the URL of the page on which a follower changes the letters."""
    return absolute(reverse("blog:followers:follower", args=[follower.key]))


def first_paragraphs(html: str, number: int = PARAGRAPHS) -> list[str]:
    """Return the words of the first paragraphs of an article's HTML, without those in quotes and lists.

    Paragraphs that end in a colon are skipped: they are labels, such as "Introduction:", or begin a list.
    """
    reader = _ParagraphReader()
    reader.feed(html[:HTML_LENGTH])
    found = [words for words in reader.paragraphs if not words.endswith(COLONS)]
    return [trim_at_word(words, PARAGRAPH_LENGTH) for words in found[:number]]


class _ParagraphReader(HTMLParser):
    """Collects the words of the paragraphs that are in no other block."""

    BLOCKS = frozenset(("aside", "blockquote", "details", "div", "figure", "li", "section", "table"))
    SILENT = frozenset(("sup",))  # references of footnotes

    def __init__(self):
        super().__init__()
        self.paragraphs = []
        self._depth = self._silent = 0
        self._words = None  # of the open paragraph

    def handle_starttag(self, tag, attrs):
        if tag in self.BLOCKS:
            self._depth += 1
        elif tag in self.SILENT:
            self._silent += 1
        elif tag == "p" and not self._depth:
            self._words = []
        elif tag == "br" and self._words is not None:
            self._words.append(" ")

    def handle_endtag(self, tag):
        if tag in self.BLOCKS:
            self._depth -= 1
        elif tag in self.SILENT:
            self._silent -= 1
        elif tag == "p" and self._words is not None:
            words = " ".join("".join(self._words).split())
            self._words = None
            if words:
                self.paragraphs.append(words)

    def handle_data(self, data):
        if self._words is not None and not self._silent:
            self._words.append(data)
