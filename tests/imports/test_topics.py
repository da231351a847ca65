"""Categories that an import derives from tags or folders, without a change of the file."""

import pytest

from blog.articles.file_fields import edited_fields
from blog.exports.articles import export_article
from blog.imports.held import accept
from blog.imports.report import CategorySource, ConflictRule
from blog.models import Article, ArticleCategory, Category, HeldUpdate
from tests.support.import_files import outcomes, run, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    """Return a folder of texts without categories: three on the sea, three on the wind."""
    for number, tag in enumerate(["sea", "wind"] * 3):
        keys = {"slug": f"text-{number}", "tags": [tag, f"only-{number}"]}
        write(tmp_path / "posts", f"{tag}/{number}.md", f"Words number {number}.\n", title=tag, **keys)
    return tmp_path / "posts"


def first():
    return Article.objects.with_file_relations().get(slug="text-0")


def categories(article):
    return [article.primary_category and article.primary_category.name] + [
        link.category.name for link in article.category_links.all()
    ]


def recategorise(article, name):
    category = Category.objects.create(name=name)
    article.primary_category = category
    article.save()
    article.category_links.replace_all([ArticleCategory(article=article, category=category)])


class TestDerivedCategories:
    def test_they_are_no_edit(self, folder):
        run(folder)

        assert (categories(first()), first().keywords) == (["Sea", "Sea"], ["sea", "only-0"])
        assert edited_fields(first()) == set()
        assert export_article(first()) == (folder / "sea/0.md").read_bytes()
        assert outcomes(run(folder)) == ["unchanged"] * 6

    def test_they_have_the_capitals_of_titles(self, folder):
        for number in range(3):
            keys = {"title": "Our MapReader", "tags": ["mapreader"]}
            write(folder, f"maps/{number}.md", f"Maps number {number}.\n", **keys)

        run(folder)

        assert set(Category.objects.values_list("name", flat=True)) == {"Sea", "Wind", "MapReader"}

    def test_update_keeps_them_even_if_no_other_text_has_the_tag(self, folder):
        run(folder)
        (folder / "sea/2.md").unlink()
        write(folder, "sea/0.md", "Other words.\n", title="sea", slug="text-0", tags=["new"])

        assert outcomes(run(folder))[0] == "updated"
        assert (categories(first()), edited_fields(first())) == (["Sea", "Sea"], set())

    @pytest.mark.parametrize("rule", ConflictRule)
    def test_update_keeps_those_of_an_editor_as_edits(self, folder, rule):
        run(folder)
        recategorise(first(), "Tides")
        write(folder, "sea/0.md", "Other words.\n", title="sea", slug="text-0", tags=["sea"])

        assert outcomes(run(folder, on_conflict=rule))[0] == "updated"
        assert categories(first()) == ["Tides", "Tides"]
        assert edited_fields(first()) == {"primary_category", "categories"}

    def test_file_that_names_a_category_replaces_them(self, folder):
        run(folder)
        write(folder, "sea/0.md", title="sea", slug="text-0", category="Ice")

        run(folder)

        assert categories(first()) == ["Ice", "Ice"]

    def test_export_states_both_keys_if_one_was_edited(self, folder):
        run(folder)
        links = [ArticleCategory(article=first(), category=Category.objects.create(name="Tides"))]
        first().category_links.replace_all(links)

        exported = export_article(first()).decode()

        assert "category: Sea" in exported.replace('"', "")
        assert "Tides" in exported


class TestChoice:
    @pytest.mark.parametrize(
        ("choice", "found"),
        [("auto", "Ice"), ("categories", "Ice"), ("tags", "Ice Sea Wind"), ("folders", "Ice Sea Wind")],
    )
    def test_categories_of_some_files_count_for_the_source(self, folder, choice, found):
        write(folder, "ice.md", "Words on ice.\n", title="Ice", slug="ice", category="Ice", tags=["sea"])

        run(folder, categories_from=CategorySource(choice))

        assert sorted(Category.objects.values_list("name", flat=True)) == found.split()
        assert categories(Article.objects.get(slug="ice")) == ["Ice", "Ice"]

    def test_folders_count_if_few_texts_share_tags(self, folder):
        for path in folder.rglob("*.md"):
            path.write_text(path.read_text().replace('tags: ["', f'tags: ["{path.stem}'))

        run(folder)

        assert sorted(Category.objects.values_list("name", flat=True)) == ["Sea", "Wind"]


def test_held_update_keeps_derived_categories(folder, admin_user):
    run(folder, status="published")
    write(folder, "sea/0.md", "Other words.\n", title="sea", slug="text-0", tags=["sea"])

    assert outcomes(run(folder))[0] == "held"
    accept(HeldUpdate.objects.waiting().get(), by=admin_user)

    assert (categories(first()), edited_fields(first())) == (["Sea", "Sea"], set())
