"""Store the results of checks, one batch per transaction. Safe to repeat.

update_shared_findings() flags findings that most articles of an import share. The screen of the import shows
such a finding once, and rows of lists do not show it. discarding_checks() removes the checks of articles that
are moved to the trash. store_mentions() stores where articles name people.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from contextlib import contextmanager
from dataclasses import replace

from django.db import transaction
from django.db.models import Count

from blog.articles.changes import Change
from blog.articles.models import Article
from blog.base.locking import lock_checks, lock_keys
from blog.base.queries import ROWS_AT_ONCE, insert_rows, insert_values, listed, upsert_values
from blog.documents.claims.values import ClaimKind, claim_key
from blog.documents.findings.finding import Finding
from blog.documents.findings.fingerprints import Fingerprints
from blog.documents.findings.kinds import KINDS, RULES_VERSION, FindingKind
from blog.files.conflicts import repeat_on_conflict
from blog.review import cross_article_findings, extension_findings
from blog.review.counts import COUNTS, import_batches, update_finding_flags, update_mark_counts
from blog.review.examination import ExaminedArticle
from blog.review.models import WORDS_LENGTH, ArticleCheck, Mention, Person, Reference
from blog.review.models import Finding as FindingRow
from blog.sandbox.results import Examination

DERIVED = ("rules_version", "words_digest", "claims", "reading_time_in_file", *cross_article_findings.PRINTS)
CHECK_FIELDS = ("article", *DERIVED, *COUNTS)
UNCOUNTED = [ArticleCheck._meta.get_field(name).get_default() for name in COUNTS]
PARTS = (FindingRow, Mention, Reference)
MOST_MARKS = 1000  # per article, for claims and findings each; the rest is dropped
LONGEST_READING = 10_000  # minutes; ignore longer reading times in files
FEWEST_ARTICLES = 5  # of an import; smaller imports have no shared findings


def save_results(examined: Iterable[ExaminedArticle]) -> list[int]:
    """Store the results of checks. Return the keys of the articles whose results were stored.

    An article that was saved since its check, or is being saved now, is skipped. Saving checks it again.
    """
    examined = list(examined)
    return repeat_on_conflict(lambda: _save(examined))


def _save(examined):
    with transaction.atomic():
        lock_checks()
        rows = Article.objects.in_use().filter(pk__in=[each.article.pk for each in examined])
        rows = rows.select_for_update(skip_locked=True, no_key=True).order_by("pk")
        versions = dict(rows.values_list("pk", "lock_version"))
        examined = [each for each in examined if versions.get(each.article.pk) == each.article.lock_version]
        keys = [each.article.pk for each in examined]
        before = cross_article_findings.traits_of(keys)
        _replace(keys, examined)
        cross_article_findings.refresh(keys, before | cross_article_findings.traits_of(keys))
        update_finding_flags(keys)
        update_mark_counts(keys)
    return keys


@contextmanager
def discarding_checks(keys: Collection[int]):
    """Delete the checks of articles that the block trashes or deletes. One transaction.

    Findings of other articles that depend on them are updated.
    """
    keys = list(keys)
    traits, names = set(), []
    for batch in itertools.batched(keys, ROWS_AT_ONCE):
        traits |= cross_article_findings.traits_of(batch)
        names += cross_article_findings.link_names_of(batch)
    with transaction.atomic():
        lock_keys(Article.objects.all(), keys)
        lock_checks()
        yield
        for batch in itertools.batched(keys, ROWS_AT_ONCE):
            for model in (*PARTS, ArticleCheck):
                model.objects.filter(article__in=batch).delete()
        cross_article_findings.refresh_duplicates(traits)
        cross_article_findings.refresh_links_to(names)


def forget_trashed(change: Change) -> None:
    """React to articles in the trash."""
    if change.trashed:
        with discarding_checks(change.trashed):
            pass  # the articles are trashed already, but their checks are still stored


def _replace(keys, examined):
    for model in PARTS:
        model.objects.filter(article__in=listed(keys)).delete()
    proofs, findings, references, claims = [], [], [], {}
    for each in examined:
        claims[each.article] = list(own_claims(each.found)) if each.found else []
        proofs.append(_proof(each, claims[each.article]))
        found = each.found.findings if each.found else [Finding(FindingKind.NOT_LOOKED_AT)]
        findings += [_finding(each.article.pk, finding) for finding in found[:MOST_MARKS]]
        references += cross_article_findings.build_references(each.article, each.found) if each.found else []
    upsert_values(ArticleCheck, CHECK_FIELDS, proofs, updated=DERIVED)
    insert_values(FindingRow, extension_findings.FIELDS, findings)
    extension_findings.store(keys)
    insert_values(Reference, cross_article_findings.ReferenceValues._fields, references)
    store_mentions(claims)


def own_claims(found: Examination):
    """Yield (claim, key) for each claim to store, skipping mentions of a person in their own quotation.

    Somebody only credited with a work or a discovery is an AUTHOR, whom nobody has to decide on.
    """
    claims = list(zip(found.claims, found.keys, strict=True))[:MOST_MARKS]
    quoted = [claim for claim, _ in claims if claim.kind == ClaimKind.QUOTATION and claim.person]
    for claim, key in claims:
        if claim.is_only_credited:
            yield replace(claim, kind=ClaimKind.AUTHOR, person=""), key
        elif not (claim.kind == ClaimKind.PERSON and any(_holds(quotation, claim) for quotation in quoted)):
            yield claim, key


def _holds(quotation, claim):
    return quotation.person == claim.person and quotation.start <= claim.start and claim.end <= quotation.end


def _proof(each, claims):
    """Return the values of CHECK_FIELDS."""
    prints = (each.found and each.found.prints) or Fingerprints()
    return (
        each.article.pk,
        RULES_VERSION,
        each.article.words_digest,
        [[claim.kind, claim.start, claim.end, claim.speaker, claim.role, key] for claim, key in claims],
        _minutes(each.found),
        *(prints.title, prints.excerpt, prints.description, prints.opening, prints.body),
        *UNCOUNTED,
    )


def _minutes(found):
    minutes = found and found.reading_time_in_file
    return minutes if minutes is not None and 0 <= minutes <= LONGEST_READING else None


def _finding(article, finding):
    """Return the values of extension_findings.FIELDS."""
    kind, words = finding.kind, finding.words[:WORDS_LENGTH]
    key = claim_key(kind, words)
    return article, kind, finding.start, finding.end, words, key, KINDS[kind].is_serious, False, False


def update_shared_findings(keys: Iterable[int]) -> None:
    """Update the shared findings of the imports from which these articles come.

    A finding is shared if more than half of the articles of an import have it.
    """
    batches = set()
    for chunk in itertools.batched(keys, ROWS_AT_ONCE):
        imported = Article.objects.filter(pk__in=chunk, source_file__batch__isnull=False).order_by()
        batches |= set(imported.values_list("source_file__batch", flat=True).distinct())
    for batch in sorted(batches):
        with transaction.atomic():
            lock_checks()
            _share(import_batches().select_for_update(no_key=True).get(pk=batch))


def _share(batch):
    files = batch.source_files.filter(article__trashed_at=None)
    number = files.count()
    kinds = (
        FindingRow.objects.filter(article__source_file__in=files, kind__in=KINDS).order_by().values("kind")
    )
    kinds = kinds.annotate(number=Count("article", distinct=True)).values_list("kind", "number")
    shared = sorted(kind for kind, having in kinds if number >= FEWEST_ARTICLES and 2 * having > number)
    if shared == batch.shared_kinds:
        return
    changed = set(shared) ^ set(batch.shared_kinds)
    import_batches().filter(pk=batch.pk).update(shared_kinds=shared)
    keys = files.order_by("article").values_list("article", flat=True)
    for chunk in itertools.batched(keys, ROWS_AT_ONCE):
        findings = FindingRow.objects.filter(article__in=chunk)
        findings.filter(kind__in=changed & set(shared)).update(is_shared=True)
        findings.filter(kind__in=changed - set(shared)).update(is_shared=False)
        update_mark_counts(chunk)


NAME_LENGTH = Person._meta.get_field("name").max_length
KEY_LENGTH = Person._meta.get_field("key").max_length


def store_mentions(claims: dict) -> None:
    """Store the people named in claims, {article: [(claim, key)]}, and their mentions.

    Known people keep their decision and source.
    """
    named = [(article, claim, key) for article, own in claims.items() for claim, key in own if claim.person]
    if not named:
        return
    rows = _get_or_create_people({claim.person[:KEY_LENGTH]: claim.speaker for _, claim, _ in named})
    mentions = (
        Mention(
            person=rows[claim.person[:KEY_LENGTH]],
            article=article,
            kind=claim.kind,
            key=key,
            start=claim.start,
            end=claim.end,
            name=claim.speaker[:NAME_LENGTH],
            role=claim.role[:WORDS_LENGTH],
            words=claim.text,
        )
        for article, claim, key in named
    )
    insert_rows(Mention, mentions)
    _use_most_frequent_spelling(rows.values())


def _get_or_create_people(names: dict[str, str]) -> dict[str, Person]:
    """Return {key: person} for {key: name}. Add missing people."""
    found = _people_with(names)
    # Add only missing people: on PostgreSQL, even an ignored conflict waits while an editor decides on the
    # person.
    missing = [Person(key=key, name=name[:NAME_LENGTH]) for key, name in names.items() if key not in found]
    Person.objects.bulk_create(missing, ignore_conflicts=True)
    return found | _people_with([person.key for person in missing])


def _people_with(keys) -> dict[str, Person]:
    batches = itertools.batched(keys, ROWS_AT_ONCE)
    return {person.key: person for batch in batches for person in Person.objects.filter(key__in=batch)}


def _use_most_frequent_spelling(people):
    people = {person.pk: person for person in people}
    spellings = defaultdict(Counter)
    for batch in itertools.batched(people, ROWS_AT_ONCE):
        rows = Mention.objects.filter(person__in=batch).order_by().values_list("person", "name")
        for person, name, number in rows.annotate(Count("pk")):
            spellings[person][name] = number
    renamed = []
    for key, counts in spellings.items():
        name = min(counts, key=lambda spelling: (-counts[spelling], spelling))
        if people[key].name != name:
            people[key].name = name
            renamed.append(people[key])
    # Skip locked rows: an editor who decides on a person locks it, then waits for the lock of checks.
    rows = Person.objects.filter(pk__in=[person.pk for person in renamed]).order_by("pk")
    free = set(rows.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True))
    Person.objects.bulk_update([person for person in renamed if person.pk in free], ["name"])
