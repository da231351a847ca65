"""How often an article is found by what somebody remembers of it, where all texts use the same words."""

import random

import pytest
from django.utils import timezone

from blog import search
from blog.models import Article
from tests.benchmarks.finding import AMONG, places, share
from tests.support.durations import IS_LONG
from tests.support.factories import create_article

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ARTICLES = 80
WORDS = (
    *("anchor", "baking", "budget", "canvas", "choir", "citizen", "coast", "college", "copper"),
    *("cotton", "design", "desert", "digital", "dinner", "editor", "engine", "evening", "family"),
    *("fashion", "fiction", "forest", "garden", "gender", "harvest", "health", "history", "hospital"),
    *("island", "journal", "kitchen", "labour", "lantern", "library", "machine", "market", "method"),
    *("mirror", "modern", "mountain", "museum", "nature", "nursing", "online", "orchard", "pattern"),
    *("people", "planet", "policy", "public", "railway", "record", "research", "science", "season"),
    *("service", "silver", "software", "source", "station", "street", "student", "system", "teacher"),
    *("theatre", "timber", "tourism", "traffic", "user", "valley", "village", "winter", "workshop"),
)


@pytest.fixture
def found():
    chance, moment = random.Random(3), timezone.now()  # noqa: S311 -- the same words each time, not a secret
    rows = []
    for number in range(ARTICLES):
        title = " ".join(chance.sample(WORDS, chance.randrange(3, 6)))
        text = " ".join(chance.choices(WORDS, k=400))
        row = Article(title=title, slug=f"article-{number}", body=text, plain_text=text, status="published")
        row.published_at = row.updated_at = moment
        rows.append(row)
    Article.objects.bulk_create(rows)
    return places(Article.objects.published(), every=1 if IS_LONG else 3)


class TestKnownArticles:
    def test_are_found_by_words_of_their_titles(self, found):
        for kind in ("two words of the title", "two neighbouring words", "three words of the title"):
            assert share(found[kind], 1) >= 0.85, kind
            assert share(found[kind], AMONG) >= 0.95, kind
        assert share(found["the whole title"], 1) >= 0.98
        assert share(found["a phrase of the text"], 1) >= 0.95
        assert share(found["two words, one misspelt"], AMONG) >= 0.75

    @pytest.mark.parametrize("asked", ["häuser am fluss", "haus fluss", "Fluß", "häuser-am-fluss"])
    def test_are_found_in_german(self, settings, asked):
        settings.LANGUAGE_CODE = "de"
        article = create_article(title="Die Häuser am Fluss", body="Wörter")
        for _ in range(5):
            create_article(title="Haus", body="Ein Haus am Fluss, ein Haus am Fluss.")

        assert search.find(search.parse(asked), Article.objects.published())[0] == article.pk

    @pytest.mark.parametrize("asked", ["micro-purchase", "micro purchase", "Micro-purchase: a look back"])
    def test_are_found_with_and_without_hyphens(self, asked):
        article = create_article(title="Micro-purchase: a look back", body="Words")
        for _ in range(5):
            create_article(title="Other", body="A micro-purchase, a purchase of micro size. " * 9)

        assert search.find(search.parse(asked), Article.objects.published())[0] == article.pk
