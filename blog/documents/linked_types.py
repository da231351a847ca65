"""The types of files that are copied if a text links to them."""

import posixpath

_PLAIN, _BYTES = "text/plain; charset=utf-8", "application/octet-stream"
_SOURCES = (
    *(".asc", ".bash", ".bib", ".c", ".cc", ".cfg", ".conf", ".cpp", ".cs", ".css", ".diff", ".dot", ".eml"),
    *(".go", ".h", ".hpp", ".hs", ".ini", ".ipynb", ".java", ".jl", ".js", ".kt", ".log", ".lua", ".m"),
    *(".mbox", ".nix", ".patch", ".php", ".pl", ".ps1", ".py", ".r", ".rb", ".rs", ".rss", ".scala", ".sh"),
    *(".sql", ".srt", ".swift", ".tex", ".toml", ".ts", ".tsv", ".vtt", ".xml", ".yaml", ".yml", ".zig"),
)
_OTHERS = (".7z", ".apk", ".bz2", ".eps", ".msg", ".ps", ".psd", ".rtf", ".stl", ".tar", ".tgz", ".xz")
# {extension: content type}. Browsers must not run any of them as part of the site: there is no HTML, sources
# are plain text, and an SVG is downloaded.
LINKED_TYPES = {
    **dict.fromkeys(_SOURCES, _PLAIN),
    **dict.fromkeys(_OTHERS, _BYTES),
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".mov": "video/quicktime",
    ".ogg": "audio/ogg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wav": "audio/wav",
    ".webp": "image/webp",
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
# Browsers show these, and download the others.
SHOWN_TYPES = {".mp3", ".mp4", ".pdf", ".txt", ".webm", ".ogg", ".wav", *_SOURCES}
SHOWN_TYPES |= {".avif", ".gif", ".jpeg", ".jpg", ".png", ".webp"}


def linked_extension(name: str) -> str:
    """Return the extension of a file if it is of a type that is copied for a link to it, else ""."""
    extension = posixpath.splitext(name)[1].lower()
    return extension if extension in LINKED_TYPES else ""
