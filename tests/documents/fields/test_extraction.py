"""Front matter into the values of an article, and changed values back into front matter."""

import pytest

from blog.documents.fields.values import CategoryName
from tests.support.front_matter import bare_fields, fields, warnings_except_empty_keys


class TestKeys:
    @pytest.mark.parametrize(
        "key", ["metaDescription", "meta_description", "Meta-Description", "meta description"]
    )
    def test_are_the_same_in_any_case_and_with_any_separator(self, key):
        assert fields(f"{key}: words").meta_description == "words"

    @pytest.mark.parametrize(
        ("front_matter", "name", "value"),
        [
            ("summary: words", "excerpt", "words"),
            ("description: words", "excerpt", "words"),
            ("tags: [a]", "keywords", ("a",)),
            ("topics: [a]", "keywords", ("a",)),
            ("section: News", "primary_category", "News"),
            ("heroImage: a.png", "image", "a.png"),
            ("featured_image: a.png", "image", "a.png"),
            ("image_alt: words", "image_alt", "words"),
            ("author: Ann", "authors", ("Ann",)),
            ("language: de", "language", "de"),
            ("socialShare: words", "share_quote", "words"),
        ],
    )
    def test_have_other_names(self, front_matter, name, value):
        found = fields(front_matter)

        assert getattr(found, name) == value
        assert found.extra == {}

    def test_the_first_that_is_filled_in_counts_and_the_others_are_kept(self):
        found = fields('image:\ncover: b.png\nthumbnail: c.png\nkeywords: []\ntags: ["t"]')

        assert (found.image, found.keywords) == ("b.png", ("t",))
        assert found.extra == {"image": None, "thumbnail": "c.png", "keywords": []}

    def test_a_description_beside_an_excerpt_is_the_meta_description(self):
        found = fields("description: for machines\nexcerpt: for readers")

        assert (found.excerpt, found.meta_description) == ("for readers", "for machines")

    def test_unknown_ones_are_kept(self):
        assert fields("layout: post\nhero: {wide: true}").extra == {"layout": "post", "hero": {"wide": True}}

    def test_may_be_in_a_group_of_taxonomies(self):
        found = fields("taxonomies:\n  tags: [a]\n  moods: [calm]\n  categories: [Sea]")

        assert (found.keywords, found.categories) == (("a",), (CategoryName("", "Sea"),))
        assert found.extra == {"taxonomies": {"tags": ["a"], "moods": ["calm"], "categories": ["Sea"]}}


class TestTitle:
    def test_a_number_is_text(self):
        assert fields("title: 1984").title == "1984"

    def test_with_html_is_the_words_that_it_stands_for(self):
        found = fields("title: A <em>better</em> &ldquo;door&rdquo;")

        assert found.title == "A better “door”"
        assert found.warnings == ("title holds HTML: “A better “door”” is what it says.",)

    def test_of_another_type_is_reported(self):
        found = fields("title: [a]")

        assert found.title == "Name"
        assert found.warnings == ("title is a list, not text: left out.", "title taken from the file name.")

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
    def test_of_letters_digits_and_hyphens_stays(self):
        found = fields("slug: a--b-1")

        assert (found.slug, found.warnings) == ("a--b-1", ())

    @pytest.mark.parametrize(
        ("given", "slug"),
        [
            ("Über uns", "uber-uns"),
            ("a_b.c", "a-b-c"),
            ("2014/03/name", "name"),
            ("日本 guide", "guide"),
            ("5.0", "5-0"),
        ],
    )
    def test_of_anything_else_is_changed_with_a_warning(self, given, slug):
        found = fields(f"slug: {given}")

        assert found.slug == slug
        assert found.warnings == (f"slug “{given}” changed to “{slug}”.",)

    def test_keeps_letters_of_other_scripts_where_there_are_no_others(self):
        assert fields("slug: 日本語").slug == "日本語"

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

    def test_is_never_empty(self):
        found = fields("slug: '!!!'")

        assert found.slug == "article"
        assert "gives no slug" in found.warnings[0]

    def test_of_more_than_255_characters_is_cut_with_a_warning(self):
        found = fields(f"slug: {'x' * 254}-yy")

        assert found.slug == "x" * 254
        assert "255 characters" in found.warnings[0]


