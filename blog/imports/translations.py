"""Group imported articles that are translations of each other, and add the language to their slugs."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace

from django.db import transaction

from blog import page_cache
from blog.articles.models import Article
from blog.articles.translations import language_tag
from blog.base.queries import update_values
from blog.documents.fields.keys import translation_key
from blog.documents.fields.translations import TranslatableText, find_groups
from blog.imports.models import SourceFile
from blog.imports.slugs import with_language
from blog.imports.sources import PreparedFile


def with_slug_of_translation(file: PreparedFile, translated: Callable[[], Mapping[str, str]]) -> PreparedFile:
    """Return the file, with its language in the slug if it is a translation.

    The site's own language is not added, and a slug that the file states is kept. translated: returns
    translated_paths() of the source. A language at the end of a file name is set if the file states none.
    """
    fields = file.fields
    if fields is None:
        return file
    if language := translated().get(file.path):
        return replace(file, fields=replace(fields, language=fields.language or language))
    if not fields.is_slug_guessed:
        return file
    if file.path not in translated() and not translation_key(fields.extra):
        return file
    return replace(file, fields=replace(fields, slug=with_language(fields.slug, fields.language)))


def link_translations(source_name: str) -> None:
    """Put the articles of a source that are translations of each other into groups.

    Articles that are in a group already stay in it, because an editor may have decided that.
    """
    rows = SourceFile.objects.filter(source_name=source_name).order_by()
    names = ("article", "path", "article__language", "extra", "article__translation_group")
    groups, texts = {}, []
    for key, path, language, extra, group in rows.values_list(*names).iterator():
        groups[key] = group
        texts.append(TranslatableText(key, path, language_tag(language).lower(), extra))
    changed = []
    for translations in find_groups(texts):
        new = [text.key for text in translations if groups[text.key] is None]
        if new:
            known = (groups[text.key] for text in translations if groups[text.key])
            group = next(known, None) or uuid.uuid4()
            changed += [(group, key) for key in new]
    if changed:
        with transaction.atomic():
            update_values(Article, ["translation_group"], changed)
            page_cache.invalidate_on_commit()
