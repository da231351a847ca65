"""Words put into somebody's mouth: in quotation marks, indirectly, or in an interview."""

import re

from blog.documents.claims.sentences import Block, Sentence
from blog.documents.claims.vocabulary import ROLES, SAYING

_QUOTED = re.compile(r"[“„]([^”“\n]{0,3000})[”“]|\"([^\"]{1,3000})\"|[«]([^»\n]{1,3000})[»]")
_ATTRIBUTED = re.compile(r"[\"”“*_>\s]*(?:[–—―]|--?|~)\s*(?:\*\*|[*_])?((?:[A-ZÀ-Þ]|Dr\b|a |an |the )[^\n]{2,160})")
_INTRODUCED = re.compile(r"\bin the words of\b|\bin [^.,]{2,60}[’']s? words\b|\baccording to\b|\bas (?:described|stated|written|defined|[A-Z][^,]{2,80} (?:says|said|put it|puts it|notes|noted|explains|wrote|writes))\b|\blaut\b|\bso formuliert\b|\bmit den Worten\b", re.IGNORECASE)
_STRONG = r"said|says|wrote|writes|told|tells|asked|explained|explains|argued|argues|noted|notes|remarked|remarks|stated|states|claimed|claims|insisted|insists|emphasi[sz]e[ds]|stresse[ds]|warned|warns|observed|observes|reported|reports|concluded|concludes|declared|declares|believes|suggested|suggests|predicted|predicts|points out|pointed out|worked out|recalled|recalls|advised|advises|complained|complains|highlights|adds|added|sagte|sagt|schrieb|erzählte|betonte|betont|erklärte|erklärt|meinte|meint|warnte|warnt|behauptete|berichtet|berichtete"
_INDIRECT = re.compile(
    rf"\b(?:{_STRONG})\b(?: [^,.;:]{{1,60}})? (?:that|dass|how|it[’']s)\b|\b(?:{_STRONG}):|\b(?:says|said|adds|added|notes|noted|explains|wrote), |[?!,*_] (?:he|she|they|er|sie) (?:{_STRONG})\b"
    rf"|[?!,*_] (?:{_STRONG}) (?:the|he|she|they|sie|er|[A-Z])|\bsoll (?:sie|er) gesagt haben\b|\bcalled [a-z]+ an? [a-z]+ "
)
_CONTINUES = re.compile(r"(?:Or|And|But|Oder|Und) .*\?$", re.DOTALL)
_SAYING_VERB = re.compile(rf"\b(?:{_STRONG}|called|gesagt)\b")
_SOMEBODY = re.compile(r"\b(?:the|a|an) (?:[\w-]+ ){0,2}(?:court|company|agency|director|ministry|commission|government|report|newspaper|gazette|ceo|spokes\w+|" + "|".join(sorted(ROLES)) + r")\b", re.IGNORECASE)
_INVENTED = re.compile(r"\b(?:invented|imaginary|fictional|fictitious|made[- ]up|hypothetical|erfunden\w*|ausgedacht\w*)\b", re.IGNORECASE)
_ADDRESSES = re.compile(r"\b(?:you|your|participant|interviewee|when|if|imagine)\b", re.IGNORECASE)
_INTERVIEWED = re.compile(r"[*_]{2}([A-ZÀ-Þ][^*\n:]{1,60}):[*_]{2}")


def find_quotations(body: str, sentences: list[Sentence], persons: list[str]) -> list[tuple[int, int, str]]:
    """Return (start, end, speaker) of each quotation; persons are those whom each sentence is about."""
    found = [*_in_interviews(sentences)]
    answered = {place for start, end, _ in found for place in range(start, end)}
    last = -99
    for places in _paragraphs(sentences):
        if places[0] in answered:
            continue
        for start, end, speaker in _in_paragraph(body, sentences, persons, places, continues=places[0] - last < 4):
            found.append((start, end, speaker))
            last = end
    return [(sentences[start].start, sentences[end - 1].end, speaker) for start, end, speaker in found]


def _paragraphs(sentences):
    places = []
    for place, sentence in enumerate(sentences):
        if places and sentences[places[0]].paragraph != sentence.paragraph:
            yield places
            places = []
        if sentence.block not in {Block.PICTURE, Block.HEADING}:
            places.append(place)
    if places:
        yield places


def _in_paragraph(body, sentences, persons, places, continues):
    done = set()
    text_start, text_end = sentences[places[0]].start, sentences[places[-1]].end
    text = body[text_start:text_end]
    for quoted in _QUOTED.finditer(text):
        words = next(filter(None, quoted.groups()), "").split()
        if len(words) < 5:
            continue
        inside = [p for p in places if sentences[p].start < text_start + quoted.end() and sentences[p].end > text_start + quoted.start()]
        after = text[quoted.end() : quoted.end() + 200]
        attributed = _ATTRIBUTED.match(after) or _ATTRIBUTED.match(body[text_end : text_end + 200].lstrip("\n \t>")) if quoted.end() > len(text) - 4 or True else None
        around = "".join(_QUOTED.sub(" ", body[sentences[p].start : sentences[p].end]) for p in (inside[0], inside[-1]))
        around = (text[max(0, sentences[inside[0]].start - text_start) : quoted.start()] + " | " + text[quoted.end() : max(quoted.end(), sentences[inside[-1]].end - text_start)])
        speaker = ""
        if attributed:
            speaker = attributed[1]
            inside = [p for p in places if sentences[p].start < text_start + quoted.end() + attributed.end() and sentences[p].end > text_start + quoted.start()]
            around += attributed[1]
        elif _INTRODUCED.search(around) or _SAYING_VERB.search(around) and not _ADDRESSES.search(around):
            speaker = next((persons[p] for p in inside if persons[p]), "") or (_SOMEBODY.search(around) or re.search(r"[A-Z][\w’']+", around.strip("| ")) or [""])[0]
        elif continues and len(words) >= 8:
            speaker = "the same"
        if speaker and not _INVENTED.search(around):
            done.update(inside)
            continues = True
            yield inside[0], inside[-1] + 1, speaker
    for place in places:
        if place in done:
            continue
        sentence = sentences[place]
        text = _QUOTED.sub(" ", sentence.text)
        if _INVENTED.search(text) or _ADDRESSES.search(text) and not persons[place]:
            continue
        if place - 1 in done and _CONTINUES.match(text) and sentences[place - 1].text.find("? ") > 0:
            yield place, place + 1, ""
        indirect = _INDIRECT.search(text)
        if indirect and (persons[place] or _SOMEBODY.search(text)):
            done.add(place)
            yield place, place + 1, persons[place]


def _in_interviews(sentences):
    """Yield the answers of those who are introduced by their full name in bold, and then by it or its initials."""
    speakers, start, answering = {}, None, ""
    for place, sentence in enumerate(sentences):
        label = _INTERVIEWED.match(sentence.text)
        new_paragraph = place == 0 or sentences[place - 1].paragraph != sentence.paragraph
        if new_paragraph and (label or sentence.text.startswith("**")) and start is not None:
            yield start, place, answering
            start = None
        if label:
            name = label[1]
            if len(name.split()) > 1:
                speakers["".join(part[0] for part in name.split())] = name
            if len(name.split()) > 1 or name in speakers:
                start, answering = place, speakers.get(name, name)
    if start is not None:
        yield start, len(sentences), answering
