"""What Galley wrote to the repository itself: the export to Git commits articles that never had a file.

The importer already recognises a file whose content the article has. But it would create a second article
from the file of an article that was written here.
"""

import hashlib
from collections.abc import Collection
from pathlib import Path

from blog.articles.file_fields import article_fields, field_digests
from blog.articles.models import Article
from blog.documents.limits import MAX_FILE_BYTES
from blog.documents.similarity import SAME_TEXT, common_part_of_files
from blog.exports.articles import export_article, in_batches, paths_of
from blog.files.folders import UnreadableError, read_regular_file
from blog.imports.models import SourceFile
from blog.imports.sources import ImportSource


def adopt_written_articles(source: ImportSource, changed: Collection[str]) -> int:
    """Make files of this source the files of the articles from which the export wrote them.

    changed: paths that may be such files. An article is recognised by the path of its export and most of its
    text. Then a file that is still as exported is unchanged, and another one is an update.
    """
    written = _written_here()
    adopted = 0
    if wanted := written.keys() & set(changed):
        known = set(SourceFile.objects.filter(source_name=source.name).values_list("path", flat=True))
        keys = {written[path]: path for path in wanted if source.level.key_of(path) not in known}
        for article in in_batches(Article.objects.filter(pk__in=keys)):
            adopted += _adopt(article, source, keys[article.pk])
    return adopted


def _written_here() -> dict[str, int]:
    """Return {path in the export: article} for published articles without a file."""
    articles = Article.objects.published().in_use()
    without = articles.filter(source_file=None).order_by().values_list("pk", flat=True)
    if not without.exists():
        return {}
    paths = paths_of(articles)
    return {place.whole: key for key in without if (place := paths.of_article(key))}


def _adopt(article, source, path) -> bool:
    data = export_article(article, path=path)
    try:
        theirs = read_regular_file(Path(source.place), path, MAX_FILE_BYTES)
    except UnreadableError:
        return False
    if theirs != data and common_part_of_files(theirs, data) < SAME_TEXT:
        return False
    SourceFile.objects.create(
        article=article,
        source_name=source.name,
        path=source.level.key_of(path),
        root=source.root,
        digest=hashlib.sha256(data).hexdigest(),
        original=data,
        imported_fields=field_digests(article_fields(article)),
        written_by=str(article.written_by),
    )
    return True
