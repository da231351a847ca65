"""Decisions on the images of a contact sheet: write an alt text, mark as decorative, or look at them.

An alt text is written in all articles that show the image. A look changes no text: it records who looked, and
accepts what was found in the image. Alt texts and looks of one request are a single undoable action.
"""

from collections import defaultdict
from collections.abc import Collection

from django.utils.translation import ngettext

from blog.articles.actions.base import BulkResult, SkipReason
from blog.articles.actions.rewrite import edit_articles
from blog.articles.changes import changing
from blog.articles.models import Article
from blog.articles.undoable import UndoableAction
from blog.base.locking import lock_checks, lock_keys
from blog.documents.claims.values import ClaimKind, claim_key
from blog.documents.findings.images import read_images
from blog.documents.findings.kinds import FindingKind
from blog.review.bulk_fixes import MAX_ARTICLES_PER_REQUEST, delete_findings
from blog.review.contact_sheet import LOOKED_AT, ImageUse, SheetImage, looked_at_key
from blog.review.cross_article_findings import image_target
from blog.review.models import WORDS_LENGTH, Finding, MarkResolution
from blog.review.resolution import store_resolutions

MOST_LOOKED_AT = 2000  # articles in one request; about 5 ms each
AT_HEAD = frozenset((FindingKind.HERO_UNDESCRIBED, FindingKind.HERO_DESCRIBED_BY_TITLE))
WITHOUT_ALT_TEXT = claim_key(FindingKind.PICTURE_UNDESCRIBED, "")
# A bracket or backslash would break the alt text of an image in Markdown.
NO_BRACKETS = str.maketrans("[]\\", "()/")


class ImageEdits:
    """New alt texts of images in all their articles, with the changes of at most MAX_ARTICLES_PER_REQUEST.

    edits: {image: alt text}, "" for a decorative image. articles: all articles that lack a new alt text.
    versions: {article: lock version}. changes: {article: {field: new value}}.
    """

    def __init__(self, edits: dict[SheetImage, str]):
        self.edits = edits
        self.articles = {use.article for image, alt in edits.items() for use in _differing(image, alt)}
        keys = sorted(self.articles)[:MAX_ARTICLES_PER_REQUEST]
        rows = Article.objects.in_use().filter(pk__in=keys)
        self.versions: dict[int, int] = {}
        self.changes: dict[int, dict[str, object]] = {}
        places = self._places()
        for article in rows.only("body", "lock_version").order_by("pk"):
            self.versions[article.pk] = article.lock_version
            self.changes[article.pk] = self._heads.get(article.pk, {}) | _body(article, places[article.pk])

    def _places(self):
        """Return {article: places in its body, as for _body()}, and collect the fields of hero images."""
        places, self._heads = defaultdict(list), {}
        for image, alt in self.edits.items():
            for use in _differing(image, alt):
                if use.is_hero:
                    self._heads[use.article] = {"hero_alt": alt, "hero_is_decorative": not alt}
                else:
                    places[use.article].append((use.start, use.end, image.key, alt))
        return places


def _differing(image, alt):
    return [use for use in image.uses if use.state != _described(use, image, alt).state]


def _described(use, image, alt) -> ImageUse:
    """Return a use of the image with this alt text, and without findings."""
    text = alt[:WORDS_LENGTH] if use.is_hero else as_markdown(alt)
    return ImageUse(use.article, text, looked_at_key(image.key, text), use.start, use.end, not alt)


def _body(article, places):
    """Return {"body": changed body}, or {}. places: [(start, end, key of the image there, alt text)]."""
    body = article.body
    for start, end, key, text in sorted(places, reverse=True):
        for shown in read_images(body[start:end])[:1]:
            if image_target(shown.address) != key:
                continue
            begin = start + shown.start + len("![")
            body = body[:begin] + as_markdown(text) + body[begin + len(shown.alt) :]
    return {} if body == article.body else {"body": body}


def as_markdown(text: str) -> str:
    """Return an alt text for use in Markdown: one line, without brackets and backslashes."""
    return " ".join(text.translate(NO_BRACKETS).split())