class TestNames:
    @pytest.mark.parametrize(
        ("front_matter", "names"),
        [
            ("tags: machine learning", ("machine learning",)),
            ("tags: a b, c,, d ", ("a b", "c", "d")),
            ("tags: [a, '', null, 2024, true]", ("a", "2024", "true")),
            ("tags:\n- [a, b]\n- name: c", ("a", "b", "c")),
            ("tags: [null]", ()),
            ("tags: []", ()),
            ("tags:", ()),
        ],
    )
    def test_keywords_come_in_many_shapes(self, front_matter, names):
        found = fields(front_matter)

        assert (found.keywords, warnings_except_empty_keys(found)) == (names, ())

    @pytest.mark.parametrize(
        ("front_matter", "names"),
        [
            ("author: Ann Lee, MD", ("Ann Lee, MD",)),
            ("authors: Ann Lee, Bo", ("Ann Lee", "Bo")),
            ("authors: [{name: Ann, url: x}, Bo]", ("Ann", "Bo")),
            ("author: {name: Ann}", ("Ann",)),
            ("author: Ida Aas, Bo O'Lind, and Éva Berg-Ny", ("Ida Aas", "Bo O'Lind", "Éva Berg-Ny")),
            ("author: Ida Aas & Bo Lind", ("Ida Aas", "Bo Lind")),
            ("authors: Ida Aas, Bo Lind and Eva Berg", ("Ida Aas", "Bo Lind", "Eva Berg")),
            ("author: Ida Aas und Dr. Bo van der Lind", ("Ida Aas", "Dr. Bo van der Lind")),
            ("author: Marks and Spencer", ("Marks and Spencer",)),
            ("author: Lee, Ann", ("Lee, Ann",)),
            (
                "author: [Marks and Spencer, Ida Aas and Bo Lind]",
                ("Marks and Spencer", "Ida Aas and Bo Lind"),
            ),
        ],
    )
    def test_authors_come_in_many_shapes(self, front_matter, names):
        assert fields(front_matter).authors == names

    @pytest.mark.parametrize("name", ["admin", "Unknown  Author", "Administrator", "N/A"])
    def test_author_that_only_fills_its_place_is_left_out(self, name):
        found = fields(f"author: {name}")

        assert found.authors == ()
        assert [notice.kind.name for notice in found.notices] == ["LEFT_OUT"]

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

    @pytest.mark.parametrize(
        ("value", "text"),
        [("Gemini", "Gemini"), ("[GPT, Claude]", "GPT, Claude"), ("{name: Gemini, v: 2}", "Gemini")],
    )
    def test_generated_by_is_one_text(self, value, text):
        assert fields(f"generatedBy: {value}").generated_by == text


class TestStatus:
    @pytest.mark.parametrize(
        ("front_matter", "status"),
        [
            ("x: y", None),
            ("status:", None),
            ("status: new", "new"),
            ("status: Draft", "new"),
            ("status: publish", "published"),
            ("status: PUBLISHED", "published"),
            ("draft: true", "new"),
            ("draft: yes", "new"),
            ("draft: false", "published"),
            ("published: false", "new"),
            ("published: true", "published"),
            ("publish: true", "published"),
            ("status: published\ndraft: true", "new"),
        ],
    )
    def test_is_read_from_each_kind_of_key(self, front_matter, status):
        found = fields(front_matter)

        assert (found.status, warnings_except_empty_keys(found)) == (status, ())

    @pytest.mark.parametrize(
        "path",
        ["draft-tides.md", "2020-01-02-Draft_tides.md", "_drafts/tides.md", "posts/drafts/sea/tides.md"],
    )
    def test_is_new_where_name_or_folder_say_draft_and_no_key_says_otherwise(self, path):
        found, said = fields(path=path), fields("draft: false", path=path)

        assert (found.status, warnings_except_empty_keys(found)) == (
            "new",
            ("imported as new: the file name or folder marks it as a draft.",),
        )
        assert (said.status, warnings_except_empty_keys(said)) == ("published", ())

    @pytest.mark.parametrize("path", ["drafts.md", "drafting-laws.md", "2020-01-02-first-draft.md"])
    def test_is_not_told_from_a_title_that_is_about_drafts(self, path):
        assert fields(path=path).status is None

    @pytest.mark.parametrize(
        "front_matter", ["status: in review", "draft: maybe", "status: [x]", "status: true"]
    )
    def test_that_is_not_understood_is_new_with_a_warning(self, front_matter):
        found = fields(front_matter)

        assert found.status == "new"
        assert "not understood" in found.warnings[0]

    @pytest.mark.parametrize(
        ("word", "value"), [("yes", True), ("'true'", True), ("no", False), ("", False), ("1", True)]
    )
    def test_flags_may_be_words(self, word, value):
        found = fields(f"featured: {word}")

        assert (found.is_featured, warnings_except_empty_keys(found)) == (value, ())

    def test_a_flag_that_says_neither_is_reported(self):
        found = fields("trending: maybe")

        assert found.is_trending is False
        assert found.warnings == ("trending is “maybe”, not true or false: left out.",)


