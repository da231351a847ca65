"""Find passages that are lost because the renderer removes the commands in them."""

from collections.abc import Iterator

from blog.documents.cleanup.leftovers import find_leftovers
from blog.documents.cleanup.scan import LOST
from blog.documents.findings.finding import Finding
from blog.documents.findings.kinds import FindingKind
from blog.documents.rendering.markdown import render_markdown


def loss_findings(body: str) -> Iterator[Finding]:
    """Yield a finding at the first tag without output if the text lost more than one passage to such tags."""
    lost = next((found for found in find_leftovers(body) if LOST in found.replacement), None)
    if lost and render_markdown(body, highlight=False).losses.is_damage:
        yield Finding(FindingKind.PASSAGES_LOST, lost.start, lost.end, body[lost.start : lost.end][:200])
