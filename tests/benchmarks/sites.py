"""Sites of any size to measure with, written straight into the database: no files, no rendering."""

import itertools
import random
import uuid
from datetime import UTC, datetime, timedelta

from blog.documents import RENDER_VERSION, fold_name
from blog.models import Article, ArticleAuthor, ArticleCategory, Author, Category, Image
from tests.benchmarks.corpus import WORDS

LAST_DAY = datetime(2026, 10, 1, 9, tzinfo=UTC)
YEARS = 12
LEVELS = {
    # How many topics there are of each 2,000, and how much more often the first is chosen than the last.
    Category.Level.GENERAL: (0.006, 1.2),
    Category.Level.MEDIUM: (0.044, 1.0),
    Category.Level.SPECIFIC: (0.25, 0.9),
    Category.Level.NICHE: (0.5, 0.7),
    Category.Level.EXACT: (0.2, 0.8),
}
AT_ONCE = 1000


def build_site(articles: int, *, topics: int = 2000, seed: int = 1) -> None:
    """Publish that many articles over twelve years: five topics each, few of them on most articles."""
    chance = random.Random(seed)  # noqa: S311 -- the same site each time, not a secret
    chosen_by_level = {level: _topics(level, topics, skew, chance) for level, skew in LEVELS.items()}
    authors = Author.objects.bulk_create(_named(Author, f"Author {number}") for number in range(50))
    pictures = Image.objects.bulk_create(
        Image(source=f"https://pictures.example/{number}.jpg", width=1200, height=800)
        for number in range(200)
    )
    step = timedelta(days=365 * YEARS) / articles
    for numbers in itertools.batched(range(articles), AT_ONCE):
        rows = [_article(number, LAST_DAY - step * number, pictures, chance) for number in numbers]
        Article.objects.bulk_create(rows)
        links, signed = [], []
        for row in rows:
            held = {level: next(chosen) for level, chosen in chosen_by_level.items()}
            row.primary_category_id = held[Category.Level.EXACT].pk
            links += [
                ArticleCategory(article=row, category=topic, level=level, position=position)
                for position, (level, topic) in enumerate(held.items())
            ]
            signed.append(ArticleAuthor(article=row, author=authors[0]))
            if chance.random() < 0.3:
                signed.append(ArticleAuthor(article=row, author=chance.choice(authors[1:]), position=1))
        Article.objects.bulk_update(rows, ["primary_category"])
        ArticleCategory.objects.bulk_create(links)
        ArticleAuthor.objects.bulk_create(signed)


def _topics(level, topics, shape, chance):
    """Make the topics of a level; return them as articles take them, some much more often than others."""
    share, skew = shape
    rows = Category.objects.bulk_create(
        _named(
            Category, f"{chance.choice(WORDS).capitalize()} {chance.choice(WORDS)} {level.name[0]}{number}"
        )
        for number in range(max(int(topics * share), 2))
    )
    weights = [1 / (number + 1) ** skew for number in range(len(rows))]
    return iter(lambda: chance.choices(rows, weights)[0], None)


def _named(model, name):
    return model(name=name, folded_name=fold_name(name), slug=name.lower().replace(" ", "-"))


def _article(number, moment, pictures, chance):
    title = " ".join(chance.choices(WORDS, k=chance.randrange(3, 12))).capitalize()
    text = " ".join(chance.choices(WORDS, k=300))
    return Article(
        uid=uuid.UUID(int=chance.getrandbits(128), version=4),
        title=title,
        slug=f"{title.lower().replace(' ', '-')}-{number}",
        status=Article.Status.PUBLISHED,
        excerpt=text[:200],
        body=f"{text}\n",
        keywords=[],
        hero_image=chance.choice(pictures) if number % 2 else None,
        is_featured=number % 200 == 0,
        is_trending=number % 150 == 0,
        published_at=moment,
        updated_at=moment,
        body_html=f"<p>{text}</p>\n",
        contents=[],
        plain_text=text,
        word_count=300,
        reading_time=2,
        render_version=RENDER_VERSION,
    )
