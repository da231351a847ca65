"""Functions for both undo and restore of an import: swap contents and files, delete articles."""

from collections.abc import Collection

from django.db.models import Q

from blog.articles.actions.contents import write_contents
from blog.articles.models import Article
from blog.articles.versions.history import version_contents
from blog.articles.versions.models import Version
from blog.base.queries import CompiledQuery
from blog.imports.models import ImportEntry, ReplacedFile, SourceFile
from blog.review.findings import discarding_checks

_UNDONE = CompiledQuery(lambda entries: entries.undone_articles().order_by().values_list("pk")[:1])


class PathTakenError(Exception):
    """Raised when another article has a source file with the path of the replaced file."""


def exchange(replaced: ReplacedFile, *, by, note: str, action: Version.Action) -> Article:
    """Swap the article's contents and file with those stored in `replaced`.

    A second exchange reverses the first. Return the article. Raises PathTakenError and the exceptions of
    write_contents().
    """
    article = Article.objects.get(pk=replaced.entry.article_id)
    source_file = SourceFile.objects.select_related("article").get(article=article)
    present = ReplacedFile.of(source_file)
    if replaced.version_id:
        present.version = article.versions.newest_first().first()
        version = Version.objects.with_contents().get(pk=replaced.version_id)
        contents = version_contents(version)
        write_contents(article, contents, by=by, note=note, action=action, with_state=True)
    _write_file_back(replaced, source_file)
    for name in ("original", "columns", "version", "article_version"):
        setattr(replaced, name, getattr(present, name))
    replaced.save()
    return article


def _write_file_back(replaced, source_file):
    place = {name: replaced.columns[name] for name in ("source_name", "path")}
    if SourceFile.objects.filter(**place).exclude(pk=source_file.pk).exists():
        raise PathTakenError
    replaced.write_back(source_file)


def discard_undone(slugs: Collection[str], source_name: str, paths: Collection[str]) -> None:
    """Permanently delete undone articles if a new import is about to use their slug or file."""
    if not paths or not _UNDONE.rows(ImportEntry.objects):
        return
    taken = Q(slug__in=slugs) | Q(source_file__source_name=source_name, source_file__path__in=paths)
    keys = list(ImportEntry.objects.undone_articles().filter(taken).values_list("pk", flat=True))
    if keys:
        delete_articles(keys)


def delete_articles(keys: Collection[int]) -> None:
    """Delete the articles with these primary keys permanently."""
    with discarding_checks(keys):
        Article.objects.filter(pk__in=keys).delete()
