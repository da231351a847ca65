"""The sandbox for sources: separate processes, so that a hostile page does not delay editors' texts."""

from blog.extensions.sources.links import TextSources
from blog.extensions.sources.values import Evidence, OpenedPage
from blog.sandbox.pool import Pool
from blog.sandbox.process import ProcessKind

KIND = ProcessKind("blog.extensions.sources.tasks", 512)
TEXT_SECONDS = 2  # of CPU time
PAGE_SECONDS = 10
LOOK_SECONDS = 5
SENTENCES_AT_ONCE = 20  # compared with a page in one call

_texts = Pool(KIND, size=1, waiting=4, patience=10)
_looks = Pool(KIND, size=1, waiting=8, patience=10)  # for requests of editors
_pages = Pool(KIND, size=2, waiting=1000, patience=600)


def read_text(body: str, claims: list[tuple[str, int, int]], own_hosts: list[str]) -> TextSources:
    """Return the links of a text. Raises RefusedError. See links.py."""
    return _texts.ask("read", body, claims, own_hosts, seconds=TEXT_SECONDS)


def replace_links(texts: dict[str, str], new: dict[str, str]) -> dict[str, str]:
    """Return the changed texts, {name: text}. Raises RefusedError. See links.py."""
    return _texts.ask("replace", texts, new, seconds=TEXT_SECONDS)


def open_page(content: bytes, content_type: str, url: str, final_url: str, redirects) -> OpenedPage:
    """Read a page. Raises RefusedError if it takes too much time or memory. See tasks.py."""
    return _pages.ask("open", content, content_type, url, final_url, redirects, seconds=PAGE_SECONDS)


def compare(page: dict, sentences: list[str]) -> list[Evidence]:
    """Compare at most SENTENCES_AT_ONCE sentences with a page. Raises RefusedError."""
    return _pages.ask("compare", page, sentences, seconds=PAGE_SECONDS)


def compare_now(page: dict, sentences: list[str]) -> list[Evidence]:
    """Compare sentences with a page while an editor waits. Raises RefusedError."""
    return _looks.ask("compare", page, sentences, seconds=LOOK_SECONDS)


def parts_of(sentence: str) -> list[tuple[str, str]]:
    """Return (part, kind of part) of a sentence. Raises RefusedError."""
    return _looks.ask("parts", sentence, seconds=TEXT_SECONDS)
