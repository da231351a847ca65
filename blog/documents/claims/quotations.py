"""Find quotations: in quotation marks, as indirect speech, and in interviews."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from itertools import groupby, islice, pairwise

from blog.documents.claims.blocks import Block
from blog.documents.claims.credits import WORK_SAYS
from blog.documents.claims.sentences import Sentence
from blog.documents.claims.vocabulary import NO_NAMES, ROLES, SAYING, any_of, signals

FEWEST_WORDS = 5  # in quotation marks; fewer are a term, a title or scare quotes
MAX_QUOTATION_LENGTH = 900  # characters; a longer quotation is split into several claims
CONTINUED_WORDS = 8  # fewest words of an unattributed quotation that continues an attributed one
CONTINUED_SENTENCES = 4  # largest distance of these two, in sentences
MOST_IN_PARAGRAPH = 50  # quotations; a paragraph with more is not prose
AROUND = 300  # characters before and after a quotation in which its speaker may be named

_QUOTED = re.compile(
    r"“([^”“\n]{0,3000})[”“]|„([^”“\n]{0,3000})[”“]|\"([^\"]{1,3000})\"|«([^»\n]{1,3000})»"
    r"|»([^«\n]{1,3000})«"
)
_ATTRIBUTION = re.compile(
    r"[\"”“«»*_>\s]{0,20}(?:[–—―]|--|(?<![\n])-|~)\s{0,3}[*_]{0,2}"
    r"(?!(?:Share|Read|Learn|Discover) )((?:[A-ZÀ-Þ]|Dr\b|an? |the )[^\n]{2,160})"
)
# matches "Plan early. Test often. - Dr. Runa Hale, miller" at the end of a callout without quotation marks
_SIGNATURE = re.compile(
    r"[.!?…][*_]{0,3}[ \t]*(?:\n[ \t>]*)*(?:[–—―]|--|~|(?<=[ \n>])-)[ \t]{0,3}[*_]{0,2}"
    r"((?:Dr\b|[A-ZÀ-Þ])[^\n]{2,160})\s*\Z"
)
_NAME_OF_SIGNATURE = re.compile(r"[^,|(*_:;]+")
_HONORIFICS = re.compile(r"^(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms|Sir|Frau|Herr)\b\.? )+")
_INTRODUCTION = re.compile(
    r"\bin the words of\b|\bin [^.,]{2,60}[’']s? words\b|\baccording to\b|\blaut\b|\bmit den Worten\b"
    r"|\bas (?:described|stated|written|defined|[A-Z][^,]{2,80} (?:says|said|put it|puts it|notes"
    r"|noted|explains|wrote|writes))\b",
    re.IGNORECASE,
)
_SAYS_WORDS = [
    *"""
    said says wrote writes told tells asked explained explains argued argues noted notes remarked remarks
    stated states claimed claims insisted insists emphasised emphasises emphasized emphasizes stressed
    stresses warned warns observed observes reported reports concluded concludes declared declares believes
    suggested suggests predicted predicts recalled recalls advised advises complained complains highlights
    adds added sagte sagt schrieb erzählte betonte betont erklärte erklärt meinte meint warnte warnt
    behauptete berichtet berichtete
    """.split(),
    *("points out", "pointed out", "worked out"),
]
_SAYS = any_of(_SAYS_WORDS)
_SAYING = re.compile(rf"\b{any_of([*_SAYS_WORDS, 'called', 'gesagt'])}\b")
_INDIRECT = re.compile(
    rf"\b{_SAYS}\b(?: [^,.;:]{{1,60}})? (?:that|dass|how|it[’']s)\b|\b{_SAYS}:"
    rf"|\b(?:says|said|adds|added|notes|noted|explains|wrote), |[?!,*_] (?:he|she|they|er|sie) {_SAYS}\b"
    rf"|[?!,*_] {_SAYS} (?:the|he|she|they|sie|er|[A-Z])|\bsoll (?:sie|er) gesagt haben\b"
    rf"|\bcalled [a-z]+ an? [a-z]+ "
)
_SAYING_WORDS = SAYING | signals("out")
_SOMEBODY = re.compile(
    r"\b(?:the|an?) (?:[\w-]+ ){0,2}(?:court|company|agency|director|ministry|commission|government"
    r"|report|newspaper|gazette|"
    r"spokes\w+|" + "|".join(sorted(ROLES)) + r")\b",
    re.IGNORECASE,
)
_ANY_NAME = re.compile(r"[A-ZÀ-Þ][\w’']+")
_INVENTED = re.compile(
    r"\b(?:invented|imaginary|fictional|fictitious|made[- ]up|hypothetical|erfunden\w*|ausgedacht\w*)\b",
    re.IGNORECASE,
)
_NOBODYS_NAMES = frozenset(
    "i it we you they one one's so there it's they're we're somebody people maybe well".split()
)
_NOBODY = re.compile(r"\b(?:you|your|participant|interviewee|when|if|imagine)\b", re.IGNORECASE)
_FURTHER_QUESTION = re.compile(r"(?:Or|And|But|Oder|Und) [^\n]*\?$")
_INTERVIEWED = re.compile(
    r"[*_]{2}([A-ZÀ-Þ][\w.’'-]{1,30}(?: [A-ZÀ-Þ][\w.’'-]{0,30}| (?:van|von|de|der)){0,4}):[*_]{2}"
)

Span = tuple[int, int, str]  # (index of the first sentence, index after the last one, speaker)


def find_quotations(
    body: str, sentences: list[Sentence], persons: list[str], is_full_name: Callable[[str], bool]
) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, speaker) of each quotation, in characters of the body.

    persons has one item per sentence: the person that it is about, or "". is_full_name returns whether a
    label in bold may be the full name of a person.
    """
    for start, end, speaker in _find(body, sentences, persons, is_full_name):
        for first, after in _parts(sentences, start, end):
            yield sentences[first].start, sentences[after - 1].end, speaker


