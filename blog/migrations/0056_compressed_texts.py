"""Compress long texts on SQLite, as rows are written: the tables themselves do not change.

Existing rows stay as they are until they are saved. The reverse restores uncompressed values.
"""

import itertools

import brotli
from django.db import migrations

from blog.base.compressed import CompressedBinaryField, CompressedTextField

MARK = b"\0br\0"
TEXTS = (
    ("blog_article", "body"),
    ("blog_article", "body_html"),
    ("blog_article", "plain_text"),
    ("blog_page", "body_html"),
)
FILES = "blog_sourcefile", "original"


def decompress(apps, schema_editor):
    connection = schema_editor.connection
    if connection.vendor != "sqlite":
        return
    for table, column in TEXTS:
        _replace(connection, table, column, "blob", lambda data: brotli.decompress(data).decode())
    _replace(connection, *FILES, "blob", _original)


def _original(data):
    return brotli.decompress(data[len(MARK) :]) if data.startswith(MARK) else data


def _replace(connection, table, column, kind, decoded):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} WHERE typeof({column}) = %s", [kind])  # noqa: S608 -- our names
        keys = [key for (key,) in cursor.fetchall()]
        for some in itertools.batched(keys, 100):
            places = ", ".join(["%s"] * len(some))
            cursor.execute(f"SELECT {column}, id FROM {table} WHERE id IN ({places})", some)  # noqa: S608 -- as above
            rows = [(decoded(data), key) for data, key in cursor.fetchall()]
            cursor.executemany(f"UPDATE {table} SET {column} = %s WHERE id = %s", rows)  # noqa: S608 -- as above


class Migration(migrations.Migration):
    dependencies = [("blog", "0055_count_changed_words")]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, decompress),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "article", "body", CompressedTextField(blank=True, verbose_name="text")
                ),
                migrations.AlterField(
                    "article", "body_html", CompressedTextField(blank=True, editable=False)
                ),
                migrations.AlterField(
                    "article", "plain_text", CompressedTextField(blank=True, editable=False)
                ),
                migrations.AlterField("page", "body_html", CompressedTextField(blank=True, editable=False)),
                migrations.AlterField("sourcefile", "original", CompressedBinaryField()),
            ]
        ),
    ]
