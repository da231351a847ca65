"""Export articles: unedited ones as the same bytes, edits as the smallest diff."""

import difflib
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from blog.articles.file_fields import edited_fields
from blog.exports.articles import export_article, export_articles
from blog.imports.report import ConflictRule, ImportOptions
from blog.imports.run import import_articles
from blog.models import Article, ArticleCategory, Author, Category, Image
from tests.support.changes import publish
from tests.support.factories import create_article

pytestmark = pytest.mark.django_db

DIALECT = Path(__file__).parent.parent / "samples" / "dialect.md"


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "posts"
    path.mkdir()
    return path


def put(folder, data, name="a.md", **options):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    import_articles([folder], ImportOptions(**options))
    return Article.objects.get(source_file__path=name)


def changed_lines(before: bytes, after: bytes):
    diff = difflib.ndiff(before.decode().splitlines(), after.decode().splitlines())
    return [line for line in diff if line[:2] in {"- ", "+ "}]


class TestUntouched:
    @pytest.mark.parametrize(
        "data",
        [
            b'---\ntitle: "A"\nkeywords: []\n---\n\n\n\nText  with  spaces \n\n\n',
            b"\xef\xbb\xbf---\r\ntitle: A\r\n---\r\nText\r\n",
            b"---\ntitle: A # a comment\ntags:\n  - x\n  -   y\n---\nText",
            b"+++\ntitle = 'A'\ndate = 2026-01-01\n[params]\nx = 1\n+++\nText\n",
            b'{"title": "A", "draft": true}\nText\n',
            b"# A heading\n\nNo front matter.\n",
            b"---\ntitle: A\nmood: [calm, {deep: 1}]\n---\nText\x00 with a NUL\n",
            "---\ntitle: Ärger\n---\nÜber\n".encode("latin-1"),
            "---\ntitle: Weite\n---\nText\n".encode("utf-16"),
        ],
    )
    def test_unedited_article_is_exported_as_the_same_bytes(self, folder, data):
        article = put(folder, data)

        assert export_article(article) == data
        assert edited_fields(article) == set()

    def test_fields_that_did_not_exist_at_the_import_are_unedited(self, folder):
        article = put(folder, b"---\ntitle: A\n---\nText\n")
        for name in ("series", "series_part", "translators"):
            del article.source_file.imported_fields[name]

        assert edited_fields(article) == set()

    def test_what_is_over_a_limit_stays_in_the_file(self, folder):
        keywords = ", ".join(f"word {number}" for number in range(1000))
        categories = ", ".join(f"Topic {number}" for number in range(400))
        data = f"---\ntags: [{keywords}]\ncategories: [{categories}]\nexcerpt: {'a ' * 9000}\n---\nText\n"

        article = put(folder, data.encode())

        assert (len(article.keywords), article.categories.count(), len(article.excerpt)) == (200, 100, 5000)
        assert export_article(article) == data.encode()
        article.meta_description = "New."
        article.save()
        assert changed_lines(data.encode(), export_article(article)) == ["+ metaDescription: New."]

    def test_publishing_changes_no_byte(self, folder):
        article = put(folder, DIALECT.read_bytes())

        publish(article)

        assert export_article(Article.objects.get()) == DIALECT.read_bytes()

    def test_number_appended_to_the_slug_changes_no_byte(self, folder):
        put(folder, b"---\ntitle: A\nslug: same\n---\nOne\n", "a.md")
        second = put(folder, b"---\ntitle: B\nslug: same\n---\nTwo\n", "b.md")

        assert second.slug == "same-2"
        assert export_article(second) == b"---\ntitle: B\nslug: same\n---\nTwo\n"


