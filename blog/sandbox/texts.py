"""The sandbox's text tasks: parsing files, rendering, and finding claims and findings."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from functools import partial
from pkgutil import resolve_name
from typing import Any

from blog.documents.addresses import REMOTE
from blog.documents.claims.claim import find_claims
from blog.documents.claims.values import claim_key
from blog.documents.fields.extraction import read_fields, read_labels, read_reading_time
from blog.documents.fields.paths import reason_to_skip_html
from blog.documents.fields.topics import Topics
from blog.documents.fields.values import ArticleFields
from blog.documents.findings.all_rules import find_findings
from blog.documents.findings.article_words import ArticleWords, TextImage
from blog.documents.findings.fingerprints import fingerprints
from blog.documents.findings.images import read_images
from blog.documents.findings.structure import internal_links
from blog.documents.frontmatter.document import Document, parse_document, parse_file
from blog.documents.frontmatter.encoding import DocumentError
from blog.documents.frontmatter.places import places_in_file
from blog.documents.generators.configuration import ConfigurationError, SiteConfiguration
from blog.documents.generators.people import read_people
from blog.documents.generators.rules import AddressRules
from blog.documents.generators.systems import CONFIGURATION, read_system
from blog.documents.marks import highlight_marks
from blog.documents.names import spell_category
from blog.documents.notices import Notice, NoticeKind
from blog.documents.rendering.images import image_key
from blog.documents.rendering.markdown import render_markdown
from blog.documents.rendering.values import Rendering, ResolvedImage
from blog.documents.text import is_empty, reading_time
from blog.extend import SiteGenerator
from blog.sandbox.child import ask, serve
from blog.sandbox.refusals import Refusal, RefusedError
from blog.sandbox.results import Examination, ExaminedFile, Reading, image_at

MOST_ASKED = 1000  # images of a text


def main() -> None:
    serve(
        {
            "read": read_text,
            "read_and_examine": read_and_examine,
            "fields": read_values,
            "labels": read_labels_of,
            "places": places_in_file,
            "render": render,
            "examine": examine,
            "mark": highlight_marks,
            "run": run,
            "configuration": partial(_configured, read_configuration),
            "people": partial(_configured, read_people),
        }
    )


def _configured(read: Callable, *arguments) -> Any:
    """Return what a function reads from a site generator's files. Raises RefusedError with the reason."""
    try:
        return read(*arguments)
    except ConfigurationError as error:
        raise RefusedError(Refusal.ERROR, {"cause": str(error)}) from None


def read_configuration(
    files: Mapping[str, bytes], generators: Sequence[SiteGenerator]
) -> SiteConfiguration | None:
    """Return the configuration in {path: bytes} of one folder, or None if they are of no generator.

    Raises ConfigurationError if a file cannot be read.
    """
    for generator in generators:
        parts = {part: path for path, part in generator.companions.items() if path in files}
        for path in generator.files:
            if path in files and (found := resolve_name(generator.reader)(path, files, parts)):
                return found
    return read_system(files) if CONFIGURATION in files else None


def run(function: str, *arguments) -> Any:
    """Call a function of an extension, given as "module:function"."""
    return resolve_name(function)(*arguments)


def read_labels_of(data: bytes) -> tuple[bool, tuple[str, ...]]:
    """Like read_labels(), for the bytes of a file; (False, ()) if the file cannot be parsed."""
    try:
        return read_labels(parse_document(data))
    except DocumentError:
        return False, ()


def read_text(
    data: bytes,
    path: str,
    time_zone: tzinfo,
    rules: AddressRules | None = None,
    topics: Topics | None = None,
    asks: bool = False,
) -> Reading:
    """Parse and render a file. A refusal is part of the result, not an exception.

    rules: how a generator made the URLs of the source. topics: the categories for texts that name none. asks:
    whether the parent stores the local images, and says how they are shown.
    """
    started = time.monotonic()
    images = _Images(asks=asks)
    try:
        document = parse_file(data, path)
        if refusal := reason_to_skip_html(document, path):
            return Reading(refusal=refusal)
        fields = read_fields(document, path=path, time_zone=time_zone)
        fields = rules.applied(fields, document.fields, path) if rules else fields
        fields = topics.applied(fields, path) if topics else fields
    except DocumentError as error:
        return Reading(refusal=error.notice)
    rendering = render_markdown(fields.body, title=fields.title, resolve_image=images.resolve)
    # Not empty is a file with only a heading that repeats the title, or only an image that is missing.
    if is_empty(rendering.html) and is_empty(render_markdown(fields.body, resolve_image=ResolvedImage).html):
        is_draft = fields.status == "new" and not document.body.strip()
        return Reading(
            refusal=_EMPTY_DRAFT if is_draft else _what_is_empty(document), seconds=time.monotonic() - started
        )
    for address in rendering.images:
        images.resolve(address.strip())
    return Reading(fields, rendering, images.found, seconds=time.monotonic() - started)


