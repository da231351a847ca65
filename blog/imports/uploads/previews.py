"""What would be made of one uploaded file, rendered with the pictures that lie beside it. Nothing is stored.

A web process asks for it, so the files are opened, read and rendered in limited processes. What such a
process refuses raises RefusedError, for the functions of blog/sandbox/refusal_messages.py.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from django.utils import timezone

from blog.articles.provenance import WrittenBy
from blog.documents.addresses import REMOTE
from blog.documents.fields.values import ArticleFields
from blog.documents.limits import MAX_FILE_BYTES
from blog.documents.rendering.figures import ResolvedImage
from blog.documents.rendering.markdown import Rendering
from blog.files.folders import UnreadableError
from blog.files.upload_limits import MAX_IMAGE_BYTES
from blog.images.models import Image
from blog.imports.comparison import truncate_fields
from blog.imports.images import path_of_image
from blog.imports.report import Outcome
from blog.imports.sources import PreparedFile
from blog.imports.uploads.models import StagedFile
from blog.imports.uploads.reception import source_path
from blog.sandbox import calls
from blog.sandbox.images import RewrittenImage

READ = frozenset((Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.HELD, Outcome.CONFLICT))


@dataclass(frozen=True, slots=True)
class StagedPreview:
    """What a file says and how its text would look; or why it is refused, with the line if one is known."""

    fields: ArticleFields | None = None
    rendering: Rendering | None = None
    hero: str = ""  # the address of the hero image
    refusal: str = ""


def preview_staged(staged_file: StagedFile, picture_address: Callable[[str], str]) -> StagedPreview:
    """Return the preview of a row of a dry run.

    picture_address gives the address, on this site, of a picture that the file names and that came with it:
    there staged_picture() is to be served.
    """
    if staged_file.outcome not in READ:
        return StagedPreview(refusal=staged_file.reason)
    file = _read(staged_file)
    if file.notice:
        return StagedPreview(refusal=file.notice.text)
    images = _images(staged_file.staged_import, file, picture_address)
    rendering = calls.render(file.fields.body, title=file.fields.title, images=images)
    return StagedPreview(file.fields, rendering, _hero(file.fields.image, images))


def staged_picture(staged_file: StagedFile, address: str) -> RewrittenImage:
    """Return a picture that came with the file, by its address in the text, as it would be stored.

    Raises UnreadableError if none may have that address.
    """
    path = path_of_image(address, staged_file.path)
    return calls.rewrite_image(
        calls.read_member(source_path(staged_file.staged_import), path, MAX_IMAGE_BYTES)
    )


def _hero(address, images):
    if image := images.get(address):
        return image.url
    return address if address.startswith(REMOTE) else ""


def _read(staged_file):
    staged = staged_file.staged_import
    data = calls.read_member(source_path(staged), staged_file.path, MAX_FILE_BYTES)
    reading = calls.read_text(data, staged_file.path, timezone.get_default_timezone())
    if reading.refusal:
        return PreparedFile(staged_file.path, notice=reading.refusal)
    fields = truncate_fields(reading.fields)
    machine = WrittenBy.parse(staged.written_by).machine_name(fields.generated_by)
    return PreparedFile(staged_file.path, fields=replace(fields, generated_by=machine), images=reading.images)


def _images(staged, file, picture_address):
    """Return how each image is shown that is not simply at another site."""
    named = {address.strip() for address in (*file.images, file.fields.image)} - {""}
    stored = Image.objects.stored_at_each(named)
    images = {address: image.as_resolved() for address, image in stored.items()}
    brought = _brought(staged, file.path, named - stored.keys())
    return images | {address: ResolvedImage(picture_address(address)) for address in brought}


def _brought(staged, file_path, addresses):
    """Return those of the addresses at which there is a file that came along."""
    paths = {}
    for address in addresses:
        if not address.startswith((*REMOTE, "data:")):
            with suppress(UnreadableError):
                paths[address] = path_of_image(address, file_path)
    there = calls.find_members(source_path(staged), paths.values()) if paths else set()
    return [address for address, path in paths.items() if path in there]
