"""Read WordPress shortcodes: `[caption …]<img …> text[/caption]`, `[embed]URL[/embed]`."""

import re

from blog.documents.cleanup.scan import LONGEST_TAG, Leftover, Scan
from blog.documents.cleanup.shortcodes import as_text, link, read_arguments, replace_caption, replace_tag

WORDPRESS = "WordPress shortcode"

NAMES = (
    "caption|wp_caption|gallery|embed|audio|video|playlist|sourcecode|code|youtube|vimeo|gist|contact-form(?:-7)?"
    r"|vc_\w+|et_pb_\w+"
)
_WORDPRESS = re.compile(r"\[(?P<closing>/)?(?P<name>[\w-]+)(?P<rest>[^\[\]\n]*)\](?![(\[:])")
_ENDS = {
    name: re.compile(rf"\[/{name}\]")
    for name in ("caption", "wp_caption", "code", "sourcecode", "embed", "youtube", "video", "audio")
}


def read_wordpress(scan: Scan, position: int) -> Leftover | None:
    found = _WORDPRESS.match(scan.text, position, position + LONGEST_TAG)
    if not found:
        return None
    name = found["name"]
    end = None if found["closing"] or name not in _ENDS else scan.end(_ENDS[name], found.end())
    if not end and not ("=" in found["rest"] or "http" in found["rest"] or found["closing"]):
        return None
    content = scan.text[found.end() : end[0]] if end else ""
    shown = _shown(scan, found, content, position)
    if shown is None:
        return Leftover(WORDPRESS, position, found.end(), as_text(found[0]))
    return Leftover(WORDPRESS, position, end[1] if end else found.end(), shown)


def _shown(scan, found, content, position):
    """Return the replacement of the shortcode, or None to show its source as text."""
    in_html = scan.is_in_html(position)
    name, rest = found["name"], found["rest"].lstrip("=")
    if found["closing"]:
        return None
    if name in ("caption", "wp_caption"):
        return replace_caption(rest, content, in_html=in_html)
    if name in ("code", "sourcecode") and content:
        return scan.listing(position, read_arguments(rest).get("language", "lang"), content)
    address = content.strip() or rest.strip()
    if name in ("embed", "youtube", "vimeo") and re.fullmatch(r"https?://\S+", address):
        return link(address, in_html=in_html)
    return replace_tag(name, rest, in_html=in_html)