def read_and_examine(
    data: bytes,
    path: str,
    time_zone: tzinfo,
    rules: AddressRules | None,
    topics: Topics | None,
    asks: bool,
    site: str,
) -> Reading:
    """Parse, render and examine a file, as examine() would examine a new article created from it."""
    reading = read_text(data, path, time_zone, rules, topics, asks)
    if reading.fields is None:
        return reading
    words = words_of_new_article(reading.fields, reading.rendering)
    found = _examine(words, reading.fields.reading_time, site)
    return replace(reading, examined=ExaminedFile(words, found))


class _Images:
    """Finds the images of a text: all of them by their URLs in the text or, with `asks`, as they are stored.

    Each one that is asked for takes a message, so there is a limit to them.
    """

    def __init__(self, *, asks: bool):
        self.asks = asks
        self.found: dict[str, ResolvedImage | None] = {}

    def resolve(self, address: str) -> ResolvedImage | None:
        if address not in self.found:
            self.found[address] = self._image_at(address)
        return self.found[address]

    def _image_at(self, address):
        is_local = bool(address) and not address.startswith((*REMOTE, "data:"))
        if self.asks and is_local and len(self.found) < MOST_ASKED:
            return ask(address)
        return None if address.startswith("data:") else ResolvedImage(address)


def words_of_new_article(fields: ArticleFields, rendering: Rendering) -> ArticleWords:
    """Return the content of a new article with these fields, as far as the sandbox can know it."""
    return ArticleWords(
        title=fields.title,
        body=fields.body,
        html=rendering.html,
        text=rendering.text,
        excerpt=fields.excerpt,
        meta_description=fields.meta_description,
        share_quote=fields.share_quote,
        has_hero=bool(fields.image),
        hero_address=fields.image,
        hero_alt=fields.image_alt if fields.image else "",
        hero_credit=str(fields.image_credit) if fields.image else "",
        primary_category=spell_category(fields.primary_category),
        categories=tuple(spell_category(category.name) for category in fields.categories),
        keywords=tuple(map(str, fields.keywords)),
        reading_time=reading_time(rendering.word_count),
        is_trending=fields.is_trending,
        is_featured=fields.is_featured,
    )


def read_values(data: bytes, path: str, time_zone: tzinfo) -> Reading:
    """Parse a file without rendering it. A refusal is part of the result, not an exception."""
    try:
        document = parse_file(data, path)
        if refusal := reason_to_skip_html(document, path):
            return Reading(refusal=refusal)
        return Reading(read_fields(document, path=path, time_zone=time_zone))
    except DocumentError as error:
        return Reading(refusal=error.notice)


def render(text: str, title: str, images: Mapping[str, ResolvedImage | None], highlight: bool) -> Rendering:
    """Render a text. images: {URL in the text: image}. Other remote URLs are used unchanged."""
    resolve = partial(image_at, images)
    return render_markdown(text, title=title, resolve_image=resolve, highlight=highlight)


def examine(original: bytes | None, words: ArticleWords, site: str) -> Examination:
    """Return the findings and claims in the content of an article.

    original: the bytes of its file, from which only the reading time is read. site: the URL of this site, by
    which internal links are recognised. The images come from words.body, not from words.images.
    """
    in_file = _reading_time_in(original) if original is not None else None
    return _examine(words, in_file, site)


def _examine(words, reading_time_in_file, site):
    words = replace(words, images=read_images(words.body), reading_time_in_file=reading_time_in_file)
    claims = find_claims(words.body)
    return Examination(
        findings=tuple(find_findings(words)),
        claims=tuple(claims),
        keys=tuple(claim_key(claim.kind, claim.text) for claim in claims),
        prints=fingerprints(words.title, words.excerpt, words.text, words.keywords, words.meta_description),
        links=tuple(internal_links(words.body, site)),
        images=tuple(_images_of(words)),
        reading_time_in_file=reading_time_in_file,
    )


def _images_of(words):
    hero = TextImage(words.hero_address, words.hero_alt)
    for image in (hero, *words.images) if words.hero_address else words.images:
        yield TextImage(image_key(image.address), image.alt, image.credit, image.start, image.end)


_EMPTY_DRAFT = Notice(NoticeKind.NO_ARTICLE, "it is a draft without a text.")


def _what_is_empty(document: Document) -> Notice:
    if document.body.strip():
        what = "nothing of the text would be shown: it holds but blanks, comments or the like."
    else:
        what = "there is no text below the front matter." if document.fields else "the file is empty."
    return Notice(NoticeKind.EMPTY, f"{what} An article that came from it before stays as it is.", detail="")


def _reading_time_in(original):
    try:
        return read_reading_time(parse_document(original))
    except ValueError:  # the file was imported by a version that accepted more
        return None
