"""Export articles to files.

An unedited article is exported as the bytes that were imported. Edits change only the lines they affect. The
public Markdown version of an article (markdown_source()) contains only public fields.
"""

import dataclasses
import itertools
import json
from pathlib import Path

from django.utils import timezone

from blog.articles.categories import Category
from blog.articles.dates import local_iso
from blog.articles.file_fields import EXPORTED_FIELDS, article_fields, changed_fields
from blog.articles.linked_files import newest_files
from blog.articles.links import ArticleCategory
from blog.articles.models import Article, modified_at
from blog.documents.fields.changes import front_matter_changes
from blog.documents.fields.extraction import read_fields
from blog.documents.fields.values import credit_value
from blog.documents.frontmatter.document import parse_file
from blog.documents.frontmatter.edits import REMOVED
from blog.documents.image_words import ImageWords
from blog.documents.text import as_html_words
from blog.exports.folder import prepare_folder, reason_of_failure, stored_bytes, write_file
from blog.exports.pages import ExportedPeople, export_all_redirects, export_pages
from blog.exports.paths import ExportPaths
from blog.images.models import Image
from blog.images.renditions import stored_name
from blog.review.ai_label import ai_label
from blog.site.addresses import absolute

ARTICLES_AT_ONCE = 200


@dataclasses.dataclass(slots=True)
class ExportReport:
    articles: int = 0
    pages: int = 0
    edited: int = 0  # articles that differ from their imported file
    images: int = 0  # image files, each counted once
    files: int = 0  # linked files, each counted once
    images_changed: int = 0  # imported images whose original bytes were not kept
    renamed: list[str] = dataclasses.field(default_factory=list)  # files that could not keep their path
    problems: list[str] = dataclasses.field(default_factory=list)  # files that could not be written


def export_articles(
    folder: Path, *, articles=None, pages=None, with_redirects=False, with_state=False, force=False
) -> ExportReport:
    """Write the articles' files below the folder, with the images and linked files that they name by a path.

    A file gets the path from which it was imported. An article without a file becomes <slug>.md. If there are
    several sources, each gets its own folder. Articles in the trash are not exported. pages: a queryset of
    pages to write, too.

    Raises ExportFailedError, before anything is written, if the folder is not empty and force is not set.
    """
    prepare_folder(folder, force)
    articles = (Article.objects.all() if articles is None else articles).in_use()
    paths = paths_of(articles)
    report = ExportReport(renamed=paths.renamed)
    written, people = set(), ExportedPeople()  # written: paths of images and linked files
    for article in in_batches(articles):
        place = paths.of_article(article.pk)
        if place is None:
            continue  # created after the export began
        try:
            data = export_article(article, path=place.path, with_state=with_state)
            write_file(folder, place.whole, data)
        except (ValueError, OSError) as error:
            report.problems.append(f"{place.whole}: {reason_of_failure(error)}")
            continue
        report.articles += 1
        report.edited += data != _original(article)
        _export_references(article, folder, place, paths, written, report)
        people.add(article, place.folder)
    _export_people(people, folder, report)
    if pages is not None:
        report.pages = export_pages(folder, pages, report.problems)
    if with_redirects:
        export_all_redirects(folder)
    return report


def _export_people(people, folder, report):
    try:
        people.write(folder)
    except (ValueError, OSError) as error:
        report.problems.append(f"the names of authors: {reason_of_failure(error)}")


def in_batches(articles):
    """Yield the articles in the order of their keys. One query for all would sort their texts in memory."""
    keys = list(articles.order_by("pk").values_list("pk", flat=True))
    for batch in itertools.batched(keys, ARTICLES_AT_ONCE):
        rows = articles.with_file_relations().prefetch_related("linked_files")
        yield from rows.filter(pk__in=batch).order_by("pk")


def paths_of(articles) -> ExportPaths:
    """Assign paths to the files of these articles."""
    rows = articles.order_by().values_list("pk", "slug", "source_file__source_name", "source_file__path")
    rows = list(rows)
    return ExportPaths(
        imported=[(pk, source_name, path) for pk, _, source_name, path in rows if path is not None],
        written=[(pk, slug) for pk, slug, _, path in rows if path is None],
    )


def export_article(article: Article, *, path="", with_state=False) -> bytes:
    """Return the article's file: the imported bytes, with edited fields patched in.

    path: the file's path below its source's folder. If it differs from the original path, fields that the
    original path implied (such as a date) are written into the file.
    """
    fields = article_fields(article)
    source = getattr(article, "source_file", None)
    document = parse_file(_original(article), source.path if source else "")
    if source:
        changed = changed_fields(fields, source)
    else:  # no file states the provenance
        fields = dataclasses.replace(fields, generated_by=article.machine_name)
        changed = {name for name in EXPORTED_FIELDS if getattr(fields, name)}
    path = path or (source.path if source else f"{article.slug}.md")
    if with_state:
        fields, changed = _add_state(article, document, fields, changed, path)
    if source and source.path != path:
        fields, changed = _add_implied_by_path(
            document, fields, changed, source.path, path, with_state=with_state
        )
    changes = front_matter_changes(
        document, fields, changed - {"body"}, time_zone=timezone.get_default_timezone()
    )
    if with_state:
        changes |= {key: value or REMOVED for key, value in _review_fields(article).items()}
    return document.patched(
        changes,
        body=fields.body if "body" in changed else None,
    )


