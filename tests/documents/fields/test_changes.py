"""Changed values of an article, written back into its front matter."""

import dataclasses
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blog.documents.fields.changes import front_matter_changes
from blog.documents.fields.extraction import read_fields
from blog.documents.fields.values import ArticleFields, CategoryName, is_nobody
from blog.documents.frontmatter.document import parse_document
from blog.documents.image_words import Credit
from tests.support.durations import IS_LONG

BERLIN = ZoneInfo("Europe/Berlin")

WORDS = st.text(st.characters(exclude_categories=("Cs", "C", "Z")), min_size=1, max_size=12)
NAMES = WORDS.filter(lambda name: not is_nobody(name))
LINES = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn")) | st.sampled_from("\n :#'\"-,"), max_size=40
).filter(lambda text: "\ufeff" not in text)
MOMENTS = st.datetimes(
    min_value=datetime(1001, 1, 2),  # noqa: DTZ001 -- the zone is drawn apart
    max_value=datetime(9998, 12, 30),  # noqa: DTZ001 -- as above
    timezones=st.sampled_from([UTC, BERLIN, timezone(timedelta(hours=-5, minutes=-30))]),
)

NEW_VALUES = st.fixed_dictionaries(
    {},
    optional={
        "title": WORDS,
        "slug": st.from_regex(r"[a-z0-9]+(-[a-z0-9]+){0,2}", fullmatch=True).filter(
            lambda slug: len(slug) < 255
        ),
        "dated_at": MOMENTS,
        "updated_at": st.none() | MOMENTS,
        "excerpt": LINES.filter(lambda text: text == "" or text.strip()),
        "meta_description": LINES.filter(lambda text: text == "" or text.strip()),
        "share_quote": LINES.filter(lambda text: text == "" or text.strip()),
        "generated_by": st.just("") | WORDS,
        "language": st.sampled_from(["", "de", "pt-BR"]),
        "primary_category": st.just("") | WORDS,
        "categories": st.lists(
            st.builds(CategoryName, st.sampled_from(["", "exact", "niche"]), WORDS), max_size=3
        ).map(tuple),
        "authors": st.lists(NAMES, max_size=3).map(tuple),
        "translators": st.lists(NAMES, max_size=3, unique=True).map(tuple),
        "keywords": st.lists(WORDS, max_size=3).map(tuple),
        "series": st.just("") | WORDS,
        "series_part": st.none() | st.integers(0, 32_767),
        "status": st.sampled_from(["new", "published", None]),
        "is_featured": st.booleans(),
        "is_trending": st.booleans(),
        "image": st.sampled_from(["", "a.png", "/a b.png", "https://a.example/x?y=z#w"]),
        "image_alt": LINES.filter(lambda text: text == "" or text.strip()),
        "image_credit": st.builds(
            Credit, st.just("") | WORDS, st.sampled_from(["", "https://a.example/(x)_y"]), st.just("") | WORDS
        ),
        "reading_time": st.none() | st.integers(0, 100),
    },
)
DOCUMENTS = [
    """\
title: "A"
category: "C"
categories: [{"type":"exact","name":"C"}]
status: "new"
trending: true
image: "https://i.example/a"
imageAlt: "b"
imageCredit: "Photo by [Ann](https://a.example) on U"
keywords: []
readingTime: 6
socialShare: "\\"q\\""
generatedBy: "G"
date: "2025-03-18T19:54:52.318Z\"""",
    """\
title: >
  Folded
  title

tags: # all
- a
- 2024
authors:
- ann
date: 2015-02-12
excerpt: |
  b
description: c
image:
  src: a.png
  alt: b
  caption: c
draft: false
published: 2020-01-01
# end""",
    """\
Title: 'A'
Tags: a, b
author: {name: Ann, url: u}
summary: s
heroImage: a
cover: {image: b, alt: c}
categories: [C, {level: niche, title: D}]
status: publish
draft: yes
featured: 'yes'
lang: en_US
series: [S, T]
part: Part 2
lastmod: 1562688000""",
    """\
description: d
category: [C, D]
images: [{url: a, alt: b}, c]
authors: Ann, Bo
keywords: [x]
topics: [y]
series: {title: S, order: 2, url: u}
generatedBy: [a, b]
imageCredit: {name: Ann, source: S}""",
]


def document(front_matter: str):
    return parse_document(f"---\n{front_matter}\n---\nText\n".encode())


