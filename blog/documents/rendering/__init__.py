"""Markdown to the HTML of an article."""

from blog.documents.rendering.covers import is_same_picture, without_cover
from blog.documents.rendering.figures import ResolvedImage
from blog.documents.rendering.markdown import RENDER_VERSION, Rendering, render_markdown
from blog.documents.rendering.sections import Heading
from blog.documents.rendering.shown_images import ShownImage, shown_images

__all__ = [
    "RENDER_VERSION",
    "Heading",
    "Rendering",
    "ResolvedImage",
    "ShownImage",
    "is_same_picture",
    "render_markdown",
    "shown_images",
    "without_cover",
]
