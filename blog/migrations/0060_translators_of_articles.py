import json
import re
from hashlib import blake2b

from django.db import migrations, models

from blog.documents.names import fold_name

KEYS = ("translators", "translator", "translatedby")
MOST = 20
NAME_KEYS = ("name", "title", "label")
NOBODY = ("admin", "administrator", "unknown", "anonymous")


def take_from_files(apps, schema_editor):
    """Copy the translators from the other keys of files. Until now, pages read them from there."""
    articles = apps.get_model("blog", "Article").objects
    sources = apps.get_model("blog", "SourceFile").objects
    for source in sources.only("article_id", "extra", "imported_fields").iterator():
        if names := names_in(source.extra):
            articles.filter(pk=source.article_id).update(translators=names)
            source.imported_fields["translators"] = digest_of(names)
            source.save(update_fields=["imported_fields"])


def names_in(extra):
    found = {re.sub("[-_ ]", "", key).casefold(): value for key, value in extra.items()}
    value = next((found[key] for key in KEYS if found.get(key)), [])
    if isinstance(value, str):
        value = re.split(r"\s*[,;&]\s*(?:and\s+)?|\s+and\s+", value)
    items = value if isinstance(value, list) else [value]
    names = [name for item in items if (name := name_of(item)) and name.casefold() not in NOBODY]
    return list(dict.fromkeys(names))[:MOST]


def name_of(item):
    if isinstance(item, dict):
        item = next((item[key] for key in NAME_KEYS if item.get(key)), "")
    return item.strip() if isinstance(item, str) else ""


def digest_of(names):
    """Return the digest of the field, as in blog/articles/file_fields.py."""
    text = json.dumps([fold_name(name) for name in names], ensure_ascii=True)
    return blake2b(text.encode(), digest_size=8).hexdigest()


class Migration(migrations.Migration):
    dependencies = [("blog", "0059_index_outcomes_of_imports")]

    operations = [
        migrations.AddField(
            "article",
            "translators",
            models.JSONField(blank=True, default=list, verbose_name="translators"),
        ),
        migrations.RunPython(take_from_files, migrations.RunPython.noop, elidable=True),
    ]
