"""The table of contents: every model, and the module in which it stands.

Django finds the models here. Rooms import from rooms, never from here; tests and fixtures may.
"""

from blog.models.articles import Article
from blog.models.author_link import AuthorLink
from blog.models.counts import CategoryCount
from blog.models.desk_action import DeskAction
from blog.models.held_update import HeldUpdate
from blog.models.identity import FooterLink, NavigationCategory, SiteIdentity
from blog.models.image import Image
from blog.models.import_entry import ImportEntry, ReplacedFile
from blog.models.imports import ImportBatch, SourceFile
from blog.models.job import Job
from blog.models.keywords import ArticleKeyword
from blog.models.links import ArticleAuthor, ArticleCategory, BodyImage, PageImage
from blog.models.mirror_failure import MirrorFailure
from blog.models.names import Author, Category, CategoryAlias
from blog.models.page import Page
from blog.models.preferences import Preferences
from blog.models.presence import Presence
from blog.models.proof import Finding, Mention, Person, Proof
from blog.models.redirect import Redirect
from blog.models.reference import Reference
from blog.models.series import Series
from blog.models.settlement import Correction, PersonDecision, Review, Settlement
from blog.models.staged_import import StagedFile, StagedImport
from blog.models.submission import Submission
from blog.models.version import Version
from blog.models.worker import Worker

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
