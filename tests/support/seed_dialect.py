"""Write reproducible batches of AI-written articles with the faults that such batches have.

Each share is the number of 300 articles that have a fault. The default shares were counted in a real batch.
An article's faults depend only on its number, so that a larger batch begins like a smaller batch.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

from tests.support import seed_subjects as words
from tests.support.seed_subjects import SUBJECTS

BATCH = 300
_STRIDES = (3, 5, 7, 9, 13)  # coprime to the number of sentences
_FIRST_DATE = "2025-03-"


@dataclass(frozen=True)
class Faults:
    """The number of articles in 300 with each fault. Faults below `placeholders` are 0 by default."""

    alt_is_title: int = 300
    unsaid_share_text: int = 299
    cut_description: int = 207
    template_excerpt: int = 274
    trending: int = 300
    title_templates: int = 243
    expert: int = 16
    persons: int = 12
    placeholders: int = 15
    call_as_share_text: int = 0
    label_with_underscore: int = 0
    label_in_quotation: int = 0
    numbered_takeaways: int = 0
    reversed_takeaways: int = 0
    introduction_heading: int = 0
    picture_in_paragraph: int = 0
    cover_repeated: int = 0
    picture_described_twice: int = 0
    picture_without_credit: int = 0
    picture_without_description: int = 0
    skipped_heading: int = 0
    second_title: int = 0
    template_syntax: int = 0
    uneven_table: int = 0
    cut_off: int = 0
    broken_link: int = 0
    twin: int = 0  # the body of the previous article, with another title


def write_articles(folder: Path, number: int, **faults: int) -> list[Path]:
    """Write articles into a folder and return their paths. faults: see Faults."""
    paths = []
    for name, text in articles(number, **faults):
        paths.append(folder / name)
        paths[-1].write_text(text, encoding="utf-8")
    return paths


def articles(number: int, **faults: int) -> Iterator[tuple[str, str]]:
    """Yield (file name, text) of articles 0 to number - 1."""
    for one in range(number):
        yield f"{slug_of(one, **faults)}.md", article(one, **faults)


def article(number: int, **faults: int) -> str:
    """Return the content of an article's file."""
    return _Article(number, Faults(**faults)).file()


def title_of(number: int, **faults: int) -> str:
    return _Article(number, Faults(**faults)).title


def slug_of(number: int, **faults: int) -> str:
    return _Article(number, Faults(**faults)).slug


