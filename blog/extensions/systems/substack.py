"""Read the export of Substack: a zip with posts.csv and an HTML file for each text."""

import csv
import io
import json
import posixpath
import re
from collections.abc import Iterator
from functools import partial
from html import escape, unescape
from urllib.parse import unquote

from blog.documents.generators.configuration import Feeds
from blog.documents.systems.export import PAGE_FIELDS, Export, ExportedText, ExportError, Members
from blog.extensions.systems.embeds import link_to, replace_embeds
from blog.extensions.systems.soup import (
    address_of,
    figure,
    inner_html,
    link_paragraph,
    parsed,
    replace,
    selected,
    text_of,
)
from blog.extensions.systems.text import as_text

MAX_CSV_BYTES = 64 * 1024 * 1024
MAX_HTML_BYTES = 8 * 1024 * 1024

_LIST = "posts.csv"
_COLUMNS = {"post_id", "post_date", "is_published", "title"}
_CDN = re.compile(
    r"https://substackcdn\.com/image/fetch(?:/[^/\s\"'<>]*){1,4}?/(https?(?:%3A%2F%2F|://)[^\s\"'<>]+)"
)
_NOTE = re.compile(r"%%footnote (\d{1,4})%%")
_FEEDS = Feeds(lists=("archive/",))


def find_export(members: Members) -> Export | None:
    return Export("Substack", feeds=_FEEDS) if _list_of(members) else None


def _list_of(members):
    for name in members.names:
        if posixpath.basename(name) == _LIST:
            beginning = next(iter(members.chunks(name)), b"").decode("utf-8-sig", "replace")
            if set(beginning.partition("\n")[0].strip().replace('"', "").split(",")) >= _COLUMNS:
                return name
    return ""


def read_texts(members: Members, export: Export) -> Iterator[ExportedText]:
    """Yield the posts. Raises ExportError."""
    listed = _list_of(members)
    folder = posixpath.join(posixpath.dirname(listed), "posts")
    existing = {name for name in members.names if name.endswith(".html")}
    unlisted = {name for name in existing if posixpath.dirname(name) == folder}
    for name in members.names:
        if posixpath.basename(name).startswith("email_list"):
            export.leave_out("lists of subscribers")
    for row in _rows(members, listed):
        key = row.get("post_id") or ""
        name = f"{folder}/{key}.html"
        unlisted.discard(name)
        if name in existing:
            with export.refusing(name):
                html = members.read(name, MAX_HTML_BYTES).decode("utf-8", "replace")
                yield _read(row, html, export)
        elif key:
            export.leave_out("posts without a text in the export")
    export.leave_out(f"texts that {_LIST} does not list", len(unlisted), min(unlisted, default=""))


def _rows(members, name):
    csv.field_size_limit(MAX_CSV_BYTES)
    try:
        text = members.read(name, MAX_CSV_BYTES).decode("utf-8-sig")
        yield from csv.DictReader(io.StringIO(text, newline=""))
    except UnicodeDecodeError:
        raise ExportError(f"{name} is not in UTF-8: export it again.") from None
    except csv.Error as error:
        raise ExportError(f"{name} cannot be read ({error}): export it again.") from None


def _read(row, html, export):
    key, _, slug = (row.get("post_id") or "").partition(".")
    title, kind = (row.get("title") or "").strip(), row.get("type") or "newsletter"
    is_page = kind == "page"
    is_public = (row.get("audience") or "everyone") == "everyone"
    path = ExportedText(key, slug or title, {}, "", is_page).path
    body = _body(html, partial(export.leave_out, path=path))
    podcast = (row.get("podcast_url") or "").strip()
    if podcast.startswith("https://"):
        body = f"<{podcast}>\n\n{body}"
    is_published = (row.get("is_published") or "").lower() == "true"
    fields = {
        "title": title,
        "slug": slug,
        "date": row.get("post_date") or row.get("email_sent_at"),
        "status": "published" if is_published and is_public else "draft",
        "excerpt": (row.get("subtitle") or "").strip(),
        "permalink": f"/p/{slug}" if slug and is_published else None,
    }
    if is_page:
        fields = {name: fields[name] for name in PAGE_FIELDS if name in fields}
    return ExportedText(key, slug or title, fields, body, is_page)


