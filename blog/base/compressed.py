"""Fields whose long values SQLite stores compressed. PostgreSQL compresses long values itself.

Values that an earlier release stored uncompressed can be read, too. The database cannot search compressed
values, so these fields support no lookups except isnull.

Brotli's lowest quality: 11 KB of HTML take 0.06 ms and become 3 to 4 KB; zlib takes twice as long.
"""

import brotli
from django.db import models

SHORTEST = 500  # characters of text, or bytes; shorter values are not compressed
QUALITY = 1
MARK = b"\0br\0"  # begins compressed binary values
SUPPORTED_LOOKUPS = frozenset(("isnull",))


class _Compressed(models.Field):
    def get_lookup(self, lookup_name):
        return super().get_lookup(lookup_name) if lookup_name in SUPPORTED_LOOKUPS else None


class CompressedTextField(_Compressed, models.TextField):
    """Text. On SQLite, a long value is stored as a blob of compressed UTF-8."""

    def get_db_prep_value(self, value, connection, prepared=False):
        value = super().get_db_prep_value(value, connection, prepared)
        if connection.vendor != "sqlite" or not isinstance(value, str) or len(value) < SHORTEST:
            return value
        return brotli.compress(value.encode(), mode=brotli.MODE_TEXT, quality=QUALITY)

    def from_db_value(self, value, expression, connection):
        return brotli.decompress(value).decode() if isinstance(value, bytes) else value


class CompressedBinaryField(_Compressed, models.BinaryField):
    """Bytes. On SQLite, a value that is long or begins with MARK is stored compressed, after MARK."""

    def get_db_prep_value(self, value, connection, prepared=False):
        if connection.vendor == "sqlite" and value is not None:
            data = bytes(value)
            if len(data) >= SHORTEST or data.startswith(MARK):
                value = MARK + brotli.compress(data, quality=QUALITY)
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value, expression, connection):
        if connection.vendor == "sqlite" and value is not None and value.startswith(MARK):
            return brotli.decompress(value[len(MARK) :])
        return value
