"""A file's bytes to a document and back: front matter in five notations, edits patched in."""

from blog.documents.frontmatter.decoding import DocumentError
from blog.documents.frontmatter.document import Document, parse_document
from blog.documents.frontmatter.editing import REMOVED
from blog.documents.frontmatter.notations import Dialect

__all__ = ["REMOVED", "Dialect", "Document", "DocumentError", "parse_document"]
