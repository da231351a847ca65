"""Measure how often a search for words of an article finds it first, and among the first five.

    python -m tests.benchmarks.finding FOLDER

imports a folder of Markdown files into the database of the settings, and searches for
words of its articles. Set GALLEY_DATA or DATABASE_URL to use a separate database.
"""

import os
import random
import re
import sys
from pathlib import Path

import django

SHORTEST_WORD = 4  # letters
AMONG = 5


def words_of(text: str) -> list[str]:
    """Return the unique words of a text that are long enough to be searched for."""
    words = re.findall(rf"[^\W\d_]{{{SHORTEST_WORD},}}", text)
    return list(dict.fromkeys(words))


def some_words(text: str, number: int, chance: random.Random) -> str:
    """Return up to `number` random words of a text, in their order."""
    words = words_of(text)
    places = sorted(chance.sample(range(len(words)), min(number, len(words))))
    return " ".join(words[place] for place in places)


def neighbours(text: str, number: int, chance: random.Random) -> str:
    """Return `number` consecutive words of a text."""
    words = words_of(text)
    start = chance.randrange(max(1, len(words) - number + 1))
    return " ".join(words[start : start + number])


def misspelt(text: str, chance: random.Random) -> str:
    """Return the text with a letter of its longest word removed."""
    longest = max(text.split(), key=len)
    place = chance.randrange(1, len(longest) - 1)
    return text.replace(longest, longest[:place] + longest[place + 1 :], 1)


def phrase(text: str, chance: random.Random) -> str:
    """Return six consecutive words of a text in quotation marks."""
    words = re.sub(r"[^\w\s'-]", " ", text).split()
    start = chance.randrange(max(1, len(words) - 6))
    return f'"{" ".join(words[start : start + 6])}"'


def queries(title: str, text: str, chance: random.Random) -> dict[str, str]:
    """Return {kind: query} of queries that readers might use to find this article."""
    return {
        "two words of the title": some_words(title, 2, chance),
        "two neighbouring words": neighbours(title, 2, chance),
        "three words of the title": some_words(title, 3, chance),
        "the whole title": title,
        "two words, one misspelt": misspelt(some_words(title, 2, chance), chance),
        "a phrase of the text": phrase(text, chance),
    }


def places(articles, *, seed: int = 1, every: int = 1) -> dict[str, list[int | None]]:
    """Return {kind of query: [position of each article from 0, or None if not found]}.

    every: the distance between the articles that are searched for, to search for some only.
    """
    chance = random.Random(seed)  # noqa: S311 -- the same words each time, not a secret
    found = {}
    for key, title, text in articles.order_by("pk").values_list("pk", "title", "plain_text")[::every]:
        if len(words_of(title)) >= 2:
            for kind, asked in queries(title, text, chance).items():
                found.setdefault(kind, []).append(place_of(key, asked, articles))
    return found


def place_of(key: int, asked: str, articles) -> int | None:
    """Return the article's position in the results. Without results, try the suggested spelling."""
    from blog import search

    keys = search.find(search.parse(asked), articles)
    if not keys and (spelling := search.suggest_spelling(search.parse(asked), articles)):
        keys = search.find(search.parse(spelling.text), articles)
    return keys.index(key) if key in keys else None


def share(found: list[int | None], number: int) -> float:
    """Return the share of searches that found the article among the first `number` results."""
    return sum(place is not None and place < number for place in found) / len(found)


def main(folder: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")
    django.setup()
    from django.core.management import call_command

    from blog.imports.report import ImportOptions, StatusRule
    from blog.imports.run import import_articles
    from blog.models import Article

    call_command("migrate", verbosity=0)
    import_articles([Path(folder)], ImportOptions(status=StatusRule.PUBLISHED))
    for kind, found in places(Article.objects.published()).items():
        first, few = share(found, 1), share(found, AMONG)
        print(f"{kind:26}{len(found):6}   first {first:.3f}   among {AMONG} {few:.3f}")  # noqa: T201 -- its output


if __name__ == "__main__":
    main(sys.argv[1])
