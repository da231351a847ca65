"""Provenance of an article that a file updates: as the import states, unless an editor has changed it."""

from blog.articles.models import Article
from blog.articles.provenance import Provenance, WrittenBy
from blog.documents.fields.values import ArticleFields
from blog.documents.notices import Notice, NoticeKind
from blog.imports.models import SourceFile
from blog.imports.names import cut


def update_provenance(stated: WrittenBy, article: Article, source_file: SourceFile) -> None:
    """Set the stated provenance on article and file, unless an editor has changed it. Saves neither."""
    if _is_followed(stated, article, source_file):
        article.written_by = stated
        source_file.written_by = str(stated)


def notices_on_provenance(
    article: Article, source_file: SourceFile, fields: ArticleFields, stated: WrittenBy
) -> list[Notice]:
    """Return the notices on provenance. Call it before the article is updated from the file."""
    notices = kept_decision(article, source_file, fields, stated)
    if change := provenance_change(article, source_file, fields, stated):
        sentence = f"{change}: the label of the published article has changed accordingly."
        notices.append(Notice(NoticeKind.PROVENANCE, sentence))
    return notices


def provenance_change(
    article: Article, source_file: SourceFile, fields: ArticleFields, stated: WrittenBy
) -> str:
    """Return a phrase on how the file changes the provenance of a published article, or ""."""
    will_be = stated if _is_followed(stated, article, source_file) else article.written_by
    before = _named(article.written_by, article.generated_by)
    after = _named(will_be, cut(fields.generated_by, 200, "generatedBy", []))
    if article.status != Article.Status.PUBLISHED or after == before:
        return ""
    is_from_file = article.written_by == will_be == WrittenBy()
    subject = "generatedBy" if is_from_file else "who wrote it"
    return f"{subject} changes from “{before}” to “{after}”"


def kept_decision(
    article: Article, source_file: SourceFile, fields: ArticleFields, stated: WrittenBy
) -> list[Notice]:
    """Return [notice] if an earlier decision is kept although the import or the file states otherwise."""
    if _is_followed(stated, article, source_file):
        return []
    decided, generator = _named(article.written_by, article.generated_by), fields.generated_by
    if stated not in (WrittenBy(), article.written_by):
        otherwise = f"the import says “{_named(stated, generator)}”"
    elif article.provenance == Provenance.PEOPLE and generator not in ("", article.generated_by):
        otherwise = f"the file says “{generator}”"
    else:
        return []
    sentence = f"who wrote it stays “{decided}”, as decided before; {otherwise}."
    return [Notice(NoticeKind.PROVENANCE_KEPT, sentence)]


def _is_followed(stated, article, source_file):
    return stated != WrittenBy() and str(article.written_by) == source_file.written_by


def _named(written_by, generated_by):
    if written_by.provenance == Provenance.PEOPLE:
        return "people"
    is_machine = written_by.provenance == Provenance.MACHINE
    return written_by.machine or generated_by or ("a machine" if is_machine else "")
