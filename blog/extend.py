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

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

BUNDLED = "blog.extensions"


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
    article to edit.
    """

    name: str
    title: str
    sentence: str
    is_serious: bool = False
    field: str = "body"

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

# Pages for readers

# Functions that return the URL of a WebSub hub, which feeds name, or "".
feed_hubs: Point[Callable[[], str]] = Point()

# What Galley itself calls


def bundled() -> list[str]:
    """Return the dotted names of the extensions that come with Galley."""
    folder = Path(__file__).parent / "extensions"
    return sorted(f"{BUNDLED}.{path.parent.name}" for path in folder.glob("*/apps.py"))


def names_of(value: str) -> list[str]:
    """Return the dotted names of the apps in GALLEY_EXTENSIONS.

    "default" stands for all bundled extensions, "-followers" leaves one out, and other names are those of
    bundled extensions or of modules. Raises LookupError if there is no such app.
    """
    chosen: dict[str, None] = {}
    for word in filter(None, (word.strip() for word in value.split(","))):
        name = word.removeprefix("-")
        for app in bundled() if name == "default" else [_app(name)]:
            if word.startswith("-"):
                chosen.pop(app, None)
            else:
                chosen[app] = None
    return list(chosen)


def _app(name):
    for app in (f"{BUNDLED}.{name}", name):
        if exists(app):
            return app
    raise LookupError(name)


def exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ImportError:
        return False


def settings_of(apps: list[str]) -> tuple[dict[str, object], dict[str, str]]:
    """Return the settings of these apps, and {variable: what it is for}."""
    values, variables = {}, {}
    for app in apps:
        if module := module_of(app, "settings"):
            found = {name: value for name, value in vars(module).items() if name.isupper()}
            variables |= found.pop("VARIABLES", {})
            values |= found
    return values, variables


def module_of(app: str, name: str):
    """Return a module of an app, or None if the app has none of that name."""
    return import_module(f"{app}.{name}") if exists(f"{app}.{name}") else None


def modules(name: str) -> list[tuple[str, object]]:
    """Return (label, module) for the modules of this name of all extensions, in the order of the setting."""
    from django.apps import apps
    from django.conf import settings

    labels = {config.name: config.label for config in apps.get_app_configs()}
    found = ((labels[app], module_of(app, name)) for app in settings.EXTENSIONS)
    return [(label, module) for label, module in found if module]


def finding_kind(name: str) -> FindingKind | None:
    """Return a kind of finding of an extension that is on, or None."""
    return next((kind for kind in finding_kinds if kind.name == name), None)


def reader_urls() -> list:
    """Return the URL patterns of the extensions' pages for readers."""
    from django.urls import include, path

    return [path("", include((module.urlpatterns, label))) for label, module in modules("urls")]


def desk_urls(wrap: Callable) -> list:
    """Return the URL patterns of the extensions' screens. wrap: admits staff only."""
    from django.urls import path

    return [
        path(f"{label}/{pattern.pattern}", wrap(pattern.callback), name=f"{label}_{pattern.name}")
        for label, module in modules("desk_urls")
        for pattern in module.urlpatterns
    ]