def decide_images(
    user, edits: ImageEdits, looked_at: Collection[SheetImage], skip: Collection[int] = ()
) -> BulkResult:
    """Write alt texts, and record a look at images. One transaction and one undoable action.

    skip: articles in which no alt text is written. At most MOST_LOOKED_AT articles get looks. A look is also
    recorded for images that are edited. The result has the articles whose text was changed or skipped.

    Raises RefusedError and EmptyArticleError, without changes, as edit_articles() does.
    """
    looks = set(looked_at) | set(edits.edits)
    articles = sorted({use.article for image in looks for use in image.uses})[:MOST_LOOKED_AT]
    versions = {key: version for key, version in edits.versions.items() if key not in skip}
    with changing(by=user, undoable=UndoableAction()) as change:
        lock_keys(Article.objects.all(), {*articles, *versions})
        result = BulkResult()
        if versions:
            result = edit_articles(user, versions, edits.changes, _describes(edits))
        changed = {article.pk for article in result.changed}
        same = {article.pk for article in result.skipped.get(SkipReason.SAME, ())}
        unwritten = edits.articles - changed - same
        uses = list(_looked_at(edits.edits, looked_at, unwritten, set(articles)))
        rows = _resolutions(uses, user)
        others = {row.article_id for row in rows} - changed
        if rows:
            sentence = result.message if not looked_at else _looks(len(looked_at), len(others | changed))
            unchanged = list(Article.objects.in_use().filter(pk__in=others).order_by("pk"))
            result.message = sentence or _looks(len(looks), len(others))
            lock_checks()
            store_resolutions(rows)
            with changing(unchanged, by=user, action=None, undo=result.message):
                change.append(rows)
        heads = {use.article for image in edits.edits for use in image.uses if use.is_hero}
        delete_findings(AT_HEAD, changed & heads)
    return result


def _looked_at(edits, looked_at, unwritten, articles):
    """Yield each use to record as looked at: with the new alt text if it was saved, else unchanged."""
    for image in {**dict.fromkeys(looked_at), **edits}:
        for use in image.uses:
            is_written = image in edits and use.article not in unwritten
            if use.article in articles and (is_written or image in looked_at):
                yield _described(use, image, edits[image]) if is_written else use


def _resolutions(uses, user) -> list[MarkResolution]:
    """Return the resolutions of uses and of their findings, each once."""
    rows = {}
    for use in uses:
        if use.look is None:
            rows[use.article, use.key] = _row(use.article, use.key, ClaimKind.PICTURE, use.alt, user)
        if use.is_decorative and not use.is_hero:
            kind = FindingKind.PICTURE_UNDESCRIBED
            rows[use.article, WITHOUT_ALT_TEXT] = _row(use.article, WITHOUT_ALT_TEXT, kind, "", user)
        for finding in use.findings:
            row = _row(use.article, finding.key, finding.kind, finding.words, user)
            rows[use.article, finding.key] = row
    for mark in _elsewhere(uses, rows):
        del rows[mark]
    return list(rows.values())


def _row(article, key, kind, words, user):
    words = words[:WORDS_LENGTH]
    return MarkResolution(article_id=article, key=key, kind=kind, words=words, outcome=LOOKED_AT, by=user)


def _elsewhere(uses, rows):
    """Return the marks in `rows` that also belong to an image of the article that is not in `uses`."""
    places = {(use.article, use.start) for use in uses}
    articles = {article for article, _key in rows}
    found = Finding.objects.filter(article__in=articles, is_settled=False).exclude(start=None)
    marks = ((row.article_id, row.key, row.start) for row in found.only("article", "key", "start"))
    return {(article, key) for article, key, start in marks if (article, start) not in places} & rows.keys()


def _describes(edits):
    number_of_images = len(edits.edits)

    def sentence(number):
        if number_of_images == 1:
            message = ngettext(
                "One image was described in %d article.", "One image was described in %d articles.", number
            )
            return message % number
        message = ngettext(
            "%(pictures)d images were described in %(number)d article.",
            "%(pictures)d images were described in %(number)d articles.",
            number,
        )
        return message % {"pictures": number_of_images, "number": number}

    return sentence


def _looks(images, articles):
    if images == 1:
        message = ngettext(
            "One image was looked at in %d article.", "One image was looked at in %d articles.", articles
        )
        return message % articles
    message = ngettext(
        "%(images)d images were looked at in %(number)d article.",
        "%(images)d images were looked at in %(number)d articles.",
        articles,
    )
    return message % {"images": images, "number": articles}
