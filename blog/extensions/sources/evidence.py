"""Judge whether a page says what a claim says: found, partly or not_found, with the passage."""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from blog.extensions.sources.numbers import read_dates, read_numbers
from blog.extensions.sources.pages import Block, Page
from blog.extensions.sources.parts import Kind, Part, content_words, plain_claim, read_parts

_MOST_CANDIDATES = 60  # blocks whose numbers and dates are read
_SAME_SUBJECT = 0.34  # of the claim's words that are no parts
_SAYS_THE_SAME = 0.45
_WORD = re.compile(r"[\u3040-\u9fff]|[^\W\d_\u3040-\u9fff](?:[^\W\u3040-\u9fff]|[’'-])*")
_ELLIPSIS = re.compile(r"\s*[\[(]?\s*(?:\.\.\.|…)\s*[\])]?\s*")
_BRACKETED = re.compile(r"\[[^\]]*\]")
_NO_LETTER = re.compile(r"[\W_]+")
_CAPITALS = re.compile(r"\b[A-Z][\w’-]+(?: [A-Z][\w’-]+)+")
_REPORTED = re.compile(
    r"^[\s,]*(?:(?:\w+ )?(?:said|says|explained|explains|writes|wrote|added|adds|noted|notes|sagt|sagte"
    r"|erklärte|dit|dijo)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The verdict, the parts of the claim that the passage contains and those that it lacks."""

    verdict: str
    found: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    passage: str = ""


@dataclass(slots=True)
class _Prepared:
    page: Page
    folded: list[str] = field(default_factory=list)  # letters and digits of each block
    stems: list[frozenset[str]] = field(default_factory=list)
    whole: str = ""

    def __post_init__(self):
        for block in self.page.blocks:
            self.folded.append(_squeeze(block.text))
            self.stems.append(frozenset(map(_stem, _WORD.findall(f"{block.head} {block.text}"))))
        self.whole = "\n".join(self.folded)


def find_evidence(sentence: str, page: Page) -> Evidence:
    """Return what of a sentence the page says."""
    claim = plain_claim(sentence)
    parts = read_parts(claim)
    words = content_words(claim, parts)
    looked_up = _Prepared(page)
    best, best_score = None, 0.0
    for index in _candidates(looked_up, parts, words):
        found = [part for part in parts if _is_there(part, index, looked_up)]
        block = page.blocks[index]
        found = [part for part in found if not _is_in_other_column(part, parts, block)]
        found = [part for part in found if not _is_misattributed(part, claim, parts, block)]
        shared = _shared(words, _near(looked_up, index))
        score = sum(6 if part.kind is Kind.QUOTATION else 1 for part in found) + 4 * shared
        if score > best_score:
            best, best_score = (index, found, shared), score
    if best is None:
        return _nothing(parts)
    return _judge(parts, words, *best, looked_up)


def _nothing(parts):
    return Evidence("not_found", missing=tuple(part.text for part in parts))


def _judge(parts, words, index, found, shared, looked_up):
    quotes = [part for part in found if part.kind is Kind.QUOTATION]
    missing = [part for part in parts if part not in found]
    if not quotes and (
        shared < _SAME_SUBJECT or (missing and shared < _SAYS_THE_SAME and _names_only(found))
    ):
        return _nothing(parts)
    if parts and not found and shared < 0.6:
        return _nothing(parts)
    is_found = not missing and (quotes or not words or shared >= (_SAYS_THE_SAME if parts else 0.75))
    return Evidence(
        "found" if is_found else "partly",
        tuple(part.text for part in found),
        tuple(part.text for part in missing),
        _passage(index, looked_up.page.blocks),
    )


def _names_only(found):
    return all(part.kind in (Kind.NAME, Kind.DATE) for part in found)


def _passage(index, blocks):
    block = blocks[index]
    if block.kind == "row":
        return f"{block.head}\n{block.text}".strip()
    if index and blocks[index - 1].kind == "heading":
        return f"{blocks[index - 1].text}\n{block.text}"
    return block.text


def _candidates(looked_up, parts, words):
    """The blocks that may be the passage, found by their words and by what is looked for literally."""
    stems = set(map(_stem, words))
    if any(len(word) == 2 and word[0] > "\u3000" for word in words):
        stems = {sign for word in words for sign in word}
    keys = [_squeeze(part.text)[:24] for part in parts if part.kind in (Kind.NAME, Kind.QUOTATION, Kind.LAW)]
    scores = []
    for index, (found, folded) in enumerate(zip(looked_up.stems, looked_up.folded, strict=True)):
        score = len(stems & found) + sum(2 for key in keys if key and key in folded)
        if score and looked_up.page.blocks[index].kind != "heading":
            scores.append((-score, index))
    chosen = [index for _, index in sorted(scores)[:_MOST_CANDIDATES]]
    return sorted(
        {*chosen, *(index for index in range(len(looked_up.folded)) if _has_quote(parts, index, looked_up))}
    )


def _has_quote(parts, index, looked_up):
    return any(
        part.kind is Kind.QUOTATION and _quote_at(part.text, looked_up.folded[index]) for part in parts
    )


def _near(looked_up, index):
    """The words of the block, of the heading above it and of the sentence that leads to a list."""
    stems = set(looked_up.stems[index])
    for before in range(index - 1, max(index - 12, -1), -1):
        kind = looked_up.page.blocks[before].kind
        if kind == "heading" or (
            kind == "paragraph" and looked_up.page.blocks[index].kind in ("item", "row")
        ):
            stems |= looked_up.stems[before]
            break
    return stems | set(map(_stem, _WORD.findall(looked_up.page.title)))


def _shared(words, stems):
    if not words:
        return 0.4
    if words[0][0] > "\u3000":
        return sum(all(sign in stems for sign in word) for word in words) / len(words)
    return sum(_stem(word) in stems for word in words) / len(words)


def _is_there(part: Part, index: int, looked_up: _Prepared) -> bool:
    block = looked_up.page.blocks[index]
    if part.kind is Kind.QUOTATION:
        return _quote_at(part.text, looked_up.folded[index])
    if part.kind is Kind.DATE:
        return any(part.value.is_in(date) for date in _dates(f"{block.head} {block.text}"))
    if part.kind is Kind.NUMBER:
        return any(_same_number(part.value, number) for number in _numbers(block.text))
    if part.kind is Kind.LAW:
        return _has_law(part.text, index, looked_up)
    return _has_name(part.text, index, looked_up)


@lru_cache(maxsize=512)
def _dates(text):
    return tuple(read_dates(text[:20_000]))


@lru_cache(maxsize=512)
def _numbers(text):
    return tuple(read_numbers(text[:20_000]))


def _same_number(asked, given):
    if asked.value != given.value:
        return False
    return asked.unit == given.unit or not asked.unit or (not given.unit and asked.unit not in "%$€£¥")


def _has_law(text, index, looked_up):
    wanted = re.compile(re.escape(_spaced(text)).replace(r"\ ", r"\s?") + r"(?!\w)")
    for at in range(index, max(index - 8, -1), -1):
        if wanted.search(_spaced(looked_up.page.blocks[at].text)):
            return True
        if looked_up.page.blocks[at].kind == "heading":
            return False
    return False


def _spaced(text):
    return re.sub(r"\s+", " ", text)


def _has_name(text, index, looked_up):
    key, page = _squeeze(text), looked_up.page
    block = page.blocks[index]
    about = f"{page.title} {page.author}"
    if _has_key(
        text,
        f"{block.head} {block.text} {about}",
        key,
        looked_up.folded[index] + _squeeze(f"{block.head}{about}"),
    ):
        return True
    last = text.split()[-1]
    if len(text.split()) > 1 and re.search(rf"\b{re.escape(last)}\b", block.text) and key in looked_up.whole:
        return True
    if block.kind == "row":
        return any(key in looked_up.folded[i] for i in _lead(page.blocks, index))
    following = index + 1
    if (
        following < len(page.blocks)
        and page.blocks[following].text.startswith(("—", "–", "-", "@"))
        and key in looked_up.folded[following]
    ):
        return True
    if any(key in looked_up.folded[i] for i in _lead(page.blocks, index)):
        return not _rivals(block)
    return False


def _has_key(text, whole, key, folded):
    return key in folded and (
        len(key) > 5
        or re.search(rf"(?<![^\W\u3040-\u9fff]){re.escape(text)}(?![^\W\u3040-\u9fff])", whole, re.IGNORECASE)
        is not None
    )


def _is_in_other_column(part, parts, block):
    """Whether a number of a table row stands below another date than the claim's."""
    if part.kind is not Kind.NUMBER or block.kind != "row":
        return False
    heads, cells = block.head.split(" | "), block.text.split(" | ")
    dates = [other.value for other in parts if other.kind is Kind.DATE]
    columns = {
        at
        for at, head in enumerate(heads)
        if any(asked.is_in(date) for asked in dates for date in _dates(head))
    }
    below = (cell for at, cell in enumerate(cells) if at in columns)
    return bool(columns) and not any(
        _same_number(part.value, number) for cell in below for number in _numbers(cell)
    )


def _is_misattributed(part, claim, parts, block):
    """Whether the claim gives a quotation to this name, and the passage gives it to another."""
    quote = next((other for other in parts if other.kind is Kind.QUOTATION), None)
    if part.kind is not Kind.NAME or quote is None or part is not _speaker(claim, quote, parts):
        return False
    begins = re.search(r"\W+".join(map(re.escape, re.findall(r"\w+", quote.text)[:4])), block.text)
    if begins is None or not (closed := re.search(r"[”\"»“」]", block.text[begins.end() :])):
        return False
    after = block.text[begins.end() + closed.end() :][:120]
    if not _REPORTED.match(after) or not (named := _CAPITALS.search(after)):
        return False
    return part.text.split()[-1] not in after[: named.end() + 30]


def _speaker(claim, quote, parts):
    """The first name after the quotation, or the last one before it."""
    names = [part for part in parts if part.kind is Kind.NAME]
    return next((name for name in names if name.start > quote.start), names[-1] if names else None)


def _rivals(block: Block) -> bool:
    """Whether the block names others, so that a name in a neighbouring block is not its subject."""
    return re.search(r"(?<=[a-z,] )[A-Z][\w’-]+", block.text) is not None


def _lead(blocks, index):
    """Yield the places of the heading above a block, and of the paragraph that leads to it."""
    for before in range(index - 1, max(index - 12, -1), -1):
        kind = blocks[before].kind
        if kind == "heading" or (
            kind == "paragraph" and (before == index - 1 or blocks[index].kind in ("item", "row"))
        ):
            yield before
        if kind == "heading":
            return


def _quote_at(text: str, folded: str) -> bool:
    """Whether the pieces of a quotation, between its ellipses and brackets, stand there in order."""
    position = 0
    for piece in _ELLIPSIS.split(text):
        for words in _BRACKETED.split(piece):
            key = _squeeze(words)
            if not key:
                continue
            position = folded.find(key, position)
            if position < 0:
                return False
            position += len(key)
    return position > 0


@lru_cache(maxsize=4096)
def _squeeze(text):
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", text).casefold())


@lru_cache(maxsize=65536)
def _stem(word):
    word = word.casefold().replace("’", "'").removesuffix("'s")
    return word[:6] if len(word) > 6 else word.rstrip("s")
