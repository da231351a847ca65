"""What an extension can add to Galley. docs/extending.md has an example.

An extension is a Django app that is named in GALLEY_EXTENSIONS. Galley finds these modules of it by their
name, all of them optional:

    settings.py      settings of its own: upper-case names, and VARIABLES {variable: what it is for}
    jobs.py          functions with @job, @periodic_hook or @cleanup_hook (blog.jobs)
    urls.py          urlpatterns of pages for readers: {% url "blog:LABEL:NAME" %}
    desk_urls.py     urlpatterns of screens, below /admin/LABEL/: {% url "admin:LABEL_NAME" %}
    galley.py        adds to the lists of this module; imported when all models are loaded
    models.py, admin.py, migrations/, templates/, static/, locale/, management/commands/    as in Django

Checks and permissions are those of Django. This module imports nothing of Galley, so each room may ask it.
"""

import logging
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

logger = logging.getLogger(__name__)


class Point[T]:
    """A list that extensions add to: point.add(item), or @point above a function.

    An item that is there already is not added again, even if its module is imported twice.
    """

    def __init__(self):
        self._items: list[T] = []

    def add(self, item: T) -> T:
        if item not in self._items:
            self._items.append(item)
        return item

    __call__ = add

    def remove(self, item: T) -> None:
        """For tests."""
        self._items.remove(item)

    def __iter__(self) -> Iterator[T]:
        return iter(tuple(self._items))


# Articles

# Called with each Change of articles (blog/articles/changes.py), in its transaction, after the core's own
# reactions and in the order of GALLEY_EXTENSIONS. An exception undoes the change: send what leaves this
# machine from a job.
reactions: Point[Callable] = Point()


@dataclass(frozen=True)
class FindingKind:
    """A kind of finding that an extension has, shown like those of the core. It never blocks an approval.

    name: "LABEL.WORD", such as "sources.gone": stored, at most 32 characters. title and sentence: what it is,
    and what the editor can do; lazily translated. is_serious: it misleads readers. field: the field of the
    article to edit; or url_name: a screen of the extension, which gets the primary key of the article.
    """

    name: str
    title: str
    sentence: str
    is_serious: bool = False
    field: str = "body"
    url_name: str = ""

    def __post_init__(self):
        if not re.fullmatch(r"[a-z_]+\.[a-z_]+", self.name) or len(self.name) > 32:
            raise ValueError(f"“{self.name}” is not of the form LABEL.WORD, with at most 32 characters.")


@dataclass(frozen=True)
class Found:
    """A finding of an extension in an article. kind: the name of a FindingKind.

    start and end: the passage in the body, in characters; None if it is about no passage. words: the passage
    or what else tells findings of one kind apart. An accepted finding stays accepted while it has the same
    words.
    """

    kind: str
    words: str = ""
    start: int | None = None
    end: int | None = None


finding_kinds: Point[FindingKind] = Point()

# Functions that return {primary key: [Found, …]} for some articles, given by their primary keys. They are
# called in the transaction that stores the checks of these articles, so that passages are those of the stored
# body: they read from the database, and send nothing. The findings of an article are replaced by these each
# time. refresh() in blog/review/extension_findings.py calls them again, after what an extension knows has
# changed.
finders: Point[Callable[[Collection[int]], dict[int, list[Found]]]] = Point()

# Functions that get articles of the list of articles, and return {primary key: WorstMark of
# blog/review/kinds.py} for those whose worst mark they can say better, such as with a number.
worst_marks: Point[Callable[[Collection], dict[int, object]]] = Point()


@dataclass(frozen=True)
class MarkChoice:
    """A choice of the filter “Mark” of the list of articles. having: returns the articles that have it.

    name: in the URL. label: lazily translated.
    """

    name: str
    label: str
    having: Callable


mark_choices: Point[MarkChoice] = Point()

# Pages for readers, and screens

PLACES = {
    "head": "end of <head> of each page for readers",
    "article_head": "end of the style sheets of an article",
    "article_sources": "end of the text of an article; its context has panel, which is None without a review",
    "review_sources": "instead of the sources in the review details of an article; its context has panel",
    "article_end": "below an article, instead of its feeds",
    "home_end": "below the newest articles of the home page, instead of the feeds",
    "footer_follow": "list items below “Follow” in the footer",
    "dashboard": "below the newest imports on the dashboard",
    "articles": "above the list of articles",
    "import": "below the shared findings of an import",
    "edit_side": "end of the sidebar of the edit page; its context has original, None for a new article",
    "edit_share_image": "below the search preview on the edit page; its context has original",
    "proof_share_image": "below the search preview of a proof; its context has article",
    "proof_head": "end of the style sheets and scripts of a proof",
    "proof_facts": "below the import in the facts of a proof: rows of a <dl>",
    "proof_side": "below the marks in the sidebar of a proof; its context has article",
    "proof_mark": "in a mark of a proof, above the answers; its context has entry",
    "proof_source": "instead of the answer “Source” to a mark; its context has entry and answer",
}


