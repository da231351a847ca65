"""Read and write dates in the dozen formats that files use. An unreadable date is None, never today."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

LONGEST_DATE = 100
EPOCH_SECONDS = range(100_000_000, 100_000_000_000)  # 1973 to 5138; larger numbers are milliseconds
COMPACT_DATES = range(1000_01_01, 9999_12_32)
# Years with four digits in every time zone, as in URLs and forms, and within the range of datetime.
YEARS = range(1001, 9999)

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july"),
            *("aug august", "sep sept september", "oct october", "nov november", "dec december"),
        ),
        1,
    )
    for name in names.split()
}
# Only the names of RFC 2822: others, such as IST, are ambiguous.
_ZONES = {
    **dict.fromkeys(("z", "ut", "utc", "gmt"), 0),
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
}

_TIME = (
    r"(?P<hour>[0-9]{1,2}):+(?P<minute>[0-9]{2})(?::+(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?)?"
    r"(?:\s?(?P<half>[ap])\.?m\.?)?"
)
_ZONE = r"(?P<zone>[a-z]{1,3}(?![a-z]))?\s*(?P<offset>[+-][0-9]{1,2}(?::?[0-9]{2})?)?(?:\s*\([^()]*\))?"
_WEEKDAY = r"(?:[a-z]{3,9}\.?,?\s+)?"
_MONTH = r"(?P<month_name>[a-z]{3,9})\.?"
_YEAR = r"(?P<year>[0-9]{4})"
_DAY = r"(?P<day>[0-9]{1,2})"
_CLOCK = rf"(?:(?:\s*,?\s+(?:at\s+)?|t){_TIME}(?:\s+(?P=year)\b)?\s*{_ZONE})?"
_COMPACT_TIME = r"(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})(?P<second>[0-9]{2})(?P<zone>z)?"
_SHAPES = [
    re.compile(shape, re.IGNORECASE | re.ASCII)
    for shape in (
        rf"{_YEAR}(?P<mark>[-/.])(?P<month>[0-9]{{1,2}})(?P=mark){_DAY}{_CLOCK}",
        rf"{_YEAR}(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})(?:t{_COMPACT_TIME})?",
        rf"{_WEEKDAY}{_DAY}(?:st|nd|rd|th)?[\s-]{_MONTH},?[\s-]{_YEAR}{_CLOCK}",
        rf"{_WEEKDAY}{_MONTH}\s+{_DAY}(?:st|nd|rd|th)?,?\s+{_YEAR}{_CLOCK}",
        rf"{_WEEKDAY}{_MONTH}\s+{_DAY}\s+{_TIME}\s+{_ZONE}\s*{_YEAR}",
        rf"{_WEEKDAY}{_MONTH}\s+{_DAY}\s+{_TIME}\s+{_YEAR}\s+{_ZONE}",  # as Git writes it
    )
]
_NAMED_DATE = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})"
    r"(?:[T_ ](?P<hour>[0-9]{2})[:.-]?(?P<minute>[0-9]{2})[:.-]?(?P<second>[0-9]{2})"
    r"(?P<fraction>[.,-][0-9]{1,6}(?=Z))?(?P<zone>Z)?)?(?:[-_. ]+|$)"
)
_DATE_IN_PATH = re.compile(r"(?:^|/)([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})(?:/|-|$)")


def read_date(value: object, time_zone: tzinfo) -> datetime | None:
    """Return a date in UTC, or None. Dates without an offset are in `time_zone`."""
    try:
        moment = _read(value)
        if moment is None:
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=time_zone)
        moment = moment.astimezone(UTC)
        return moment if moment.year in YEARS else None
    except (ValueError, OverflowError):
        return None


def read_written_date(value: object, time_zone: tzinfo | None = None) -> datetime | None:
    """Return a date without its offset: as it is written, or converted to `time_zone`. None if unreadable."""
    try:
        moment = _read(value)
        if moment and moment.tzinfo and time_zone:
            moment = moment.astimezone(time_zone)
        return moment.replace(tzinfo=None) if moment and moment.year in YEARS else None
    except (ValueError, OverflowError):
        return None


def date_in_name(name: str) -> tuple[str, str]:
    """Return the date at the start of a file or folder name, and the rest. Both may be ""."""
    found = _NAMED_DATE.match(name)
    if not found:
        return "", name
    text = found["date"]
    if found["hour"]:
        fraction = f".{found['fraction'][1:]}" if found["fraction"] else ""
        text += f"T{found['hour']}:{found['minute']}:{found['second']}{fraction}{found['zone'] or ''}"
    return text, name[found.end() :]


def date_in_path(path: str) -> str:
    """Return the date in a URL path such as /2019/05/16/title/, or ""."""
    found = _DATE_IN_PATH.search(path)
    return "-".join(found.groups()) if found else ""


def write_date(moment: datetime, like: object, time_zone: tzinfo | None) -> str:
    """Return a date in the format of `like`, or in ISO 8601 if that format cannot express the moment."""
    zone = time_zone or UTC
    for text in _shapes_like(moment, str(like), time_zone):
        if read_date(text, zone) == moment:
            return text
    return _iso(moment.astimezone(UTC))


def _read(value):
    return _read_number(value) if isinstance(value, (int, float)) else _read_text(str(value))


def _read_number(number):
    if isinstance(number, bool):
        return None
    if int(number) in COMPACT_DATES:
        return _read_text(str(int(number)))
    seconds = number if int(number) in EPOCH_SECONDS else number / 1000
    return datetime.fromtimestamp(seconds, UTC) if int(seconds) in EPOCH_SECONDS else None


def _read_text(text):
    text = text.strip()
    if len(text) > LONGEST_DATE:
        return None
    if re.fullmatch(r"[0-9]{9,13}", text):
        return _read_number(int(text))
    for shape in _SHAPES:
        if found := shape.fullmatch(text):
            return _build(found.groupdict())
    return None


def _build(parts):
    month = parts.get("month") or _MONTHS.get((parts.get("month_name") or "").lower())
    hour, half = int(parts.get("hour") or 0), (parts.get("half") or "").lower()
    if month is None or (half and not 1 <= hour <= 12):
        return None
    hour = hour % 12 + 12 * (half == "p") if half else hour
    numbers = (int(part or 0) for part in (parts["year"], month, parts["day"]))
    clock = hour, int(parts.get("minute") or 0), int(parts.get("second") or 0)
    microsecond = int((parts.get("fraction") or "0")[:6].ljust(6, "0"))
    return datetime(*numbers, *clock, microsecond, tzinfo=_offset(parts))


def _offset(parts):
    name, offset = (parts.get("zone") or "").lower(), parts.get("offset")
    if name and name not in _ZONES:
        raise ValueError(f"unknown time zone {name}")
    if not offset:
        return timezone(timedelta(hours=_ZONES[name])) if name else None
    hours, minutes = re.fullmatch(r"([0-9]{1,2}):?([0-9]{2})?", offset[1:]).groups()
    if int(minutes or 0) > 59:
        raise ValueError("an offset of more than 59 minutes")
    ahead = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return timezone(-ahead if offset[0] == "-" else ahead)


def _shapes_like(moment, like, time_zone):
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}Z", like):
        yield _iso(moment.astimezone(UTC), "milliseconds")
    if time_zone:
        local = moment.astimezone(time_zone).replace(tzinfo=None)
        if re.fullmatch(r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}", like):
            yield local.date().isoformat().replace("-", like[4])
        if naive := re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T])[0-9]{1,2}:[0-9]{2}(:[0-9.]+)?", like):
            yield local.isoformat(naive[1])
    if zoned := re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T])[0-9:.]+( ?)([+-][0-9]{2}:?[0-9]{2})", like):
        there = moment.astimezone(_offset({"offset": zoned[3]})).replace(tzinfo=None)
        yield f"{there.isoformat(zoned[1])}{zoned[2]}{zoned[3]}"


def _iso(moment, timespec="auto"):
    return moment.isoformat(timespec=timespec).replace("+00:00", "Z")
