"""Reasons why the sandbox gives no result: codes with values, from which callers make messages."""

from enum import StrEnum


class Refusal(StrEnum):
    # The process ended, or the task failed. Comments name the keys of the values.
    TIME = "time"  # seconds
    MEMORY = "memory"  # megabytes
    CRASH = "crash"  # cause: the name of a signal, or an exit status
    ERROR = "error"  # cause: for people; error: class and message of an unexpected exception, for the log
    # The task did not reach a process.
    BUSY = "busy"
    NO_START = "no start"
    CHANGED = "changed"  # the article was edited, trashed or deleted while its text was read
    # An image was refused.
    BYTES = "bytes"  # megabytes
    FORMAT = "format"
    SIDE = "side"  # width, height, side
    PIXELS = "pixels"  # width, height, format, megapixels
    FOUR_CHANNEL_PIXELS = "pixels of four channels"  # as for PIXELS
    FRAMES = "frames"  # frames, limit
    FRAME_PIXELS = "pixels of a frame"  # width, height, pixels
    MOVING_PIXELS = "pixels of all frames"  # width, height, frames, format, megapixels
    DAMAGED = "damaged"  # cause: the decoder's message
    NO_RENDITION = "no rendition"  # cause
    WIDTH = "width"


UNEXPECTED = "an unexpected error, see the log of the server"  # the cause of a fault in our own code
# Reasons outside the task: a second attempt may succeed.
PASSING = {Refusal.BUSY, Refusal.NO_START, Refusal.CHANGED}


class RefusedError(Exception):
    """Raised when the sandbox gives no result."""

    def __init__(self, code: Refusal, values: dict | None = None):
        self.code = code
        self.values = values or {}
        super().__init__(code, self.values)

    def __str__(self):
        return " ".join([self.code, *(f"{name}={value}" for name, value in self.values.items())])

    @property
    def is_passing(self) -> bool:
        """Whether a second attempt may succeed."""
        return self.code in PASSING