def _parts(sentences, start, end):
    """Split a long quotation: yield (start, end) of each part, as indexes of sentences."""
    first = start
    for place in range(start + 1, end):
        if sentences[place].end - sentences[first].start > MAX_QUOTATION_LENGTH:
            yield first, place
            first = place
    yield first, end


def _find(body, sentences, persons, is_full_name) -> Iterator[Span]:
    answers = list(_answers(sentences, is_full_name))
    yield from answers
    answered = {place for start, end, _ in answers for place in range(start, end)}
    last = -CONTINUED_SENTENCES
    readable = [place for place, sentence in enumerate(sentences) if sentence.block not in _SILENT]
    for _, group in groupby(readable, key=lambda place: sentences[place].paragraph):
        places = list(group)
        if places[0] in answered:
            continue
        continues = places[0] - last < CONTINUED_SENTENCES
        spans = list(_in_quotation_marks(body, sentences, persons, places, continues))
        if not spans and (speaker := _signed_by(body, sentences, places, is_full_name)):
            spans = [(places[0], places[-1] + 1, speaker)]
        quoted = {place for start, end, _ in spans for place in range(start, end)}
        spans += _indirect(sentences, persons, [place for place in places if place not in quoted])
        for span in spans:
            last = max(last, span[1])
            yield span


_SILENT = (Block.PICTURE, Block.HEADING)


def _in_quotation_marks(body, sentences, persons, places, continues) -> Iterator[Span]:
    starts = [sentences[place].start for place in places]
    in_marks = _QUOTED.finditer(body, starts[0], sentences[places[-1]].end)
    for quoted in islice(in_marks, MOST_IN_PARAGRAPH):
        words = len(next(filter(None, quoted.groups()), "").split())
        if words < FEWEST_WORDS:
            continue
        attribution = _ATTRIBUTION.match(body, quoted.end(), min(len(body), quoted.end() + AROUND))
        end = attribution.end() if attribution else quoted.end()
        inside = places[bisect_right(starts, quoted.start()) - 1 : bisect_left(starts, end)]
        before = body[max(sentences[inside[0]].start, quoted.start() - AROUND) : quoted.start()]
        after = body[quoted.end() : min(sentences[inside[-1]].end, quoted.end() + AROUND)]
        around = f"{before} | {after}"
        if attribution:
            speaker = attribution[1].strip("*_ ")
            around += speaker
        else:
            speaker = _speaker(around, [persons[place] for place in inside])
        if not speaker and continues and words >= CONTINUED_WORDS:
            speaker = next(filter(None, (persons[place] for place in inside)), _UNNAMED)
        if speaker and not _INVENTED.search(around):
            continues = True
            yield inside[0], inside[-1] + 1, "" if speaker == _UNNAMED else speaker