class TestSeries:
    @pytest.mark.parametrize(
        ("front_matter", "series", "part"),
        [
            ("series: Waters", "Waters", None),
            ("series: Waters, still\nseriesPart: 2", "Waters, still", 2),
            ("series: [Waters]\nseries_order: '2'", "Waters", 2),
            ("series: Waters\npart: Part 2 of 5", "Waters", 2),
            ("series: Waters\nseries_weight: 10.0", "Waters", 10),
            ("series: {name: Waters, part: 2}", "Waters", 2),
            ("series: [{label: Waters, order: 2}]\npart: 3", "Waters", 3),
            ("seriesName: Waters\nseries_index: 0", "Waters", 0),
        ],
    )
    def test_is_read_in_the_ways_of_the_generators(self, front_matter, series, part):
        found = fields(front_matter)

        assert (found.series, found.series_part, found.extra, warnings_except_empty_keys(found)) == (
            series,
            part,
            {},
            (),
        )

    @pytest.mark.parametrize("front_matter", ["part: 2", "series:\npart: 2", "series: [ ]\npart: 2"])
    def test_is_none_without_a_name_and_the_number_means_nothing(self, front_matter):
        found = fields(front_matter)

        assert (found.series, found.series_part, found.extra["part"]) == ("", None, 2)

    @pytest.mark.parametrize(
        ("front_matter", "warning"),
        [
            ("series: true", "series is true, not a name: left out."),
            ("series: {a: b}", "series is a group of keys, not a name: left out."),
            ("series: S\npart: II", "part is “II”, not the number of a part: left out."),
            ("series: S\npart: -1", "part is “-1”, not the number of a part: left out."),
            ("series: S\npart: 40000", "part is “40000”, not the number of a part: left out."),
            ("series: [S, T]", "an article is in one series: “S” is taken, the others not."),
        ],
    )
    def test_that_is_not_understood_is_reported(self, front_matter, warning):
        found = fields(front_matter)

        assert (found.warnings, found.series_part) == ((warning,), None)


class TestLanguage:
    @pytest.mark.parametrize(
        ("given", "language"), [("de", "de"), ("pt_BR", "pt-BR"), ("zh-Hant", "zh-Hant")]
    )
    def test_is_a_tag(self, given, language):
        assert fields(f"lang: {given}", path="ja/name.md").language == language

    def test_that_is_no_tag_is_reported(self):
        found = fields("lang: a language")

        assert found.language == ""
        assert "left out" in found.warnings[0]

    @pytest.mark.parametrize(
        ("path", "language"),
        [
            ("ja/name.md", "ja"),
            ("content/fr/name.md", "fr"),
            ("posts/name.de.md", "de"),
            ("ml/name.md", ""),
            ("a/de/b.md", ""),
        ],
    )
    def test_is_in_the_path_if_there_is_no_key(self, path, language):
        assert fields(path=path).language == language


class TestReadingTime:
    @pytest.mark.parametrize(
        ("value", "minutes"),
        [("6", 6), ("6.5", 7), ("0", 0), ("'6'", 6), ("6 min read", 6), ("", None), ("null", None)],
    )
    def test_is_whole_minutes(self, value, minutes):
        found = fields(f"readingTime: {value}")

        assert (found.reading_time, warnings_except_empty_keys(found)) == (minutes, ())

    @pytest.mark.parametrize(
        "value", ["-1", ".inf", "'NaN'", "-.inf", "1e400", "999999", "long", "true", "[6]"]
    )
    def test_that_cannot_be_is_none_with_a_warning(self, value):
        found = fields(f"readingTime: {value}")

        assert found.reading_time is None
        assert "negative or non-finite reading time" in found.warnings[0]


class TestTextsAsTheyStand:
    @pytest.mark.parametrize(
        ("key", "name"),
        [("excerpt",) * 2, ("socialShare", "share_quote"), ("metaDescription", "meta_description")],
    )
    def test_are_not_tidied(self, key, name):
        assert getattr(fields(f'{key}: " \\"a\\"  b\\n"'), name) == ' "a"  b\n'

    def test_opinions_are_no_warnings(self):
        assert fields("title: A\nimageAlt: A\nmetaDescription: cut in the mid...").warnings == ()


