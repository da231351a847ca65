"""Text and values: a file's bytes into a document, its front matter into fields, its Markdown into HTML.

Nothing here knows Django, a database or a file system.
"""

from blog.documents.claims import Claim, ClaimKind, find_claims
from blog.documents.credits import Credit, read_credit
from blog.documents.emptiness import is_empty
from blog.documents.fields import (
    ArticleFields,
    CategoryName,
    check_image_address,
    check_remote_image,
    credit_value,
    front_matter_changes,
    is_public_image,
    path_of,
    path_on_site,
    read_fields,
)
from blog.documents.findings import find_flaws
from blog.documents.frontmatter import REMOVED, Dialect, Document, DocumentError, parse_document
from blog.documents.image_words import ImageWords, words_of_use
from blog.documents.rendering import (
    RENDER_VERSION,
    Heading,
    Rendering,
    ResolvedImage,
    render_markdown,
    shown_images,
    without_cover,
)
from blog.documents.slugs import SLUG, SLUG_CHARACTERS, SLUG_LENGTH, normalize_slug, slugify_name
from blog.documents.summaries import SENTENCE_END, opening_of, opens_with
from blog.documents.text import (
    as_html_words,
    clean_excerpt,
    clean_share_quote,
    count_words,
    decode_entities,
    distinct_words,
    fold_name,
    make_excerpt,
    reading_time,
    same_text,
    strip_markdown_inline,
    trim_at_word,
    without_hashtags,
)
from blog.documents.typography import join_compounds, set_quotes

__all__ = [
    "REMOVED",
    "RENDER_VERSION",
    "SENTENCE_END",
    "SLUG",
    "SLUG_CHARACTERS",
    "SLUG_LENGTH",
    "ArticleFields",
    "CategoryName",
    "Claim",
    "ClaimKind",
    "Credit",
    "Dialect",
    "Document",
    "DocumentError",
    "Heading",
    "ImageWords",
    "Rendering",
    "ResolvedImage",
    "as_html_words",
    "check_image_address",
    "check_remote_image",
    "clean_excerpt",
    "clean_share_quote",
    "count_words",
    "credit_value",
    "decode_entities",
    "distinct_words",
    "find_claims",
    "find_flaws",
    "fold_name",
    "front_matter_changes",
    "is_empty",
    "is_public_image",
    "join_compounds",
    "make_excerpt",
    "normalize_slug",
    "opening_of",
    "opens_with",
    "parse_document",
    "path_of",
    "path_on_site",
    "read_credit",
    "read_fields",
    "reading_time",
    "render_markdown",
    "same_text",
    "set_quotes",
    "shown_images",
    "slugify_name",
    "strip_markdown_inline",
    "trim_at_word",
    "without_cover",
    "without_hashtags",
    "words_of_use",
]
