"""Filters and tags of the readers' templates."""

from datetime import datetime

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.template.defaultfilters import stringfilter
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from blog import search
from blog.articles.languages import base_language
from blog.documents.summaries import SENTENCE_END
from blog.documents.text import trim_at_word
from blog.documents.typography import code_in_title, join_compounds
from blog.reader import names as people_names
from blog.reader.language import interface_language
from blog.reader.nameplate import name_classes, name_html
from blog.reader.names import language_name
from blog.reader.page_head import text_language
from blog.reader.views.sections import has_image

NEAR = 3  # articles of a list that may be visible without scrolling
register = template.Library()


@register.filter
def href(row) -> str:
    """Return the href attribute of a link to a row's page, or "" if the row has no page."""
    address = row.get_absolute_url()
    return format_html(' href="{}"', address) if address else ""


@register.filter
def title_html(title: str) -> str:
    """Return a title as HTML: code between backticks, and no line breaks within short compounds."""
    return mark_safe(join_compounds(code_in_title(escape(title))))  # noqa: S308 -- escaped


register.filter("name_classes", stringfilter(name_classes))  # site_name is lazy
register.filter("name_html", stringfilter(name_html))


@register.filter
def names(authors) -> str:
    """Return the names of authors, separated by commas, each with its own text direction."""
    return format_html_join(", ", "<bdi>{}</bdi>", ((author.name,) for author in authors))


@register.filter
def link(row) -> str:
    """Return the name of a category or an author, as a link if it has a page."""
    return format_html("<a{}><bdi>{}</bdi></a>", href(row), row.name)


@register.filter
def kicker(topic) -> str:
    """Return the line above a title: the topic of the article, if it has one."""
    return format_html('<p class="kicker">{}</p>', link(topic)) if topic else ""


@register.simple_tag
def card_meta(article, authors=(), *, is_joint=False) -> str:
    """Return the line below the title of an article in a list: authors, date and reading time.

    is_joint: whether the list is that of one author, and `authors` are the co-authors, shown as "with …".
    This is a function, because a template takes longer.
    """
    shown = names(authors)
    if shown and is_joint:
        shown = mark_safe(_("with %(names)s") % {"names": shown})  # noqa: S308 -- the names are escaped
    return format_html(
        '<p class="meta">{}<bdi>{}</bdi><bdi>{}</bdi></p>',
        format_html("<span>{}</span>", shown) if shown else "",
        day(article.published_at),
        minutes(article.reading_time),
    )


@register.simple_tag
def picture(image, alt, sizes, *, first=False, title="") -> str:
    """Return an image with its renditions. This is a function, because a template takes longer.

    title: of the article, whose first letter is shown if the image cannot be loaded and has no alt text.
    """
    shown = format_html(
        '<img src="{}"{} alt="{}"{} {} {} decoding="async">',
        image.url,
        format_html(' srcset="{}" sizes="{}"', image.remote_srcset, sizes) if image.remote_srcset else "",
        alt,
        letter_attribute(title) if not alt else "",
        size_attributes(image),
        mark_safe('fetchpriority="high"') if first else mark_safe('loading="lazy"'),
    )
    if not image.srcset:
        return shown
    renditions = '<picture><source type="image/avif" srcset="{}" sizes="{}">{}</picture>'
    return format_html(renditions, image.srcset, sizes, shown)


@register.simple_tag
def card_picture(article, sizes, *, first=False, among_pictures=False) -> str:
    """Return the image of an article in a list, as a link to it.

    Without an image, return "" or, among_pictures, a place with the first letter of the title.
    """
    link = '<a class="pic{}"{} tabindex="-1" aria-hidden="true"{}>{}</a>'
    title = article.shown_title
    if has_image(article):
        shown = picture(article.hero_image, "", sizes, first=first, title=title)
        return format_html(link, "", href(article), "", shown)
    return format_html(link, " drawn", href(article), letter_attribute(title), "") if among_pictures else ""


def letter_attribute(title: str) -> str:
    """Return the attribute from which css/base.css takes the letter in place of an image."""
    letter = next(filter(str.isalnum, title), "")
    return format_html(' data-letter="{}"', letter.upper()[:1]) if letter else ""


@register.filter
def checkboxes(choices, name: str) -> str:
    """Return a list item with a checkbox for each Choice of a filter of the search page."""
    return format_html_join(
        "",
        '<li><label><input type="checkbox" name="{}" value="{}"{}>{}{}</label></li>',
        (
            (name, choice.value, " checked" if choice.is_chosen else "", choice.name, _shown_count(choice))
            for choice in choices
        ),
    )


def _shown_count(choice):
    if not choice.count:
        return ""
    return format_html(
        '<span class="n" aria-hidden="true">{}</span>{}', choice.count, spoken_count(choice.count)
    )


@register.filter
def topic_links(topics) -> str:
    """Return categories and keywords, separated by commas, the categories as links."""
    shown = (format_html("<bdi>{}</bdi>", row) if isinstance(row, str) else link(row) for row in topics)
    return format_html_join(", ", "{}", ((topic,) for topic in shown))


