"""The sandbox's tasks for sources: texts and pages are read, and claims compared, without Django."""

from collections.abc import Sequence
from dataclasses import asdict
from email.message import Message
from hashlib import sha256

from blog.extensions.sources.claim_parts import read_claim
from blog.extensions.sources.evidence import find_evidence
from blog.extensions.sources.links import read_text_sources, replace_links
from blog.extensions.sources.pages import Block, Page, read_page
from blog.extensions.sources.states import page_state
from blog.extensions.sources.values import SECTION_LENGTH, Evidence, OpenedPage
from blog.sandbox.child import serve

READABLE = ("ok", "moved")
PASSAGE_LENGTH = 300


def main() -> None:
    texts = {"read": read_text_sources, "replace": replace_links, "parts": parts_of}
    serve(texts | {"open": open_page, "compare": compare})


def open_page(
    body: bytes, content_type: str, url: str, final_url: str, redirects: Sequence[tuple[int, str]]
) -> OpenedPage:
    """Read a page that was served with status 200."""
    kind, charset = _content_type(content_type)
    page = read_page(body, kind, charset)
    steps = [{"status": status, "location": address} for status, address in redirects]
    state = page_state(page, url, final_url, steps)
    if state not in READABLE:
        return OpenedPage(state)
    text = "\n".join(block.with_head() for block in page.blocks)
    return OpenedPage(state, asdict(page), sha256(text.encode("utf-8", "surrogatepass")).hexdigest())


def _content_type(header):
    message = Message()
    message["Content-Type"] = header[:200] or "text/html"
    return message.get_content_type(), message.get_content_charset()


def compare(page: dict, sentences: Sequence[str]) -> list[Evidence]:
    """Return what a page, as plain values, says of each sentence, with a passage of PASSAGE_LENGTH."""
    of_page = Page(**page | {"blocks": tuple(Block(**block) for block in page["blocks"])})
    return [_shortened(find_evidence(sentence, of_page)) for sentence in sentences]


def _shortened(evidence):
    """Cut the passage to the part that has what was found."""
    passage, evidence.section = evidence.passage, evidence.section[:SECTION_LENGTH]
    if len(passage) > PASSAGE_LENGTH:
        places = [place for part in evidence.found if (place := passage.find(part)) >= 0]
        start = max(0, min(places, default=0) - PASSAGE_LENGTH // 4)
        if start:
            start = max(start, passage.find(" ", start) + 1)
        end = min(len(passage), start + PASSAGE_LENGTH - 2)
        cut = passage[start:end]
        cut = cut.rsplit(" ", 1)[0] if end < len(passage) and " " in cut else cut
        evidence.passage = f"{'…' if start else ''}{cut}{'…' if end < len(passage) else ''}"
    return evidence


def parts_of(sentence: str) -> list[tuple[str, str]]:
    """Return (part, kind of part) of a sentence."""
    return [(part.text, part.kind) for part in read_claim(sentence).parts]
