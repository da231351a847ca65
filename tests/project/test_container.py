"""The image of the Containerfile has no file that is private to a site."""

from tests.support.databases import ROOT


def test_image_has_no_private_files():
    """Docker reads only .dockerignore; Podman reads it, too, unless there is a .containerignore."""
    ignored = (ROOT / ".dockerignore").read_text().splitlines()

    assert not (ROOT / ".containerignore").exists()
    assert {".*", "ssl", "var"} <= set(ignored)  # .env, the certificate's key, the data
