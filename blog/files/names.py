"""File names of articles, images and linked files, for import and export."""

import posixpath

ARTICLE_SUFFIXES = (".md", ".markdown", ".mdx", ".html", ".htm")
COMPONENT_SUFFIXES = (".mdx", ".html", ".htm")  # in these formats, parts of pages are named _name
OTHER_TEXT_SUFFIXES = (".rst", ".adoc", ".asciidoc", ".org")
IMAGE_SUFFIXES = (".avif", ".gif", ".jpeg", ".jpg", ".png", ".webp")
# The types of files that are copied if an article links to them: {extension: content type}. Browsers must
# not run any of them as part of the site, so there is no HTML, SVG, XML or script.
LINKED_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".epub": "application/epub+zip",
    ".gz": "application/gzip",
    ".ics": "text/calendar; charset=utf-8",
    ".json": "application/json",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".pdf": "application/pdf",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".txt": "text/plain; charset=utf-8",
    ".webm": "video/webm",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
SHOWN_TYPES = {".mp3", ".mp4", ".pdf", ".txt", ".webm"}  # browsers show these, and download the others
SITE_FOLDER = "_galley"  # folder of an export for pages, their images, and redirects
PAGES_FOLDER, PAGE_IMAGES_FOLDER = f"{SITE_FOLDER}/pages", f"{SITE_FOLDER}/images"
REDIRECTS_FILE = f"{SITE_FOLDER}/redirects.csv"
SKIPPED_FOLDERS = {"node_modules", SITE_FOLDER}
SKIPPED_NAMES = {"readme", "license", "licence"}


def is_article_name(name: str) -> bool:
    """Whether a file with this name may be an article: Markdown or HTML."""
    return name.lower().endswith(ARTICLE_SUFFIXES)


def is_other_text_name(name: str) -> bool:
    """Whether this is the name of a text in a format that is not imported, although a user may expect it."""
    return name.lower().endswith(OTHER_TEXT_SUFFIXES)


def is_image_name(name: str) -> bool:
    return name.lower().endswith(IMAGE_SUFFIXES)


def linked_extension(name: str) -> str:
    """Return the extension of a file if it is one of LINKED_TYPES, else ""."""
    extension = posixpath.splitext(name)[1].lower()
    return extension if extension in LINKED_TYPES else ""


def is_skipped_folder(name: str) -> bool:
    return name.startswith(".") or name in SKIPPED_FOLDERS


def is_section_name(name: str) -> bool:
    """Whether a file with this name describes a section of Hugo or Zola."""
    return name.lower().startswith("_index.")


def reason_to_skip(name: str) -> str:
    """Return why a file with this name is not an article, or "" if it may be one."""
    name = name.lower()
    if name.startswith("."):
        return "its name begins with a dot."
    if is_section_name(name):
        return "it describes a section, not an article."
    if name.startswith("_") and name.endswith(COMPONENT_SUFFIXES) and not name.startswith("_draft"):
        return "it is a part of other pages, not an article."
    return "it describes the folder, not an article." if name.rpartition(".")[0] in SKIPPED_NAMES else ""