class _Article:
    def __init__(self, number: int, faults: Faults):
        self.number = number
        self.faults = faults
        self.subject = SUBJECTS[number % len(SUBJECTS)]
        self.turn = number // len(SUBJECTS)  # number of earlier articles on the subject

    def has(self, fault: str) -> bool:
        """Whether this article has a fault. Of each 300 articles, exactly the number in Faults do."""
        spread = sum(fault.encode()) * 37
        return (self.number * 77 + spread) % BATCH < getattr(self.faults, fault)

    def say(self, sentence: str) -> str:
        return sentence.format(**self.subject._asdict(), lower=self.subject.name.lower(), tag=self._tag)

    def pick(self, choices, salt=0):
        return choices[self.chance(salt) % len(choices)]

    def chance(self, salt: int) -> int:
        """Return a reproducible number that looks random."""
        return crc32(f"{self.number} {salt}".encode())

    @property
    def _tag(self):
        return self.subject.name.replace(" ", "")

    @property
    def title(self) -> str:
        if self.has("title_templates"):
            return self._numbered(self.say(words.TITLES[self.turn % len(words.TITLES)]), words.TITLES)
        own = self.say(words.FREE_TITLES[self.turn % len(words.FREE_TITLES)])
        return self._numbered(own[0].upper() + own[1:], words.FREE_TITLES)

    def _numbered(self, title, templates):
        part = self.turn // len(templates)
        return f"{title}, Part {part + 1}" if part else title

    @property
    def slug(self) -> str:
        plain = "".join(sign if sign.isalnum() else " " for sign in self.title.lower().replace("'", ""))
        return "-".join(plain.split())

    def picture(self, place: int) -> str:
        """Return the URL of an image. Articles on the same subject share some images."""
        photo = 1500000000000 + (self.number % len(SUBJECTS)) * 1000 + (self.turn % 3) * 10 + place
        return f"https://images.unsplash.com/photo-{photo}-0a1b2c3d4e5f?q=85&w=1200&fit=max&fm=webp"

    @property
    def credit(self) -> str:
        name = ("Juno Halvard", "Ines Okafor", "Tomas Reiter", "Lin Baptiste")[self.number % 4]
        return f"Photo by [{name}](https://unsplash.com/@{name.split()[0].lower()}) on Unsplash"

    def file(self) -> str:
        lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in self._fields().items()]
        front = "\n".join(lines)
        return f"---\n{front}\n---\n\n{self.body()}\n"

    def _fields(self):
        name, category = self.subject.name, self.subject.category
        return {
            "title": self.title,
            "date": f"{_FIRST_DATE}{self.number % 28 + 1:02}T08:{self.number % 60:02}:00.000Z",
            "slug": self.slug,
            "excerpt": self._excerpt(),
            "metaDescription": self._description(),
            "category": category,
            "categories": [
                {"type": "exact", "name": category},
                {"type": "general", "name": "Science"},
                {"type": "specific", "name": name},
            ],
            "status": "new",
            "trending": self.has("trending"),
            "featured": False,
            "image": self.picture(0),
            "imageAlt": self.title if self.has("alt_is_title") else self.say(words.PICTURES[0]) + ".",
            "imageCredit": self.credit,
            "keywords": [name.lower()],
            "socialShare": self._share_text(),
            "generatedBy": "Gemini",
        }

    def _excerpt(self):
        excerpt = self.say(words.EXCERPT if self.has("template_excerpt") else words.OWN_EXCERPT)
        return excerpt[0].upper() + excerpt[1:]

    def _description(self):
        whole = self.say("{name} means {gain}: what it takes, and what stands in the way in {place}.")
        if not self.has("cut_description"):
            return whole
        return f"{whole} Even so, {self.pick(words.CUT_ENDS)}..."

    def _share_text(self):
        if self.has("call_as_share_text"):
            return f"Check out our latest article on {self.subject.name}! #{self._tag}"
        return self.say(words.SHARE_TEXT) if self.has("unsaid_share_text") else self._said()

    def _said(self):
        return "A small trial teaches more than a thick brochure."

    def body(self) -> str:
        if self.number and self.has("twin"):
            return _Article(self.number - 1, replace(self.faults, twin=0)).body()
        return "\n\n".join(part for part in self._parts() if part)

    def _parts(self) -> Iterator[str]:
        if self.has("introduction_heading"):
            yield "## Introduction"
        yield self._opening()
        if self.has("cover_repeated"):
            smaller = self.picture(0).replace("w=1200", "w=800")
            yield f"![{self.say(words.PICTURES[3])}]({smaller})\n*{self.credit}*"
        for place in range(4):
            yield from self._section(place)
        yield from self._leftovers()
        yield from self._ending()

    def _opening(self):
        question, answer = self.say(self.pick(words.OPENINGS)).split("** ")
        return f"{question}** {self._paragraph(40, self.turn)} {answer}"

    def _section(self, place):
        yield f"## {self.say(words.HEADINGS[(self.chance(1) + place) % len(words.HEADINGS)])}"
        if place == 1 and self.has("skipped_heading"):
            yield "#### In detail"
        if place == 2 and self.has("second_title"):
            yield f"# {self.subject.name} at a glance"
        yield self._paragraph(place * 5)
        if place == 1:
            yield "\n".join(
                f"* {self.say(words.POINTS[(self.chance(2) + step) % len(words.POINTS)])}"
                for step in range(4)
            )
        if place in {0, 2}:
            yield self._picture(place)
        if place == 2:
            yield self._quotation()
        yield self._paragraph(place * 5 + 60)

    def _paragraph(self, salt, start=None):
        start = self.chance(salt) if start is None else start
        stride = self.pick(_STRIDES, salt)
        places = range(start, start + 4 * stride, stride)
        return " ".join(self.say(words.SENTENCES[place % len(words.SENTENCES)]) for place in places)

    def _picture(self, place):
        alt = self.say(words.PICTURES[place + 1 if place == 0 else place]) + "."
        if self.has("picture_without_description"):
            alt = ""
        picture = f"![{alt}]({self.picture(place + 1)})"
        if self.has("picture_in_paragraph"):
            return (
                f"{self.say(self.pick(words.SENTENCES))} {picture} {self.say(self.pick(words.SENTENCES, 3))}"
            )
        if place == 2 and self.has("picture_without_credit"):
            return picture
        return f"{picture}\n*{self.credit}*"

    def _quotation(self):
        if not self.has("expert"):
            return f"> **Pro Tip:** {self.pick(words.TIPS)}"
        says = self.say(self.pick(words.EXPERT_SAYS))
        return f'> **EXPERT INSIGHT:** "{says}" \N{EN DASH} {words.EXPERT}, {self.expert_role}.'

    @property
    def expert_role(self) -> str:
        """The role of the invented expert: fourteen different ones in sixteen articles."""
        before = sum(_Article(one, self.faults).has("expert") for one in range(self.number))
        return words.EXPERT_ROLES[before % len(words.EXPERT_ROLES)]

    def _leftovers(self):
        if self.has("persons"):
            yield self.pick(words.PERSONS)
        if self.has("placeholders"):
            yield self.pick(words.PLACEHOLDERS)
        if self.has("label_with_underscore"):
            yield f"SOCIAL_SNIPPET: {self.say(words.SHARE_TEXT)}"
        if self.has("label_in_quotation"):
            yield f"> **SOCIAL_SNIPPET:** {self.say(words.SHARE_TEXT)}"
        if self.has("template_syntax"):
            yield "The next chapter is {{ page.next.title }}."
        if self.has("uneven_table"):
            yield "| Part | Care |\n|---|---|\n| Frame | yearly |\n| Net | monthly | daily |"
        if self.has("broken_link"):
            yield f"More on this stands [in another place](/articles/lost-page-{self.number}/)."
        if self.has("picture_described_twice"):
            yield f"![Quite another description of the same scene.]({self.picture(1)})\n*{self.credit}*"

    def _ending(self):
        yield f"## {self._takeaways_heading}"
        mark = "{}." if self.has("numbered_takeaways") else "*"
        points = [
            self.say(words.POINTS[(self.chance(2) + step + 4) % len(words.POINTS)]) for step in range(3)
        ]
        yield "\n".join(f"{mark.format(place)} {point}" for place, point in enumerate(points, 1))
        yield "## Conclusion: one step at a time"
        end = self._paragraph(90)
        yield end[:-20].rstrip() if self.has("cut_off") else end

    @property
    def _takeaways_heading(self):
        if self.has("numbered_takeaways"):
            return "7. Key Takeaways"
        return "Implementation Guide: Key Takeaways" if self.has("reversed_takeaways") else "Key Takeaways"
