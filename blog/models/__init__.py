"""What Galley stores. docs/architecture.md tells how the parts belong together."""

from blog.models.articles import (
    Article,
    ArticleAuthor,
    ArticleCategory,
    BodyImage,
    EmptyArticleError,
    StaleArticleError,
)
from blog.models.identity import (
    FooterLink,
    NavigationCategory,
    SiteIdentity,
    publication,
    publication_kept,
)
from blog.models.image import Image
from blog.models.imports import ImportBatch, ImportEntry, SourceFile
from blog.models.names import Author, Category, CategoryAlias, CategoryCount
from blog.models.page import Page, PageImage, StalePageError
from blog.models.presence import Presence
from blog.models.redirect import Redirect
from blog.models.slugs import first_free_slug, free_slug, taken_slugs

__all__ = [
    "Article",
    "ArticleAuthor",
    "ArticleCategory",
    "Author",
    "BodyImage",
    "Category",
    "CategoryAlias",
    "CategoryCount",
    "EmptyArticleError",
    "FooterLink",
    "Image",
    "ImportBatch",
    "ImportEntry",
    "NavigationCategory",
    "Page",
    "PageImage",
    "Presence",
    "Redirect",
    "SiteIdentity",
    "SourceFile",
    "StaleArticleError",
    "StalePageError",
    "first_free_slug",
    "free_slug",
    "publication",
    "publication_kept",
    "taken_slugs",
]
