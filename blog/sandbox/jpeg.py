"""Copy only the picture of a JPEG file, which is faster than encoding it again, and loses nothing.

The format: ITU-T T.81 (segments), T.872 (the markers JFIF, Adobe, ICC). Of the segments, those that a decoder
needs are copied. So no metadata is left, no preview, no second image and nothing behind the end.
"""

import re
from collections.abc import Sequence

START, END = b"\xff\xd8", 0xD9
SCAN, JFIF, PROFILE, ADOBE = 0xDA, 0xE0, 0xE2, 0xEE
# Baseline, extended and progressive frames; tables, restart interval. Not arithmetic or lossless coding.
DECODED = {0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD, SCAN}
LEFT_OUT = {*range(0xE0, 0xF0), 0xFE}  # application segments and comments
JFIF_BEGINNING, PROFILE_BEGINNING, ADOBE_BEGINNING = b"JFIF\0", b"ICC_PROFILE\0", b"Adobe"
JFIF_BYTES, ADOBE_BYTES = 14, 12  # without a preview, and without what may follow
MOST_SCANS = 20  # usual are 10 at most; each costs a browser the time of a whole picture
# In a scan, FF is followed by 00, or by the number of a restart.
END_OF_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7]")


type Part = bytes | range  # bytes, or the places of bytes in the original file


def joined(parts: Sequence[Part], data: bytes) -> bytes:
    """Return the file made of the parts: data itself, not a copy, if the only part is all of it."""
    return b"".join(data[part.start : part.stop] if isinstance(part, range) else part for part in parts)


def picture_of(data: bytes) -> tuple[Part, ...] | None:
    """Return a JPEG file with only its first picture and its colour profile, or None for an unusual file.

    It must be decoded before it is used: the picture itself is not looked at.
    """
    if not data.startswith(START):
        return None
    parts, at, scans = [range(len(START))], len(START), 0
    while len(head := data[at : at + 4]) >= 2 and head[0] == 0xFF:
        marker, end = head[1], at + 2 + int.from_bytes(head[2:])
        if marker == END:
            _append(parts, range(at, at + 2))
            return tuple(parts)
        if end < at + 4 or end > len(data):
            return None
        segment = data[at + 4 : end]
        kept = _kept(marker, segment)
        if kept and kept == segment:
            _append(parts, range(at, end))
        elif kept:
            parts.append(head[:2] + (len(kept) + 2).to_bytes(2) + kept)
        elif marker not in LEFT_OUT:
            return None
        at = end
        if marker == SCAN:
            scans += 1
            found = END_OF_SCAN.search(data, at)
            if not found or scans > MOST_SCANS:
                return None
            _append(parts, range(at, found.start()))
            at = found.start()
    return None


def _append(parts, part):
    """Add a part, joined to the last one if it follows it: most files are one part."""
    last = parts[-1]
    if isinstance(last, range) and last.stop == part.start:
        parts[-1] = range(last.start, part.stop)
    else:
        parts.append(part)


def _kept(marker, segment):
    """Return what is kept of a segment, or b""."""
    if marker in DECODED:
        return segment
    if marker == PROFILE and segment.startswith(PROFILE_BEGINNING):
        return segment
    # Both say how the colours are coded.
    if marker == ADOBE and segment.startswith(ADOBE_BEGINNING):
        return segment[:ADOBE_BYTES]
    if marker == JFIF and segment.startswith(JFIF_BEGINNING) and len(segment) >= JFIF_BYTES:
        return segment[: JFIF_BYTES - 2] + b"\0\0"  # a preview of no pixels
    return b""
