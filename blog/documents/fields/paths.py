"""Read an article's date, slug, language and draft status from its file's path, and recognise templates."""

import posixpath
import re

from blog.documents.fields.dates import date_in_name
from blog.documents.fields.keys import Keys
from blog.documents.frontmatter.document import Document
from blog.documents.notices import Notice, NoticeKind

# Not all codes of ISO 639: a folder named "ml", "ts" or "os" is more often a subject than a language.
LANGUAGES = (
    "ar|az|be|bg|bn|bs|ca|cs|cy|da|de|el|en|es|et|eu|fa|fi|fr|gl|he|hi|hr|hu|hy|id|it|ja|ka|kk|ko|lt|lv|mk|ms"
    "|nb|nl|nn|no|pl|pt|ro|ru|sk|sl|sq|sr|sv|sw|ta|te|th|tr|uk|ur|uz|vi|zh"
)
_LANGUAGES = re.compile(LANGUAGES)
_TAG = re.compile(r"([a-z]{2})(?:[-_][A-Za-z]{2,4})?")
_HOLDERS = frozenset(("content", "posts", "post", "_posts", "blog", "articles", "i18n", "docs", "src"))
_ORDER = re.compile(r"[0-9]{1,3}[-_. ]+(?=[^\W\d])")  # before the name of a folder
_EXTENSION = re.compile(r"\.(?:md|markdown|mdx|html?)$", re.IGNORECASE)
_DRAFT_NAME = re.compile(r"_?draft(?:[-_. ]|$)", re.IGNORECASE)
_DRAFT_FOLDERS = frozenset(("_drafts", "drafts"))
_NO_SUBJECTS = _HOLDERS | _DRAFT_FOLDERS | {"pages"}
_POST_FOLDERS = frozenset(
    ("_drafts", "_posts", "article", "articles", "blog", "drafts", "news", "post", "posts")
)
# Also folders of a built site: its pages were generated from the files to import.
_TEMPLATE_FOLDERS = frozenset(
    [
        "_build",
        "_includes",
        "_layouts",
        "_site",
        "assets",
        "build",
        "dist",
        "includes",
        "layouts",
        "output",
        "partials",
        "public",
        "static",
        "templates",
        "themes",
    ]
)
_PAGES = frozenset(("404", "archive", "archives", "categories", "search", "tags"))
_LOOP = re.compile(r"\{%-?\s*for\s|\{\{-?\s*(?:content\b|range\s|yield\b)")
# Docusaurus's folder for translations of blog/, docs/ or another instance, such as
# docusaurus-plugin-content-docs-community.
_DOCUSAURUS_FOLDER = re.compile(
    r"\Adocusaurus-plugin-content-(?:(?:blog|docs|pages)-)?([\w-]+)(?:/current)?(?=/|\Z)"
)
_BUNDLE = re.compile(r"_?index", re.IGNORECASE)


def name_in_path(path: str) -> str:
    """Return the name of the file or its bundle, without date, language and extension."""
    return date_in_name(_name(path))[1] or _name(path)


def date_in_file_name(path: str) -> str:
    return date_in_name(_name(path))[0]


def language_in_path(path: str) -> str:
    """Return the language in a file name (title.fr.md) or folder (ja/title.md), or ""."""
    stem = _EXTENSION.sub("", posixpath.basename(path))
    if tag := _language(stem.rpartition(".")[2] if "." in stem else ""):
        return tag
    for folder in posixpath.dirname(path).split("/"):
        if tag := _language(folder):
            return tag
        if folder.casefold() not in _HOLDERS:
            break
    return ""


def path_without_language(path: str) -> str:
    """Return what the paths of a text and its translations have in common: no language and no extension.

    Docusaurus has translations of blog/ in i18n/de/docusaurus-plugin-content-blog/.
    """
    folders = [folder for folder in posixpath.dirname(path).split("/") if folder]
    stem = _EXTENSION.sub("", posixpath.basename(path))
    before, _, ending = stem.rpartition(".")
    stem = before if before and _language(ending) else stem
    for place, folder in enumerate(folders):
        if _language(folder):
            before = [each for each in folders[:place] if each != "i18n"]
            after = "/".join(folders[place + 1 :])
            after = _DOCUSAURUS_FOLDER.sub(r"\1", after, count=1) if len(before) < place else after
            return "/".join([*before, *filter(None, [after]), stem])
        if folder.casefold() not in _HOLDERS:
            break
    return "/".join([*folders, stem])


def reason_to_skip_html(document: Document, path: str) -> Notice | None:
    """Return why an HTML file is not an article, or None for an article or a Markdown file.

    An HTML file is an article if it is in a folder of posts or has a date in its name, and is not a template.
    Otherwise, it needs front matter with a title, and must not contain a template's loop.
    """
    if document.html is None:
        return None
    if _is_template(path):
        return Notice(NoticeKind.NO_ARTICLE, "it is a template or a list of the site, not an article.")
    if _is_post(path):
        return None
    if not document.has_front_matter or not Keys(document.fields).first("title"):
        sentence = "an HTML file without a title in front matter, outside of folders of posts."
        return Notice(NoticeKind.NO_ARTICLE, sentence)
    if _LOOP.search(document.body):
        return Notice(NoticeKind.NO_ARTICLE, "it lists other pages by a loop, so it is not an article.")
    return None


def is_draft_by_name(path: str) -> bool:
    """Whether a file's name (draft-title.md) or folder (_drafts/title.md) marks it as a draft."""
    folders = posixpath.dirname(path).casefold().split("/")
    return bool(_DRAFT_NAME.match(name_in_path(path)) or _DRAFT_FOLDERS.intersection(folders))


def subjects_in_path(path: str) -> tuple[str, ...]:
    """Return the folders of a file that may name its subject: not a date, a language or `_posts`."""
    folders = (_ORDER.sub("", folder) for folder in posixpath.dirname(path).split("/"))
    return tuple(folder for folder in folders if folder and _may_be_subject(folder))


def _may_be_subject(folder):
    word = folder.casefold()
    has_letters = any(map(str.isalpha, word))
    return has_letters and word[0] not in "_.[(" and word not in _NO_SUBJECTS and not _language(folder)


def _is_template(path: str) -> bool:
    """Whether a folder or the file's name marks a part of a theme, or a list of articles."""
    folders = posixpath.dirname(path).casefold().split("/")
    stem = _EXTENSION.sub("", posixpath.basename(path)).casefold()
    return stem in _PAGES or not _TEMPLATE_FOLDERS.isdisjoint(folders)


def _is_post(path: str) -> bool:
    """Whether a file has a date in its name, or is in a folder of posts without being its index."""
    is_bundle = _BUNDLE.fullmatch(_EXTENSION.sub("", posixpath.basename(path)))
    folders = posixpath.dirname(posixpath.dirname(path) if is_bundle else path).casefold().split("/")
    return bool(date_in_file_name(path)) or not _POST_FOLDERS.isdisjoint(folders)


def _name(path):
    stem = _EXTENSION.sub("", posixpath.basename(path))
    before, _, ending = stem.rpartition(".")
    stem = before if before and _language(ending) else stem
    return posixpath.basename(posixpath.dirname(path)) or stem if _BUNDLE.fullmatch(stem) else stem


def _language(word):
    found = _TAG.fullmatch(word)
    return word.replace("_", "-") if found and _LANGUAGES.fullmatch(found[1]) else ""
