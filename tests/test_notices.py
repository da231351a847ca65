"""What an import reports of a file: kind, sentence and line."""

from datetime import UTC

import pytest

from blog.documents.notices import Kind, Notice, Severity
from blog.sandbox.texts import read_text


def notices_of(text):
    """Return what is reported of a file: its warnings by kind, or its refusal."""
    reading = read_text(text.encode(), "name.md", UTC)
    notices = [reading.refusal] if reading.refusal else reading.fields.notices
    return {notice.kind: notice for notice in notices}


class TestNotices:
    @pytest.mark.parametrize(
        ("kind", "line", "text"),
        [
            (Kind.NO_FRONT_MATTER, None, "Words\n"),
            (Kind.DOUBLED_KEY, 3, "---\ntitle: A\ntitle: B\nslug: a\n---\nWords\n"),
            (Kind.EMPTY_KEYS, None, "---\ntitle: A\ncover:\n---\nWords\n"),
            (Kind.CONTROL_CHARACTERS, 4, "---\ntitle: A\n---\nWo\x01rds\n"),
            (Kind.GUESSED, None, "---\nslug: a\n---\nWords\n"),
            (Kind.CUT, None, f"---\ntitle: {'a' * 301}\n---\nWords\n"),
            (Kind.WRONG_TYPE, None, "---\ntitle: A\nexcerpt: [a]\n---\nWords\n"),
            (Kind.DATE, None, "---\ntitle: A\ndate: soon\n---\nWords\n"),
            (Kind.STATUS, None, "---\ntitle: A\nstatus: perhaps\n---\nWords\n"),
            (Kind.IMAGE_DROPPED, None, "---\ntitle: A\nimage: http://127.0.0.1/a.png\n---\nWords\n"),
            (Kind.LEFTOVERS, 5, "---\ntitle: A\n---\nWords\n[[page]]\n{% if a %}\n"),
            (Kind.BROKEN_TAGS, None, '---\ntitle: A\n---\nWords <b title="a "b" c">bold</b>\n'),
            (Kind.DROPPED_HTML, None, "---\ntitle: A\n---\nWords\n\n<script>a()</script>\n"),
        ],
    )
    def test_a_warning_is_of_its_kind_and_names_its_line(self, kind, line, text):
        notice = notices_of(text)[kind]

        assert (kind.severity, notice.line) == (Severity.WARNING, line)

    def test_a_refusal_names_its_line_in_its_sentence_too(self):
        notice = notices_of("---\ntitle: *a\n---\nWords\n")[Kind.INVALID]

        assert notice.line == 2
        assert notice.text.startswith("line 2: ")
        assert notice.kind.is_refusal

    def test_a_file_without_a_text_is_refused_as_empty(self):
        assert list(notices_of("---\ntitle: A\n---\n")) == [Kind.EMPTY]

    def test_two_of_one_kind_and_sentence_are_equal(self):
        assert Notice(Kind.CUT, "a.") == Notice(Kind.CUT, "a.")
