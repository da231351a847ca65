"""The table of contents: every model, and the module in which it stands.

Django finds the models here. Rooms import from rooms, never from here; tests and fixtures may.
"""

from blog.articles.actions.models import DeskAction
from blog.articles.authors import Author, AuthorLink
from blog.articles.categories import Category, CategoryAlias
from blog.articles.corrections import Correction
from blog.articles.counts import CategoryCount
from blog.articles.keywords import ArticleKeyword
from blog.articles.links import ArticleAuthor, ArticleCategory
from blog.articles.models import Article
from blog.articles.series import Series
from blog.articles.submissions import Submission
from blog.articles.versions.models import Version
from blog.desk.models import Preferences, Presence
from blog.images.links import BodyImage, PageImage
from blog.images.mirror.failures import MirrorFailure
from blog.images.models import Image
from blog.imports.models import HeldUpdate, ImportBatch, ImportEntry, ReplacedFile, SourceFile
from blog.imports.uploads.models import StagedFile, StagedImport
from blog.jobs.models import Job, Worker
from blog.review.models import Finding, Mention, Person, PersonDecision, Proof, Reference, Review, Settlement
from blog.site.identity import FooterLink, NavigationCategory, SiteIdentity
from blog.site.pages import Page
from blog.site.redirects import Redirect

__all__ = [
    "Article",
    "ArticleAuthor",
    "ArticleCategory",
    "ArticleKeyword",
    "Author",
    "AuthorLink",
    "BodyImage",
    "Category",
    "CategoryAlias",
    "CategoryCount",
    "Correction",
    "DeskAction",
    "Finding",
    "FooterLink",
    "HeldUpdate",
    "Image",
    "ImportBatch",
    "ImportEntry",
    "Job",
    "Mention",
    "MirrorFailure",
    "NavigationCategory",
    "Page",
    "PageImage",
    "Person",
    "PersonDecision",
    "Preferences",
    "Presence",
    "Proof",
    "Redirect",
    "Reference",
    "ReplacedFile",
    "Review",
    "Series",
    "Settlement",
    "SiteIdentity",
    "SourceFile",
    "StagedFile",
    "StagedImport",
    "Submission",
    "Version",
    "Worker",
]
