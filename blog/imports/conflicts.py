"""Whether a changed file may change its article."""

from blog.articles.file_fields import article_fields, edited_fields, field_digests
from blog.articles.models import Article
from blog.documents.fields.values import ArticleFields
from blog.imports.models import SourceFile
from blog.imports.slugs import without_number
from blog.imports.sources import Source


def other_folder(source: Source, source_file: SourceFile, fields: ArticleFields) -> str:
    """Return in words why the file is no newer one of this article; empty if it is."""
    if not _is_of_another_folder(source, source_file, fields):
        return ""
    is_brought = source_file.root == source_file.source_name
    where = "files that an Editor brought" if is_brought else f"another folder, {source_file.root}"
    return (
        f"the source name “{source.name}” and this path belong to {where}: "
        "import this one under another name with --source."
    )


def edited_too(article: Article, fields: ArticleFields) -> str:
    """Return in words what an editor changed to something else than the file says; empty if nothing."""
    return _in_words(_edited_otherwise(article, fields))


def _is_of_another_folder(source, source_file, fields):
    article = source_file.article
    return (
        not source.is_same_place(source_file.root)
        and article.title != fields.title
        and without_number(article.slug) != without_number(fields.slug)
    )


def _edited_otherwise(article, fields):
    """Return the names of the fields that an editor changed to something else than the file now says."""
    ours, theirs = field_digests(article_fields(article)), field_digests(fields)
    return {name for name in edited_fields(article) if ours[name] != theirs[name]}


def _in_words(fields):
    return ", ".join(sorted(field.replace("_", " ") for field in fields))
