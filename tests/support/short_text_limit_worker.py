"""A worker with a limit of half a second per text instead of two, which makes tests faster."""

from blog.sandbox import calls
from site_config import worker

SECONDS = 0.5
calls.TEXT_SECONDS = calls.render.__kwdefaults__["seconds"] = SECONDS


class ShortTextLimitWorker(worker.GalleyUvicornWorker):
    """The front door's worker, with that limit."""
