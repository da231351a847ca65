"""Where landed migrations look for what `blog.media.images` has now."""

from blog.media.images import upload_path

__all__ = ["upload_path"]