@dataclass(frozen=True)
class Slot:
    """A template at one of PLACES.

    is_shown: whether it is there at all, such as only with a mail server. context: gets the context of the
    page, and returns names for the template; None to show nothing, such as without a permission.

    Pages for readers are cached, and the same for everybody: there, neither the template nor its context may
    depend on the visitor, and after a change that it shows, call invalidate_on_commit() (blog.page_cache).
    The Content-Security-Policy allows no inline script or style, and no files of other sites.
    """

    place: str
    template: str
    is_shown: Callable[[], bool] = lambda: True
    context: Callable[[dict], dict | None] = lambda page: {}

    def __post_init__(self):
        if self.place not in PLACES:
            raise ValueError(f"“{self.place}” is not one of {', '.join(PLACES)}.")


slots: Point[Slot] = Point()


@dataclass(frozen=True)
class PageImage:
    """An image of a page for other sites. path: its URL on this site."""

    path: str
    width: int
    height: int
    alt: str = ""


@dataclass(frozen=True)
class ShareImages:
    """The images that other sites show with a link to a page (Open Graph), instead of those of the page.

    Each function returns a PageImage, or None for the image of the page: the hero image of an article, else
    the site's icon. of_site is for pages that are neither an article nor a category.
    """

    of_article: Callable[[object], PageImage | None]
    of_category: Callable[[object], PageImage | None]
    of_site: Callable[[], PageImage | None]


share_images: Point[ShareImages] = Point()

# Functions that return more properties of an article for readers in JSON-LD, such as {"citation": […]}.
article_data: Point[Callable[[object], dict]] = Point()

# Functions that return a sentence on what a review did not cover, or "". They get the Approval.
review_gaps: Point[Callable[[object], str]] = Point()


@dataclass(frozen=True)
class DeskLink:
    """A link to a screen, for users with the permission ("": for all).

    place: "bar" at the end of the bar of each screen, "after_articles" in the bar, "dashboard" in the list
    "More" there, "account", or "imports" above the list of imports. label: lazily translated. In the bar
    only: number returns how many open tasks are there for a user, in one query, and keys is the shortcut,
    such as "g c".
    """

    label: str
    url_name: str
    permission: str = ""
    place: str = "dashboard"
    number: Callable[[object], int | None] = lambda user: None
    is_shown: Callable[[], bool] = lambda: True
    keys: str = ""


desk_links: Point[DeskLink] = Point()


# Classes of parts of the admin of articles: AdminPart of blog/desk/base.py, with its routes below the list of
# articles, its actions on selected ones, and links above the list.
article_parts: Point[type] = Point()


@dataclass(frozen=True)
class ImportNote:
    """What an extension says about an import in the list of imports.

    sender: by whom or which way the files came. receiving: a sentence instead of its articles while files
    still arrive. refused: a sentence about what was refused. outcome: a phrase after the numbers of files.
    """

    sender: str
    receiving: str = ""
    refused: str = ""
    outcome: str = ""


# Functions that return {primary key of an import: ImportNote} for some imports, given by their primary keys.
import_notes: Point[Callable[[Collection[int]], dict[int, ImportNote]]] = Point()


@dataclass(frozen=True)
class ActivityKind:
    """Lines of the activity log that are no act of a user, such as the rounds of a job.

    name: "LABEL.WORD", such as "sources.round". title: what was done, lazily translated. rows: returns a
    queryset, whose field `moment` says when it was. describe: returns (name, note) of a row. url_name: of the
    screen that the name links to. Only users who may publish see these lines.
    """

    name: str
    title: str
    rows: Callable
    moment: str
    describe: Callable[[object], tuple[str, str]]
    url_name: str


activity_kinds: Point[ActivityKind] = Point()


@dataclass(frozen=True)
class Decision:
    """A line of “Decide once for many” on the dashboard: a number, what it is, and the screen for it."""

    number: int
    sentence: str
    url: str
    detail: str = ""


# Functions that return such lines for a user. They stand above those of the core.
decisions: Point[Callable[[object], list[Decision]]] = Point()


@dataclass(frozen=True)
class FirstStep:
    """A step on the screen “First steps” of a role: "operator", "editor" or "writer"."""

    role: str
    title: str
    text: str
    url_name: str
    is_done: Callable[[object], bool] = lambda user: False


first_steps: Point[FirstStep] = Point()

