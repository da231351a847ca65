"""Measure searches: `python -m tests.benchmarks.searching 10000` prints figures for 10,000 articles.

Writes to the database of the settings: set GALLEY_DATA or DATABASE_URL to use a separate database.
"""

import itertools
import os
import random
import sys
import time
from datetime import UTC, datetime, timedelta

import django
from django.db.models import QuerySet

from tests.benchmarks.clock import least_milliseconds

WORDS_IN_A_TEXT, WORDS_KNOWN = 700, 20_000
FIRST_DAY, MINUTES = datetime(2016, 1, 1, tzinfo=UTC), 10 * 365 * 24 * 60
STARTS = ("b", "con", "d", "f", "l", "m", "pr", "r", "st", "t")
SYLLABLES = [start + vowel for start in STARTS for vowel in "aeiou"]
RARE, RARER = "selten", "einmalig"  # in 1 % and in 0.1 % of the articles


def vocabulary(chance: random.Random) -> list[str]:
    """Return invented words, the most common words first, for frequencies by rank (Zipf's law)."""
    words = {"".join(chance.choices(SYLLABLES, k=chance.choice((2, 3, 3, 4)))) for _ in range(WORDS_KNOWN)}
    return sorted(words, key=lambda word: (len(word), word))


def store_articles(number: int, *, seed: int = 1) -> list[str]:
    """Store and index `number` published articles. Return their vocabulary, the most common words first."""
    from blog import search
    from blog.models import Article, ArticleCategory, Category

    chance = random.Random(seed)  # noqa: S311 -- the same words each time, not a secret
    words = vocabulary(chance)
    weights = list(itertools.accumulate(1 / (rank + 10) for rank in range(len(words))))
    categories = [Category.objects.create(name=f"Topic {place}") for place in range(50)]
    for some in itertools.batched(range(number), 1000):
        rows = []
        for place in some:
            chosen = chance.choices(words, cum_weights=weights, k=WORDS_IN_A_TEXT)
            if place % 100 == 0:
                chosen[50] = RARE
            if place % 1000 == 0:
                chosen[60] = RARER
            rows.append(_article(Article, place, number, chosen))
        QuerySet.bulk_create(Article.objects.all(), rows)  # bypasses indexing, which is done below
        ArticleCategory.objects.bulk_create(
            ArticleCategory(article=row, category=categories[row.pk % 50]) for row in rows
        )
    search.rebuild(Article.objects.all())
    return words


def _article(model, place, number, words):
    moment = FIRST_DAY + timedelta(minutes=MINUTES * place // number)
    text = " ".join(words)
    return model(
        title=" ".join(words[:8]),
        slug=f"article-{place}",
        status="published",
        published_at=moment,
        updated_at=moment,
        excerpt=" ".join(words[12:40]),
        keywords=words[8:12],
        body=text,
        body_html=f"<p>{text}</p>",
        plain_text=text,
    )


def milliseconds(text: str, *, times: int = 9) -> float:
    """Return the CPU time of a search in milliseconds, including PostgreSQL's process."""
    from blog import search
    from blog.models import Article

    return least_milliseconds(lambda: search.find(search.parse(text), Article.objects.published()), times)


def figures_of(words: list[str]) -> list[dict]:
    """Measure kinds of searches in the articles of store_articles(), which returned these words."""
    asked = {
        "a word in 0.1 %": RARER,
        "a word in 1 %": RARE,
        "the most common word": words[0],
        "three common words": " ".join(words[:3]),
        "a phrase": f'"{words[0]} {words[1]}"',
        "a beginning of 3 letters": words[0][:3],
        "a word that is nowhere": "nowhere",
    }
    return [{"search": name, "milliseconds": milliseconds(text)} for name, text in asked.items()]


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")
    django.setup()
    from django.core.management import call_command

    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    call_command("migrate", verbosity=0)
    started = time.monotonic()
    words = store_articles(number)
    print(f"{number} articles stored and indexed in {time.monotonic() - started:.0f} s")  # noqa: T201 -- figures are its output
    for figure in figures_of(words):
        print(f"{figure['search']}: {figure['milliseconds']:.1f} ms of the processor")  # noqa: T201 -- as above


if __name__ == "__main__":
    main()
