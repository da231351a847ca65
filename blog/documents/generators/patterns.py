"""Patterns of addresses: the tokens of Jekyll, Hexo, Hugo, Pelican, MkDocs and Eleventy.

/:year/:month/:day/:title/    {date:%Y}/{slug}/    /posts/{{ page.fileSlug }}/
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from blog.documents.generators.configuration import Generator

LONGEST_PATTERN = 500

JEKYLL_STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
OPTIONAL = frozenset(  # tokens that may be empty
    [
        "categories",
        "slugified_categories",
        "category",
        "tags",
        "lang",
        "language",
        "locale",
        "section",
        "sections",
        "sectionslug",
        "sectionslugs",
        "folders",
        "output_ext",
        "collection",
        "author",
    ]
)
# {token: format of its part of a date, in the notation of strftime}
DATE_FORMATS = {
    "year": "%Y",
    "short_year": "%y",
    "month": "%m",
    "i_month": "%-m",
    "short_month": "%b",
    "long_month": "%B",
    "monthname": "%B",
    "day": "%d",
    "i_day": "%-d",
    "y_day": "%j",
    "yearday": "%-j",
    "week": "%V",
    "w_year": "%G",
    "w_day": "%u",
    "weekday": "%w",
    "short_day": "%a",
    "long_day": "%A",
    "weekdayname": "%A",
    "hour": "%H",
    "minute": "%M",
    "second": "%S",
    # components of Go's layouts
    "2006": "%Y",
    "06": "%y",
    "01": "%m",
    "1": "%-m",
    "02": "%d",
    "2": "%-d",
    "Jan": "%b",
    "January": "%B",
    "Mon": "%a",
    "Monday": "%A",
}
_NAMES = frozenset(
    [
        "title",
        "post_title",
        "slug",
        "name",
        "basename",
        "path",
        "collection",
        "contentbasename",
        "slugorcontentbasename",
        "filename",
        "slugorfilename",
        "titleslug",
        "dated_path",
        "numbered_path",
    ]
)
TOKENS = OPTIONAL | _NAMES | DATE_FORMATS.keys()
_OF_HUGO = frozenset(
    [
        "contentbasename",
        "slugorcontentbasename",
        "slugorfilename",
        "filename",
        "section",
        "sections",
        "sectionslug",
        "sectionslugs",
        "monthname",
        "yearday",
        "weekdayname",
    ]
)
_OF_JEKYLL = frozenset(
    ["categories", "output_ext", "short_year", "i_month", "i_day", "y_day", "short_month", "w_year"]
)
_BRACED = {"slug": "titleslug", "file": "basename", "lang": "lang", "category": "category"}
_BRACED |= {"author": "author", "categories": "slugified_categories"}
_EXPRESSIONS = {
    **dict.fromkeys(("page.fileSlug", "fileSlug", "page.slug"), "contentbasename"),
    **dict.fromkeys(("page.filePathStem", "filePathStem"), "path"),
    **dict.fromkeys(("lang", "locale", "page.lang"), "lang"),
    "slug": "slug",
    "title": "titleslug",
}
_TOKEN = re.compile(
    r"\{\{-?(?P<expression>[^{}]*+)\}\}|\{(?P<braced>\w++)(?::(?P<format>[^{}]*+))?\}"
    r"|:(?P<colon>[A-Za-z_]++|[0-9]++)(?P<slice>\[[\w:]*+\])?"
)
_FORMAT = re.compile(r"date\s*:\s*['\"]([^'\"]*)['\"]")
_DIRECTIVE = re.compile(r"%(-?)([A-Za-z%])")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f?#\\<>\"]|(?:^|/)\.\.?(?:/|$)")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


class PatternError(ValueError):
    """Raised when a pattern cannot be used. The message says what to change."""


@dataclass(frozen=True, slots=True)
class PatternToken:
    name: str
    argument: str = ""  # the format of a date, or Hugo's slice of sections


@lru_cache(maxsize=256)
def parse_pattern(pattern: str) -> tuple[str | PatternToken, ...]:
    """Return the texts and tokens of a pattern. Raises PatternError."""
    pattern = JEKYLL_STYLES.get(pattern, pattern)
    if len(pattern) > LONGEST_PATTERN:
        raise PatternError(f"the pattern is longer than {LONGEST_PATTERN} characters.")
    parts, end = [], 0
    for found in _TOKEN.finditer(pattern):
        parts.append(pattern[end : found.start()])
        parts += _tokens(found)
        end = found.end()
    parts = tuple(part for part in (*parts, pattern[end:]) if part)
    texts = "".join(part for part in parts if isinstance(part, str))
    if _FORBIDDEN.search("".join(part if isinstance(part, str) else "x" for part in parts)):
        raise PatternError(f"“{pattern}” contains a character that no path has.")
    if "{" in texts or "}" in texts:
        raise PatternError(f"“{pattern}” has a brace that belongs to no token.")
    return parts


def check_pattern(pattern: str) -> str:
    """Return a pattern that a person has typed, with a leading slash. Raises PatternError."""
    pattern = pattern.strip()
    tokens = {part.name for part in parse_pattern(pattern) if isinstance(part, PatternToken)}
    if not tokens - OPTIONAL - DATE_FORMATS.keys() - {"date"}:
        sentence = "has no token for the name of a text, such as :title, :slug or {slug}."
        raise PatternError(f"“{pattern}” {sentence}")
    if pattern in JEKYLL_STYLES:
        return JEKYLL_STYLES[pattern]
    return f"/{pattern.lstrip('/')}"


def generator_of_pattern(pattern: str) -> Generator:
    """Return the only generator that has the tokens of a pattern, or Generator.UNKNOWN."""
    names = {part.name for part in parse_pattern(pattern) if isinstance(part, PatternToken)}
    if names & _OF_HUGO:
        return Generator.HUGO
    return Generator.JEKYLL if names & _OF_JEKYLL else Generator.UNKNOWN


def expand(pattern: str, values: Mapping[str, str], date: datetime | None) -> str | None:
    """Return the path of a pattern with these values, or None if a required token has no value."""
    parts = []
    for part in parse_pattern(pattern):
        if isinstance(part, str):
            parts.append(part)
            continue
        form = part.argument if part.name == "date" else DATE_FORMATS.get(part.name)
        if form is not None:
            value = format_date(date, form) if date else ""
        else:
            value = values.get(part.name, "")
            value = _sliced(value, part.argument) if part.argument else value
        if not value and part.name not in OPTIONAL:
            return None
        parts.append(value)
    return re.sub(r"/{2,}", "/", f"/{''.join(parts)}")


def _tokens(found):
    if (expression := found["expression"]) is not None:
        token = _of_expression(expression)
        return ["/", token] if token.name == "path" else [token]  # filePathStem begins with a slash
    if braced := found["braced"]:
        if braced == "date":
            return [PatternToken("date", found["format"] or "%Y/%m/%d")]
        if braced not in _BRACED or found["format"]:
            raise PatternError(f"{{{braced}}} is not a known token.")
        return [PatternToken(_BRACED[braced])]
    name = found["colon"]
    # An underscore or letter may follow a token directly: :year_:month
    known = next((name[:end] for end in range(len(name), 0, -1) if name[:end] in TOKENS), None)
    if known is None:
        raise PatternError(f":{name[:40]} is not a known token.")
    rest = name[len(known) :] + ("" if known == name else found["slice"] or "")
    token = PatternToken(known, (found["slice"] or "").strip("[]") if known == name else "")
    return [token, rest] if rest else [token]


def _of_expression(expression):
    """Return the token of an expression in Liquid or Nunjucks."""
    value, *filters = (part.strip() for part in expression.strip(" -").split("|"))
    if value in {"page.date", "date"}:
        form = next((match[1] for each in filters if (match := _FORMAT.fullmatch(each))), None)
        if form is not None:
            return PatternToken("date", form)
    elif value in _EXPRESSIONS:
        return PatternToken(_EXPRESSIONS[value])
    raise PatternError(f"{{{{ {expression.strip()[:40]} }}}} is not a known token.")


def _sliced(value, slice_):
    """Return the part of a path that a slice such as 1:, :last or last selects, as Hugo does."""
    parts = value.split("/") if value else []
    bounds = [_bound(text, len(parts)) for text in slice_.split(":")]
    if len(bounds) == 1:
        return "/".join(parts[bounds[0] :][:1]) if bounds[0] is not None else ""
    return "/".join(parts[bounds[0] : bounds[1]])


def _bound(text, length):
    if text == "last":
        return max(length - 1, 0)
    return int(text) if text.isdecimal() and len(text) < 4 else None


def format_date(date: datetime, form: str) -> str:
    """Return a date in a format of strftime, with English names. Unknown directives are dropped."""
    return _DIRECTIVE.sub(lambda found: _directive(date, found[2], is_bare=bool(found[1])), form)


def _directive(date, letter, *, is_bare):
    year, week, weekday = date.isocalendar()
    match letter:
        case "B" | "b":
            return _MONTHS[date.month - 1][: 3 if letter == "b" else None]
        case "A" | "a":
            return _DAYS[date.weekday()][: 3 if letter == "a" else None]
        case "%":
            return "%"
    numbers = {
        "Y": (date.year, 4),
        "y": (date.year % 100, 2),
        "m": (date.month, 2),
        "d": (date.day, 2),
        "e": (date.day, 1),
        "j": (date.timetuple().tm_yday, 3),
        "H": (date.hour, 2),
        "M": (date.minute, 2),
        "S": (date.second, 2),
        "V": (week, 2),
        "G": (year, 4),
        "u": (weekday, 1),
        "w": (weekday % 7, 1),
    }
    number, width = numbers.get(letter, (None, 0))
    return "" if number is None else str(number).zfill(1 if is_bare else width)
