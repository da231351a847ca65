"""Opinions on a text, for its editor: what reads badly, what its kinds are called, and what mends them."""

from blog.documents.findings.article_words import ArticleWords, Finding, Picture
from blog.documents.findings.finding import find_findings
from blog.documents.findings.fingerprints import Fingerprints, fingerprints
from blog.documents.findings.fixes import apply, fixes_for
from blog.documents.findings.kinds import FIX_NAMES, KINDS, FindingKind, Fix, KindDescription
from blog.documents.findings.links import InternalLink, internal_links
from blog.documents.findings.pictures import read_pictures
from blog.documents.findings.share_text import is_call_to_read, says
from blog.documents.rendering.covers import picture_key

__all__ = [
    "FIX_NAMES",
    "KINDS",
    "ArticleWords",
    "Finding",
    "FindingKind",
    "Fingerprints",
    "Fix",
    "InternalLink",
    "KindDescription",
    "Picture",
    "apply",
    "find_findings",
    "fingerprints",
    "fixes_for",
    "internal_links",
    "is_call_to_read",
    "picture_key",
    "read_pictures",
    "says",
]
