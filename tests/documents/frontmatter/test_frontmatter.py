"""A file's bytes into a document, and edits patched back into the bytes."""

import time

import pytest

from blog.documents.frontmatter.document import parse_document
from blog.documents.frontmatter.encoding import DocumentError
from blog.documents.frontmatter.notations import Dialect
from tests.support.cases import read_cases

CASES = read_cases("front_matter")


def document(text: str):
    return parse_document(text.encode())


def fields_of(text: str):
    return document(text).fields


def refusal(data: bytes | str) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        parse_document(data.encode() if isinstance(data, str) else data)
    return caught.value


class TestDialect:
    @pytest.mark.parametrize(("text", "dialect"), [("", "NONE"), *CASES["dialect"]])
    def test_is_told_from_the_text(self, text, dialect):
        assert document(text).dialect == Dialect[dialect]

    @pytest.mark.parametrize(
        "text",
        [
            '---\ntitle: "A"\n---\nx\n',
            "---\ntitle: A\n---\nx\n",
            '+++\ntitle = "A"\n+++\nx\n',
            '{"title": "A"}\nx\n',
        ],
    )
    def test_all_that_are_fenced_give_the_same_values(self, text):
        assert (fields_of(text), document(text).body) == ({"title": "A"}, "x\n")

    def test_without_front_matter_everything_is_body(self):
        found = document("\n# A\n")

        assert (found.fields, found.body, found.warnings) == ({}, "\n# A\n", ("no front matter.",))


class TestFences:
    @pytest.mark.parametrize(
        "text",
        [
            "---\r\ntitle: A\r\n---\r\nx\r\n",
            "---\rtitle: A\r---\rx\r",
            "\ufeff---\ntitle: A\n---\nx\n",
            "\n  \n---\ntitle: A\n---\nx\n",
            "---  \ntitle: A\n--- \t\nx\n",
        ],
        ids=["crlf", "cr", "bom", "blank lines", "trailing spaces"],
    )
    def test_are_found_in_any_newlines_and_spaces(self, text):
        found = document(text)

        assert (found.fields, found.body, found.warnings) == ({"title": "A"}, "x\n", ())

    def test_an_unclosed_one_over_keys_is_refused_with_its_line(self):
        error = refusal("\n---\ntitle: A\n\nText\n")

        assert error.line == 2
        assert "never closed" in str(error)

    def test_an_unclosed_one_over_text_is_a_thematic_break(self):
        assert document("---\n\nText without keys\n").body == "---\n\nText without keys\n"

    def test_what_is_no_mapping_is_refused(self):
        assert refusal("---\n- a\n- b\n---\nx").line == 2

    def test_may_have_nothing_between_them(self):
        found = document("---\n---\nx")

        assert (found.fields, found.body, found.warnings) == ({}, "x", ())

    def test_the_body_keeps_its_blank_lines(self):
        assert document("---\na: 1\n---\n\n\n x \n\n").body == "\n\n x \n\n"


class TestEncoding:
    def test_utf_16_is_read_and_reported(self):
        found = parse_document("---\ntitle: é😀\n---\nx".encode("utf-16"))

        assert found.fields == {"title": "é😀"}
        assert found.warnings == ("text re-encoded from UTF-16.",)

    def test_what_is_not_utf_8_is_taken_for_windows_1252(self):
        found = parse_document("---\ntitle: caf\xe9 \u2026\n---\n".encode("windows-1252"))

        assert found.fields == {"title": "café …"}
        assert "Windows-1252" in found.warnings[0]
        assert "line 2" in found.warnings[0]

    @pytest.mark.parametrize(
        "data",
        [
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            bytes(range(256)) * 4,
            "---\ntitle: A\n---\n".encode("utf-16-le"),
            "text".encode("utf-32"),
            b"\xff\xfea",
        ],
        ids=["png", "bytes", "utf-16 unmarked", "utf-32", "odd utf-16"],
    )
    def test_what_is_no_text_is_refused(self, data):
        assert str(refusal(data))

    def test_a_git_lfs_pointer_is_named(self):
        assert "git lfs pull" in str(
            refusal("version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n")
        )

    def test_control_characters_go_with_one_warning(self):
        found = document('---\nn: 1\ntitle: "a\x00b\\u0000\x85c"\n---\nx\x07y\tz')

        assert (found.fields["title"], found.body) == ("abc", "xy\tz")
        assert found.warnings == ("4 control characters removed (the first in line 3).",)

    @pytest.mark.parametrize(
        "text", ['---\ntitle: "\\ud83d\\ude00"\n---\n', '---\na: b\ntitle: "\\ud83d\\ude00"\n---\n']
    )
    def test_escaped_character_pairs_are_joined(self, text):
        assert fields_of(text)["title"] == "😀"

    @pytest.mark.parametrize(
        "text", ['---\nn: 1\ntitle: "\\ud83d"\n---\n', '---\na: b\ntitle: "\\ud83d"\n---\n']
    )
    def test_half_a_character_pair_is_refused_with_its_line(self, text):
        error = refusal(text)

        assert error.line == 3
        assert "half of a character pair" in str(error)


