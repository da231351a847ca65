"""The system library that Pillow needs to join Arabic letters and set them right-to-left."""

import os

import pytest

from blog.images.share_cards.faces import can_shape


def require_shaping() -> None:
    """Skip the test, or fail it in CI, if the library is missing."""
    reason = "libfribidi is not installed: apt-get install libfribidi0"
    if not can_shape():
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
