"""File names of articles and images, for import and export."""

MARKDOWN_SUFFIXES = (".md", ".markdown")
OTHER_TEXT_SUFFIXES = (".mdx", ".html", ".htm", ".rst", ".adoc", ".asciidoc", ".org")
IMAGE_SUFFIXES = (".avif", ".gif", ".jpeg", ".jpg", ".png", ".webp")
SKIPPED_FOLDERS = {"node_modules"}
SKIPPED_NAMES = {"readme", "license", "licence"}


def is_markdown_name(name: str) -> bool:
    return name.lower().endswith(MARKDOWN_SUFFIXES)


def is_other_text_name(name: str) -> bool:
    """Whether this is the name of a non-Markdown text that a user may expect to be imported."""
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
    return "it describes the folder, not an article." if name.rpartition(".")[0] in SKIPPED_NAMES else ""
