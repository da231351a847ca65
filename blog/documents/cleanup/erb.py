"""Read ERB, EJS and similar tags: `<%= output %>`, `<% statement %>` and `<%# comment %>`."""

from blog.documents.cleanup.scan import LONGEST_TAG, Leftover, Scan

ERB = "ERB tag"


def read_erb(scan: Scan, position: int) -> Leftover | None:
    end = scan.find("%>", position + 2)
    if not end or scan.crosses(position, end, LONGEST_TAG):
        return None
    source = scan.text[position:end]
    if not source.strip("<%=-> "):
        return Leftover(ERB, position, end, scan.as_code(position, source))
    has_output = source[2] in "=-" and source[2:4] != "-#"
    return Leftover(ERB, position, end, (scan.lost if has_output else scan.nothing)(position, source))
