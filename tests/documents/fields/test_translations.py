"""Which texts of a source are translations of each other."""

import pytest

from blog.documents.fields.paths import path_without_language
from blog.documents.fields.translations import Text, find_groups


@pytest.mark.parametrize(
    ("path", "common"),
    [
        ("post.md", "post"),
        ("post.de.md", "post"),
        ("posts/tides/index.pt-br.md", "posts/tides/index"),
        ("de/post.md", "post"),
        ("content/de/posts/tides.md", "content/posts/tides"),
        ("content/posts/tides.md", "content/posts/tides"),
        ("zh_tw/news/_posts/2020-01-02-tides.md", "news/_posts/2020-01-02-tides"),
        ("content/en/notes/tides.fr.md", "content/notes/tides"),
        ("i18n/de/docusaurus-plugin-content-blog/2020-01-02-tides.mdx", "blog/2020-01-02-tides"),
        ("i18n/de/docusaurus-plugin-content-docs/current/tides.md", "docs/tides"),
        ("i18n/de/docusaurus-plugin-content-docs-community/current/team.md", "community/team"),
        ("blog/2020-01-02-tides.md", "blog/2020-01-02-tides"),
        ("news/de/post.md", "news/de/post"),
        ("node.js.md", "node.js"),
    ],
)
def test_paths_of_translations_have_this_in_common(path, common):
    assert path_without_language(path) == common


def groups(*texts) -> list[list[str]]:
    found = find_groups(Text(path, path, language, extra) for path, language, extra in texts)
    return [[text.key for text in group] for group in found]


class TestGroups:
    def test_have_a_path_in_common(self):
        texts = [("a.md", "en", {}), ("a.de.md", "de", {}), ("b.md", "en", {}), ("fr/b.md", "fr", {})]

        assert groups(*texts, ("c.de.md", "de", {})) == [["a.de.md", "a.md"], ["b.md", "fr/b.md"]]

    @pytest.mark.parametrize(
        "key", ["translationKey", "translation_id", "translationGroup", "ref", "lang-ref", "page_id"]
    )
    def test_have_a_key_in_common(self, key):
        texts = [("a.md", "en", {key: "tides"}), ("b.md", "de", {key: "tides"}), ("c.md", "fr", {key: "x"})]

        assert groups(*texts) == [["a.md", "b.md"]]

    def test_count_the_key_before_the_path(self):
        texts = [("a.md", "en", {"ref": 1}), ("b.md", "de", {"ref": 1}), ("a.de.md", "de", {})]

        assert groups(*texts) == [["a.md", "b.md"]]

    def test_have_one_text_for_each_language(self):
        references = [
            ("a.md", "en", {"ref": "7"}),
            ("b.md", "en", {"ref": "7"}),
            ("c.md", "de", {"ref": "7"}),
        ]

        assert groups(*references) == []
        assert groups(("a.md", "en", {}), ("a.en.md", "en", {}), ("a.html", "en", {})) == []
