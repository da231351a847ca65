"""What an editor would object to in a file that was sent, with the places in it."""

from django.db.models import F

from blog import extend
from blog.documents.claims.values import ClaimKind
from blog.imports.one_file import ImportedFile
from blog.review.findings import own_claims
from blog.review.kinds import BLOCKING, describe_finding, is_serious, is_switched_off, kind_label
from blog.review.models import Finding, Person, PersonDecision
from blog.sandbox import calls

RED, AMBER, BLUE = "red", "amber", "blue"
CLAIM_SENTENCES = {
    ClaimKind.QUOTATION: "A quotation: give its source, so that an editor can confirm it.",
    ClaimKind.PERSON: "A person: an editor has to confirm that they exist and said or did this.",
}
OTHER_CLAIM = "Something that can be looked up: give its source."


def marks_of(sent: ImportedFile) -> list[dict]:
    """Return the marks and findings of a file in the order of its text, those without a passage last.

    level: red if it must be resolved before an approval, amber if it misleads readers, otherwise blue.
    """
    if sent.found is None:
        return []
    marks = [*_claims(sent), *_findings(sent)]
    passages = [(mark["start"], mark["end"]) for mark in marks if mark["start"] is not None]
    places = iter(calls.places_in_file(sent.data, sent.report.file, passages))
    for mark in marks:
        place = next(places) if mark["start"] is not None else None
        mark["line"], mark["start"], mark["end"] = place or (None, None, None)
    return sorted(marks, key=lambda mark: (mark["start"] is None, mark["start"] or 0))


def _claims(sent):
    claims = [claim for claim, _key in own_claims(sent.found)]
    people = Person.objects.filter(key__in={claim.person for claim in claims if claim.person})
    decisions = dict(people.values_list("key", "decision"))
    for claim in claims:
        decision = decisions.get(claim.person)
        if decision == PersonDecision.Outcome.NOT_PERSON:
            continue
        is_red = claim.kind in BLOCKING and decision != PersonDecision.Outcome.REAL
        message = CLAIM_SENTENCES.get(claim.kind, OTHER_CLAIM)
        yield _mark(claim.kind, RED if is_red else BLUE, message, claim.text, claim)


def _findings(sent):
    for finding in [*sent.found.findings, *_findings_of_extensions(sent)]:
        if not is_switched_off(finding.kind):
            level = AMBER if is_serious(finding.kind) else BLUE
            message = describe_finding(finding.kind).sentence
            words = finding.words
            if not words and finding.start is not None and sent.fields:
                words = sent.fields.body[finding.start : finding.end]
            yield _mark(finding.kind, level, message, words, finding)


def _findings_of_extensions(sent):
    """Return what extensions have found in the article, if its text is that of the file."""
    rows = Finding.objects.filter(
        article=sent.report.article_id,
        article__proof__words_digest=F("article__words_digest"),
        kind__in=[kind.name for kind in extend.finding_kinds],
        is_settled=False,
    )
    return [row for row in rows.select_related("article") if row.article.body == sent.fields.body]


def _mark(kind, level, message, sentence, passage):
    return {
        "kind": str(kind),
        "level": level,
        "name": kind_label(kind),
        "message": str(message),
        "sentence": sentence,
        "line": None,
        "start": passage.start,
        "end": passage.end,
    }
