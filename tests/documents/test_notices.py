"""What an import reports of a file: kind, sentence and line."""

from datetime import UTC

import pytest

from blog.documents.notices import Notice, NoticeKind, Severity
from blog.models import Article, ImportEntry
from blog.sandbox.texts import read_text
from tests.support.import_files import run, write


def notices_of(text):
    """Return what is reported of a file: its warnings by kind, or its refusal."""
    reading = read_text(text.encode(), "name.md", UTC)
    notices = [reading.refusal] if reading.refusal else reading.fields.notices
    return {notice.kind: notice for notice in notices}


class TestNotices:
    @pytest.mark.parametrize(
        ("kind", "line", "text"),
        [
            (NoticeKind.DOUBLED_KEY, 3, "---\ntitle: A\ntitle: B\nslug: a\n---\nWords\n"),
            (NoticeKind.CONTROL_CHARACTERS, 4, "---\ntitle: A\n---\nWo\x01rds\n"),
            (NoticeKind.CUT, None, f"---\ntitle: {'a' * 301}\n---\nWords\n"),
            (NoticeKind.WRONG_TYPE, None, "---\ntitle: A\nexcerpt: [a]\n---\nWords\n"),
            (NoticeKind.DATE, None, "---\ntitle: A\ndate: soon\n---\nWords\n"),
            (NoticeKind.STATUS, None, "---\ntitle: A\nstatus: perhaps\n---\nWords\n"),
            (NoticeKind.IMAGE_DROPPED, None, "---\ntitle: A\nimage: http://127.0.0.1/a.png\n---\nWords\n"),
            (NoticeKind.LEFTOVERS, 6, "---\ntitle: A\n---\nWords.\n\nIt is {{ hour }}.\n"),
            (NoticeKind.BROKEN_TAGS, None, '---\ntitle: A\n---\nWords <b title="a "b" c">bold</b>\n'),
            (NoticeKind.DROPPED_HTML, None, "---\ntitle: A\n---\nWords\n\n<script>a()</script>\n"),
        ],
    )
    def test_a_warning_is_of_its_kind_and_names_its_line(self, kind, line, text):
        notice = notices_of(text)[kind]

        assert (kind.severity, notice.line) == (Severity.WARNING, line)

    @pytest.mark.parametrize(
        ("kind", "text"),
        [
            (NoticeKind.NO_FRONT_MATTER, "Words\n"),
            (NoticeKind.GUESSED, "---\nslug: a\n---\nWords\n"),
            (NoticeKind.SLUG_CHANGED, "---\ntitle: A\nslug: A B\n---\nWords\n"),
        ],
    )
    def test_a_value_that_the_import_chose_is_a_choice(self, kind, text):
        assert notices_of(text)[kind].kind.severity is Severity.CHOICE

    @pytest.mark.parametrize(
        ("kind", "text"),
        [
            (NoticeKind.SLUG_GUESSED, "---\ntitle: A\n---\nWords\n"),
            (NoticeKind.HEADING_AS_TITLE, "---\nslug: a\n---\n# Heading\n\nWords\n"),
            (NoticeKind.EMPTY_KEYS, "---\ntitle: A\ncover:\n---\nWords\n"),
            (NoticeKind.STYLES, "---\ntitle: A\n---\n<style>p {}</style>\n\n<p style=x>b</p>\n"),
            (NoticeKind.CONVERTED, "---\ntitle: A\n---\nWords\n[[page]]\n{% if a %}\n"),
        ],
    )
    def test_what_holds_for_a_whole_site_is_a_remark(self, kind, text):
        assert notices_of(text)[kind].kind.severity is Severity.REMARK

    def test_a_refusal_names_its_line_in_its_sentence_too(self):
        notice = notices_of("---\ntitle: *a\n---\nWords\n")[NoticeKind.INVALID]

        assert notice.line == 2
        assert notice.text.startswith("line 2: ")
        assert notice.kind.is_refusal

    def test_a_file_without_a_text_is_refused_as_empty(self):
        assert list(notices_of("---\ntitle: A\n---\n")) == [NoticeKind.EMPTY]

    def test_a_draft_without_a_text_is_skipped(self):
        assert list(notices_of("---\ntitle: A\ndraft: true\n---\n")) == [NoticeKind.NO_ARTICLE]

    @pytest.mark.parametrize(
        ("text", "stored"),
        [
            ("---\ntitle: A\ncover:\n---\nWords\n", ["empty_keys", "cover"]),
            ("---\ntitle: A\nslug: A B\n---\nWords\n", ["slug_changed", "“A B” → “a-b”"]),
            ("---\ntitle: A\nslug: a\ndate: soon\n---\nWords\n", ["date", "Date not understood: “soon”."]),
        ],
    )
    def test_is_stored_with_what_it_is_about_or_else_its_text(self, text, stored):
        assert stored in [notice.stored for notice in notices_of(text).values()]

    def test_two_of_one_kind_and_sentence_are_equal(self):
        assert Notice(NoticeKind.CUT, "a.") == Notice(NoticeKind.CUT, "a.")


