"""Front matter into the values of an article, and changed values back into front matter."""

import ast
import re

import pytest

from blog.documents.fields.values import CategoryName
from tests.support.cases import read_cases
from tests.support.front_matter import bare_fields, fields, warnings_except_empty_keys

CASES = [(rule, *case) for rule, cases in read_cases("fields").items() for case in cases]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}: {case[1]}")
def test_fields_of_front_matter(case):
    """Each part of a case is a value, a warning, or the path or text of the file."""
    _rule, front_matter, *parts = case
    words = {"path": "name.md", "body": ""}
    words |= dict(part.split(" ", 1) for part in parts if part.startswith(("path ", "body ")))
    wanted = dict(part.split("=", 1) for part in parts if re.match(r"\w+=", part))
    warned = [part.removeprefix("warns ") for part in parts if part.startswith("warns ")]

    found = fields(front_matter, **words)

    values = {name: ast.literal_eval(value) for name, value in wanted.items()}
    assert {name: getattr(found, name) for name in values} == values
    said = warnings_except_empty_keys(found)
    assert [said for said, part in zip(said, warned, strict=True) if part not in said] == []


class TestKeys:
    def test_may_be_in_a_group_of_taxonomies(self):
        found = fields("taxonomies:\n  tags: [a]\n  moods: [calm]\n  categories: [Sea]")

        assert (found.keywords, found.categories) == (("a",), (CategoryName("", "Sea"),))
        assert found.extra == {"taxonomies": {"tags": ["a"], "moods": ["calm"], "categories": ["Sea"]}}


class TestTitle:
    @pytest.mark.parametrize(
        "body",
        [
            "\n## The *first* heading ##\n\n# Other\n",
            "Text\n\n## Part\n\n# The *first* heading\n\n# Other\n",
            "```\n# code\n```\nThe *first* heading\n===\n# Other",
        ],
    )
    def test_is_a_heading_that_stands_first_or_is_of_level_1(self, body):
        found = bare_fields("slug: a", body=body)

        assert found.title == "The first heading"
        assert found.warnings == ("title taken from the first heading.",)

    @pytest.mark.parametrize(
        ("path", "title"),
        [
            ("2014-03-12-the-18F_way.md", "The 18F way"),
            ("posts/some-bundle/index.md", "Some bundle"),
            ("", "Untitled"),
        ],
    )
    def test_is_the_file_name_if_there_is_nothing_else(self, path, title):
        found = bare_fields("slug: a", path=path, body="Text\n\n## Part\n")

        assert found.title == title
        assert found.warnings == ("title taken from the file name.",)

    def test_of_more_than_300_characters_is_cut_with_a_warning(self):
        found = fields(f"title: {'x' * 301}")

        assert found.title == "x" * 300
        assert "300 characters" in found.warnings[0]


class TestSlug:
    @pytest.mark.parametrize(
        "front_matter", ["permalink: /2014/03/My-Post/", "url: https://b.example/x/my-post.html"]
    )
    def test_is_the_last_part_of_a_permalink_if_there_is_no_key(self, front_matter):
        found = bare_fields(f"title: A\n{front_matter}")

        assert (found.slug, found.warnings) == ("my-post", ())
        assert len(found.extra) == 1

    @pytest.mark.parametrize(
        ("path", "slug"),
        [
            ("posts/2014-03-12-my post.md", "my-post"),
            ("2025-03-18T19:54:52.318Z-my-post.md", "my-post"),
            ("posts/my-post/index.md", "my-post"),
            ("2014-03-12-my-post/index.fr.md", "my-post"),
            ("release-1.48.0.markdown", "release-1-48-0"),
            ("2014-03-12.md", "2014-03-12"),
        ],
    )
    def test_is_the_file_name_if_there_is_nothing_else(self, path, slug):
        found = bare_fields("title: A\npermalink: /blog/:title/", path=path)

        assert found.slug == slug
        assert "slug taken from the file name." in found.warnings

    def test_of_more_than_255_characters_is_cut_with_a_warning(self):
        found = fields(f"slug: {'x' * 254}-yy")

        assert found.slug == "x" * 254
        assert "255 characters" in found.warnings[0]


