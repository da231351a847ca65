"""Claims: statements in an article that a fact checker can look up.

claim_key() and fold_person() recognise the same claim and the same person in another text, so that
resolutions survive edits and apply to later imports.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from blog.documents.claims.authorities import has_law, has_study, has_superlative
from blog.documents.claims.blocks import Block
from blog.documents.claims.credits import is_only_credited
from blog.documents.claims.examples import has_example, lower_case_words, read_tokens
from blog.documents.claims.numbers import has_date, has_figure, present_year, version_numbers
from blog.documents.claims.people import People, common_words, heading_words
from blog.documents.claims.quotations import find_quotations
from blog.documents.claims.roles import role_beside, split_attribution
from blog.documents.claims.sentences import MAX_SENTENCE_LENGTH, Sentence, read_sentences, without_tags
from blog.documents.claims.values import Claim, ClaimKind
from blog.documents.claims.vocabulary import signals

_RULES = (
    (ClaimKind.LAW, has_law),
    (ClaimKind.STUDY, has_study),
    (ClaimKind.SUPERLATIVE, has_superlative),
)
MAX_CLAIM_LENGTH = 900  # characters; a mark must fit on a screen
_CREDIT = re.compile(
    r"[*_\s]*(?:Photo|Picture|Image|Bild|Foto|Illustration)s? (?:by|von|credit|courtesy)\b", re.IGNORECASE
)
_INVENTED = signals("imaginary fictional fictitious invented")
_SAID_TO_BE_INVENTED = re.compile(
    r"\b(?:imaginary|fictional|fictitious|erfundene[rnms]?) [a-zäöü]+|\b(?:has|have) (?:been )?invented\b",
    re.IGNORECASE,
)


def find_claims(body: str) -> list[Claim]:
    """Return the claims of a Markdown text below its front matter, in order.

    Claims are found by rules for English and German, in linear time, without lists of names, a model or
    network access. A sentence may contain several claims; the sentences of one quotation are one claim.
    """
    sentences = [sentence for sentence in read_sentences(body) if not _CREDIT.match(sentence.text)]
    tokens = read_tokens(body)
    lower = lower_case_words(tokens)
    year, versions = present_year(body), version_numbers(body)
    headings = heading_words(body)
    people = People(common_words(tokens, lower), headings)
    persons = [_person(people, sentence) for sentence in sentences]
    found = [
        _of_person(ClaimKind.QUOTATION, body, start, end, speaker, people)
        for start, end, speaker in find_quotations(
            without_tags(body), sentences, persons, people.may_be_full_name
        )
    ]
    for sentence, person in zip(sentences, persons, strict=True):
        for kind in _kinds(sentence, person, lower, year, versions, headings):
            if kind is ClaimKind.PERSON:
                claim = _of_person(kind, body, sentence.start, sentence.end, person, people)
                found.append(replace(claim, is_only_credited=is_only_credited(sentence, person)))
            else:
                text = body[sentence.start : sentence.end]
                found.append(Claim(kind, sentence.start, sentence.end, text))
    found = [_shortened(claim) for claim in found]
    return sorted(found, key=lambda claim: (claim.start, claim.end))


def _shortened(claim):
    """Return the claim cut to MAX_CLAIM_LENGTH. A sentence without a full stop may be longer."""
    if len(claim.text) <= MAX_CLAIM_LENGTH:
        return claim
    text = claim.text[:MAX_CLAIM_LENGTH].rstrip()
    return replace(claim, end=claim.start + len(text), text=text)


def _of_person(kind, body, start, end, speaker, people):
    """Return a claim with the name, role and key of its speaker."""
    text = body[start:end]
    speaker, role = split_attribution(speaker)
    role = role or role_beside(speaker, text[:MAX_SENTENCE_LENGTH])
    return Claim(kind, start, end, text, speaker, role, people.key_of(speaker))


def _person(people: People, sentence: Sentence) -> str:
    if sentence.block is Block.PICTURE:
        return ""
    person = people.named_in(sentence)
    if not person or _is_said_to_be_invented(sentence):
        return ""
    cites = sentence.block is Block.FOOTNOTE and has_study(sentence)
    return "" if cites else person


def _is_said_to_be_invented(sentence):
    may_be = "erfunden" in sentence.lower or not sentence.words.isdisjoint(_INVENTED)
    return may_be and _SAID_TO_BE_INVENTED.search(sentence.text) is not None


def _kinds(
    sentence: Sentence,
    person: str,
    lower: frozenset[str],
    year: str,
    versions: frozenset[str],
    headings: frozenset[str],
) -> Iterator[ClaimKind]:
    if sentence.block is Block.PICTURE:
        if sentence.text.strip():
            yield ClaimKind.PICTURE
        return
    if sentence.block is Block.HEADING:
        return
    if person:
        yield ClaimKind.PERSON
    if has_date(sentence, year):
        yield ClaimKind.DATE
    if has_figure(sentence, versions):
        yield ClaimKind.FIGURE
    for kind, applies in _RULES:
        if applies(sentence):
            yield kind
    if not person and has_example(sentence, lower, headings):
        yield ClaimKind.EXAMPLE
