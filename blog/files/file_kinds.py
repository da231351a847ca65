"""File names of articles and images, for import and export."""

ARTICLE_SUFFIXES = (".md", ".markdown", ".mdx", ".html", ".htm")
COMPONENT_SUFFIXES = (".mdx", ".html", ".htm")  # in these formats, parts of pages are named _name
OTHER_TEXT_SUFFIXES = (".rst", ".adoc", ".asciidoc", ".org")
IMAGE_SUFFIXES = (".avif", ".gif", ".jpeg", ".jpg", ".png", ".webp")
SITE_FOLDER = "_galley"  # folder of an export for pages, their images, and redirects
PAGES_FOLDER, PAGE_IMAGES_FOLDER = f"{SITE_FOLDER}/pages", f"{SITE_FOLDER}/images"
PAGE_FILES_FOLDER = f"{SITE_FOLDER}/files"
PEOPLE_FILE = f"{SITE_FOLDER}/authors.json"  # below the folder of a source
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