@register.filter
def counted_names(authors) -> str:
    """Return the names of authors as links, each with a number. authors: (author, number of articles)."""
    rows = ((href(author), author.name, number) for author, number in authors)
    return format_html_join(", ", "<a{}><bdi>{}</bdi></a> ({})", rows)


register.filter("initials", people_names.initials)
register.filter("initials_colour", people_names.colour)


@register.filter
def without(authors, author) -> list:
    """Return the other authors, to name them on the page of this one."""
    return [other for other in authors if other != author]


@register.filter
def day(moment: datetime) -> str:
    """Return the local date of a moment as a <time> element."""
    local = timezone.localtime(moment)
    return format_html('<time datetime="{}">{}</time>', local.date().isoformat(), date_format(local))


@register.filter
def day_and_month(moment: datetime) -> str:
    """Return the local date of a moment as a <time> element, without the year: "4 Nov"."""
    local = timezone.localtime(moment)
    shown = date_format(local, pgettext("date without year", "j M"))
    return format_html('<time datetime="{}">{}</time>', local.date().isoformat(), shown)


@register.filter
def recent_day(moment: datetime) -> str:
    """Return the local date of a moment as a short <time> element. The current year is omitted."""
    local = timezone.localtime(moment)
    if local.year == timezone.localtime().year:
        return day_and_month(moment)
    shown = date_format(local, pgettext("short date", "j M Y"))
    return format_html('<time datetime="{}">{}</time>', local.date().isoformat(), shown)


@register.filter
def minutes(reading_time: int) -> str:
    """Return the reading time for display, such as "4 min"."""
    return _("%(minutes)s min") % {"minutes": reading_time}


@register.filter
def size_attributes(image) -> str:
    """Return the attributes that reserve space for an image, even if its size is unknown."""
    if image.width and image.height:
        return format_html('width="{}" height="{}"', image.width, image.height)
    return mark_safe('width="1200" height="800" class="unsized"')


@register.filter
def page_numbers(page: Page) -> list[int | str]:
    """Return the page numbers of a pager: both ends, the numbers around this page, and ellipses between."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))


@register.filter
def highlighted(pieces) -> str:
    """Return the pieces of a snippet as escaped HTML, with the matches in <mark>."""
    texts = (
        f"<mark>{escape(piece.text)}</mark>" if piece.is_match else escape(piece.text) for piece in pieces
    )
    return mark_safe("".join(texts))  # noqa: S308 -- each is escaped


@register.filter
def with_matches(text: str, query: search.Query) -> str:
    """Return a plain text as escaped HTML, with <mark> around the matches of a search."""
    return highlighted(search.marked(text, query))


@register.filter
def foreign_language(article) -> str:
    """Return the name of the article's language, or "" if it is the site's."""
    own = base_language(article.language)
    return "" if own in ("", base_language(settings.LANGUAGE_CODE)) else language_name(article.language)


@register.filter
def web_address(address: str) -> str:
    """Return the URL if it is safe in a link, else "". Not all stored URLs come from a validated form."""
    return address if address.startswith(("https://", "http://")) else ""


@register.filter
def shortened(text: str, length: int) -> str:
    """Cut a text to `length` characters: after a sentence if that leaves at least half, else after a word."""
    words = trim_at_word(text, length)
    if words == text:
        return text
    ends = [end.end() for end in SENTENCE_END.finditer(text) if length // 2 <= end.end() <= length]
    return text[: ends[-1]] if ends else words


@register.filter
def is_of_pictures(articles) -> bool:
    """Whether at least half of the articles of a list have an image."""
    return 2 * sum(map(has_image, articles)) >= len(articles)


@register.filter
def first_with_image(articles):
    """Return the first article with an image among the first NEAR, or None. Its image should load early."""
    return next((article for article in articles[:NEAR] if has_image(article)), None)


@register.filter
def hero_sizes(image) -> str:
    """Return the sizes attribute of a hero image: the width of the page, or the image's own if uncropped.

    Browsers show an uncropped image in this width, so the width must not enlarge it. 704 pixels is the
    maximum height in css/article.css.
    """
    if not image.is_shown_whole:
        beside_headline = "(min-width: 72rem) and (max-height: 60rem) 37rem"
        return f"{beside_headline}, (min-width: 85rem) 80rem, 94vw"
    return f"min(94vw, {min(image.width, image.width * 704 // image.height)}px)"


register.simple_tag(interface_language)


@register.filter
def language_attributes(article) -> str:
    """Return lang and dir attributes if the article's language differs from the page's, else ""."""
    language = text_language(article)
    if not language or language["lang"].lower() == interface_language().lower():
        return ""
    return format_html(' lang="{}" dir="{}"', language["lang"], language["dir"])


@register.filter
def spoken_count(number: int) -> str:
    """Return a number of articles for screen readers, after the name of a category: ", 4 articles"."""
    words = ngettext(", %(number)s article", ", %(number)s articles", number) % {
        "number": format_count(number)
    }
    return format_html('<span class="visually-hidden">{}</span>', words)


@register.filter
def format_count(number: int) -> str:
    """Return a count in the format of the active language: 12,345."""
    return number_format(number, force_grouping=True) if number >= 1000 else str(number)
