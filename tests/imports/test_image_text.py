"""Alt text and credit in a file belong to its article. A known image keeps its own."""

import pytest

from blog.articles.file_fields import edited_fields
from blog.documents.image_words import Credit
from blog.exports.articles import export_article
from blog.models import Article, Image
from tests.support.import_files import outcomes, run, write

pytestmark = pytest.mark.django_db

SEA = "https://images.example.com/sea.jpg"


def article_at(path):
    return Article.objects.get(source_file__path=path)


class TestFirstImport:
    def test_keeps_the_alt_text_of_a_known_image(self, folder):
        write(folder, "a.md", slug="a", image=SEA, imageAlt="Waves", imageCredit="Photo by Ida")
        run(folder)
        write(folder, "b.md", slug="b", image=SEA, imageAlt="Spray", imageCredit="Photo by Bo")
        write(folder, "c.md", slug="c", image=SEA)
        run(folder)

        assert Image.objects.get().alt == "Waves"
        words = [article_at(path).hero_words for path in ("a.md", "b.md", "c.md")]
        assert [each.alt for each in words] == ["Waves", "Spray", "Waves"]
        assert [each.credit.creator for each in words] == ["Ida", "Bo", "Ida"]

    def test_is_exported_unchanged(self, folder):
        files = [
            write(folder, "a.md", slug="a", image=SEA, imageAlt="Waves"),
            write(folder, "b.md", slug="b", image=SEA, imageAlt="", imageCredit="Photo by Bo"),
            write(folder, "c.md", slug="c", image={"src": SEA, "alt": "Spray"}),
        ]
        run(folder)

        for file in files:
            article = article_at(file.name)
            assert export_article(article) == file.read_bytes()
            assert edited_fields(article) == set()

    def test_alt_text_of_the_file_outlasts_changes_to_the_image(self, folder):
        path = write(folder, image=SEA, imageAlt="Waves", imageCredit="Photo by Ida")
        run(folder)
        Image.objects.update(alt="Other waves", credit_creator="Bo")

        assert export_article(Article.objects.get()) == path.read_bytes()


class TestLaterImport:
    def test_changes_only_the_alt_text_of_the_article(self, folder):
        path = write(folder, image=SEA, imageAlt="Waves")
        run(folder)
        path.write_text(path.read_text().replace("Waves", "Spray"))

        assert outcomes(run(folder)) == ["updated"]

        assert (Image.objects.get().alt, Article.objects.get().hero_words.alt) == ("Waves", "Spray")
        assert export_article(Article.objects.get()) == path.read_bytes()

    def test_with_the_same_alt_text_keeps_the_image_row(self, folder):
        """Earlier releases made a row for each description or credit of a picture."""
        path = write(folder, image=SEA, imageAlt="Waves")
        run(folder)
        older = Image.objects.create(source=SEA, alt="Waves", caption="A row of its own.")
        Article.objects.update(hero_image=older, hero_alt="")
        path.write_text(path.read_text().replace("slug:", "mood: calm\nslug:"))

        assert outcomes(run(folder)) == ["updated"]
        assert Article.objects.get().hero_image == older

    def test_file_equal_to_the_article_keeps_its_alt_text(self, folder):
        path = write(folder, image=SEA)
        run(folder, status="as-file")
        Image.objects.update(alt="Waves")  # which the article shows now
        path.write_text(path.read_text().replace("slug:", "mood: calm\nslug:"))

        assert outcomes(run(folder)) == ["unchanged"]


class TestEdited:
    def test_words_are_exported(self, folder):
        write(folder, image=SEA, imageAlt="Waves")
        run(folder)
        Article.objects.update(hero_alt="Spray", hero_credit=Credit("Bo", "https://bo.example"))

        text = export_article(Article.objects.get()).decode()

        assert 'imageAlt: "Spray"\n' in text
        assert 'imageCredit: "Photo by [Bo](https://bo.example)"\n' in text

    def test_a_decorative_picture_is_exported_without_description_and_stays_so(self, folder):
        path = write(folder, image=SEA, imageAlt="Waves")
        run(folder)
        Article.objects.update(hero_alt="", hero_is_decorative=True)
        path.write_bytes(export_article(Article.objects.get()))

        assert 'imageAlt: ""\n' in path.read_text()
        assert outcomes(run(folder)) == ["updated"]
        assert Article.objects.get().hero_is_decorative
