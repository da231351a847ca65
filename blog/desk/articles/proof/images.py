"""The summary of an article's images in its proof. Images are decided on the contact sheet, not as marks."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from blog.articles.models import Article
from blog.desk.articles.named_lists import BATCH, scope_of_article
from blog.documents.findings.kinds import IMAGE_KINDS, KINDS, FindingKind
from blog.review.contact_sheet import Look, images_of, latest_look
from blog.review.marks import Mark


@dataclass(frozen=True)
class ArticleImages:
    """The images of an article: their number, the names of open findings, and who has looked at all of them.

    scope: the scope of the contact sheet that includes them.
    """

    number: int
    findings: list[str]
    look: Look | None
    scope: str

    @property
    def url(self) -> str:
        return reverse("admin:blog_article_describe", query={"scope": self.scope})

    @property
    def is_of_import(self) -> bool:
        return self.scope.startswith(BATCH)


def article_images(article: Article, marks: Iterable[Mark]) -> ArticleImages:
    kinds = dict.fromkeys(mark.kind for mark in marks if mark.kind in IMAGE_KINDS and mark.is_open)
    findings = [_(KINDS[FindingKind(kind)].name) for kind in kinds]
    images = images_of(article)
    return ArticleImages(len(images), findings, latest_look(images), scope_of_article(article))
