"""Copy only the picture of a JPEG file, which is faster than encoding it again, and loses nothing.

The format: ITU-T T.81 (segments), T.872 (the markers JFIF, Adobe, ICC). Of the segments, those that a decoder
uses are copied: frame, scans, the tables that scans refer to, a plausible colour profile. So no metadata is
left, no preview, no second image and nothing behind the end. image_decoding.py decodes the copy, and checks
that coded data ends where the picture does.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from blog.sandbox.embedded import is_plausible_profile

START, END = b"\xff\xd8", 0xD9
FRAMES = {0xC0, 0xC1, 0xC2}  # baseline, extended, progressive; not arithmetic or lossless coding
PROGRESSIVE = 0xC2
CODES, FACTORS, INTERVAL, SCAN = 0xC4, 0xDB, 0xDD, 0xDA
JFIF, PROFILE, ADOBE = 0xE0, 0xE2, 0xEE
LEFT_OUT = {*range(0xE0, 0xF0), 0xFE}  # application segments and comments
JFIF_BEGINNING, PROFILE_BEGINNING, ADOBE_BEGINNING = b"JFIF\0", b"ICC_PROFILE\0", b"Adobe"
JFIF_BYTES = 14  # without a preview
ADOBE_VERSION = b"\0\x64\0\0\0\0"  # and flags, which decoders ignore
AC = 0x10  # in the numbers of the tables CODES
MOST_SCANS = 20  # usual are 10 at most; each costs a browser the time of a whole picture
MOST_RESTARTS = 5000  # 4 µs each
END_OF_SCAN = re.compile(rb"\xff[^\x00]")
END_OF_SCAN_WITH_RESTARTS = re.compile(rb"\xff[^\x00\xd0-\xd7]")
RESTART = re.compile(rb"\xff[\xd0-\xd7]")


type Part = bytes | range  # bytes, or the places of bytes in the original file


class Picture(NamedTuple):
    """A copied picture. ends: places in the copy where coded data ends, each before a marker."""

    parts: tuple[Part, ...]
    ends: tuple[int, ...]


class UnusualError(Exception):
    """Raised when a JPEG file must be encoded again."""


@dataclass(slots=True)
class Table:
    content: bytes
    is_used: bool = False


@dataclass(slots=True)
class Segment:
    """A segment with its marker, or the coded data of a scan, in the original file."""

    places: range
    content: bytes | None = None  # replaces that of the file
    tables: list[Table] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)  # of coded data, in the original file


def joined(parts: Sequence[Part], data: bytes) -> bytes:
    """Return the file made of the parts: data itself, not a copy, if the only part is all of it."""
    return b"".join(data[part.start : part.stop] if isinstance(part, range) else part for part in parts)


def picture_of(data: bytes) -> Picture | None:
    """Return a JPEG file with only its first picture and its colour profile, or None for an unusual file.

    It must be decoded before it is used: the coded data is not looked at.
    """
    if not data.startswith(START):
        return None
    try:
        return _Reader(data).picture()
    except (UnusualError, LookupError, ValueError):
        return None


class _Reader:
    def __init__(self, data):
        self.data = data
        self.segments = [Segment(range(len(START)))]
        self.markers = []
        self.height = self.width = 0
        self.components: dict[int, tuple[int, int, int]] = {}  # {number: sampling factors, number of FACTORS}
        self.tables: dict[tuple[int, int], Table] = {}  # {(marker, number): the last one}
        self.interval = 0  # of restart markers, in units
        self.profile: list[Segment] = []

    def picture(self) -> Picture:
        data, at = self.data, len(START)
        while data[at] == 0xFF and data[at + 1] != END:
            marker, places = data[at + 1], range(at, at + 2 + int.from_bytes(data[at + 2 : at + 4]))
            _check(at + 4 <= places.stop <= len(data))
            self.segments.append(Segment(places))
            self._read(marker, data[at + 4 : places.stop])
            self.markers.append(marker)
            at = self.segments[-1].places.stop
        _check(data[at] == 0xFF)
        self.segments.append(Segment(range(at, at + 2)))
        self._check_profile()
        return self._joined()

    def _read(self, marker, content):
        segment = self.segments[-1]
        if marker in LEFT_OUT:
            self._read_application(segment, marker, content)
        elif marker in {CODES, FACTORS}:
            segment.tables = list(self._read_tables(marker, content))
        elif marker == SCAN:
            self._read_scan(content, segment.places.stop)
        else:
            _check(marker in {*FRAMES, INTERVAL})
            if marker == INTERVAL:
                _check(self.markers.count(INTERVAL) <= self.markers.count(SCAN))
                self.interval = int.from_bytes(content)
            else:
                self._read_frame(content)

    def _read_application(self, segment, marker, content):
        if marker == PROFILE and content.startswith(PROFILE_BEGINNING):
            self.profile.append(segment)
            return
        segment.content = b""
        if marker not in self.markers:
            # Both say how the colours are coded.
            if marker == ADOBE and content.startswith(ADOBE_BEGINNING):
                segment.content = _segment(marker, ADOBE_BEGINNING + ADOBE_VERSION + content[11:12])
            elif marker == JFIF and content.startswith(JFIF_BEGINNING) and len(content) >= JFIF_BYTES:
                segment.content = _segment(marker, content[: JFIF_BYTES - 2] + b"\0\0")  # no preview

    def _read_frame(self, content):
        _check(not self.components and content[0] == 8)
        self.height, self.width = int.from_bytes(content[1:3]), int.from_bytes(content[3:5])
        for number, sampling, factors in zip(content[6::3], content[7::3], content[8::3], strict=True):
            self.components[number] = sampling >> 4, sampling & 15, factors
            _check(1 <= sampling >> 4 <= 4 and 1 <= sampling & 15 <= 4)
        _check(self.height and self.width and len(self.components) == content[5])

    def _read_tables(self, marker, content) -> Iterator[Table]:
        at = 0
        while at < len(content):
            table_number = content[at]
            if marker == FACTORS:
                _check(SCAN not in self.markers)
                size, table_number = 129 if table_number >> 4 else 65, table_number & 15
            else:
                size = 17 + sum(content[at + 1 : at + 17])
                # Of 256 different values, none can be text or an archive.
                _check(len(set(content[at + 17 : at + size])) == size - 17)
            _check(at + size <= len(content))
            table = self.tables[marker, table_number] = Table(content[at : at + size])
            yield table
            at += size

    def _read_scan(self, content, at):
        """Read the segment before coded data, and this data, which begins at this place."""
        count, (first, last, bits) = content[0], content[-3:]
        is_progressive = PROGRESSIVE in self.markers
        _check(len(content) == 4 + 2 * count and (is_progressive or (first, last, bits) == (0, 63, 0)))
        numbers = content[1:-3:2]
        for number, codes in zip(numbers, content[2:-3:2], strict=True):
            self.tables[FACTORS, self.components[number][2]].is_used = True
            if first == 0 and bits < 16:
                self.tables[CODES, codes >> 4].is_used = True
            if last:
                self.tables[CODES, AC | codes & 15].is_used = True
        pattern = END_OF_SCAN_WITH_RESTARTS if self.interval else END_OF_SCAN
        end = pattern.search(self.data, at)
        _check(end and self.markers.count(SCAN) < MOST_SCANS)
        restarts = self._restarts(numbers, range(at, end.start())) if self.interval else []
        self.segments.append(Segment(range(at, end.start()), ends=[*restarts, end.start()]))

    def _restarts(self, numbers, places):
        """Return the places of the restart markers in coded data, which must be those of its units."""
        found = [match.start() for match in RESTART.finditer(self.data, places.start, places.stop)]
        _check(len(found) == (self._units(numbers) - 1) // self.interval and len(found) <= MOST_RESTARTS)
        _check(all(self.data[place + 1] == 0xD0 + number % 8 for number, place in enumerate(found)))
        return found

    def _units(self, numbers):
        """Return the number of coded units (MCU) of a scan of these components (T.81, A.2)."""
        across, down = (max(sampling) for sampling in list(zip(*self.components.values(), strict=True))[:2])
        width, height = self.width, self.height
        if len(numbers) == 1:  # only blocks of the picture, one each
            own = self.components[numbers[0]]
            width, height = -(-width * own[0] // across), -(-height * own[1] // down)
            across = down = 1
        return -(-width // (8 * across)) * -(-height // (8 * down))

    def _check_profile(self):
        """Drop the colour profile unless it is plausible."""
        parts = [
            self.data[part.places.start + 4 + len(PROFILE_BEGINNING) : part.places.stop]
            for part in self.profile
        ]
        is_complete = [tuple(part[:2]) for part in parts] == [(n + 1, len(parts)) for n in range(len(parts))]
        mode = "L" if len(self.components) == 1 else "RGB"
        if not (is_complete and is_plausible_profile(b"".join(part[2:] for part in parts), mode)):
            for segment in self.profile:
                segment.content = b""

    def _joined(self):
        parts, ends, size = [], [], 0
        for segment in self.segments:
            part = _kept(self.data, segment)
            ends += [size + end - segment.places.start for end in segment.ends]
            size += len(part)
            last = parts[-1] if parts else b""
            if isinstance(part, range) and isinstance(last, range) and last.stop == part.start:
                parts[-1] = range(last.start, part.stop)  # most files are one part
            elif part:
                parts.append(part)
        return Picture(tuple(parts), tuple(ends))


def _kept(data, segment) -> Part:
    used = [table.content for table in segment.tables if table.is_used]
    if len(used) < len(segment.tables):
        return _segment(data[segment.places.start + 1], b"".join(used)) if used else b""
    is_changed = (
        segment.content is not None and segment.content != data[segment.places.start : segment.places.stop]
    )
    return segment.content if is_changed else segment.places


def _segment(marker, content):
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2) + content


def _check(is_usual):
    if not is_usual:
        raise UnusualError