class TestYaml:
    @pytest.mark.parametrize("text", [text for (text,) in CASES["text"]])
    def test_what_is_no_plain_number_or_boolean_stays_text(self, text):
        assert fields_of(f"---\na: b\nvalue: {text}\n---\n")["value"] == text

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("true", True),
            ("False", False),
            ("", None),
            ("~", None),
            ("null", None),
        ],
    )
    def test_plain_words_have_their_yaml_1_2_meaning(self, text, value):
        assert fields_of(f"---\na: b\nvalue: {text}\n---\n")["value"] is value

    def test_numbers_are_numbers(self):
        assert fields_of("---\na: 12\nb: -1.5\nc: x\n---\n") == {"a": 12, "b": -1.5, "c": "x"}

    def test_keys_become_text(self):
        assert fields_of("---\n1: x\ntrue: y\n---\n") == {"1": "x", "true": "y"}

    @pytest.mark.parametrize(("value", "hint"), CASES["error"])
    def test_an_error_names_the_line_of_the_file_and_a_way_out(self, value, hint):
        error = refusal(f"\n---\nfirst: x\ntitle: {value}\n---\n")

        assert error.line == 4
        assert hint in str(error)

    def test_a_doubled_key_is_a_warning_and_the_last_one_counts(self):
        found = document("---\ntitle: a\nx: y\ntitle: b\n---\n")

        assert found.fields["title"] == "b"
        assert found.warnings == ("key “title” stands twice (again in line 4): the last one counts.",)


class TestOtherNotations:
    @pytest.mark.parametrize(
        "text",
        ['---\nn: 1\ntitle: "a"\ntitle: "b"\n---\n', '{"n": 1,\n\n "title": "a", "title": "b"}\n'],
        ids=["json lines", "json"],
    )
    def test_a_doubled_key_is_a_warning_and_the_last_one_counts(self, text):
        found = document(text)

        assert found.fields["title"] == "b"
        assert "“title” stands twice" in found.warnings[0]

    def test_toml_refuses_a_doubled_key_with_its_line(self):
        assert refusal('+++\ntitle = "a"\ntitle = "b"\n+++\n').line == 3

    def test_toml_dates_become_text(self):
        text = "+++\na = 2024-01-02\nb = 2024-01-02T03:04:05Z\nc = 2024-01-02T03:04:05\nd = inf\n+++\n"

        assert fields_of(text) == {
            "a": "2024-01-02",
            "b": "2024-01-02T03:04:05Z",
            "c": "2024-01-02T03:04:05",
            "d": "inf",
        }

    def test_broken_json_is_refused_with_its_line(self):
        assert refusal('{\n  "title": "a"\n  "b": 1\n}\n').line == 3

    def test_a_number_too_large_for_databases_stays_text(self):
        assert fields_of('{"a": 1' + "0" * 5000 + "}\n") == {"a": "1" + "0" * 5000}


class TestHeaderLines:
    """Lines above the text, as Pelican has them."""

    def test_are_texts_up_to_a_blank_line(self):
        found = document("Title: My: title \nTags: a, b\nEmpty:\nStatus: draft\n\n\nx\n")

        assert found.fields == {"Title": "My: title", "Tags": "a, b", "Empty": "", "Status": "draft"}
        assert (found.body, found.warnings) == ("\nx\n", ())

    def test_go_on_in_lines_that_are_indented(self):
        assert fields_of("Title: A\nSummary: One\n    two\n\tthree\n\nx") == {
            "Title": "A",
            "Summary": "One two three",
        }

    @pytest.mark.parametrize("text", ["\ufeffTitle: A\r\nSlug: a\r\n\r\nx", "\n \nTitle: A\rSlug: a\r\rx"])
    def test_are_found_behind_marks_and_blank_lines_and_in_any_newlines(self, text):
        found = document(text)

        assert (found.fields, found.body) == ({"Title": "A", "Slug": "a"}, "x")

    def test_a_doubled_one_is_a_warning_and_the_last_one_counts(self):
        found = document("Title: A\nTags: a\nTags: b\n\nx")

        assert found.fields["Tags"] == "b"
        assert found.warnings == ("key “Tags” stands twice (again in line 3): the last one counts.",)


class TestLimits:
    def test_two_megabytes(self):
        assert "2 MB" in str(refusal(b"x" * (2 * 1024 * 1024 + 1)))

    @pytest.mark.parametrize(
        "text",
        [
            "---\na: " + "x" * 65536 + "\n---\n",
            "+++\na = '" + "x" * 65536 + "'\n+++\n",
            '{"a": "' + "x" * 65536 + '"}',
            "Title: a\nb: " + "x" * 65536 + "\n\nx",
        ],
    )
    def test_64_kilobytes_of_front_matter(self, text):
        assert "64 KB" in str(refusal(text))

    @pytest.mark.parametrize(
        "text",
        [
            "---\na: {}\n---\n",
            "---\nb: c\na: {}\n---\n",
            "+++\na = {}\n+++\n",
            '{{"a": {}}}\n',
        ],
    )
    @pytest.mark.parametrize("depth", [21, 30_000])
    def test_nested_values(self, text, depth):
        assert "nested" in str(refusal(text.format("[" * depth + "]" * depth)))

    @pytest.mark.parametrize("key", ["a." * 30_000 + "a = 1", "[" + "a." * 30_000 + "a]"])
    def test_dotted_keys_are_refused_before_they_take_minutes(self, key):
        started = time.process_time()

        assert "nested" in str(refusal(f"+++\n{key}\n+++\n"))
        assert time.process_time() - started < 1

    @pytest.mark.parametrize(
        "text",
        [
            "\n" * 2_000_000,
            " " * 2_000_000,
            "---\n" + "\n" * 2_000_000,
            "---\n" * 500_000,
            "a:\n" * 600_000,
            "a:\n    b\n" * 200_000,
        ],
    )
    def test_a_large_file_of_nothing_is_read_at_once(self, text):
        started = time.process_time()

        document(text)

        assert time.process_time() - started < 2