# Beginnings of paths, such as "/follow/", that the page cache leaves out.
never_cached: Point[str] = Point()


@dataclass(frozen=True)
class Upload:
    """Requests with a body of more than a megabyte. path: a regular expression. size: the most bytes.

    refusal_of: called with the headers (names in lower case) before the body is read, in a thread; returns
    the status and the sentence with which the sender is refused, or None. as_body: returns the content type
    and the body of a refusal, for its status and sentence.
    """

    path: str
    size: int
    refusal_of: Callable[[dict[str, str]], tuple[int, str] | None]
    as_body: Callable[[int, str], tuple[str, str]]


uploads: Point[Upload] = Point()
# Beginnings of paths whose requests take turns, a few at a time, so that readers need not wait for them.
in_turn: Point[str] = Point()

# Functions that return the URL of a WebSub hub, which feeds name, or "".
feed_hubs: Point[Callable[[], str]] = Point()

# What is imported


@dataclass(frozen=True)
class System:
    """A publishing system, such as Ghost, whose exports are imported.

    They are .xml, .xml.gz or .json files, or zip files with one of these. reader: a module with
    find_export(members) and read_texts(members, export), whose types are in blog/documents/systems/export.py.
    A limited process imports it, without Django and settings. companions: names of files that may be next to
    an export of one file.
    """

    name: str
    reader: str
    companions: tuple[str, ...] = ()


systems: Point[System] = Point()


@dataclass(frozen=True)
class SiteGenerator:
    """A site generator, by whose configuration the old addresses of imported texts are computed.

    reader: "module:function". The function gets the path of a file, {path: bytes} of all that were found, and
    {part: path} of the companions among them; it returns a SiteConfiguration
    (blog/documents/generators/configuration.py), or None if the file is not this generator's. A limited
    process imports the module, without Django and settings. files: the paths that the configuration may have,
    relative to its folder. companions: {path: part}, for files that complete it. data_files: the names of
    files with settings for the texts of a folder, where * is the name of the folder.
    """

    name: str
    reader: str
    files: tuple[str, ...]
    companions: Mapping[str, str] = field(default_factory=dict)
    data_files: tuple[str, ...] = ()


generators: Point[SiteGenerator] = Point()

# Data and operation

# (name, function that returns {"ok": bool, …}): a part of /health/ready/, which stays 200.
ready_checks: Point[tuple[str, Callable[[], dict]]] = Point()
# Functions that are called in the transaction that restores a backup.
after_restore: Point[Callable[[], None]] = Point()
# (name, function that returns how many files the next clean-up deletes), for report_size.
expired: Point[tuple[str, Callable[[], int]]] = Point()
# Labels of models whose rows only concern the running site, such as "followers.MailingLetter".
not_in_backup: Point[str] = Point()

# What Galley itself calls


def finding_kind(name: str) -> FindingKind | None:
    """Return a kind of finding of an extension that is on, or None."""
    return next((kind for kind in finding_kinds if kind.name == name), None)


def screen_of_finding(kind: str) -> str:
    """Return the name of the URL where an extension lets editors fix this kind of finding, or ""."""
    described = finding_kind(kind)
    return described.url_name if described else ""


def upload_to(path: str) -> Upload | None:
    """Return the kind of large requests that an extension accepts at this path, if any."""
    return next((upload for upload in uploads if re.fullmatch(upload.path, path)), None)


def answer_of[T](function: Callable[..., T], *arguments: object, default: T) -> T:
    """Return what a function of an extension returns. If it fails, log this and return the default."""
    try:
        return function(*arguments)
    except Exception:
        logger.exception("%r of an extension failed.", function)
        return default


def slots_at(place: str) -> list[Slot]:
    """Return the slots that are shown at a place."""
    return [slot for slot in slots if slot.place == place and answer_of(slot.is_shown, default=False)]


def places_shown() -> tuple[tuple[str, str], ...]:
    """Return (place, template) of all slots that are shown: a key of cached parts of templates."""
    return tuple((slot.place, slot.template) for slot in slots if answer_of(slot.is_shown, default=False))


def notes_on_imports(keys: Collection[int]) -> dict[int, ImportNote]:
    """Return {primary key of an import: what an extension says about it}."""
    return {key: note for notes in import_notes for key, note in notes(keys).items()}


def links_at(place: str, user) -> list[DeskLink]:
    """Return the links to screens at a place, for this user."""
    return [
        link
        for link in desk_links
        if link.place == place
        and answer_of(link.is_shown, default=False)
        and (not link.permission or user.has_perm(link.permission))
    ]


def decisions_of(user) -> list[Decision]:
    """Return what extensions ask this user to decide."""
    return [line for lines in decisions for line in answer_of(lines, user, default=[])]
