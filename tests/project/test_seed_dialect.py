"""The generator of machine-written articles keeps the shares that were counted, and is the same each time."""

from collections import Counter
from datetime import UTC

from blog.documents.claims.claim import ClaimKind, find_claims
from blog.documents.fields.extraction import read_fields
from blog.documents.findings.article_words import ArticleWords
from blog.documents.findings.fingerprints import fingerprints
from blog.documents.findings.images import read_images
from blog.documents.findings.kinds import FindingKind
from blog.documents.findings.rules import find_findings
from blog.documents.frontmatter.document import parse_document
from blog.documents.rendering.markdown import render_markdown
from tests.support.seed_dialect import BATCH, article, slug_of, title_of, write_articles


def read(number, **faults):
    fields = read_fields(parse_document(article(number, **faults).encode()), path="a.md", time_zone=UTC)
    rendering = render_markdown(fields.body, title=fields.title)
    words = ArticleWords(
        title=fields.title,
        body=fields.body,
        html=rendering.html,
        text=rendering.text,
        excerpt=fields.excerpt,
        meta_description=fields.meta_description,
        share_quote=fields.share_quote,
        has_hero=True,
        hero_address=fields.image,
        hero_alt=fields.image_alt,
        hero_credit=str(fields.image_credit),
        images=read_images(fields.body),
        categories=tuple(category.name for category in fields.categories),
        keywords=fields.keywords,
    )
    return words, find_findings(words), find_claims(fields.body)


def kinds_of(number, **faults):
    return {finding.kind for finding in read(number, **faults)[1]}


class TestBatch:
    def test_has_the_faults_that_were_counted_and_few_of_its_own(self):
        batch = [read(number) for number in range(BATCH)]

        kinds = Counter(kind for _, found, _ in batch for kind in {finding.kind for finding in found})
        shared = {kind for kind, count in kinds.items() if count > BATCH / 2}
        excerpts = Counter(fingerprints(w.title, w.excerpt, w.text, w.keywords).excerpt for w, *_ in batch)
        experts = [
            c
            for *_, claims in batch
            for c in claims
            if c.kind is ClaimKind.QUOTATION and "Brand" in c.speaker
        ]
        own = sum(
            bool({finding.kind for finding in found} - shared or any(claim.person for claim in claims))
            for _, found, claims in batch
        )
        assert kinds[FindingKind.HERO_DESCRIBED_BY_TITLE] == 300
        assert kinds[FindingKind.SHARE_TEXT_UNSAID] == 299
        assert kinds[FindingKind.DESCRIPTION_CUT] == 207
        assert excerpts.most_common(1)[0][1] == 274
        assert (len(experts), len({claim.role for claim in experts})) == (16, 14)
        assert {claim.person for claim in experts} == {"ottilie brandvold"}
        assert 20 <= own <= BATCH / 5

    def test_has_no_title_or_address_twice(self):
        assert len({title_of(number) for number in range(2000)}) == 2000
        assert len({slug_of(number) for number in range(2000)}) == 2000

    def test_is_the_same_each_time_and_in_any_number(self, tmp_path):
        few, many = tmp_path / "few", tmp_path / "many"
        few.mkdir()
        many.mkdir()

        written = write_articles(few, 3)
        write_articles(many, 5)

        assert [path.read_text() for path in written] == [(many / path.name).read_text() for path in written]


class TestFaults:
    def test_each_is_found_where_it_is_asked_for(self):
        for fault, kind in {
            "label_with_underscore": FindingKind.LABEL_IN_TEXT,
            "label_in_quotation": FindingKind.LABEL_IN_TEXT,
            "call_as_share_text": FindingKind.SHARE_TEXT_IS_CALL,
            "cover_repeated": FindingKind.PICTURE_DESCRIBED_TWICE,
            "picture_described_twice": FindingKind.PICTURE_DESCRIBED_TWICE,
            "picture_without_credit": FindingKind.PICTURE_CREDIT_MISSING,
            "picture_without_description": FindingKind.PICTURE_UNDESCRIBED,
            "skipped_heading": FindingKind.HEADING_SKIPS_LEVEL,
            "second_title": FindingKind.SECOND_TITLE,
            "template_syntax": FindingKind.TEMPLATE_SYNTAX,
            "uneven_table": FindingKind.TABLE_UNEVEN,
            "cut_off": FindingKind.TEXT_CUT_OFF,
        }.items():
            assert kind in kinds_of(7, **{fault: BATCH}), fault
            assert kind not in kinds_of(7), fault
