"""Copy only the picture of a PNG file, which is faster than encoding it again.

The format: https://www.w3.org/TR/png-3/. Of the chunks, only those of a still picture are copied, as when it
is encoded again: no text, Exif data or preview, and nothing behind the end. image_decoding.py checks the size
before, decodes the file, and adds its colour profile.
"""

import zlib
from collections.abc import Iterator

from blog.sandbox.jpeg import UnusualError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER, PALETTE, TRANSPARENCY, PICTURE, END = b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"
KEPT = {HEADER, PALETTE, TRANSPARENCY, PICTURE, END}
MOVING = {b"acTL", b"fcTL", b"fdAT"}
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by type of colour
INDEXED = 3
TRANSPARENT = {0: 2, 2: 6}  # bytes for a level of grey, and for a colour
INFLATED_AT_ONCE = 4 * 1024 * 1024  # bytes
MOST_OF_RAW = 0.9  # of a picture that is not encoded again; larger ones are hardly compressed


def picture_of(data: bytes) -> tuple[range, ...] | None:
    """Return the places of the header and of the rest of the picture, or None for an unusual PNG.

    Unusual are animations, interlaced pictures, more than 8 bits, damage, coded data that is hardly
    compressed, and bytes in it that do not belong to the picture.
    """
    try:
        return _Reader(data).places()
    except (UnusualError, LookupError, ValueError, zlib.error):
        return None


def profile_chunk(profile: bytes) -> bytes:
    content = b"iCCPICC Profile\0\0" + zlib.compress(profile)
    return (len(content) - 4).to_bytes(4) + content + zlib.crc32(content).to_bytes(4)


class _Reader:
    def __init__(self, data):
        self.data = data
        self.contents: dict[bytes, bytes] = {}  # of the chunks that are kept, without coded data
        self.coded: list[bytes] = []

    def places(self) -> tuple[range, ...]:
        header, *others = self._kept()
        self._check_header()
        self._check_palette()
        joined = [others[0]]
        for places in others[1:]:
            if places.start == joined[-1].stop:
                joined[-1] = range(joined[-1].start, places.stop)
            else:
                joined.append(places)
        return range(header.stop), *joined

    def _kept(self) -> Iterator[range]:
        """Yield the places of the chunks that are kept, the header's first."""
        at, kind, before = len(SIGNATURE), b"", b""
        while kind != END:
            places = range(at, at + 12 + int.from_bytes(self.data[at : at + 4]))
            kind, content = self.data[at + 4 : at + 8], self.data[at + 8 : places.stop - 4]
            checksum = self.data[places.stop - 4 : places.stop]
            _check(checksum == zlib.crc32(content, zlib.crc32(kind)).to_bytes(4))
            _check((before or kind == HEADER) and kind not in MOVING)
            if kind == PICTURE:
                _check(not self.coded or before == PICTURE)
                self.coded.append(content)
                yield places
            elif kind in KEPT:
                _check(kind not in self.contents and (kind == END or not self.coded))
                self.contents[kind] = content
                yield places
            else:
                _check(kind[0] & 0x20)  # decoders may skip it
            at, before = places.stop, kind

    def _check_header(self):
        header = self.contents[HEADER]
        width, height = int.from_bytes(header[:4]), int.from_bytes(header[4:8])
        self.bits, self.colours = header[8:10]
        _check(len(header) == 13 and self.bits <= 8 and header[10:] == bytes(3) and not self.contents[END])
        raw = height * (1 + -(-width * self.bits * CHANNELS[self.colours] // 8))
        _check(sum(map(len, self.coded)) <= MOST_OF_RAW * raw)
        self._check_coded(raw)

    def _check_coded(self, raw):
        """Inflate the coded data, which must have the length of the picture, without bytes behind it."""
        inflater, left, size = zlib.decompressobj(), b"".join(self.coded), 0
        while size <= raw and (part := inflater.decompress(left, INFLATED_AT_ONCE)):
            size, left = size + len(part), inflater.unconsumed_tail
        _check(inflater.eof and size == raw and not inflater.unused_data)

    def _check_palette(self):
        palette, transparent = self.contents.get(PALETTE, b""), self.contents.get(TRANSPARENCY)
        _check(bool(palette) == (self.colours == INDEXED))
        _check(len(palette) % 3 == 0 and len(palette) // 3 <= 1 << self.bits)
        if transparent is not None:
            most = TRANSPARENT.get(self.colours, len(palette) // 3)
            _check(0 < len(transparent) <= most and (palette or len(transparent) == most))


def _check(is_usual):
    if not is_usual:
        raise UnusualError
