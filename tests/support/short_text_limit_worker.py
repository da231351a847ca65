"""A worker whose texts may take half a second each try, not two: what takes longer then costs a test less."""

from blog.sandbox import calls
from site_config import worker

SECONDS = 0.5
calls.TEXT_SECONDS = calls.render.__kwdefaults__["seconds"] = SECONDS


class ShortTextLimitWorker(worker.FrontDoorWorker):
    """The front door's worker, with that limit."""
