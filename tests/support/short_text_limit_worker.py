"""A worker with a limit of a quarter of a second per text instead of two, for faster tests."""

from blog.sandbox import calls
from site_config import worker

SECONDS = 0.25
calls.TEXT_SECONDS = calls.render.__kwdefaults__["seconds"] = SECONDS


class ShortTextLimitWorker(worker.GalleyUvicornWorker):
    """The server's worker class, with this limit."""
