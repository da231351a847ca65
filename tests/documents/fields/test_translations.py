"""Which texts of a source are translations of each other."""

import pytest

from blog.documents.fields.translations import TranslatableText, find_groups, translated_paths


def groups(*texts) -> list[list[str]]:
    found = find_groups(TranslatableText(path, path, language, extra) for path, language, extra in texts)
    return [[text.key for text in group] for group in found]


class TestGroups:
    def test_have_a_path_in_common(self):
        texts = [("a.md", "en", {}), ("a.de.md", "de", {}), ("b.md", "en", {}), ("fr/b.md", "fr", {})]

        assert groups(*texts, ("c.de.md", "de", {})) == [["a.de.md", "a.md"], ["b.md", "fr/b.md"]]

    def test_have_names_that_end_in_two_languages(self):
        texts = [("a-en.md", "en", {}), ("a-ja.md", "en", {}), ("how-it.md", "en", {}), ("how.md", "en", {})]

        assert groups(*texts) == [["a-en.md", "a-ja.md"]]
        assert translated_paths(path for path, *_ in texts) == {"a-en.md": "en", "a-ja.md": "ja"}

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
