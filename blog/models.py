"""The table of contents: every model, and the module that defines it.

Django finds the models here. Rooms import from rooms, never from here; tests and fixtures may.
"""

from blog.articles.assignments import Assignment
from blog.articles.authors import Author, AuthorLink, AuthorProposal
from blog.articles.categories import Category, CategoryAlias
from blog.articles.corrections import Correction
from blog.articles.counts import CategoryCount
from blog.articles.keywords import ArticleKeyword, Tag
from blog.articles.linked_files import LinkedFile
from blog.articles.links import ArticleAuthor, ArticleCategory
from blog.articles.models import Article
from blog.articles.notes import Note
from blog.articles.series import Series
from blog.articles.similar import SimilarArticle
from blog.articles.submissions import Submission
from blog.articles.undoable import UndoableAction
from blog.articles.versions.models import ArticleWriter, Version
from blog.articles.withholding import ReviewRequirement
from blog.desk.invitations.models import Invitation
from blog.desk.models import OpenedList, Preferences, Presence
from blog.desk.second_step.models import (
    CodeApp,
    CodeAttempts,
    LetIn,
    Passkey,
    RecoveryCodes,
    SecondStepRule,
)
from blog.images.links import BodyImage, PageImage
from blog.images.mirror.failures import MirrorFailure
from blog.images.models import Image
from blog.imports.models import HeldUpdate, ImportEntry, ImportRun, ReplacedFile, SourceFile
from blog.imports.uploads.models import StagedFile, StagedImport
from blog.jobs.models import Job, Worker
from blog.mail.limits import RequestCount
from blog.mail.models import Message
from blog.review.models import (
    Approval,
    ArticleCheck,
    Finding,
    MarkResolution,
    Mention,
    Person,
    PersonDecision,
    Reference,
)
from blog.site.identity import EarlierLook, FooterLink, NavigationCategory, SiteIdentity
from blog.site.pages import Page
from blog.site.redirects import Redirect

__all__ = [
    "Approval",
    "Article",
    "ArticleAuthor",
    "ArticleCategory",
    "ArticleCheck",
    "ArticleKeyword",
    "ArticleWriter",
    "Assignment",
    "Author",
    "AuthorLink",
    "AuthorProposal",
    "BodyImage",
    "Category",
    "CategoryAlias",
    "CategoryCount",
    "CodeApp",
    "CodeAttempts",
    "Correction",
    "EarlierLook",
    "Finding",
    "FooterLink",
    "HeldUpdate",
    "Image",
    "ImportEntry",
    "ImportRun",
    "Invitation",
    "Job",
    "LetIn",
    "LinkedFile",
    "MarkResolution",
    "Mention",
    "Message",
    "MirrorFailure",
    "NavigationCategory",
    "Note",
    "OpenedList",
    "Page",
    "PageImage",
    "Passkey",
    "Person",
    "PersonDecision",
    "Preferences",
    "Presence",
    "RecoveryCodes",
    "Redirect",
    "Reference",
    "ReplacedFile",
    "RequestCount",
    "ReviewRequirement",
    "SecondStepRule",
    "Series",
    "SimilarArticle",
    "SiteIdentity",
    "SourceFile",
    "StagedFile",
    "StagedImport",
    "Submission",
    "Tag",
    "UndoableAction",
    "Version",
    "Worker",
]