def rewritten(front_matter: str, *, time_zone=None, **changes) -> str:
    """The front matter after these values have changed."""
    found = document(front_matter)
    wanted = dataclasses.replace(read_fields(found, path="name.md", time_zone=time_zone or UTC), **changes)
    result = found.patched(front_matter_changes(found, wanted, changes, time_zone=time_zone))
    return result.decode().removeprefix("---\n").removesuffix("\n---\nText\n")


class TestChanges:
    def test_nothing_is_touched_where_nothing_changed(self):
        found = document(
            "title:  'A'\nslug: Über\ndate: 2019/05/16\ntags: a, b\nimage: {src: //h.example/a}\n"
            "draft: no\nlang: en_US\nstatus: Draft"
        )

        values = read_fields(found, path="name.md", time_zone=BERLIN)

        names = ArticleFields.__dataclass_fields__
        assert front_matter_changes(found, values, names, time_zone=BERLIN) == {}

    @pytest.mark.parametrize(
        ("before", "changes", "after"),
        [
            ("summary: a", {"excerpt": "b"}, "summary: b"),
            ("description: a", {"excerpt": "b"}, "description: b"),
            ("description: a", {"meta_description": "b"}, "description: a\nmetaDescription: b"),
            ("tags: a, b", {"keywords": ("a", "c")}, "tags: a, c"),
            ("tags: a_b c", {"keywords": ("a_b", "d")}, "tags: a_b, d"),
            ("tags: a, b", {"keywords": ("a", "c, d")}, 'tags: ["a", "c, d"]'),
            ("tags:\n  - a\n  - b", {"keywords": ("b", "c")}, "tags:\n  - b\n  - c"),
            ("tags: [a]", {"keywords": ()}, "tags: []"),
            ("x: y", {"keywords": ("a",)}, 'x: y\nkeywords: ["a"]'),
            ("author: Ann", {"authors": ("Bo",)}, "author: Bo"),
            ("translator: Ann", {"translators": ("Bo", "Cy")}, "translator: Bo, Cy"),
            ("x: y", {"translators": ("Bo",)}, 'x: y\ntranslators: ["Bo"]'),
            ("author: {name: Ann, url: u}", {"authors": ("Bo",)}, 'author: {"name": "Bo", "url": "u"}'),
            ("cover: {image: a, alt: b}", {"image_alt": "c"}, 'cover: {"image": "a", "alt": "c"}'),
            ("draft: true", {"status": "published"}, "draft: false"),
            ("status: publish", {"status": "new"}, "status: draft"),
            ("x: y", {"is_featured": True}, "x: y\nfeatured: true"),
            ("image: a\ncover: b", {"image": ""}, 'image: ""\ncover: ""'),
            ("date: 2019-05-16\nx: y", {"dated_at": None}, "x: y"),
            ("x: y", {"series": "S", "series_part": 2}, "x: y\nseries: S\nseriesPart: 2"),
            ("series: [S, T]\npart: 1", {"series": "U"}, 'series: ["U", "T"]\npart: 1'),
            ("series: [S, T]\npart: 1", {"series": "", "series_part": None}, "series: []"),
            ("series: S\nseries_order: 1", {"series_part": 3}, "series: S\nseries_order: 3"),
            (
                "series: {name: S, part: 1}",
                {"series": "T", "series_part": 2},
                'series: {"name": "T", "part": 2}',
            ),
            ("part: 2\nx: y", {"series": "S"}, "x: y\nseries: S"),
            ("part: II", {"series": "S"}, "part: II\nseries: S"),
            (
                "categories:\n- {type: exact, name: A}\n- {type: niche, name: B}",
                {"categories": (CategoryName("exact", "C"), CategoryName("niche", "B"))},
                'categories:\n- {"type": "exact", "name": "C"}\n- {type: niche, name: B}',
            ),
            ("categories: [A]", {"categories": (CategoryName("", "B"),)}, 'categories: ["B"]'),
            ("category: A", {"primary_category": "B"}, 'category: B\ncategories: ["A"]'),
            (
                "x: y",
                {"image_credit": Credit("Ann", "https://a.b/", "C")},
                'x: y\nimageCredit: "Photo by [Ann](https://a.b/) on C"',
            ),
        ],
    )
    def test_are_written_under_the_keys_and_in_the_shapes_of_the_file(self, before, changes, after):
        assert rewritten(before, **changes) == after

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ('date: "2019-05-16T10:00:00.000Z"', 'date: "2020-01-02T03:04:05.000Z"'),
            ("date: 2019-05-16 10:00:00", "date: 2020-01-02 04:04:05"),
            ("date: 2019-05-16 10:00:00 +0530", "date: 2020-01-02 08:34:05 +0530"),
            ("date: 2019-05-16", "date: 2020-01-02T03:04:05Z"),
            (
                "date: {created: 2019-05-16 10:00:00, updated: 2019-06-01}",
                'date: {"created": "2020-01-02 04:04:05", "updated": "2019-06-01"}',
            ),
        ],
    )
    def test_a_date_keeps_its_shape(self, before, after):
        moment = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)

        assert rewritten(before, dated_at=moment, time_zone=BERLIN) == after

    def test_a_day_stays_a_day(self):
        moment = datetime(2020, 1, 2, tzinfo=BERLIN)

        assert rewritten("date: 2019/05/16", dated_at=moment, time_zone=BERLIN) == "date: 2020/01/02"
        assert rewritten("date: 2019/05/16", dated_at=moment) == "date: 2020-01-01T23:00:00Z"

    def test_a_title_that_was_only_guessed_is_written_down(self):
        found = parse_document(b"---\nx: y\n---\n# Heading\n")
        values = read_fields(found, path="name.md", time_zone=UTC)

        assert front_matter_changes(found, values, {"title"}) == {"title": "Heading"}

    def test_a_new_file_has_the_canonical_keys(self):
        found = parse_document(b"")
        values = dataclasses.replace(
            read_fields(found, path="", time_zone=UTC),
            title="A",
            slug="a",
            dated_at=datetime(2020, 1, 2, tzinfo=UTC),
            primary_category="C",
            categories=(CategoryName("exact", "C"),),
            is_trending=True,
        )

        text = found.patched(
            front_matter_changes(found, values, ArticleFields.__dataclass_fields__), body="x"
        ).decode()

        assert text == (
            '---\ntitle: "A"\nslug: "a"\ndate: "2020-01-02T00:00:00Z"\ncategory: "C"\n'
            'categories: [{"type":"exact","name":"C"}]\ntrending: true\n---\nx'
        )


