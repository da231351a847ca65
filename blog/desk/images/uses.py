"""The uses of an image, each with its alt text and credit, as listed on the image's screen."""

from collections.abc import Iterator

from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from blog.articles.models import Article
from blog.documents.image_words import ImageWords, words_of_use
from blog.documents.rendering.images import shown_images
from blog.images.links import BodyImage
from blog.images.models import Image
from blog.site.identity import SiteIdentity

USES_SHOWN = 100  # per kind
WIDE = ("body", "body_html", "plain_text", "contents")  # columns of articles


def articles_with(image: Image):
    """Return a queryset of the articles that show the image, as hero image or in the text."""
    in_text = BodyImage.objects.filter(image=image).values("article")
    return Article.objects.filter(Q(hero_image=image) | Q(pk__in=in_text))


def uses_table(image: Image) -> SafeString | None:
    uses = [*_as_hero(image), *_in_articles(image), *_in_pages(image), *_of_authors(image), *_as_logo(image)]
    return render_to_string("admin/blog/image/uses.html", {"uses": uses}) if uses else None


def _use(row, name, place, words: ImageWords, anchor="") -> dict:
    """Return a use of the image: the row that shows it, where in it, and the alt text and credit there."""
    address = reverse(f"admin:blog_{row._meta.model_name}_change", args=[row.pk]) + anchor
    return {"name": name, "place": place, "words": words, "address": address}


def _as_hero(image) -> Iterator[dict]:
    articles = Article.objects.filter(hero_image=image).select_related("hero_image").defer(*WIDE)
    for article in articles[:USES_SHOWN]:
        yield _use(article, article.title, _("above the text"), article.hero_words, "#id_hero_alt")


def _in_articles(image) -> Iterator[dict]:
    links = image.body_image_links.select_related("article").only(
        *("credit", "is_decorative", "article__title", "article__body_html")
    )
    for link in links.order_by("-article")[:USES_SHOWN]:
        words = _words_in_text(link.article, image, link.image_text_overrides)
        yield _use(link.article, link.article.title, _("in the text"), words, "#panel-pictures")


def _in_pages(image) -> Iterator[dict]:
    links = image.page_image_links.select_related("page").only("page__title", "page__body_html")
    for link in links.order_by("-page")[:USES_SHOWN]:
        words = _words_in_text(link.page, image, link.image_text_overrides)
        yield _use(link.page, link.page.title, _("in the text"), words, "#id_body")


def _of_authors(image) -> Iterator[dict]:
    for author in image.picture_of.all()[:USES_SHOWN]:
        yield _use(author, author.name, _("as an author's portrait"), image.words, "#id_picture")


def _as_logo(image) -> Iterator[dict]:
    for site in SiteIdentity.objects.filter(logo=image):
        yield _use(site, capfirst(site._meta.verbose_name), _("as the logo"), image.words)


def _words_in_text(row, image, own):
    """Return the alt text and credit of a use in a text. The alt text is read from the rendered text."""
    alts = (shown.alt for shown in shown_images(row.body_html) if shown.address == image.url)
    return words_of_use(ImageWords(next(alts, ""), own.credit, own.is_decorative), image.words)
