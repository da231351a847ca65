"""Folders of typical files for benchmarks, as language models write them.

A file has 8 to 20 KB, five levels of categories, and statements that a fact checker looks up: figures, dates,
studies and quotations.
"""

import json
import random
from pathlib import Path

WORDS = (
    *("tide", "harbour", "lantern", "signal", "archive", "meadow", "copper", "window", "thread", "margin"),
    *("river", "engine", "glass", "paper", "orchard", "compass", "ledger", "bridge", "winter", "garden"),
    *("method", "pattern", "question", "answer", "measure", "reason", "people", "evidence", "practice"),
    *(
        "because",
        "although",
        "between",
        "through",
        "without",
        "always",
        "often",
        "rarely",
        "every",
        "several",
    ),
)
CREDIT = "*Photo by [Ida Aas](https://example.com/@ida) on Example*"
READING_PROGRESS = (
    '<div class="reading-progress-container">\n  <div class="reading-progress-bar"></div>\n</div>'
)
CLAIMS = (
    "In {year}, the market for {topic} reached ${number}.{digit} billion, {number}% more than before.",
    "A {year} study by the University of Oslo found that {number}% of {topic} fail within {digit} years.",
    "Acme launched a pilot of {topic} in Bergen, which cut costs by {number} percent.",
    'Dr. Ida Aas, a professor at the Nordic Institute, says: "We have never seen such {topic}."',
    "It's the largest change of {topic} \u2013 and the world\u2019s first \u2013 since {year}.",
    "According to Ida Aas, under the Data Act of {year} every keeper of {topic} must keep a record.",
)
CATEGORIES = {"exact": 400, "general": 8, "medium": 40, "specific": 120, "niche": 300}


def write_corpus(folder: Path, files: int, *, seed: int = 1) -> None:
    """Write `files` articles, a hundred per subfolder."""
    chance = random.Random(seed)  # noqa: S311 -- the same words each time, not a secret
    for number in range(files):
        path = folder / f"{number // 100:03}" / f"{number:05}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(article_text(number, chance))


def article_text(number: int, chance: random.Random) -> str:
    """Return a file with all keys and constructs of the sample articles' dialect."""
    title = f"{_words(chance, 6).capitalize()} {number}"
    categories = {
        level: f"{level.capitalize()} topic {chance.randrange(n)}" for level, n in CATEGORIES.items()
    }
    keys = {
        "title": title,
        "date": f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}T19:54:52.318Z",
        "slug": f"{title.lower().replace(' ', '-')}",
        "excerpt": _paragraph(chance),
        "metaDescription": _paragraph(chance)[:155] + "...",
        "category": categories["exact"],
        "categories": [{"type": level, "name": name} for level, name in categories.items()],
        "status": "new",
        "trending": number % 9 == 0,
        "featured": number % 7 == 0,
        "image": f"https://images.example.com/photo-{number}?q=85&w=1200&fit=max&fm=webp",
        "imageAlt": title,
        "imageCredit": f"Photo by [Ida Aas {number % 90}](https://example.com/@ida{number % 90}) on Example",
        "keywords": [_words(chance, 2) for _ in range(9)],
        "readingTime": 6,
        "socialShare": f'"{_paragraph(chance)}"',
        "generatedBy": "Gemini",
        "author": f"Author {number % 40}",
    }
    front_matter = "".join(f"{key}: {json.dumps(value)}\n" for key, value in keys.items())
    return f"---\n{front_matter}---\n\n\n{_body(title, chance)}"


def _body(title, chance):
    parts = [
        f"**{_paragraph(chance)}** {_paragraph(chance)}",
        f"![{title}](https://images.example.com/body-{chance.randrange(10**6)}?w=900)\n{CREDIT}",
    ]
    for _ in range(chance.randrange(3, 9)):
        parts += [f"## {_words(chance, 5).capitalize()}", _text(chance), _text(chance)]
        parts.append("\n".join(f"* **{_words(chance, 2)}:** {_words(chance, 14)}." for _ in range(4)))
    parts.insert(8, f'> **EXPERT INSIGHT:** "{_paragraph(chance)}" - Ida Aas, keeper of tides')
    parts.insert(14, f"> **Pro Tip:** {_paragraph(chance)}")
    parts.insert(18, "| What | How much | Why |\n|---|---|---|\n" + "| tide | *3 m* | the moon |\n" * 5)
    parts += ["## Key Takeaways", "\n".join(f"* {_words(chance, 12)}." for _ in range(4))]
    parts.append(READING_PROGRESS)
    return "\n\n".join(parts) + "\n"


def _text(chance):
    link = f"[{_words(chance, 2)}](https://example.com/{chance.randrange(1000)})"
    strong, emphasised = _words(chance, 3), _words(chance, 2)
    return (
        f"{_paragraph(chance)} **{strong}**, {link} and *{emphasised}*. {_claim(chance)} {_paragraph(chance)}"
    )


def _claim(chance):
    return chance.choice(CLAIMS).format(
        topic=_words(chance, 2),
        year=chance.randrange(2015, 2027),
        number=chance.randrange(11, 99),
        digit=chance.randrange(1, 10),
    )


def _paragraph(chance):
    return f"{_words(chance, 24).capitalize()}, {_words(chance, 8)}."


def _words(chance, count):
    return " ".join(chance.choices(WORDS, k=count))
