"""Write reproducible batches of AI-written articles with the faults that such batches have.

Each share is the number of 300 articles that have a fault. The default shares were counted in a real batch.
An article depends only on its number, so that a larger batch begins like a smaller batch.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

BATCH = 300
_STRIDES = (3, 5, 7, 9)  # coprime to the number of sentences


@dataclass(frozen=True)
class Faults:
    """The number of articles in 300 with each fault."""

    cut_description: int = 207
    template_excerpt: int = 274
    expert: int = 16
    persons: int = 12
    placeholders: int = 15


class Subject(NamedTuple):
    """A subject, with phrases for its sentences: its parts, place, benefit and cost."""

    name: str
    category: str
    thing: str
    place: str
    gain: str
    cost: str


_ROWS = """
Fog Harvesting|Water|mesh stretched between poles|ridges above the coast|drinking water|mending after storms
Sand Batteries|Energy|silos full of hot sand|the edge of small towns|heat until spring|layers of insulation
Canal Freight|Transport|barges with quiet motors|old waterways|room on crowded roads|patience at locks
Quantum Sensing|Geology|clouds of cold atoms|vans on gravel roads|maps of the ground|careful shielding
Passive Cooling|Building|courtyards and tall vents|streets of old brick|calm rooms in August|some floor space
Swarm Mapping|Cartography|many light drones|valleys without roads|fresh plans|rules for airspace
Seafloor Memory|Oceans|cores of layered mud|ships far from port|a diary of currents|cold nights on deck
Edible Roads|Materials|paving bound with starch|paths in city parks|surfaces that rot|a new coat each season
Seed Libraries|Farming|drawers of envelopes|village halls|old beans for new gardens|someone to keep the list
Night Trains|Transport|sleeping cars|lines across borders|a morning elsewhere|sheets to wash in bulk
River Radar|Nature|antennas under bridges|gauges without a keeper|levels read from above|echoes to tell apart
Sound Archives|History|wax, tape and discs|shelves in a cellar|voices of lost trades|players that still run
"""
SUBJECTS = tuple(Subject(*row.split("|")) for row in _ROWS.strip().splitlines())
_TITLES = (
    "5 Things You Should Know About {name}",
    "Understanding {name} in Today's World",
    "How {name} Will Change in the Next Decade",
    "Why {name} Matters More Than Ever",
    "The Hidden Power of {name}",
)
_SENTENCES = (
    "At its heart stand {thing}, and little else.",
    "What counts is {gain}, not the machinery behind it.",
    "In {place} the idea finds the room it needs.",
    "The price is {cost}, and it is better named at the start.",
    "Whoever begins should look at the ground first and at the catalogue later.",
    "A small trial teaches more than a thick brochure.",
    "The first season is for learning, and the second one for counting.",
    "Plans for {name} tend to fail at the edges, where two duties meet.",
    "Neighbours are won by an open gate and a pot of tea.",
    "Where budgets are thin, {thing} can be shared between several owners.",
    "It helps to write down what went wrong while it is still fresh.",
    "Simple parts are easy to replace, and that keeps {name} alive in lean times.",
    "The gain, {gain}, is felt long before it can be measured.",
    "A second look at the site often saves a costly correction.",
    "The question is less whether it works than for whom.",
    "Training matters as much as material, since hands decide how long things last.",
)
_HEADINGS = ("Where {name} begins", "What it takes", "From trial to habit", "A look at the costs")
_ROLES = ("geophysicist at the Northmoor Institute", "chief scientist at Velt Labs", "botanist at Ulm Hill")
_PERSONS = (
    "Professor Ansgar Tveit, an oceanographer, measured it on two coasts.",
    "“We thought it would take a week, and it took us a winter,” said Bram Kessler, a builder.",
)
_PLACEHOLDERS = (
    "Analysts expect the field to be worth [insert projected market value] soon.",
    "For a first talk write to [Your Name] at the town hall.",
)


def write_articles(folder: Path, number: int, **faults: int) -> None:
    """Write articles into a folder. faults: see Faults."""
    for one in range(number):
        article = _Article(one, Faults(**faults))
        (folder / f"{article.slug}.md").write_text(article.file(), encoding="utf-8")


class _Article:
    def __init__(self, number: int, faults: Faults):
        self.number = number
        self.faults = faults
        self.subject = SUBJECTS[number % len(SUBJECTS)]
        self.turn = number // len(SUBJECTS)  # number of earlier articles on the subject
        title = self.say(_TITLES[self.turn % len(_TITLES)])
        part = self.turn // len(_TITLES)
        self.title = f"{title}, Part {part + 1}" if part else title
        self.slug = "-".join("".join(sign if sign.isalnum() else " " for sign in self.title.lower()).split())

    def has(self, fault: str) -> bool:
        """Whether this article has a fault. Of each 300 articles, exactly the number in Faults do."""
        spread = sum(fault.encode()) * 37
        return (self.number * 77 + spread) % BATCH < getattr(self.faults, fault)

    def say(self, sentence: str) -> str:
        return sentence.format(**self.subject._asdict())

    def pick(self, choices, salt=0):
        return choices[self.chance(salt) % len(choices)]

    def chance(self, salt: int) -> int:
        """Return a reproducible number that looks random."""
        return crc32(f"{self.number} {salt}".encode())

    def picture(self, place: int) -> str:
        """Return the URL of an image. Articles on the same subject share some images."""
        photo = 1500000000000 + (self.number % len(SUBJECTS)) * 1000 + (self.turn % 3) * 10 + place
        return f"https://images.unsplash.com/photo-{photo}-0a1b2c3d4e5f?q=85&w=1200&fit=max&fm=webp"

    def file(self) -> str:
        fields = self._fields().items()
        front = "\n".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in fields)
        body = "\n\n".join(self._parts())
        return f"---\n{front}\n---\n\n{body}\n"

    def _fields(self):
        name, category = self.subject.name, self.subject.category
        description = self.say("{name} means {gain}: what it takes, and what stands in the way in {place}.")
        excerpt = "Discover how {name} is reshaping the world as we know it."
        own = "{name} needs little more than {thing}, and yet much can go wrong in {place}."
        return {
            "title": self.title,
            "date": f"2025-03-{self.number % 28 + 1:02}T08:{self.number % 60:02}:00.000Z",
            "slug": self.slug,
            "excerpt": self.say(excerpt if self.has("template_excerpt") else own),
            "metaDescription": description + (" Even so, a cha..." if self.has("cut_description") else ""),
            "category": category,
            "categories": [
                {"type": "exact", "name": category},
                {"type": "general", "name": "Science"},
                {"type": "specific", "name": name},
            ],
            "status": "new",
            "trending": True,
            "image": self.picture(0),
            "imageAlt": self.title,
            "imageCredit": "Photo by [Juno Halvard](https://unsplash.com/@juno) on Unsplash",
            "keywords": [name.lower()],
            "socialShare": self.say("{name} is where patience turns into {gain}. #Future"),
            "generatedBy": "Gemini",
        }

    def _parts(self):
        yield f"**{self.title}?** {self._paragraph(40)}"
        for place in range(4):
            yield f"## {self.say(_HEADINGS[(self.chance(1) + place) % len(_HEADINGS)])}"
            yield self._paragraph(place * 5)
            yield f"![A view with {self.subject.thing}, number {place}.]({self.picture(place + 1)})"
            yield self._paragraph(place * 5 + 60)
        if self.has("expert"):
            says = self.say("{name} rewards those who look twice. It gives nothing to those who only count.")
            role = self.pick(_ROLES)
            yield f'> **EXPERT INSIGHT:** "{says}" \N{EN DASH} Dr. Ottilie Brandvold, {role}.'
        for fault, choices in (("persons", _PERSONS), ("placeholders", _PLACEHOLDERS)):
            if self.has(fault):
                yield self.pick(choices)
        yield "## Conclusion: one step at a time"
        yield self._paragraph(90)

    def _paragraph(self, salt):
        start, stride = self.chance(salt), self.pick(_STRIDES, salt)
        places = range(start, start + 4 * stride, stride)
        return " ".join(self.say(_SENTENCES[place % len(_SENTENCES)]) for place in places)
