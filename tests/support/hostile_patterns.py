"""Patterns that, repeated many times, form texts designed to be slow to process.

Each pattern took, or might have taken, time that grows with the square of the text's length.
"""

import json
import time

from tests.support.cases import read_lists
from tests.support.durations import IS_LONG

SECONDS = 10 if IS_LONG else 2

# Repeated in a body. The first item of a pair is written once.
BODIES = (
    *(
        tuple(pattern) if isinstance(pattern, list) else pattern
        for pattern in read_lists("support/hostile_bodies.json")
    ),
    "https://a.b/" + ")" * 50,
    f'''<a b=""" {"a" * 1900}>''',
    "." * 40 + "b",
    "_" * 9,
    (f"{'a|' * 19}\n{'-|' * 19}\n", "a\n"),
    '{% a "' + '\\"' * 900 + " %}",
    ("{{< note >}}\n" * 40, "</Note>\n"),
    ("# a", " " * 50),
)

# Repeated in the value of a key. Front matter is at most 64 KB long.
VALUES = tuple(
    (key, piece)
    for key, pieces in {
        "title": ("<b>a", "&amp;", "[a](", "a_"),
        "slug": ("a", "-", "+"),
        "excerpt": ("{", "{%", "\\[", ".", "_a__"),
        "socialShare": ("#a", "“", '"'),
        "imageCredit": ("\\[", "*", "[a](b) ", "Photo by on ", "<a href="),
        "image": ("a.", "1.", "/", "-placeholder"),
        "categories": ("a,", "\u0410a "),
        "keywords": ("a,",),
        "date": ("1", "2020-01-01 "),
        "readingTime": ("1",),
        "permalink": ("/", "a.", ".html"),
        "other": ("{{", "{% "),
    }.items()
    for piece in pieces
)


def body_of(pattern: str | tuple[str, str], length: int) -> str:
    opening, unit = ("", pattern) if isinstance(pattern, str) else pattern
    return opening + unit * (length // len(unit))


def file_of(key: str, piece: str, length: int, *, front: str = 'title: "a"\n') -> bytes:
    value = json.dumps(piece * (length // len(piece)), ensure_ascii=False)
    return f"---\n{'' if key == 'title' else front}{key}: {value}\n---\nWords.\n".encode()


def notations(length: int) -> dict[str, bytes]:
    """Return files with many keys or items, in each notation of front matter."""
    lists = "".join(f"- k{n}\n" for n in range(length // 8))
    items = ", ".join(f'"k{n}"' for n in range(length // 10))
    keys = [f"k{n}" for n in range(length // 12)]
    one = [f"d{'-' * (n % 50 + 1)}a{'_' * (n // 50 + 1)}te" for n in range(length // 90)]  # each means "date"
    return {
        name: text.encode()
        for name, text in {
            "items in YAML": f"---\ntitle: a\nkeywords:\n{lists}---\nb",
            "items in JSON": f'{{"title": "a", "keywords": [{items}]}}\nb',
            "items in TOML": f'+++\ntitle = "a"\nkeywords = [{items}]\n+++\nb',
            "keys in YAML": "---\ntitle: a\n" + "".join(f"{key}: v\n" for key in keys) + "---\nb",
            "keys in JSON a line": '---\ntitle: "a"\n' + "".join(f"{key}: 1\n" for key in keys) + "---\nb",
            "keys in TOML": '+++\ntitle = "a"\n' + "".join(f"{key} = 1\n" for key in keys) + "+++\nb",
            "tables in TOML": '+++\ntitle = "a"\n' + "".join(f"[{key}]\n" for key in keys) + "+++\nb",
            "keys above a text": "title: a\n" + "".join(f"{key}: 1\n" for key in keys) + "\nb",
            "one key of many spellings": '{"title": "a", '
            + ", ".join(f'"{k}": "2020-01-01"' for k in one)
            + "}\nb",
            "one key many times": "---\ntitle: a\n" + "k: v\n" * (length // 5) + "---\nb",
            "brackets": "---\ntitle: a\nk: " + "[" * (length // 2) + "]" * (length // 2) + "\n---\nb",
        }.items()
    }


def take_too_long(texts, work) -> list[str]:
    """Return the beginnings of texts that take too long. Without IS_LONG, only try a quarter of each."""
    slow = []
    for text in texts:
        begin = time.process_time()
        work(text if IS_LONG else text[: len(text) // 4])
        if time.process_time() - begin > SECONDS:
            slow.append(text[:20])
    return slow
