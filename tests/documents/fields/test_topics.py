"""Categories for texts that name none: from shared tags, or from folders."""

import pytest

from blog.documents.fields.paths import subjects_in_path
from blog.documents.fields.topics import topics_in_folders, topics_in_tags


def tagged(**numbers):
    """Return {path: tags} of texts: `sea=3` is three texts with the tag."""
    return {f"{tag}{n}": [tag.replace("_", " ")] for tag, number in numbers.items() for n in range(number)}


class TestTags:
    def test_tags_of_three_texts_become_categories_the_most_used_first(self):
        topics = topics_in_tags(tagged(sea=3, wind_power=4, rare=2))

        assert list(topics.names.values()) == ["Wind power", "Sea"]
        assert topics.texts == 7

    def test_tag_of_nearly_all_texts_is_none(self):
        topics = topics_in_tags({f"{n}.md": ["blog", "sea" if n < 3 else "wind"] for n in range(10)})

        assert list(topics.names.values()) == ["Wind", "Sea"]

    def test_spellings_of_a_tag_count_together(self):
        topics = topics_in_tags(tagged(x=4) | {"a": ["Open Data"], "b": ["open-data"], "c": ["Open Data"]})

        assert "Open Data" in topics.names.values()

    def test_text_gets_its_three_most_used_tags(self):
        topics = topics_in_tags(tagged(a=3, b=4, c=5, d=6))

        assert topics.of(["a", "B", "d", "c", "rare"], "x.md") == ["D", "C", "B"]


class TestFolders:
    def test_first_folders_that_distinguish_texts_become_categories(self):
        paths = [
            f"site/content/en/{folder}/deep/{n}.md" for folder in ("how-to", "02-news") for n in range(3)
        ]

        topics = topics_in_folders([*paths, "site/content/en/alone/a.md"])

        assert {*topics.names.values()} == {"How to", "News"}
        assert topics.of((), "site/content/en/how-to/x/y.md") == ["How to"]
        assert topics.of((), "elsewhere/how-to/y.md") == topics.of((), "site/content/en/alone/a.md") == []

    def test_folder_of_one_text_is_a_bundle(self):
        assert not topics_in_folders([f"blog/{n}-tides/index.md" for n in range(9)]).names

    @pytest.mark.parametrize(
        ("path", "subjects"),
        [
            ("_posts/2024/sea/a.md", ("sea",)),
            ("content/de/posts/wind/07/a.md", ("wind",)),
            ("_drafts/[slug]/.x/drafts/a.md", ()),
            ("a.md", ()),
        ],
    )
    def test_dates_languages_and_holders_are_no_subjects(self, path, subjects):
        assert subjects_in_path(path) == subjects
