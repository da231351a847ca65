"""Read Hugo shortcodes: `{{< figure >}}`, `{{% notice %}}`, `{{< highlight >}}` … `{{< /highlight >}}`."""

import re

from blog.documents.cleanup.scan import Leftover, Scan
from blog.documents.cleanup.shortcodes import as_text, read_arguments, replace_tag
from blog.documents.references import reference

HUGO = "Hugo shortcode"

_HUGO = re.compile(
    r"\{\{[<%]\s*(?P<escaped>/\*)?\s*(?P<closing>/)?\s*(?P<name>[\w./-]*)(?P<rest>.*)[%>]\}\}", re.DOTALL
)
_ENDS_OF_LISTINGS = {
    name: re.compile(rf"\{{\{{[<%]\s*/\s*{name}\s*[%>]\}}\}}") for name in ("highlight", "code-toggle")
}
_CONTENTS = re.compile(r"toc\b|table-?of-?contents", re.IGNORECASE)  # the page has its own


def read_hugo(scan: Scan, position: int, *, in_code: bool) -> Leftover | None:
    closing = "%}}" if scan.text[position + 2] == "%" else ">}}"
    found = scan.tag(closing, _HUGO, position)
    if not found:
        return None
    if found["escaped"]:
        plain = found[0].replace("/*", "", 1).replace("*/", "", 1)
        shown = plain if in_code else scan.as_code(position, plain)
        return Leftover(HUGO, position, found.end(), shown)
    if in_code:
        return None
    closes_itself = found["rest"].rstrip().endswith("/")
    if (
        found["name"] in _ENDS_OF_LISTINGS
        and not (found["closing"] or closes_itself)
        and (end := scan.end(_ENDS_OF_LISTINGS[found["name"]], found.end()))
    ):
        code = scan.text[found.end() : end[0]]
        return Leftover(HUGO, position, end[1], scan.listing(position, found["rest"], code))
    rest = found["rest"].rstrip().removesuffix("/")
    if found["name"] in ("ref", "relref") and scan.begins_address(position):
        arguments = read_arguments(rest)
        target = arguments.get("path") or "".join(arguments.positional[:1])
        return Leftover(HUGO, position, found.end(), as_text(reference(target)))
    shown = None if found["closing"] else replace_tag(found["name"], rest, in_html=scan.is_in_html(position))
    if shown is None:
        is_pair = found["closing"] or (found["name"] in scan.closed_shortcodes and not closes_itself)
        is_silent = is_pair or _CONTENTS.search(found["name"]) or scan.is_ornament(position, found[0])
        shown = (scan.without_meaning if is_silent else scan.lost)(position, found[0])
    return Leftover(HUGO, position, found.end(), shown)
