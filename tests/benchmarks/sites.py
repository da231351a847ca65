"""Sites of any size for benchmarks, written directly to the database, without files or rendering."""

import itertools
import random
import uuid
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils import timezone

from blog.documents.fields.extraction import read_fields
from blog.documents.frontmatter.document import parse_document
from blog.documents.names import fold_name
from blog.documents.rendering.markdown import render_markdown
from blog.documents.rendering.values import RENDER_VERSION
from blog.documents.text import count_words, reading_time
from blog.models import (
    Article,
    ArticleAuthor,
    ArticleCategory,
    Author,
    Category,
    Image,
    ImportRun,
    SourceFile,
)
from tests.benchmarks.corpus import WORDS, article_text

RARE_WORD, COMMON_WORD = "selten", WORDS[0]  # in 1 % and in nearly all of the articles
GENERATORS = "Gemini", "Claude", "GPT", ""

LAST_DAY = datetime(2026, 10, 1, 9, tzinfo=UTC)
YEARS = 12
SCHEDULED = 50
LEVELS = {
    # (share of all categories, exponent of Zipf's law: the first are chosen more often than the last)
    Category.Level.GENERAL: (0.006, 1.2),
    Category.Level.MEDIUM: (0.044, 1.0),
    Category.Level.SPECIFIC: (0.25, 0.9),
    Category.Level.NICHE: (0.5, 0.7),
    Category.Level.EXACT: (0.2, 0.8),
}
AT_ONCE = 1000


def build_site(articles: int, *, categories: int = 2000, seed: int = 1) -> None:
    """Create `articles` published articles over twelve years, with five categories each.

    Some categories have many more articles than others. Every hundredth article is as long as real articles,
    all others are shorter. Another 10 % are new, in the trash or scheduled.
    """
    chance = random.Random(seed)  # noqa: S311 -- the same site each time, not a secret
    chosen_by_level = {level: _categories(level, categories, skew, chance) for level, skew in LEVELS.items()}
    authors = Author.objects.bulk_create(_named(Author, f"Author {number}") for number in range(50))
    images = Image.objects.bulk_create(
        Image(source=f"https://pictures.example/{number}.jpg", width=1200, height=800)
        for number in range(200)
    )
    batches = ImportRun.objects.bulk_create(ImportRun(source_name=f"posts-{n}", root="/") for n in range(9))
    step = timedelta(days=365 * YEARS) / articles
    long = _long_text(chance)
    for numbers in itertools.batched(range(articles + articles // 10), AT_ONCE):
        rows = [_article(number, LAST_DAY - step * number, images, chance) for number in numbers]
        for row, number in zip(rows, numbers, strict=True):
            if number >= articles:
                _hide(row, number, range(articles, articles + SCHEDULED))
            elif number % 100 == 50:
                _lengthen(row, *long)
        Article.objects.bulk_create(rows)
        links, signed = [], []
        for row in rows:
            held = {level: next(chosen) for level, chosen in chosen_by_level.items()}
            row.primary_category_id = held[Category.Level.EXACT].pk
            links += [
                ArticleCategory(article=row, category=category, level=level, position=position)
                for position, (level, category) in enumerate(held.items())
            ]
            signed.append(ArticleAuthor(article=row, author=authors[0]))
            if chance.random() < 0.3:
                signed.append(ArticleAuthor(article=row, author=chance.choice(authors[1:]), position=1))
        Article.objects.bulk_update(rows, ["primary_category"])
        ArticleCategory.objects.bulk_create(links)
        ArticleAuthor.objects.bulk_create(signed)
        SourceFile.objects.bulk_create(_file(row, chance.choice(batches)) for row in rows if row.pk % 20)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # the server would do this by itself a minute later
    else:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize")


def _hide(row, number, scheduled):
    """Hide an article from readers: make it new or scheduled, or move it to the trash."""
    if number in scheduled:
        row.published_at = timezone.now() + timedelta(days=1 + number % 99)
        return
    row.status, row.published_at = Article.Status.NEW, None
    if number % 10 == 1:
        row.trashed_at = timezone.now()


def _long_text(chance):
    fields = read_fields(parse_document(article_text(0, chance).encode()), path="0.md", time_zone=UTC)
    return fields.body, render_markdown(fields.body, title=fields.title)


def _lengthen(row, body, rendering):
    row.body, row.body_html, row.plain_text = body, rendering.html, rendering.text
    row.contents = [[heading.level, heading.id, heading.text] for heading in rendering.contents]
    row.word_count = count_words(rendering.text)
    row.reading_time = reading_time(row.word_count)


def _file(row, batch):
    path = f"{row.pk // 100}/{row.slug}.md"
    return SourceFile(
        article=row,
        batch=batch,
        source_name="posts",
        root="/",
        path=path,
        digest=f"{row.pk:064}",
        original=b"",
        extra={},
    )


def _categories(level, categories, shape, chance):
    """Create the categories of a level. Return an endless iterator that favours some of them."""
    share, skew = shape
    rows = Category.objects.bulk_create(
        _named(
            Category, f"{chance.choice(WORDS).capitalize()} {chance.choice(WORDS)} {level.name[0]}{number}"
        )
        for number in range(max(int(categories * share), 2))
    )
    weights = [1 / (number + 1) ** skew for number in range(len(rows))]
    return iter(lambda: chance.choices(rows, weights)[0], None)


def _named(model, name):
    return model(name=name, folded_name=fold_name(name), slug=name.lower().replace(" ", "-"))


def _article(number, moment, images, chance):
    title = " ".join(chance.choices(WORDS, k=chance.randrange(3, 12))).capitalize()
    text = " ".join(chance.choices(WORDS, k=300))
    if number % 100 == 7:
        text = f"{RARE_WORD} {text}"
    return Article(
        uid=uuid.UUID(int=chance.getrandbits(128), version=4),
        title=title,
        slug=f"{title.lower().replace(' ', '-')}-{number}",
        status=Article.Status.PUBLISHED,
        excerpt=text[:200],
        body=f"{text}\n",
        keywords=[],
        generated_by=GENERATORS[number % len(GENERATORS)],
        dated_at=moment,
        hero_image=chance.choice(images) if number % 2 else None,
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
