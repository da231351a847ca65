"""Whether a changed file may change its article."""

from blog.documents import ArticleFields
from blog.exporting import article_fields, edited_fields, field_digests
from blog.importing.names import cut
from blog.importing.preparing import Source
from blog.importing.reports import ConflictRule, ImportOptions, StatusRule
from blog.importing.slugs import without_number
from blog.models import Article, SourceFile


def conflict_of(
    source: Source, options: ImportOptions, source_file: SourceFile, fields: ArticleFields
) -> str:
    """Return why the article is kept as it is, in words; empty if the file may change it."""
    article = source_file.article
    if _is_of_another_folder(source, source_file, fields):
        return (
            f"the source name “{source.name}” and this path belong to another folder, "
            f"{source_file.root}: import this one under another name with --source."
        )
    change = provenance_change(article, fields)
    if change and options.status == StatusRule.NEW:
        return (
            f"{change}, and readers see the label of a published article: it is kept. Have an Editor "
            "change that in the admin, or import with --status as-file."
        )
    edited = _edited_otherwise(article, fields)
    if edited and options.on_conflict == ConflictRule.KEEP:
        return (
            f"the file has changed, and so has the article ({_in_words(edited)}): the "
            "article is kept. --on-conflict file takes the file."
        )
    return ""


def provenance_change(article: Article, fields: ArticleFields) -> str:
    """Return in words how the file changes who wrote an article that is published; empty if it does not."""
    before, now = article.generated_by, cut(fields.generated_by, 200, "generatedBy", [])
    is_published = article.status == Article.Status.PUBLISHED
    return f"generatedBy changes from “{before}” to “{now}”" if is_published and now != before else ""


def _is_of_another_folder(source, source_file, fields):
    article = source_file.article
    return (
        source_file.root != str(source.root)
        and article.title != fields.title
        and without_number(article.slug) != without_number(fields.slug)
    )


def _edited_otherwise(article, fields):
    """Return the names of the fields that an editor changed to something else than the file now says."""
    ours, theirs = field_digests(article_fields(article)), field_digests(fields)
    return {name for name in edited_fields(article) if ours[name] != theirs[name]}


def _in_words(fields):
    return ", ".join(sorted(field.replace("_", " ") for field in fields))
