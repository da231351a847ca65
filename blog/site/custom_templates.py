"""The operator's own templates, in templates/ of GALLEY_CUSTOM_DIR. They precede Galley's of the same name.

A template that fails is logged and reported on the dashboard, and Galley's own is shown instead. Failures are
stored in files, so that each process finds those of the others. A failure counts until the template is saved.
"""

import hashlib
import json
import logging
from collections import defaultdict
from copy import copy
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import DatabaseError
from django.template import Engine, Origin, Template, TemplateDoesNotExist
from django.template.loader_tags import BLOCK_CONTEXT_KEY, BlockContext, ExtendsNode
from django.template.loaders.base import Loader as BaseLoader

from blog.files.atomic import write_atomically
from blog.files.modes import PRIVATE_FILE

logger = logging.getLogger(__name__)


class Loader(BaseLoader):
    """A loader for settings.TEMPLATES, before those of Galley. Files are read once."""

    def __init__(self, engine, folder):
        super().__init__(engine)
        self.folder = Path(folder)
        self.reset()

    def reset(self):
        self.names = frozenset(names_in(self.folder))
        self.loaded = {}

    def get_template_sources(self, template_name):
        if template_name in self.names:
            yield Origin(str(self.folder / template_name), template_name, loader=self)

    def get_contents(self, origin):
        return Path(origin.name).read_text()

    def get_template(self, template_name, skip=None):
        template = self._load(template_name)
        if template is None or template.origin in (skip or ()):
            raise TemplateDoesNotExist(template_name, backend=self.engine)
        return template

    def _load(self, name):
        if name not in self.loaded:
            self.loaded[name] = None
            for origin in self.get_template_sources(name):
                try:
                    self.loaded[name] = CustomTemplate(self.get_contents(origin), origin, name, self.engine)
                except Exception as error:
                    report_failure(name, error)
        return self.loaded[name]


class CustomTemplate(Template):
    """A template that shows Galley's own of the same name if rendering fails."""

    def _render(self, context):
        before = copy(context)
        before.render_context.dicts[-1] = _copy(context.render_context.dicts[-1])
        try:
            return super()._render(context)
        except DatabaseError:  # not the fault of the template
            raise
        except Exception as error:
            report_failure(self.name, error)
            try:
                own, _origin = self.engine.find_template(self.name, skip=[self.origin])
            except TemplateDoesNotExist:
                raise error from None
            context.dicts[:] = before.dicts
            context.render_context.dicts[:] = before.render_context.dicts
            return own._render(context)


def _copy(values):
    """Return a copy of a dictionary of a render context, with copies of what {% extends %} changes."""
    copied = dict(values)
    if BLOCK_CONTEXT_KEY in copied:
        blocks = copied[BLOCK_CONTEXT_KEY].blocks
        copied[BLOCK_CONTEXT_KEY] = BlockContext()
        copied[BLOCK_CONTEXT_KEY].blocks = defaultdict(
            list, {name: [*those] for name, those in blocks.items()}
        )
    if ExtendsNode.context_key in copied:
        copied[ExtendsNode.context_key] = [*copied[ExtendsNode.context_key]]
    return copied


def names_in(folder: Path) -> list[str]:
    """Return the names of the templates in a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [path.relative_to(folder).as_posix() for path in files]


_reported: set[tuple[str, str]] = set()


def report_failure(name: str, error: Exception) -> None:
    """Log why a template fails, once per process, and store it for the dashboard."""
    reason = f"{type(error).__name__}: {error}"
    if (name, reason) in _reported:
        return
    _reported.add((name, reason))
    logger.error("The template %s in GALLEY_CUSTOM_DIR fails, so Galley's is shown: %s", name, reason)
    try:
        _failure_file(name).parent.mkdir(exist_ok=True)
        write_atomically(_failure_file(name), [reason.encode()], mode=PRIVATE_FILE)
    except OSError:
        logger.exception("The failure could not be stored.")


def _failure_file(name):
    return settings.DATA_DIR / "failed_templates" / quote(name, safe="")


def failure_of(name: str) -> str:
    """Return why a template has failed since it was saved, or ""."""
    stored, file = _failure_file(name), _folder() / name
    if not stored.exists() or stored.stat().st_mtime < file.stat().st_mtime:
        return ""
    return stored.read_text()


def failures() -> list[tuple[str, str]]:
    """Return (name, reason) of the templates that fail."""
    if settings.CUSTOM_DIR is None:
        return []
    found = ((name, failure_of(name)) for name in names_in(_folder()))
    return [(name, reason) for name, reason in found if reason]


def overrides() -> list[tuple[str, Path | None, bool]]:
    """Return the operator's templates: (name, file of Galley's or Django's, whether that has changed).

    The file is None for a new name. It has changed since the operator's template was written, or accepted.
    """
    noted = _noted()
    found = []
    for name, (custom, galley, path) in _digests().items():
        noted_custom, noted_galley = noted.get(name, (custom, galley))
        found.append((name, path, noted_custom == custom and noted_galley != galley))
    return found


def note_overrides(*, accept: bool = False) -> None:
    """Store which version of Galley's each template was written for: the present one if it is new or changed.

    accept: also for those that have not changed.
    """
    if settings.CUSTOM_DIR is None:
        return
    noted = {} if accept else _noted()
    for name, (custom, galley, _path) in _digests().items():
        if noted.get(name, [""])[0] != custom:
            noted[name] = [custom, galley]
    write_atomically(_notes_file(), [json.dumps(noted).encode()], mode=PRIVATE_FILE)


def _digests() -> dict[str, tuple[str, str, Path | None]]:
    """Return {name: (digest of the operator's template, of Galley's or "", path of Galley's)}."""
    found = {}
    for name in names_in(_folder()) if settings.CUSTOM_DIR else []:
        path = _galleys(name)
        found[name] = _digest(_folder() / name), _digest(path) if path else "", path
    return found


def _galleys(name):
    origins = (
        origin
        for loader in Engine.get_default().template_loaders
        for origin in loader.get_template_sources(name)
        if Path(origin.name).is_file() and not Path(origin.name).is_relative_to(_folder())
    )
    return next((Path(origin.name) for origin in origins), None)


def _digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _folder():
    return settings.CUSTOM_DIR / "templates"


def _notes_file():
    return settings.DATA_DIR / "custom_templates.json"


def _noted():
    return json.loads(_notes_file().read_text()) if _notes_file().exists() else {}