def _signed_by(body, sentences, places, is_full_name):
    """Return the attribution at the end of a callout without quotation marks, or ""."""
    first, last = sentences[places[0]], sentences[places[-1]]
    if first.block is not Block.QUOTE or _INVENTED.search(last.text):
        return ""
    signature = _SIGNATURE.search(body, first.start, last.end)
    if not signature:
        return ""
    name = _NAME_OF_SIGNATURE.match(signature[1])[0].strip()
    is_titled = _HONORIFICS.match(name) is not None
    return signature[1].strip("*_ ") if is_titled or is_full_name(name) else ""


_UNNAMED = "?"  # the speaker of a quotation that continues another one


def _speaker(around, persons):
    """Return the named speaker, or ""."""
    says = _INTRODUCTION.search(around) or (_SAYING.search(around) and not _NOBODY.search(around))
    if not says:
        return ""
    if person := next(filter(None, persons), ""):
        return person
    somebody = _SOMEBODY.search(around)
    return somebody[0] if somebody else next(filter(_may_speak, _ANY_NAME.findall(around)), "")


def _may_speak(name):
    return name.lower() not in NO_NAMES and name.lower() not in _NOBODYS_NAMES


def _indirect(sentences, persons, places) -> Iterator[Span]:
    before = -1  # index of the last sentence with indirect speech
    for place in places:
        sentence = sentences[place]
        if place - 1 == before and "? " in sentences[before].text and _FURTHER_QUESTION.match(sentence.text):
            yield place, place + 1, persons[before]
        elif not sentence.words.isdisjoint(_SAYING_WORDS) and _is_indirect(sentence.text, persons[place]):
            before = place
            yield place, place + 1, persons[place]


def _is_indirect(text, person):
    text = _QUOTED.sub(" ", text)
    if not _INDIRECT.search(text) or _INVENTED.search(text) or WORK_SAYS.search(text):
        return False
    somebody = None if person or _NOBODY.search(text) else _SOMEBODY.search(text)
    return bool(person) or (somebody is not None and not text.startswith(("'s", "’s"), somebody.end()))


def _answers(sentences, is_full_name) -> Iterator[Span]:
    """Yield the answers in an interview, paragraph by paragraph.

    A label in bold names the speaker: first the full name, later a part of it or initials. Other labels in
    bold are headings, so two full names must alternate, or initials must follow a full name.
    """
    turns = list(_turns(sentences, is_full_name))
    if not _alternate([label for _, _, label, _ in turns]):
        return
    for start, end, _, speaker in turns:
        for _, group in groupby(range(start, end), key=lambda place: sentences[place].paragraph):
            places = [place for place in group if sentences[place].block not in _SILENT]
            if places:
                yield places[0], places[-1] + 1, speaker


def _turns(sentences, is_full_name):
    """Yield (start, end, label, full name) of each turn, as indexes of sentences."""
    speakers, start, label, speaker = {}, None, "", ""
    for place, sentence in enumerate(sentences):
        is_heading = sentence.block is Block.HEADING
        if not is_heading and (not sentence.text.startswith(("**", "__")) or _goes_on(sentences, place)):
            continue
        if start is not None:
            yield start, place, label, speaker
            start = None
        found = None if is_heading else _INTERVIEWED.match(sentence.text)
        if not found:
            continue
        label = found[1]
        parts = label.split()
        if len(parts) > 1 and is_full_name(label):
            speakers["".join(part[0] for part in parts)] = speakers[label] = label
        if label in speakers:
            start, speaker = place, speakers[label]
    if start is not None:
        yield start, len(sentences), label, speaker


def _alternate(labels):
    """Whether a speaker returns after another one, or a label consists of initials."""
    if any(label.isupper() for label in labels):
        return True
    return any(
        first != second and first in labels[place + 2 :]
        for place, (first, second) in enumerate(pairwise(labels))
    )


def _goes_on(sentences, place):
    return place > 0 and sentences[place - 1].paragraph == sentences[place].paragraph