class TestInverse:
    @pytest.mark.parametrize("front_matter", [*DOCUMENTS, ""])
    @settings(max_examples=100 if IS_LONG else 20)  # of each kind of document
    @given(NEW_VALUES, st.sampled_from([UTC, BERLIN, None]))
    def test_any_new_values_read_back_and_the_others_stay(self, front_matter, changes, given_zone):
        found = document(front_matter) if front_matter else parse_document(b"Text\n")
        zone = given_zone or BERLIN
        wanted = dataclasses.replace(read_fields(found, path="name.md", time_zone=zone), **changes)
        if not wanted.series:  # nothing is a part without one
            wanted = dataclasses.replace(wanted, series_part=None)

        result = found.patched(front_matter_changes(found, wanted, changes, time_zone=given_zone))

        again = read_fields(parse_document(result), path="name.md", time_zone=zone)
        for name in ArticleFields.__dataclass_fields__:
            if name not in ("extra", "notices", "is_slug_guessed"):
                assert _comparable(getattr(again, name)) == _comparable(getattr(wanted, name)), name


def _comparable(value):
    return value.astimezone(UTC) if isinstance(value, datetime) else value  # an hour may come twice in a zone


class TestMarkedExcerpt:
    @pytest.mark.parametrize("excerpt", ["", "Other words."])
    def test_a_new_one_takes_the_place_of_the_words_before_the_mark(self, excerpt):
        document = parse_document(b"---\ntitle: T\nslug: t\n---\nWords.\n<!--more-->\nRest.\n")
        fields = read_fields(document, path="t.md", time_zone=UTC)
        changed = dataclasses.replace(fields, excerpt=excerpt)

        changes = front_matter_changes(document, changed, ["excerpt"])

        again = read_fields(parse_document(document.patched(changes)), path="t.md", time_zone=UTC)
        assert fields.excerpt == "Words."
        assert again.excerpt == excerpt


def test_keys_of_a_group_of_taxonomies_change_in_it():
    document = parse_document(b"+++\ntitle = 'A'\n[taxonomies]\ntags = ['x']\nmoods = ['calm']\n+++\nText\n")
    before = read_fields(document, path="", time_zone=UTC)

    changes = front_matter_changes(document, dataclasses.replace(before, keywords=("y",)), {"keywords"})

    assert changes == {"taxonomies": {"tags": ["y"], "moods": ["calm"]}}
    after = parse_document(document.patched(changes))
    assert read_fields(after, path="", time_zone=UTC).keywords == ("y",)
