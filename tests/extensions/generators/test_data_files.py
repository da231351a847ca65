"""Authors whose keys in bylines a site generator's data file explains."""

import pytest

from blog.articles.file_fields import edited_fields
from blog.exports.articles import export_articles
from blog.imports.held import accept
from blog.models import Article, Author, HeldUpdate
from tests.support.import_files import outcomes, run, write

pytestmark = pytest.mark.django_db

AUTHORS = """\
ida:
  name: Ida Aas
  title: Sailor
  url: https://ida.example/
  socials: {github: ida-aas, x: 'javascript:alert()'}
  links: [{label: Bad, url: 'javascript://x'}]
bo:
  name: Bo Lind
  url: ftp://bo.example
"""


@pytest.fixture
def site(tmp_path):
    (tmp_path / "_config.yml").write_text("title: Tides\n")
    (tmp_path / "_data").mkdir()
    (tmp_path / "_data/authors.yml").write_text(AUTHORS)
    write(tmp_path, "_posts/2026-03-01-tides.md", authors=["ida", "Eva Berg"])
    return tmp_path


def byline():
    return [link.author.name for link in Article.objects.get(slug="tides").author_links.all()]


def test_key_gets_name_words_and_valid_links(site):
    write(site, "_posts/2026-03-01-ebb.md", title="Ebb", slug="ebb", authors=["bo"])

    run(site)

    ida = Author.objects.get(name="Ida Aas")
    assert (byline(), Author.objects.get(name="Bo Lind").url) == (["Ida Aas", "Eva Berg"], "")
    assert (ida.bio, ida.url) == ("Sailor", "https://ida.example/")
    assert [link.address for link in ida.links.all()] == ["https://github.com/ida-aas"]


def test_file_next_to_texts_is_read_without_a_configuration(tmp_path):
    (tmp_path / "authors.yml").write_text(AUTHORS)
    write(tmp_path, "tides.md", slug="tides", authors=["ida"])

    run(tmp_path)

    assert byline() == ["Ida Aas"]


def test_existing_author_is_not_changed(site):
    Author.objects.create(name="Ida Aas", bio="An editor's words.")

    run(site)

    ida = Author.objects.get(name="Ida Aas")
    assert (ida.bio, ida.url, ida.links.count(), byline()[0]) == ("An editor's words.", "", 0, "Ida Aas")


def test_held_update_with_the_same_keys_changes_no_author(site, admin_user):
    run(site, status="published")
    write(site, "_posts/2026-03-01-tides.md", "Other words.\n", authors=["ida", "Eva Berg"])

    assert outcomes(run(site)) == ["held"]
    accept(HeldUpdate.objects.waiting().get(), by=admin_user)

    article = Article.objects.with_file_relations().get()
    assert (article.body.strip(), byline()) == ("Other words.", ["Ida Aas", "Eva Berg"])
    assert edited_fields(article) == set()


@pytest.mark.parametrize("text", ["{", "- a\n", "ida: {name: " + "[" * 3000, "\0"])
def test_unusable_data_file_is_ignored(site, text):
    (site / "_data/authors.yml").write_text(text)

    assert outcomes(run(site)) == ["created"]
    assert byline() == ["ida", "Eva Berg"]


def test_another_site_gets_the_names_from_an_export(site, tmp_path):
    run(site)
    text = (site / "_posts/2026-03-01-tides.md").read_bytes()
    export_articles(tmp_path / "out")
    for model in (Article, Author):
        model.objects.all().delete()

    run(tmp_path / "out", source_name="other")

    assert byline() == ["Ida Aas", "Eva Berg"]
    ida = Author.objects.get(name="Ida Aas")
    assert (ida.bio, ida.url) == ("Sailor", "https://ida.example/")
    assert [link.address for link in ida.links.all()] == ["https://github.com/ida-aas"]
    assert (tmp_path / "out/_posts/2026-03-01-tides.md").read_bytes() == text
    assert not edited_fields(Article.objects.get())