def _body(html, leave_out):
    """Return the Markdown of a text, with its notes as footnotes."""
    soup = parsed(html)
    notes = _take_notes(soup)
    for element in selected(
        soup, ".subscription-widget-wrap, .subscription-widget-wrap-editor, .poll-embed, .paywall-jump"
    ):
        leave_out("polls" if "poll-embed" in element.get("class", ()) else "buttons for subscribers")
        element.decompose()
    for element in selected(soup, "p.button-wrapper, .captioned-button-wrap"):
        address = address_of(element.select_one("a[href]"))
        if not address or "%%" in address or "?action=" in address or "utm_medium=web" in address:
            leave_out("buttons for subscribers")
            element.decompose()
    for element in soup.select(".captioned-image-container"):
        replace(element, _image(element))
    for element in soup.select(".pullquote"):
        replace(element, f"<blockquote>{inner_html(element)}</blockquote>")
    for element in selected(soup, "[data-attrs]"):
        if element.name != "a" and (shown := _embedded(element, leave_out)) is not None:
            replace(element, shown)
    text = as_text(replace_embeds(_CDN.sub(_original, inner_html(soup)), leave_out))
    text = _NOTE.sub(r"[^\1]", text)
    return "\n".join([text, *(f"[^{number}]: {words}" for number, words in notes.items())])


def _take_notes(soup):
    """Remove the notes below the text, and mark the places that refer to them. Return {number: Markdown}."""
    notes = {}
    for note in soup.select("div.footnote"):
        number = text_of(note, ".footnote-number")
        if number.isdigit() and len(number) <= 4:
            words = as_text(inner_html(note.select_one(".footnote-content"))).strip()
            notes[number] = words.replace("\n", "\n    ")
            note.decompose()
    for anchor in soup.select("a.footnote-anchor"):
        if (number := text_of(anchor)) in notes:
            anchor.replace_with(f"%%footnote {number}%%")
    return notes


def _image(element):
    image, caption = element.select_one("img"), element.select_one("figcaption")
    address, link = address_of(image, "src"), address_of(element.select_one("a.image-link"))
    is_own = not link or _key(link) == _key(address)
    return figure(address, address_of(image, "alt"), inner_html(caption), "" if is_own else link)


def _key(address):
    return unquote(address).rpartition("/")[2]


def _embedded(element, leave_out):
    """Return HTML for an embed, whose values are in an attribute as JSON, or None to keep the element."""
    try:
        values = json.loads(address_of(element, "data-attrs"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, dict):
        return None
    classes = element.get("class", ())
    if isinstance(gallery := values.get("gallery"), dict) and isinstance(gallery.get("images"), list):
        images = (one.get("src", "") for one in gallery["images"] if isinstance(one, dict))
        caption = escape(str(gallery.get("caption") or ""))
        return "".join(figure(str(src), "") for src in images) + (
            f"<p><em>{caption}</em></p>" if caption else ""
        )
    if "latex-rendered" in classes:
        return f"<p>$${escape(str(values.get('persistentExpression', '')))}$$</p>"
    if "highlighted_code_block" in classes:
        code = escape(element.get_text(), quote=False)
        return f'<pre><code class="language-{escape(str(values.get("language", "")))}">{code}</code></pre>'
    if isinstance(video := values.get("videoId"), str):
        host = "https://vimeo.com/" if "vimeo-wrap" in classes else "https://www.youtube.com/watch?v="
        return f"<p>{link_to(host + video)}</p>"
    address = next((values[key] for key in ("canonical_url", "url") if isinstance(values.get(key), str)), "")
    if address.startswith("https://") and element.name == "div":
        words = values.get("title") or values.get("full_text") or ""
        return link_paragraph(address, str(words)[:200])
    if element.name == "div" and not element.select_one("p, img, pre"):
        leave_out("embeds without an address")
        return ""
    return None


def _original(found):
    """Return the original URL of an image that Substack's image server scales."""
    return unescape(unquote(found[1]) if "%3A" in found[1] else found[1])