class TestOldAddresses:
    @pytest.mark.parametrize(
        ("front_matter", "addresses"),
        [
            ("aliases: [/old/a/, posts/b, old.html]", ("/old/a/", "/posts/b", "/old.html")),
            ("aliases: /old/a/", ("/old/a/",)),
            ("aliases: [AI, Artificial Intelligence]", ()),
            ("redirect_from:\n  - /old?p=1\n  - /old#part", ("/old",)),
            ("redirectFrom: old", ("/old",)),
            ("legacyUrl: https://old.example/2019/a.php?x=1", ("/2019/a.php",)),
            ("aliases: ['//old//a/', '/caf%C3%A9/']", ("/a/", "/café/")),
            ("permalink: /2019/05/tides.html", ("/2019/05/tides.html",)),
            ("permalink: /:year/:title/", ()),
            ("permalink: '/blog/{{ page.fileSlug }}/'", ()),
            ("permalink: pretty", ()),
            ("permalink: false", ()),
            ("path: content/posts/tides.md", ()),
            ("canonical: https://www.example.org/tides/", ("https://www.example.org/tides/",)),
        ],
    )
    def test_are_paths_or_whole_addresses_that_may_be_of_another_site(self, front_matter, addresses):
        assert fields(front_matter).old_addresses == addresses

    @pytest.mark.parametrize("address", ["../old/", "javascript:/x", "/a\\b", "/%00/", "/" + "x" * 2001])
    def test_that_cannot_be_are_left_out_with_a_warning(self, address):
        found = fields(f"aliases: ['{address}']")

        assert found.old_addresses == ()
        assert any("old address" in warning for warning in found.warnings)

    def test_stay_among_the_other_keys(self):
        assert fields("aliases: [/old/]").extra == {"aliases": ["/old/"]}


class TestExcerptMark:
    @pytest.mark.parametrize("mark", ["<!--more-->", "<!-- More -->", "<!-- truncate -->"])
    def test_what_stands_before_it_is_the_excerpt_of_a_file_without_one(self, mark):
        found = bare_fields("title: Tides", body=f"# Tides\n\n*First* words.\n\nSecond.\n\n{mark}\n\nRest.\n")

        assert found.excerpt == "First words. Second."

    def test_an_excerpt_of_the_file_counts_more(self):
        assert fields("excerpt: Own.", body="Words.\n<!--more-->\nRest.\n").excerpt == "Own."

    def test_without_a_mark_there_is_none(self):
        assert fields(body="Words.\n\nRest.\n").excerpt == ""


class TestOtherKeys:
    def test_are_those_that_mean_nothing_here(self):
        found = fields("layout: post\nimage:\ncover: a.png\naliases: [/a/]\nHero-Wide: true\nref: tides")

        assert found.other_keys == ("layout", "Hero-Wide")


class TestReport:
    def test_tags_without_output_are_named_with_their_lines(self):
        found = bare_fields(
            "title: T\nslug: t", body="Words.\n\n{% include a.html %}\n[[A]] {{ b }}\n\n`{{ c }}`\n"
        )

        assert found.warnings == (
            "the output of template tags is missing: {% include a.html %} (line 7), {{ b }} (line 8).",
        )

    def test_tags_with_a_meaning_are_counted_by_kind(self):
        found = bare_fields("title: T\nslug: t", body="Words.\n\n[[A]] and [[B]] {% if a %}\n")

        assert found.warnings == ("template leftovers: 2 wikilinks, 1 Liquid tag.",)

    def test_null_and_odd_keys_are_named(self):
        found = fields("cover: null\ntags: [null]\n'<b>': x\n'?!': y")

        assert found.warnings == ("keys without a value: cover, tags.", "odd keys: '<b>', '?!'.")

    def test_template_syntax_in_a_value_is_named_by_its_key(self):
        found = fields("mood: '{{ site.mood }}'\nhero:\n  alt: ['{% x %}']")

        assert found.warnings == ("template syntax in the front matter: mood, hero.",)


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

    def test_entries_that_are_not_read_bring_no_warnings(self):
        found = fields(f"categories: [{', '.join(['{level: x}'] * 2000)}]")

        assert len(warnings_except_empty_keys(found)) == 101
