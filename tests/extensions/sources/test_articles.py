"""Which sources an article names, and which claims stand next to them."""

import pytest

from blog.articles.changes import changing
from blog.articles.models import Article
from blog.extensions.sources import reading
from blog.extensions.sources.jobs import read
from blog.extensions.sources.links import read_text_sources
from blog.extensions.sources.lists import sources_of
from blog.extensions.sources.models import ArticleSource, Evidence, Source
from blog.extensions.sources.reading import unread_articles
from blog.imports.models import SourceFile
from blog.review.marks import list_marks
from blog.review.proofs import check_articles
from blog.review.resolution import resolve
from blog.sandbox.refusals import Refusal, RefusedError
from tests.support import factories
from tests.support.import_files import run, write

BODY = """In 1944 [85 % of households](https://museum.example.org/x_(y)#part) owned one.
The [ice][1] melted.[^2]

![a picture](https://pictures.example/a.jpg)

*Photo by [Jane](https://photos.example/jane)*

`https://code.example/` and [this site](https://blog.example/other/), <https://bare.example/>.

[1]: https://label.example/ice
[^2]: See https://foot.example/note, page 3.
"""


def links_of(body):
    return [
        (link.address, body[link.start : link.end])
        for link in read_text_sources(body, [], ["blog.example"]).links
    ]


def test_links_to_other_sites_are_sources_but_not_images_credits_and_code():
    assert links_of(BODY) == [
        ("https://museum.example.org/x_(y)", "85 % of households"),
        ("https://bare.example/", "https://bare.example/"),
        ("https://label.example/ice", "ice"),
        ("https://foot.example/note", "[^2]"),
    ]


def test_a_link_in_a_caption_is_a_credit():
    body = '<figure><figcaption>By <a href="https://jane.example/">Jane</a></figcaption></figure>\n\n<https://a.example/>'

    assert [address for address, _ in links_of(body)] == ["https://a.example/"]


def test_a_claim_rests_on_the_link_in_its_sentence_and_on_those_in_its_paragraph():
    first = "[In 1944](https://a.example/) it was cold. [Snow](https://b.example/) fell."
    body = f"{first}\n\n[Far](https://c.example/) off."

    found = read_text_sources(body, [("key", 0, 20)], [])

    assert [(pair.address, pair.how) for pair in found.pairs] == [
        ("https://a.example/", "sentence"),
        ("https://b.example/", "paragraph"),
    ]
    assert found.sentences["key"].startswith("[In 1944]")


def test_many_links_and_claims_take_linear_time():
    body = "In 1944 it was [cold](https://a.example/x). " * 5000
    claims = [(str(number), 43 * number, 43 * number + 30) for number in range(1000)]

    found = read_text_sources(body, claims, [])

    assert len(found.links) == 500
    assert len(found.pairs) == 1000


def checked_article(body="In 1944, 85 % of households owned [a refrigerator](https://a.example/).", **values):
    article = factories.create_article(body=body, **values)
    check_articles([article.pk])
    read([article.pk])
    return article


@pytest.mark.django_db
@pytest.mark.both_databases
class TestArticles:
    def test_the_same_address_in_two_articles_is_one_source(self):
        first = checked_article("See [this](https://a.example/x#one).")
        second = checked_article("See [that](HTTPS://A.example/x).")

        [source] = Source.objects.all()
        assert [found.source for article in (first, second) for found in sources_of(article)] == [
            source,
            source,
        ]

    def test_addresses_in_the_front_matter_are_sources(self):
        article = factories.create_article(body="Nothing.")
        SourceFile.objects.create(
            article=article,
            source_name="s",
            path="a.md",
            root="",
            digest="",
            original=b"",
            extra={
                "Source": "https://a.example/",
                "references": [{"title": "B", "url": "https://b.example/"}, "C: https://c.example/."],
                "canonical": "https://d.example/",
            },
        )
        check_articles([article.pk])
        read([article.pk])

        assert [(link.place, link.source.address) for link in ArticleSource.objects.all()] == [
            ("front_matter", f"https://{name}.example/") for name in "abc"
        ]

    def test_an_answer_to_a_mark_is_a_source_of_its_claim(
        self, admin_user, django_capture_on_commit_callbacks
    ):
        article = checked_article("In 1944, 85 % of households owned a refrigerator.")
        [mark, *_] = list_marks(article)

        with django_capture_on_commit_callbacks(execute=True):
            resolve(article, [mark], "source", "Museum, https://a.example/, page 3", admin_user)

        [link] = ArticleSource.objects.all()
        assert (link.place, link.key, link.source.address) == ("answer", mark.key, "https://a.example/")
        [evidence] = Evidence.objects.all()
        assert (evidence.key, evidence.how) == (mark.key, "answer")

    def test_a_changed_sentence_is_compared_again_and_others_keep_their_verdict(
        self, django_capture_on_commit_callbacks
    ):
        first = "In 1944, 85 % of households owned [a refrigerator](https://a.example/)."
        article = checked_article(f"{first}\n\nIn 1950, 20 % had [none](https://a.example/).")
        Evidence.objects.update(verdict="found")

        with django_capture_on_commit_callbacks(execute=True):
            article.body = article.body.replace("1950", "1951")
            with changing([article]) as change:
                change.save(article)

        rows = {row.sentence[:7]: row.verdict for row in Evidence.objects.all()}
        assert rows == {"In 1944": "found", "In 1951": ""}

    def test_articles_of_an_import_are_read_afterwards(self, tmp_path):
        write(tmp_path, body="See [this](https://a.example/).")
        run(tmp_path)
        check_articles(Article.objects.all())

        assert not Source.objects.exists()
        assert unread_articles().count() == 1

    def test_a_text_that_exceeds_a_limit_has_no_sources(self, monkeypatch):
        def refuse(*arguments):
            raise RefusedError(Refusal.TIME, {"seconds": 2})

        monkeypatch.setattr(reading, "read_text", refuse)
        checked_article()

        assert not Source.objects.exists()
        assert not unread_articles().exists()
