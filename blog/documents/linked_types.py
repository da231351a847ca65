"""The types of files that are copied if a text links to them."""

import posixpath

# {extension: content type}. Browsers must not run any of them as part of the site, so there is no HTML, SVG,
# XML or script.
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


def linked_extension(name: str) -> str:
    """Return the extension of a file if it is of a type that is copied for a link to it, else ""."""
    extension = posixpath.splitext(name)[1].lower()
    return extension if extension in LINKED_TYPES else ""
