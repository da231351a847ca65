"""Text and values: a file's bytes into a document, its front matter into fields, its Markdown into HTML.

Nothing here knows Django, a database or a file system.
"""

from blog.documents.emptiness import is_empty
from blog.documents.fields import (
    ArticleFields,
    CategoryName,
    Credit,
    check_picture_address,
    check_remote_picture,
    front_matter_changes,
    path_of,
    read_fields,
)
from blog.documents.findings import find_flaws
from blog.documents.frontmatter import REMOVED, Dialect, Document, DocumentError, parse_document
from blog.documents.rendering import (
    RENDER_VERSION,
    Heading,
    Picture,
    Rendering,
    find_pictures,
    render_markdown,
    without_cover,
)
from blog.documents.text import (
    clean_excerpt,
    clean_share_quote,
    count_words,
    decode_entities,
    distinct_words,
    fold_name,
    make_excerpt,
    opens_with,
    reading_time,
    same_text,
    slugify_name,
    strip_markdown_inline,
    trim_at_word,
    without_hashtags,
)

__all__ = [
    "REMOVED",
    "RENDER_VERSION",
    "ArticleFields",
    "CategoryName",
    "Credit",
    "Dialect",
    "Document",
    "DocumentError",
    "Heading",
    "Picture",
    "Rendering",
    "check_picture_address",
    "check_remote_picture",
    "clean_excerpt",
    "clean_share_quote",
    "count_words",
    "decode_entities",
    "distinct_words",
    "find_flaws",
    "find_pictures",
    "fold_name",
    "front_matter_changes",
    "is_empty",
    "make_excerpt",
    "opens_with",
    "parse_document",
    "path_of",
    "read_fields",
    "reading_time",
    "render_markdown",
    "same_text",
    "slugify_name",
    "strip_markdown_inline",
    "trim_at_word",
    "without_cover",
    "without_hashtags",
]
