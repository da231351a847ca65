"""Why the sandbox gives no result: a code and values, of which its callers make sentences."""

from enum import StrEnum


class Refusal(StrEnum):
    # What a process did not survive.
    TIME = "time"  # seconds
    MEMORY = "memory"  # megabytes
    CRASH = "crash"  # cause: the name of a signal, or an exit status
    ERROR = "error"  # cause: the name and words of an exception that nobody expected
    # What did not get to a process.
    BUSY = "busy"
    NO_START = "no start"
    # What an image is refused for.
    BYTES = "bytes"  # megabytes
    FORMAT = "format"
    SIDE = "side"  # width, height, side
    PIXELS = "pixels"  # width, height, format, megapixels
    FOUR_CHANNEL_PIXELS = "pixels of four channels"  # the same
    FRAMES = "frames"  # frames, limit
    FRAME_PIXELS = "pixels of a frame"  # width, height, pixels
    MOVING_PIXELS = "pixels of all frames"  # width, height, frames, format, megapixels
    DAMAGED = "damaged"  # cause: what the decoder says
    NO_RENDITION = "no rendition"  # cause
    WIDTH = "width"


# Of the process, not of what it was given: the same may well succeed a moment later.
PASSING = {Refusal.BUSY, Refusal.NO_START}


class RefusedError(Exception):
    """The sandbox gives no result."""

    def __init__(self, code: Refusal, values: dict | None = None):
        self.code = code
        self.values = values or {}
        super().__init__(code, self.values)

    def __str__(self):
        return " ".join([self.code, *(f"{name}={value}" for name, value in self.values.items())])

    @property
    def is_passing(self) -> bool:
        """Whether asking again in a moment may help."""
        return self.code in PASSING
