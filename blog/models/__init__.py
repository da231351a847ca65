"""The database models. docs/architecture.md explains how they belong together."""

from blog.models.articles import (
    Article,
    EmptyArticleError,
    StaleArticleError,
    UnreviewedArticleError,
)
from blog.models.author_link import AuthorLink
from blog.models.counts import CategoryCount
from blog.models.desk_action import DeskAction, Publication
from blog.models.held_update import HeldUpdate
from blog.models.identity import (
    FooterLink,
    NavigationCategory,
    SiteIdentity,
    site_identity,
    site_identity_cached,
)
from blog.models.image import Image
from blog.models.import_entry import ImportEntry, ReplacedFile
from blog.models.imports import ImportBatch, SourceFile
from blog.models.job import Job
from blog.models.keywords import ArticleKeyword
from blog.models.links import ArticleAuthor, ArticleCategory, BodyImage, PageImage
from blog.models.mirror_failure import MirrorFailure
from blog.models.names import Author, Category, CategoryAlias
from blog.models.page import Page, StalePageError
from blog.models.preferences import Preferences, uses_letter_keys
from blog.models.presence import Presence
from blog.models.proof import Finding, Mention, Person, Proof
from blog.models.provenance import Provenance, ProvenanceError, WrittenBy
from blog.models.queue import QueueState, ReviewState
from blog.models.redirect import Redirect
from blog.models.reference import Reference
from blog.models.series import Series
from blog.models.settlement import Correction, PersonDecision, Review, Settlement
from blog.models.slugs import first_free_slug, free_slug, taken_slugs
from blog.models.staged_import import StagedFile, StagedImport
from blog.models.submission import Submission, SubmissionError
from blog.models.version import AppendOnlyError, Version, name_of
from blog.models.worker import Worker

__all__ = [
    "AppendOnlyError",
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
    "EmptyArticleError",
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
    "Provenance",
    "ProvenanceError",
    "Publication",
    "QueueState",
    "Redirect",
    "Reference",
    "ReplacedFile",
    "Review",
    "ReviewState",
    "Series",
    "Settlement",
    "SiteIdentity",
    "SourceFile",
    "StagedFile",
    "StagedImport",
    "StaleArticleError",
    "StalePageError",
    "Submission",
    "SubmissionError",
    "UnreviewedArticleError",
    "Version",
    "Worker",
    "WrittenBy",
    "first_free_slug",
    "free_slug",
    "name_of",
    "site_identity",
    "site_identity_cached",
    "taken_slugs",
    "uses_letter_keys",
]
