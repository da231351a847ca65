"""Read the export of Medium: a zip with an HTML file for each text."""

import re
from collections.abc import Iterator
from functools import partial

from blog.documents.generators.configuration import Feeds
from blog.documents.generators.people import LONGEST_ABOUT
from blog.documents.slugs import slugify_name
from blog.documents.systems.export import Export, ExportedText, Members, split_url
from blog.extensions.systems.embeds import link_to, replace_embeds
from blog.extensions.systems.soup import address_of, inner_html, link_paragraph, parsed, replace, text_of
from blog.extensions.systems.text import as_text

MAX_HTML_BYTES = 8 * 1024 * 1024

_POST = re.compile(
    r"(?:.*/)?posts/(?P<draft>draft_)?(?:\d{4}-\d\d-\d\d_)?(?P<name>[^/]*?)-+(?P<key>[0-9a-f]{6,16})\.html"
)
_BEGINNING = b"h-entry"
_PROFILE = re.compile(r"(?:.*/)?profile/profile\.html")
_LEFT_OUT = {"bookmarks": "bookmarks", "claps": "claps", "highlights": "highlights", "lists": "lists"}
_HEADINGS = {"h3": "h2", "h4": "h3"}  # h1 and h2 never occur
_KEPT = frozenset(("href", "src", "alt", "title", "class", "start"))
_ID_AT_END = re.compile(r"-[0-9a-f]{6,16}$")
_FEEDS = Feeds(tags=("tagged/:name/",))


def find_export(members: Members) -> Export | None:
    first = next(filter(_POST.fullmatch, members.names), None)
    is_medium = first is not None and _BEGINNING in next(iter(members.chunks(first)), b"")
    return Export("Medium", feeds=_FEEDS) if is_medium else None


def read_texts(members: Members, export: Export) -> Iterator[ExportedText]:
    """Yield the posts. Raises ExportError."""
    for name in members.names:
        if _PROFILE.fullmatch(name):
            with export.refusing(name):
                _read_profile(parsed(_html(members, name)), export)
        folder = name.rpartition("/")[0].rpartition("/")[2]
        if folder in _LEFT_OUT and name.endswith(".html"):
            export.leave_out(f"files with {_LEFT_OUT[folder]}")
    for name in members.names:
        if found := _POST.fullmatch(name):
            with export.refusing(name):
                yield _read(_html(members, name), found, export)


def _html(members, name):
    return members.read(name, MAX_HTML_BYTES).decode("utf-8", "replace")


def _read_profile(soup, export):
    user = address_of(soup.select_one("a.u-url, a[href*='medium.com/@']")).rpartition("@")[2].strip("/")
    name = text_of(soup, ".p-name")
    export.identity = f"medium-{user}" if user else ""
    if name:
        export.people[name] = {"name": name, "bio": text_of(soup, ".p-note")[:LONGEST_ABOUT]}


def _read(html, found, export):
    soup = parsed(html)
    canonical, published = address_of(soup.select_one("a.p-canonical")), soup.select_one("time.dt-published")
    own_path = _own_path(canonical, export)
    slug = _ID_AT_END.sub("", split_url(canonical).path.rstrip("/").rpartition("/")[2])
    title, author = text_of(soup, ".p-name"), text_of(soup, ".p-author")
    slug = slug or slugify_name(title)  # drafts have none
    text = ExportedText(found["key"], slug, {}, "")
    leave_out = partial(export.leave_out, path=text.path)
    body = soup.select_one("[data-field=body], .e-content")
    image = body.select_one("img[data-is-featured=true]") if body else None
    fields = {
        "title": title,
        "slug": slug,
        "date": address_of(published, "datetime"),
        "status": "draft" if found["draft"] or not published else "published",
        "authors": [author] if author else None,
        "excerpt": text_of(soup, "[data-field=subtitle], .p-summary"),
        "image": address_of(image, "src"),
        "permalink": own_path,
        "canonical": canonical,
    }
    return ExportedText(found["key"], slug, fields, as_text(_plain(body, title, leave_out)))


def _own_path(canonical, export):
    """Return the path of a text on the author's own domain, which may move here; "" for Medium's domain."""
    parts = split_url(canonical)
    host = parts.hostname or ""
    if not host or host == "medium.com" or host.endswith(".medium.com"):
        return ""
    export.site_url = export.site_url or f"https://{host}"
    return parts.path if export.path_on_site(canonical) else ""


def _plain(body, title, leave_out):
    """Return the HTML of a text without its title, which the body repeats, and without Medium's elements."""
    if body is None:
        return ""
    _drop_head(body, title)
    for embed in body.select(".graf--mixtapeEmbed"):
        link = embed.select_one("a[href]")
        words, more = text_of(link, "strong"), text_of(link, "em")
        replace(embed, link_paragraph(address_of(link), words, more))
    for code in body.select("pre"):
        language = address_of(code, "data-code-block-lang")
        inner = re.sub(r"</?span\b[^<>]*+>", "", inner_html(code))
        replace(code, f'<pre><code class="language-{language}">{inner}</code></pre>')
    for script in body.select("script[src]"):
        address = address_of(script, "src")
        replace(
            script, f"<p>{link_to(address.removesuffix('.js'))}</p>" if "gist.github.com" in address else ""
        )
    for figure in body.select("figure.graf--iframe"):
        figure.unwrap()
    for element in body.find_all(True):
        element.name = _HEADINGS.get(element.name, element.name)
        element.attrs = {name: value for name, value in element.attrs.items() if name in _KEPT}
    return replace_embeds(inner_html(body), leave_out)


def _drop_head(body, title):
    """Remove the title and subtitle in a text, and the line before its first section."""
    for heading in body.select(".graf--title"):
        if text_of(heading) == title:
            heading.decompose()
    for heading in body.select(".graf--subtitle"):
        heading.decompose()
    for divider in body.select("div.section-divider"):
        section = divider.find_parent("section")
        is_first = section is None or "section--first" in (section.get("class") or ())
        replace(divider, "" if is_first else "<hr>")
