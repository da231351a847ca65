"""Check the parts of an image that are stored as they are, and could contain anything.

The format of colour profiles: ICC.1:2022, sections 7.2 (header) and 7.3 (table of tags).
"""

import struct

MAX_PROFILE_BYTES = 64 * 1024  # those of monitors and cameras have up to 60 KB
HEADER_BYTES = 128
MOST_TAGS = 100
GREY = {"1", "L", "LA", "I", "I;16"}  # modes of Pillow


def has_other_file(data: bytes) -> bool:
    """Whether the bytes may be opened as a zip archive, which programs find by its end, or as a PDF."""
    return b"PK\5\6" in data or b"%PDF-" in data


def is_plausible_profile(profile: bytes, mode: str) -> bool:
    """Whether a colour profile is for images of this mode, complete, without gaps, and not too large."""
    if not HEADER_BYTES + 4 <= len(profile) <= MAX_PROFILE_BYTES or has_other_file(profile):
        return False
    size, space, signature = struct.unpack_from(">I12x4s16x4s", profile)
    if (size, space, signature) != (len(profile), b"GRAY" if mode in GREY else b"RGB ", b"acsp"):
        return False
    (count,) = struct.unpack_from(">I", profile, HEADER_BYTES)
    end = HEADER_BYTES + 4 + 12 * count
    if not 1 <= count <= MOST_TAGS or end > size:
        return False
    for start, length in sorted(struct.iter_unpack(">4xII", profile[HEADER_BYTES + 4 : end])):
        if start > end + 3:  # tags begin at multiples of four
            return False
        end = max(end, start + length)
    return end <= size <= end + 3
