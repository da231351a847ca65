"""The library that joins Arabic letters and sets them from the right, which Pillow loads from the system."""

import os

import pytest

from blog.images.share_cards.faces import can_shape


def require_shaping() -> None:
    """Skip, or fail in CI, where letters cannot be joined."""
    reason = "libfribidi is not installed: apt-get install libfribidi0"
    if not can_shape():
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
