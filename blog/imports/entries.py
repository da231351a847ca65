"""Record an import: an entry for each file, and the data for its undo."""

from collections import defaultdict
from contextlib import contextmanager

from blog.articles.models import Article
from blog.articles.versions.models import Version
from blog.base.queries import insert_values
from blog.documents.fields.values import ArticleFields
from blog.imports.models import ImportEntry, ImportRun, ReplacedFile, SourceFile
from blog.imports.report import FileReport, Outcome
from blog.site.redirects import Redirect

FILE_LENGTH, TITLE_LENGTH, SLUG_LENGTH = (
    ImportEntry._meta.get_field(name).max_length for name in ("file", "title", "slug")
)
COLUMNS = (
    *("batch_id", "article_id", "file", "outcome", "message", "warnings", "notices", "title", "slug"),
    *("seconds", "article_version", "redirects_ended", "undo", "kept_reason"),
)


class ImportRecorder:
    """Collects what a batch of files replaces, and stores it with an entry for each file."""

    def __init__(self, record: ImportRun):
        self.record = record
        self._replaced = {}  # {path of the file: ReplacedFile without entry and version}
        self._redirects_ended = {}  # {path of the file: redirects, as put_back() takes them}

    @contextmanager
    def replacing(self, path: str, source_file: SourceFile, fields: ArticleFields | None = None):
        """Record the article's file before the block replaces it, and the redirects that change.

        Without fields, only the path of the file changes.
        """
        article = source_file.article
        self._replaced[path] = replaced = ReplacedFile.of(source_file)
        if fields is None or not (fields.old_addresses or fields.slug != article.slug):
            yield
            return
        before = _redirects_to(article)
        self._redirects_ended[path] = Redirect.objects.ended_by([Article(slug=fields.slug)])
        yield
        replaced.redirects_made = sorted(_redirects_to(article) - before)

    def publishing(self, articles: dict[str, Article]) -> None:
        """Record the redirects that end when these articles, {path of the file: article}, are published."""
        if Redirect.objects.ended_by(articles.values()):
            self._redirects_ended |= {
                path: Redirect.objects.ended_by([article]) for path, article in articles.items()
            }

    def save(self, reports: list[FileReport]) -> None:
        """Count the outcomes, and store the entries and replaced files."""
        self.record.count(report.outcome for report in reports)
        rows = [self._entry(report) for report in reports]
        if not any(map(self._has_replaced, reports)):
            insert_values(ImportEntry, COLUMNS, rows)
            return
        # Not a dict by path: an archive may have a path twice.
        entries = [ImportEntry(**dict(zip(COLUMNS, row, strict=True))) for row in rows]
        ImportEntry.objects.bulk_create(entries)
        pairs = zip(reports, entries, strict=True)
        self._save_replaced([(report, entry) for report, entry in pairs if self._has_replaced(report)])

    def _entry(self, report):
        """Return the values of COLUMNS. Not an ImportEntry: an import has thousands of unchanged files."""
        return (
            self.record.pk,
            report.article_id,
            report.file.encode("utf-8", "backslashreplace").decode()[:FILE_LENGTH],
            report.outcome,
            report.message,
            report.stored_warnings,
            report.stored_notices,
            report.title[:TITLE_LENGTH],
            report.slug[:SLUG_LENGTH],
            round(report.seconds, 4),
            report.article_version,
            self._redirects_ended.get(report.file, []),
            "",
            "",
        )

    def _has_replaced(self, report):
        return report.file in self._replaced and report.outcome in {Outcome.UPDATED, Outcome.UNCHANGED}

    def _save_replaced(self, pairs):
        before = _versions_before([report.article_id for report, _ in pairs])
        rows = []
        for report, entry in pairs:
            row = self._replaced[report.file]
            row.entry = entry
            if report.article_version != row.article_version:
                row.version_id = before.get(report.article_id)
            rows.append(row)
        ReplacedFile.objects.bulk_create(rows)


def _redirects_to(article):
    return set(Redirect.objects.filter(article=article).values_list("path", flat=True))


def _versions_before(articles):
    """Return {article pk: pk of its last version but one} for articles that were just written."""
    if not articles:
        return {}
    newest = defaultdict(list)
    rows = Version.objects.filter(article__in=articles).newest_first().values_list("article", "pk")
    for article, version in rows:
        newest[article].append(version)
    return {article: versions[1] for article, versions in newest.items() if len(versions) > 1}
