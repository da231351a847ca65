"""The public Markdown version of an article can be imported as the same article."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from blog.documents.fields.extraction import read_fields
from blog.documents.frontmatter.document import parse_document
from blog.documents.image_words import Credit
from blog.exports import articles
from blog.models import Article, ArticleAuthor, Author, Category, Image

# What means something in Markdown, YAML, JSON or HTML, some of it in several signs.
SIGNS = [
    *"[]()\\*_`~<>!\"'&|/:#,-{}\n\u2028\u00a0",
    "](",
    "---",
    "&amp;",
    "<b>",
    "</b>",
    "\\[",
    " on ",
    " by ",
]
WORDS = st.lists(st.sampled_from([*SIGNS, "Photo", "x", "é", "हि", "字", " "]), max_size=12).map("".join)
LINE = WORDS.map(lambda text: " ".join(text.split()))
ADDRESS = st.sampled_from(
    ["", "https://bo.example", "https://bo.example/a(b)c", "https://bo.example/_*x*_?a=[b]"]
)


def twin_of(article, byline=()):
    """Return the values that an import reads from the Markdown of an article that is not stored."""
    links = [ArticleAuthor(author=author) for author in byline]
    article.pk = 1
    article._prefetched_objects_cache = {"author_links": links, "category_links": []}
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    article.published_at = article.updated_at = moment
    source = articles.markdown_source(article)
    return read_fields(parse_document(source.encode()), path="tides.md", time_zone=UTC)


@pytest.mark.django_db
class TestValues:
    @given(creator=LINE.filter(bool), url=ADDRESS, source=LINE)
    @example("Bo [x]", "https://bo.example", "Unsplash")
    @example("Bo\\", "https://bo.example", "")
    @example("[x](y)", "", "a / b")
    def test_a_credit_comes_back(self, creator, url, source):
        image = Image(
            source="https://p.example/a.jpg",
            credit_creator=creator,
            credit_url=url,
            credit_source=source,
        )

        assert twin_of(Article(title="A", slug="a", hero_image=image)).image_credit == Credit(
            creator, url, source
        )

    @given(title=LINE.filter(bool), alt=WORDS, name=LINE.filter(bool), category=LINE.filter(bool))
    @example("Tides [1] \\ <b>new</b>", "A [line]\nbelow \\", "Ida [x] Aas, \\", "C [++]")
    def test_titles_and_names_come_back(self, title, alt, name, category):
        image = Image(source="https://p.example/a.jpg", alt=alt)
        article = Article(title=title, slug="a", hero_image=image, primary_category=Category(name=category))

        fields = twin_of(article, [Author(name=name), Author(name="Bo")])

        assert (fields.title, fields.primary_category) == (title, category)
        assert fields.authors == (name, "Bo")
        assert fields.image_alt.strip() == alt.strip()

    @given(excerpt=WORDS, quote=WORDS, keywords=st.lists(LINE.filter(bool), max_size=3))
    def test_short_texts_come_back(self, excerpt, quote, keywords):
        article = Article(title="A", slug="a", excerpt=excerpt, share_quote=quote, keywords=keywords)

        fields = twin_of(article)

        assert (fields.excerpt.strip(), fields.share_quote.strip()) == (excerpt.strip(), quote.strip())
        assert fields.keywords == tuple(keywords)
