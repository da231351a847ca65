"""Edits patched into the bytes of a file."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from blog.documents.frontmatter.document import parse_document
from blog.documents.frontmatter.edits import REMOVED
from blog.documents.frontmatter.encoding import DocumentError
from blog.documents.frontmatter.value_formats import toml_value

# What a file can hold: no surrogates, and none of the characters that are removed.
CHARACTERS = st.characters(
    exclude_categories=("Cs", "Cc"), include_characters="\n\t", exclude_characters="\ufeff\ufffe\uffff"
)
TEXTS = st.text(CHARACTERS, max_size=30) | st.sampled_from(
    [
        "",
        "yes",
        "012",
        "1.10",
        "2024-01-02",
        "a: b",
        "a #b",
        "- a",
        "it's",
        '"q"',
        "null",
        "true",
        "x\n\ny\n",
        "---",
    ]
)
SCALARS = TEXTS | st.integers(-(10**18), 10**18) | st.booleans() | st.none()
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
TOML_VALUES = st.recursive(
    TEXTS | st.integers(-(10**18), 10**18) | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
KEYS = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,10}", fullmatch=True)
FIELDS = st.dictionaries(KEYS, VALUES, max_size=5)
BODIES = st.text(CHARACTERS, max_size=80)


def document(text: str):
    return parse_document(text.encode())


def patched(text: str, changes: dict, **options) -> str:
    return document(text).patched(changes, **options).decode()


class TestPatching:
    @pytest.mark.parametrize(
        "data",
        [
            b'\xef\xbb\xbf---\r\ntitle: "A"\r\n---\r\nx\r\n',
            b"---\rtitle: A\r---\rx\r",
            "---\ntitle: A\n---\nx".encode("utf-16"),
            b"---\ntitle: caf\xe9 \x00\n---\nx".replace(b"\x00", b""),
            b"x\x00y",
            b"",
        ],
    )
    def test_nothing_changed_gives_the_same_bytes(self, data):
        found = parse_document(data)

        assert found.patched({}) == data
        assert found.patched(found.fields, body=found.body) == data

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ('title: "A"  ', 'title: "B"  '),
            ("title:   'A'", "title:   'B'"),
            ("title: A # note", "title: B # note"),
            ("title: >\n  A\n  and more\n\n# note", "title: B\n\n# note"),
            ("title: A\n  and more", "title: B"),
            ("title:", "title: B"),
        ],
    )
    def test_a_yaml_value_is_replaced_in_its_own_manner(self, before, after):
        text = "---\n# head\nx: y\n{}\nlast: [1,  2]\n---\nbody\n"

        assert patched(text.format(before), {"title": "B"}) == text.format(after)

    def test_a_block_list_keeps_the_lines_of_the_items_that_stay(self):
        text = '---\ntags: # all\n  - "a"\n  - b # kept apart\n  - c\nx: y\n---\n'

        assert patched(text, {"tags": ["a", "new: one", "b"]}) == (
            '---\ntags: # all\n  - "a"\n  - "new: one"\n  - b\nx: y\n---\n'
        )

    def test_a_block_mapping_is_edited_inside(self):
        text = "---\nimage:\n  src: a.png # wide\n  alt: old\nx: y\n---\n"

        assert patched(text, {"image": {"src": "a.png", "alt": "new", "n": 1}}) == (
            "---\nimage:\n  src: a.png # wide\n  alt: new\n  n: 1\nx: y\n---\n"
        )

    def test_a_json_line_is_replaced_in_the_file_s_spacing(self):
        text = '---\ntitle:  "A"\ntags: ["a","b"]\n---\nx'

        assert patched(text, {"title": "“B”", "tags": ["c", "d"], "new": {"a": [1, 2]}}) == (
            '---\ntitle:  "“B”"\ntags: ["c","d"]\nnew: {"a":[1,2]}\n---\nx'
        )

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"Title": "B: c"}, "Title: B: c\nTags: a, b\n  \nx"),
            ({"Tags": "c"}, "Title:  A\nTags: c\n  \nx"),
            ({"Lang": "de"}, "Title:  A\nTags: a, b\nLang: de\n  \nx"),
            ({"Tags": REMOVED, "Lang": "de"}, "Title:  A\nLang: de\n  \nx"),
            ({"Tags": REMOVED}, '---\nTitle: "A"\n---\nx'),
            ({"draft": True}, '---\nTitle: "A"\nTags: "a, b"\ndraft: true\n---\nx'),
            ({"Title": "B\nc"}, '---\nTitle: "B\\nc"\nTags: "a, b"\n---\nx'),
        ],
    )
    def test_a_header_line_is_replaced_and_what_fits_none_makes_it_front_matter(self, changes, expected):
        assert patched("Title:  A\nTags: a, b\n  \nx", changes) == expected

    @pytest.mark.parametrize("end", ["", "\n", "\n\n"])
    def test_a_text_below_header_lines_is_parted_from_them(self, end):
        assert patched(f"Title: A\nSlug: a{end}", {}, body="x\n") == "Title: A\nSlug: a\n\nx\n"

    def test_a_toml_value_is_replaced_and_tables_are_left_alone(self):
        text = '+++\ntitle = """\nA\n""" # note\ntags = [\n  "a", # one\n]\n[params]\ntitle = "p"\n+++\nx'

        assert patched(text, {"title": "B", "tags": ["b"], "new": True}) == (
            '+++\ntitle = "B" # note\ntags = ["b"]\nnew = true\n[params]\ntitle = "p"\n+++\nx'
        )

    def test_a_changed_toml_table_becomes_a_line(self):
        tables = '[image]\nsrc = "a"\n[[categories]]\nname = "b"\n[[categories]]\nname = "c"\n'
        text = f'+++\ntitle = "A"\n{tables}+++\nx'

        assert patched(text, {"image": {"src": "z"}, "categories": ["d"]}) == (
            '+++\ntitle = "A"\nimage = { src = "z" }\ncategories = ["d"]\n+++\nx'
        )

    def test_json_keeps_its_lines_and_commas(self):
        text = '{\n  "title": "A",\n  "tags": [\n    "a"\n  ],\n  "n": 1\n}\nx'

        assert patched(text, {"title": "B", "tags": ["b", "c"], "n": REMOVED, "m": 2}) == (
            '{\n  "title": "B",\n  "tags": [\n    "b",\n    "c"\n  ],\n  "m": 2\n}\nx'
        )

    @pytest.mark.parametrize(
        ("text", "result"),
        [
            ('---\na: 1\nb: "x"\n---\n', "---\na: 1\n---\n"),
            ("---\na: 1\nb: # c\n- x\n- y\n# d\n---\n", "---\na: 1\n# d\n---\n"),
            ("+++\na = 1\nb = [\n1,\n2] # c\n+++\n", "+++\na = 1\n+++\n"),
            ('{"a": 1, "b": 2}\n', '{"a": 1}\n'),
        ],
    )
    def test_removed_takes_the_entry_out(self, text, result):
        assert patched(text, {"b": REMOVED}) == result

    @pytest.mark.parametrize(
        ("text", "result"),
        [
            ('---\na: "1"\na: "2"\n---\n', '---\na: "1"\na: "3"\n---\n'),
            ("---\na: 1\nb: x\na: 2\n---\n", '---\na: 1\nb: x\na: "3"\n---\n'),
        ],
    )
    def test_of_a_doubled_key_the_one_that_counts_is_patched(self, text, result):
        assert patched(text, {"a": "3"}) == result

    def test_without_front_matter_one_is_put_in_front(self):
        assert patched("# A\n", {"title": "B"}) == '---\ntitle: "B"\n---\n# A\n'

    def test_newlines_mark_and_encoding_stay(self):
        data = "---\r\ntitle: A\r\n---\r\nx\r\n".encode("utf-16-be")

        result = parse_document(b"\xfe\xff" + data).patched({"title": "é", "n": 1})

        assert result == b"\xfe\xff" + "---\r\ntitle: é\r\nn: 1\r\n---\r\nx\r\n".encode("utf-16-be")

    def test_an_old_encoding_gives_way_to_a_character_that_it_lacks(self):
        found = parse_document("---\ntitle: café\n---\n".encode("windows-1252"))

        assert found.patched({"title": "thé"}) == "---\ntitle: thé\n---\n".encode("windows-1252")
        assert found.patched({"title": "日"}) == "---\ntitle: 日\n---\n".encode()

    def test_the_body_keeps_the_bytes_of_lines_that_stay(self):
        text = "---\na: 1\n---\r\none\r\ntwo\nthree\r\nfour\x00\r\n"

        assert patched(text, {}, body="one\n2\n2b\nthree\nfour\n") == (
            "---\na: 1\n---\r\none\r\n2\r\n2b\r\nthree\r\nfour\x00\r\n"
        )

    def test_a_body_that_looks_like_front_matter_stays_a_body(self):
        body = "---\ntitle: B\n---\n"

        assert parse_document(document("x").patched({}, body=body)).body == body

    def test_what_cannot_be_written_is_refused_by_name(self):
        with pytest.raises(DocumentError, match="title"):
            document("---\na: 1\n---\n").patched({"title": "\ud83d"})
        with pytest.raises(DocumentError, match="TOML"):
            document("+++\na = 1\n+++\n").patched({"a": None})

    def test_a_file_that_would_read_otherwise_is_never_written(self):
        with pytest.raises(DocumentError, match="b: c"):
            document("---\na: 1\n---\n").patched({"b: c": 1})

    @given(FIELDS, st.sampled_from([20, 80, 1000]), st.booleans(), BODIES)
    def test_yaml_of_any_writer_is_read(self, fields, width, is_flow, body):
        block = yaml.safe_dump(fields, width=width, default_flow_style=is_flow or None, allow_unicode=True)
        lines = block.replace("\n---", "\n ---").replace("\n...", "\n ...")

        found = document(f"---\n# c\n{lines}---\n{body}")

        assert (found.fields, found.body) == (fields, body)

    @given(FIELDS, KEYS, VALUES | st.just(REMOVED), st.data())
    def test_any_change_reads_back_and_touches_nothing_else(self, fields, key, value, data):
        text = data.draw(st.sampled_from(sorted(WRITERS)).map(lambda name: WRITERS[name](fields)))
        key = data.draw(st.sampled_from([key, *fields]))
        found = document(text)

        result = parse_document(found.patched({key: value}))

        expected = {name: item for name, item in (found.fields | {key: value}).items() if item is not REMOVED}
        assert json.dumps(result.fields, sort_keys=True) == json.dumps(expected, sort_keys=True)
        assert result.body == "body\n"

    @given(st.dictionaries(KEYS, TOML_VALUES, max_size=4), KEYS, TOML_VALUES | st.just(REMOVED), st.data())
    def test_any_change_to_toml_reads_back(self, fields, key, value, data):
        lines = "".join(f"{name} = {toml_value(item)} # c\n" for name, item in fields.items())
        found = document(f"+++\n{lines}[table]\nx = 1\n+++\nbody\n")
        key = data.draw(st.sampled_from([key, *fields]))

        result = parse_document(found.patched({key: value}))

        expected = {name: item for name, item in (found.fields | {key: value}).items() if item is not REMOVED}
        assert (result.fields, result.body) == (expected, "body\n")

    @given(
        st.text(st.sampled_from("ab\n\r\t\x00é#- "), max_size=40).filter(lambda text: text.count("\0") < 9),
        BODIES,
        st.sampled_from(["", "---\na: 1\n---\n"]),
    )
    def test_any_body_reads_back(self, before, after, front):
        assert parse_document(document(front + before).patched({}, body=after)).body == after

    @given(st.binary(max_size=200) | TEXTS.map(str.encode))
    def test_any_bytes_are_read_or_refused(self, data):
        try:
            found = parse_document(data)
        except DocumentError:
            return
        assert found.patched({}, body=found.body) == data


def _json_lines(fields):
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in fields.items())


WRITERS = {
    "json lines": lambda fields: f"---\n{_json_lines(fields)}---\nbody\n",
    "json": lambda fields: json.dumps(fields, indent=2) + "\nbody\n",
    "compact json": lambda fields: json.dumps(fields) + "\nbody\n",
    "header lines": lambda fields: f"Title: A\nSlug: a\n{_header_lines(fields)}\nbody\n",
    "no front matter": lambda fields: "body\n",
    "block yaml": lambda fields: _yaml(fields, default_flow_style=False),
    "mixed yaml": lambda fields: _yaml(fields, default_flow_style=None, indent=4),
    "flow yaml": lambda fields: _yaml(fields, default_flow_style=True),
}


def _header_lines(fields):
    texts = {key: value for key, value in fields.items() if isinstance(value, str) and "\n" not in value}
    return "".join(f"{key}: {value}\n" for key, value in texts.items())


def _yaml(fields, **options):
    lines = yaml.safe_dump(fields, sort_keys=False, width=40, **options)
    return f"---\n# comment\n{lines if fields else ''}# end\n---\nbody\n"
