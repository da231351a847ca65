"""Divide changes of files into commits: one for each act of an editor.

An act is known by the versions that were recorded since the last export. Articles that a bulk action changed
share a commit, and so do several saves of an article that no run came between. Without a new version, as
after the renaming of a category, Galley is the author.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.articles.models import Article
from blog.articles.versions.models import Version
from blog.base.queries import ROWS_AT_ONCE
from blog.extensions.git_export.contents import Contents, Known
from blog.extensions.git_export.repository import Identity, NewCommit

LONGEST_SUBJECT = 200  # characters
MOST_TITLES = 100  # in the message of one commit
SAME_ACT = timedelta(seconds=10)  # between the versions of two articles


@dataclass
class _Change:
    """The changes of the files of one article, with the versions recorded since the last export."""

    title: str
    files: dict[str, str | None]
    versions: list[Version]  # newest first
    label: str
    at: datetime


def galley() -> Identity:
    """Return the committer of all commits, and the author of those without an editor."""
    return Identity("Galley", f"noreply@{urlsplit(settings.SITE_URL).hostname}")


def plan_commits(before: Known, contents: Contents, tree: dict[str, str]) -> list[NewCommit]:
    """Return the commits that turn the tree ({path: digest}) into the wanted files, oldest act first."""
    _set_versions(contents.known.articles)
    owners = {path: key for key, article in before.articles.items() for path in article.files}
    owners |= contents.owners
    by_article = defaultdict(dict)
    for path, digest in _changes(contents.files, tree).items():
        by_article[owners.get(path)][path] = digest
    if before.is_new and not tree:
        files = {path: digest for files in by_article.values() for path, digest in files.items()}
        number = len(contents.known.articles)
        count = ngettext("%d article", "%d articles", number) % number
        return [_commit(galley(), timezone.now(), f"{_('Exported')}: {count}", files)] if files else []
    others = by_article.pop(None, {})
    changes = sorted(_with_versions(by_article, before, contents, tree), key=lambda change: change.at)
    commits = [_commit_of(group) for group in _groups(changes)]
    if others:
        commits.append(_commit(galley(), timezone.now(), _("Bring back the published articles"), others))
    return commits


def _set_versions(articles):
    """Set the numbers of the newest versions where they are unknown, such as at the first run."""
    keys = [key for key, article in articles.items() if article.version is None]
    for batch in itertools.batched(keys, ROWS_AT_ONCE):
        newest = Version.objects.filter(article__in=batch).order_by().values("article")
        numbers = dict(newest.annotate(newest=Max("number")).values_list("article", "newest"))
        for key in batch:
            articles[key].version = numbers.get(key, 0)


def _changes(wanted, tree):
    changes = {path: digest for path, digest in wanted.items() if tree.get(path) != digest}
    # Git replaces a file by a folder of its name when it adds a file in there.
    folders = {path[:end] for path in changes for end in _slashes(path)}
    return changes | {path: None for path in tree if path not in wanted and path not in folders}


def _slashes(path):
    return [index for index, character in enumerate(path) if character == "/"]


def _with_versions(by_article, before, contents, tree) -> Iterator[_Change]:
    for keys in itertools.batched(by_article, ROWS_AT_ONCE):
        versions = defaultdict(list)
        rows = Version.objects.filter(article__in=keys).newest_first().for_list().select_related("by")
        for version in rows.exclude(action=Version.Action.FIRST):  # the state before the first act
            versions[version.article_id].append(version)
        articles = Article.objects.filter(pk__in=keys).values_list("pk", "title", "published_at")
        about = {key: values for key, *values in articles}
        for key in keys:
            title, published_at = about.get(key, ("", None))
            files, known = by_article[key], before.articles.get(key)
            was_public = known is not None or not tree.keys().isdisjoint(files)
            is_public = key in contents.known.articles
            # If it is unknown which versions are in commits, or none was public, only the newest one counts.
            last = known and known.version
            new = versions[key]
            new = new[:1] if last is None else [version for version in new if version.number > last]
            if is_public and versions[key]:
                contents.known.articles[key].version = versions[key][0].number
            at = new[0].created_at if new else timezone.now()
            if is_public and not was_public and published_at:
                at = max(at, published_at)
            label = _label(new, was_public, is_public)
            yield _Change(title or next(iter(files)), files, new, label, at)


def _label(versions, was_public, is_public):
    if was_public != is_public:
        return str(Version.Action.PUBLISHED.label if is_public else Version.Action.UNPUBLISHED.label)
    return versions[0].get_action_display() if versions else _("Changed")


def _groups(changes: list[_Change]) -> Iterator[list[_Change]]:
    group = []
    for change in changes:
        if group and not _is_same_act(group[-1], change):
            yield group
            group = []
        group.append(change)
    if group:
        yield group


def _is_same_act(one: _Change, other: _Change) -> bool:
    first, second = (_act(change) for change in (one, other))
    is_bulk = first is None or first[1] != Version.Action.SAVED
    return is_bulk and first == second and other.at - one.at < SAME_ACT


def _act(change):
    if not change.versions:
        return None
    version = change.versions[0]
    return change.label, version.action, version.by_id, version.by_name, version.note


def _commit_of(group: list[_Change]) -> NewCommit:
    first = group[0]
    title = first.title if len(group) == 1 else ngettext("%d article", "%d articles", len(group)) % len(group)
    files = {path: digest for change in group for path, digest in change.files.items()}
    author = _author(first.versions[0]) if first.versions else galley()
    return _commit(author, first.at, f"{first.label}: {title}", files, "\n\n".join(_body(group)))


def _body(group) -> Iterator[str]:
    """Yield the paragraphs of the message: the notes, and the titles of a bulk action."""
    versions = group[0].versions
    if len(versions) == 1 and versions[0].note:
        yield versions[0].note
    elif len(versions) > 1:
        acts = (
            ": ".join(filter(None, [version.get_action_display(), version.by_name, version.note]))
            for version in reversed(versions)
        )
        yield "\n".join(f"- {act}" for act in acts)
    if len(group) > 1:
        titles = [f"- {change.title}" for change in group[:MOST_TITLES]]
        yield "\n".join(titles + ["…"] * (len(group) > MOST_TITLES))


def _author(version: Version) -> Identity:
    if not version.by_name:
        return galley()
    email = version.by.email if settings.EXPORT_EMAILS and version.by else ""
    return Identity(version.by_name, email or galley().email)


def _commit(author, at, subject, files, body="") -> NewCommit:
    subject = " ".join(subject.split())[:LONGEST_SUBJECT]
    return NewCommit(author, timezone.localtime(at), f"{subject}\n\n{body}".strip() + "\n", files)
