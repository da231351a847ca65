"""Who wrote an article that a file updates: what the import says, unless somebody has decided it here."""

from blog.articles.models import Article
from blog.articles.provenance import Provenance, WrittenBy
from blog.documents.fields.values import ArticleFields
from blog.documents.notices import Notice, NoticeKind
from blog.imports.models import SourceFile
from blog.imports.names import cut


def update_provenance(said: WrittenBy, article: Article, source_file: SourceFile) -> None:
    """Let the article be by whom the import says, unless somebody has decided it here; saves nothing."""
    if _is_followed(said, article, source_file):
        article.written_by = said
        source_file.written_by = str(said)


def notices_on_provenance(
    article: Article, source_file: SourceFile, fields: ArticleFields, said: WrittenBy
) -> list[Notice]:
    """Return what there is to say, before the file is taken, of who wrote its article."""
    notices = kept_decision(article, source_file, fields, said)
    if change := provenance_change(article, source_file, fields, said):
        sentence = f"{change}: the label of the published article says so now."
        notices.append(Notice(NoticeKind.PROVENANCE, sentence))
    return notices


def provenance_change(
    article: Article, source_file: SourceFile, fields: ArticleFields, said: WrittenBy
) -> str:
    """Return in words how the file changes who wrote an article that is published; empty if it does not."""
    will_be = said if _is_followed(said, article, source_file) else article.written_by
    before = _named(article.written_by, article.generated_by)
    now = _named(will_be, cut(fields.generated_by, 200, "generatedBy", []))
    if article.status != Article.Status.PUBLISHED or now == before:
        return ""
    is_the_files = article.written_by == will_be == WrittenBy()
    what = "generatedBy" if is_the_files else "who wrote it"
    return f"{what} changes from “{before}” to “{now}”"


def kept_decision(
    article: Article, source_file: SourceFile, fields: ArticleFields, said: WrittenBy
) -> list[Notice]:
    """Return the notice that what was decided before stays, if the import or the file says otherwise."""
    if _is_followed(said, article, source_file):
        return []
    decided, generator = _named(article.written_by, article.generated_by), fields.generated_by
    if said not in (WrittenBy(), article.written_by):
        otherwise = f"the import says “{_named(said, generator)}”"
    elif article.provenance == Provenance.PEOPLE and generator not in ("", article.generated_by):
        otherwise = f"the file says “{generator}”"
    else:
        return []
    sentence = f"who wrote it stays “{decided}”, as was decided before; {otherwise}."
    return [Notice(NoticeKind.PROVENANCE_KEPT, sentence)]


def _is_followed(said, article, source_file):
    return said != WrittenBy() and str(article.written_by) == source_file.written_by


def _named(written_by, generated_by):
    if written_by.provenance == Provenance.PEOPLE:
        return "people"
    is_machine = written_by.provenance == Provenance.MACHINE
    return written_by.machine or generated_by or ("a machine" if is_machine else "")