@pytest.mark.django_db
class TestWhatAnImportSays:
    def test_of_each_file_is_a_kind(self, folder):
        for name in ("moved", "edited"):
            write(folder, f"{name}.md", title=name, slug=name)
        run(folder)
        article = Article.objects.get(slug="edited")
        article.title = "An editor's"
        article.save()
        (folder / "moved.md").rename(folder / "new-place.md")
        write(folder, "edited.md", title="The file's", slug="edited")
        plain = write(folder, "plain.md")
        (folder / "plain-copy.md").write_bytes(plain.read_bytes())
        (folder / "link.md").symlink_to(plain)
        write(folder, "README.md")
        write(folder, "image.md", body="Words.\n\n![The sea](sea.png)\n", title="Image", slug="image")

        said = {
            report.file: (report.notice and report.notice.kind, {notice.kind for notice in report.notices})
            for report in run(folder)
        }

        assert said == {
            "plain.md": (NoticeKind.COPY, {NoticeKind.COPY}),
            "plain-copy.md": (None, set()),
            "image.md": (None, {NoticeKind.IMAGE_NOT_SHOWN}),
            "README.md": (NoticeKind.NO_ARTICLE, set()),
            "new-place.md": (NoticeKind.MOVED, set()),
            "link.md": (NoticeKind.UNREADABLE, set()),
            "edited.md": (NoticeKind.CONFLICT, set()),
        }

    def said_of(self, folder, name, **options):
        """Import the folder, and return the kind of the file's message and those of its warnings."""
        report = next(report for report in run(folder, **options) if report.file == name)
        return report.notice and report.notice.kind, {notice.kind for notice in report.notices}

    def test_a_choice_stays_with_the_file(self, folder):
        write(folder, "a.md")
        write(folder, "b.md", title="Other tides", date=None)

        assert self.said_of(folder, "b.md", status="published") == (
            None,
            {NoticeKind.UNDATED, NoticeKind.SLUG_TAKEN},
        )
        assert ImportEntry.objects.get(file="b.md").warnings[1:] == [
            "the slug tides is taken: this article gets tides-2."
        ]
        assert ImportEntry.objects.get(file="b.md").notices == [
            ["undated", "Not published: the file has no usable date."],
            ["slug_taken", "“tides” → “tides-2”"],
        ]

    def test_lost_passages_are_a_warning_and_keep_the_article_new(self, folder):
        write(folder, "a.md", body="It is {{ hour }}. The tide of {{ day }} falls. Words.\n")

        assert self.said_of(folder, "a.md", status="published", dry_run=True) == (
            None,
            {NoticeKind.PASSAGES_LOST, NoticeKind.NOT_PUBLISHED},
        )
        assert self.said_of(folder, "a.md", status="published", publish_damaged=True) == (
            None,
            {NoticeKind.PASSAGES_LOST},
        )
        assert Article.objects.get().status == Article.Status.PUBLISHED