class TestEdited:
    def edit(self, folder, data, **values):
        article = put(folder, data)
        for name, value in values.items():
            setattr(article, name, value)
        article.save()
        return export_article(Article.objects.get())

    def test_a_new_title_changes_that_line_only(self, folder):
        data = DIALECT.read_bytes()

        exported = self.edit(folder, data, title='A "new" title \u2013 with: marks')

        lines = changed_lines(data, exported)
        assert [line[:8] for line in lines] == ["- title:", "+ title:"]
        assert lines[1] == '+ title: "A \\"new\\" title \u2013 with: marks"'

    def test_a_word_in_the_text_changes_that_line_only(self, folder):
        data = b"---\r\ntitle: A\r\n---\r\nOne\r\nTwo\r\nThree\r\n"

        exported = self.edit(folder, data, body="One\nToo\nThree\n")

        assert exported == b"---\r\ntitle: A\r\n---\r\nOne\r\nToo\r\nThree\r\n"

    def test_an_edit_is_written_under_the_key_that_the_file_uses(self, folder):
        exported = self.edit(folder, b"---\ntitle: A\nsummary: Old\n---\nText\n", excerpt="New")

        assert changed_lines(b"---\ntitle: A\nsummary: Old\n---\nText\n", exported)[-1].startswith(
            "+ summary:"
        )

    def test_image_categories_and_authors_are_written(self, folder):
        data = DIALECT.read_bytes()
        article = put(folder, data)
        image = Image.objects.create(source="https://images.example.com/new.jpg", alt="New")
        article.set_hero_image(image, image.words)
        article.primary_category = Category.objects.create(name="Chosen")
        article.save()
        article.category_links.all().delete()
        ArticleCategory.objects.create(
            article=article, category=article.primary_category, level=Category.Level.NICHE
        )
        article.author_links.create(author=Author.objects.create(name="Ida Aas"))

        exported = export_article(Article.objects.get())

        text = exported.decode()
        assert 'image: "https://images.example.com/new.jpg"' in text
        assert 'imageAlt: "New"' in text
        assert 'category: "Chosen"' in text
        assert '"niche"' in text

    def test_importing_an_edited_export_changes_nothing(self, folder, tmp_path):
        article = put(folder, DIALECT.read_bytes())
        article.title, article.body = "Another title", article.body + "\nOne more line.\n"
        article.save()
        export_articles(tmp_path / "out")
        (folder / "a.md").write_bytes((tmp_path / "out" / "a.md").read_bytes())

        import_articles([folder], ImportOptions(on_conflict=ConflictRule.KEEP))

        article = Article.objects.get()
        assert article.title == "Another title"
        assert edited_fields(article) == set()

    def test_a_renamed_category_is_an_edit_but_another_spelling_is_not(self, folder):
        article = put(folder, b'---\ntitle: A\ncategory: "Front-End"\n---\nText\n')
        category = Category.objects.get()

        category.name = "FRONT END"
        category.save()
        assert edited_fields(Article.objects.get()) == set()

        category.name = "Interfaces"
        category.save()
        assert export_article(article) == b'---\ntitle: A\ncategory: "Interfaces"\n---\nText\n'


class TestState:
    def test_it_is_written_only_on_request(self, folder):
        data = b'---\ntitle: "A"\ndate: "2026-01-01T00:00:00.000Z"\nslug: "a"\nstatus: "new"\n---\nText\n'
        article = put(folder, data)
        publish(article)
        article = Article.objects.get()

        text = export_article(article, with_state=True).decode()

        assert 'status: "published"' in text
        assert str(article.published_at.year) in text
        assert export_article(article) == data


class TestFolder:
    def test_an_article_without_a_file_can_be_imported_again(self, tmp_path):
        author = Author.objects.create(name="Ida Aas")
        article = Article.objects.create(
            title="Made here", slug="made-here", body="Text\n", excerpt="In short"
        )
        article.author_links.create(author=author)

        export_articles(tmp_path / "out")
        article.author_links.all().delete()
        article.delete()
        import_articles([tmp_path / "out"], ImportOptions())

        again = Article.objects.get()
        assert (again.title, again.slug, again.excerpt) == ("Made here", "made-here", "In short")
        assert again.body.strip() == "Text"
        assert again.byline == [author]

    def test_non_empty_folder_is_rejected(self, tmp_path):
        (tmp_path / "something").touch()

        with pytest.raises(CommandError, match="not empty"):
            call_command("export_articles", str(tmp_path))

    def test_status_can_be_selected(self, folder, tmp_path):
        put(folder, b"---\ntitle: A\nslug: a\ndate: 2026-01-01\n---\nText\n", "a.md")
        put(folder, b"---\ntitle: B\nslug: b\ndate: 2026-01-01\n---\nText\n", "b.md")
        publish(Article.objects.get(slug="a"))

        call_command("export_articles", str(tmp_path / "out"), status="published")

        assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.md"]


class TestProvenance:
    """Who wrote it, as was decided here, is state: the file goes on saying what it said."""

    @pytest.mark.parametrize(
        ("written_by", "line"),
        [
            ("machine=Claude", b'generatedBy: "Claude"\n'),
            ("machine", b'generatedBy: "Gemini"\n'),
            ("people", b'generatedBy: ""\n'),
        ],
    )
    def test_is_in_the_file_with_state_only(self, folder, written_by, line):
        data = b'---\ntitle: "A"\ngeneratedBy: "Gemini"\n---\n\nText\n'
        article = put(folder, data, written_by=written_by)

        with_state = export_article(article, with_state=True)

        assert export_article(article) == data
        assert line in with_state

    def test_is_in_the_file_of_an_article_without_one(self):
        by_machine = create_article(provenance="machine", machine="Claude")
        by_people = create_article(provenance="people", generated_by="Gemini")

        assert b"Claude" in export_article(by_machine)
        assert b"generatedBy" not in export_article(by_people)
