"""Imports of translations: their slugs, and the groups they are in."""

import pytest

from blog.imports.report import ImportOptions, StatusRule
from blog.imports.run import import_articles
from blog.models import Article

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "site"
    for path in ("content/tides.md", "content/de/tides.md", "content/weirs.de.md", "content/de/alone.md"):
        write(folder, path)
    return folder


def write(folder, path, front_matter="", text="Words."):
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(f"---\ntitle: {path}\ndate: 2020-01-02\n{front_matter}---\n{text}\n")


def imported(folder) -> dict[str, str]:
    """Import the folder, and return the slug of each article."""
    import_articles([folder], ImportOptions(status=StatusRule.AS_FILE))
    return dict(Article.objects.values_list("title", "slug"))


def groups() -> list[set[str]]:
    found = {}
    for title, group in Article.objects.exclude(translation_group=None).values_list(
        "title", "translation_group"
    ):
        found.setdefault(group, set()).add(title)
    return list(found.values())


class TestSlugs:
    def test_end_with_the_language_if_it_is_not_the_site_s(self, site):
        assert imported(site) == {
            "content/tides.md": "tides",
            "content/de/tides.md": "tides-de",
            "content/weirs.de.md": "weirs",
            "content/de/alone.md": "alone",
        }

    def test_of_files_with_a_key_and_of_the_site_s_language(self, site, settings):
        settings.LANGUAGE_CODE = "de"
        write(site, "en/moon.md", "translationKey: moon\n")
        write(site, "content/ebb.md", "slug: ebbe\nlang: fr\n")
        write(site, "content/de/ebb.md")

        found = imported(site)

        assert found["content/de/tides.md"] == "tides"
        assert (found["en/moon.md"], found["content/ebb.md"]) == ("moon-en", "ebbe")

    def test_that_files_share_end_with_the_language(self, site):
        for path in ("en/about.md", "fr/ueber.md", "fr/about.md", "fr/more.md"):
            write(site, path, "slug: about\n")

        found = imported(site)
        assert [found[path] for path in ("en/about.md", "fr/about.md", "fr/more.md", "fr/ueber.md")] == [
            *("about", "about-fr", "about-fr-2", "about-fr-3"),
        ]
        for path in found:
            if "about" in path or "ueber" in path:
                write(site, path, "slug: about\n", text="Other words.")
        assert imported(site) == found

    def test_stay_in_later_imports(self, site):
        before = imported(site)
        write(site, "content/alone.md")
        write(site, "content/de/alone.md", text="Other words.")
        write(site, "content/de/tides.md", text="Other words.")

        assert imported(site).items() - before.items() == {("content/alone.md", "alone-2")}


class TestGroups:
    def test_are_found_by_path(self, site):
        imported(site)

        assert groups() == [{"content/tides.md", "content/de/tides.md"}]

    def test_are_found_by_keys_and_grow_in_later_imports(self, site):
        write(site, "a.md", "ref: moon\nlang: en\n")
        write(site, "b.md", "ref: moon\nlang: de\n")
        imported(site)
        before = Article.objects.get(title="a.md").translation_group
        write(site, "c.md", "ref: moon\nlang: fr\n")
        write(site, "content/alone.md")
        imported(site)

        assert {"a.md", "b.md", "c.md"} in groups()
        assert {"content/alone.md", "content/de/alone.md"} in groups()
        assert Article.objects.get(title="c.md").translation_group == before

    def test_of_editors_stay(self, site):
        imported(site)
        article = Article.objects.get(title="content/de/tides.md")
        article.set_translation_group(None)
        write(site, "new.md")
        imported(site)

        assert {"content/de/tides.md"} in groups()
