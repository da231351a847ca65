"""The apps of extensions, and the modules of them that Galley finds by their names (blog/extend.py)."""

import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

BUNDLED = "blog.extensions"


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
    if name in sys.stdlib_module_names and f"{BUNDLED}.{name}" not in bundled():
        raise LookupError(name)
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