def markdown_source(article: Article) -> str:
    """Return the article's public fields as a Markdown file with front matter that can be imported."""
    image = article.shown_hero
    words = article.hero_words if image else ImageWords()
    fields = {
        "title": as_html_words(article.title),
        "date": local_iso(article.published_at),
        "updated": local_iso(modified_at(article)),
        "slug": article.slug,
        "url": absolute(article.get_absolute_url()),
        "excerpt": article.excerpt,
        "metaDescription": article.meta_description,
        "category": article.primary_category.name if article.primary_category else "",
        "categories": [category_entry(link) for link in article.shown_categories],
        "image": absolute(image.url) if image else "",
        "imageAlt": words.alt,
        "imageCredit": credit_value(words.credit),
        "keywords": article.keywords,
        "series": article.series_position.series.name if article.series_position else "",
        "seriesPart": article.series_part,
        "author": [author.name for author in article.byline],
        "translators": article.translators,
        "socialShare": article.share_quote,
        "readingTime": article.reading_time,
        "language": article.language,
        "generatedBy": article.machine_name,
        **_review_fields(article),
    }
    lines = (f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in fields.items() if value)
    return f"---\n{''.join(lines)}---\n\n{article.body.lstrip('\n')}"


def category_entry(link: ArticleCategory) -> str | dict[str, str]:
    if link.level == Category.Level.PLAIN:
        return link.category.name
    return {"type": Category.Level(link.level).name.lower(), "name": link.category.name}


def _original(article):
    source = getattr(article, "source_file", None)
    return bytes(source.original) if source else b""


def _review_fields(article):
    """Return the AI label, the review and the corrections as {front matter key: value}."""
    label = ai_label(article)
    is_reviewed = label is not None and not label.is_labelled
    return {
        "disclosure": label.text if label else "",
        "reviewedBy": label.reviewer if is_reviewed else "",
        "reviewedAt": local_iso(label.review.at) if is_reviewed else "",
        "corrections": [
            {"date": local_iso(correction.at), "text": correction.text}
            for correction in article.shown_corrections
        ],
    }


STATE_FIELDS = ("status", "slug", "dated_at", "generated_by")


def _add_state(article, document, fields, changed, path):
    """Return `fields` with the article's state, and `changed` with the names that differ from the file."""
    fields = dataclasses.replace(fields, generated_by=article.machine_name)
    in_file = read_fields(document, path=path, time_zone=timezone.get_default_timezone())
    if article.published_at:
        fields = dataclasses.replace(fields, dated_at=article.published_at)
    state = {name for name in STATE_FIELDS if getattr(fields, name) != getattr(in_file, name)}
    return fields, changed | state


def _add_implied_by_path(document, fields, changed, old_path, new_path, *, with_state):
    """Return `fields` with the values that only the original path implies, and `changed` with their names."""
    time_zone = timezone.get_default_timezone()
    old, new = (read_fields(document, path=path, time_zone=time_zone) for path in (old_path, new_path))
    kept = {*changed, *(STATE_FIELDS if with_state else ())}
    names = {
        name
        for name in ("title", "language", *STATE_FIELDS)
        if name not in kept and getattr(old, name) != getattr(new, name)
    }
    return dataclasses.replace(fields, **{name: getattr(old, name) for name in names}), changed | names


def _export_references(article, folder, place, paths, written, report):
    """Write the stored images and files that the article references by path, except those already written."""
    images = {(link.source, _content(link.image)): link.image for link in article.body_image_links.all()}
    if image := article.hero_image:
        images[image.source or image.url, _content(image)] = image
    files = newest_files(article.linked_files.all())[article.pk]
    names = {key: image.file.name for key, image in images.items()}
    for path, key in paths.of_references(place, names, {key: row.file.name for key, row in files.items()}):
        if path in written:
            continue
        is_image = isinstance(key, tuple)
        row = images[key] if is_image else files[key]
        try:
            data, is_original = stored_bytes(row)
            write_file(folder, path, data)
        except (ValueError, OSError) as error:
            subject = f"image {key[0]}" if is_image else f"file {key}"
            report.problems.append(f"{place.whole}: its {subject}: {reason_of_failure(error)}")
            continue
        written.add(path)
        report.images += is_image
        report.files += not is_image
        if is_image and not is_original:
            report.images_changed += not (row.is_replaced or stored_name(key[0]))


def _content(image: Image) -> str:
    """Return an identifier of an image's exported bytes: the digest of its original, or its file name."""
    return image.original or image.file.name