class TestNames:
    def test_categories_have_levels(self):
        found = fields(
            'category: "AI"\ncategories: [{"type":"exact","name":"AI"},{"type":"Niche","name":"Tides"}]'
        )

        assert found.primary_category == "AI"
        assert found.categories == (CategoryName("exact", "AI"), CategoryName("niche", "Tides"))

    def test_plain_categories_have_none(self):
        assert fields("categories: [A, B]").categories == (CategoryName("", "A"), CategoryName("", "B"))
        assert fields("categories: A, B").categories == (CategoryName("", "A"), CategoryName("", "B"))

    def test_a_lone_category_is_among_the_categories(self):
        found = fields("category: Food, Drink")

        assert found.primary_category == "Food, Drink"
        assert found.categories == (CategoryName("", "Food, Drink"),)
        assert fields("category: A\ncategories: []").categories == ()

    def test_what_is_left_out_of_categories_is_reported(self):
        found = fields("categories: [{type: broad, name: A}, {type: exact}]")

        assert found.categories == (CategoryName("", "A"),)
        assert found.warnings == (
            "level “broad” of the category “A” left out.",
            "a category without a name left out.",
        )


class TestExcerptMark:
    @pytest.mark.parametrize("mark", ["<!--more-->", "<!-- More -->", "<!-- truncate -->"])
    def test_what_stands_before_it_is_the_excerpt_of_a_file_without_one(self, mark):
        found = bare_fields("title: Tides", body=f"# Tides\n\n*First* words.\n\nSecond.\n\n{mark}\n\nRest.\n")

        assert found.excerpt == "First words. Second."


class TestReport:
    def test_tags_without_output_are_named_with_their_lines(self):
        found = bare_fields("title: T\nslug: t", body="Words.\n\n{{ a }}\n[[A]] {{ b }}\n\n`{{ c }}`\n")

        assert found.warnings == (
            "the output of template tags is missing: {{ a }} (line 7), {{ b }} (line 8).",
        )

    def test_tags_with_a_meaning_are_counted_by_kind(self):
        found = bare_fields(
            "title: T\nslug: t", body="Words.\n\n[[A]] and [[B]] {% if a %} {% include a.html %}\n"
        )

        assert found.warnings == ("template leftovers: 2 wikilinks, 1 Liquid tag, 1 unknown tag.",)


class TestLimits:
    """What is over a limit is cut with one warning. Without limits, 200,000 keywords stop the site."""

    @pytest.mark.parametrize(
        ("key", "name", "most"),
        [("tags", "keywords", 200), ("categories", "categories", 100), ("authors", "authors", 100)],
    )
    def test_a_list_is_cut(self, key, name, most):
        found = fields(f"{key}: [{', '.join(f'n{number}' for number in range(most + 9))}]")

        assert len(getattr(found, name)) == most
        assert warnings_except_empty_keys(found) == (
            f"{key} has {most + 9} entries: only the first {most} were taken.",
        )

    @pytest.mark.parametrize(
        ("key", "name"),
        [
            ("summary", "excerpt"),
            ("seoDescription", "meta_description"),
            ("socialShare", "share_quote"),
        ],
    )
    def test_a_summary_is_cut(self, key, name):
        found = fields(f"{key}: {'word ' * 1100}")

        assert getattr(found, name) == ("word " * 1100)[:5000]
        assert warnings_except_empty_keys(found) == (f"{key} is longer than 5,000 characters: cut.",)

    def test_an_alt_text_is_cut(self):
        found = fields(f"image: https://a.example/b.png\nimageAlt: {'a' * 5001}")

        assert len(found.image_alt) == 5000
        assert warnings_except_empty_keys(found) == (
            "the description of the image is longer than 5,000 characters: cut.",
        )

    def test_a_keyword_is_cut(self):
        found = fields(f"tags: [a, {'b' * 201}]")

        assert found.keywords == ("a", "b" * 200)
        assert warnings_except_empty_keys(found) == ("a keyword is longer than 200 characters: cut.",)

    def test_old_addresses_are_cut(self):
        found = fields(f"aliases: [{', '.join(f'/n{number}/' for number in range(300))}]")

        assert len(found.old_addresses) == 200
        assert warnings_except_empty_keys(found) == (
            "the file has 300 old addresses: only the first 200 make redirects.",
        )
        assert fields(f"aliases: ['/{'x' * 2001}']").old_addresses == ()

    def test_entries_that_are_not_read_bring_no_warnings(self):
        found = fields(f"categories: [{', '.join(['{level: x}'] * 2000)}]")

        assert len(warnings_except_empty_keys(found)) == 101
