"""Preview one uploaded file, rendered with the images that were uploaded with it. Nothing is stored.

Previews are for web requests, so the files are opened, parsed and rendered in the sandbox. If it refuses a
file, RefusedError is raised (see blog/sandbox/refusal_messages.py).
"""

import itertools
import posixpath
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from django.utils import timezone

from blog.articles.provenance import WrittenBy
from blog.documents.addresses import REMOTE
from blog.documents.fields.values import ArticleFields
from blog.documents.limits import MAX_FILE_BYTES
from blog.documents.rendering.values import Rendering, ResolvedImage
from blog.files.folders import UnreadableError
from blog.files.upload_limits import MAX_IMAGE_BYTES
from blog.images.models import Image
from blog.imports.comparison import truncate_fields
from blog.imports.image_places import path_of_image, possible_paths
from blog.imports.report import Outcome
from blog.imports.sources import PreparedFile
from blog.imports.uploads.models import StagedFile
from blog.imports.uploads.reception import fetch_upload, source_path
from blog.sandbox import calls
from blog.sandbox.image_decoding import RewrittenImage

READ = frozenset((Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.HELD, Outcome.CONFLICT))


@dataclass(frozen=True, slots=True)
class StagedPreview:
    """The fields and rendering of a file, or the reason why it is rejected, with the line if known."""

    fields: ArticleFields | None = None
    rendering: Rendering | None = None
    hero: str = ""  # URL of the hero image
    refusal: str = ""


def preview_staged(staged_file: StagedFile, picture_address: Callable[[str], str]) -> StagedPreview:
    """Return the preview of a file of a dry run.

    picture_address returns the URL on this site of an uploaded image, by its address in the file. The view at
    that URL serves staged_image().
    """
    if staged_file.outcome not in READ:
        return StagedPreview(refusal=staged_file.reason)
    fetch_upload(staged_file.staged_import)
    file = _read(staged_file)
    if file.notice:
        return StagedPreview(refusal=file.notice.text)
    images = _images(staged_file.staged_import, file, picture_address)
    rendering = calls.render(file.fields.body, title=file.fields.title, images=images)
    return StagedPreview(file.fields, rendering, _hero(file.fields.image, images))


def staged_image(staged_file: StagedFile, address: str) -> RewrittenImage:
    """Return an uploaded image, by its address in the file, as it would be stored.

    Raises UnreadableError if the address is not a possible path, or there is no such image.
    """
    staged = staged_file.staged_import
    fetch_upload(staged)
    path = _uploaded(staged, staged_file.path, [address]).get(address)
    if not path:
        raise UnreadableError("there is no such file.")
    return calls.rewrite_image(calls.read_member(source_path(staged), path, MAX_IMAGE_BYTES))


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
    """Return {address: how to show it} for stored and uploaded images. Other remote images need no entry."""
    named = {address.strip() for address in (*file.images, file.fields.image)} - {""}
    stored = Image.objects.stored_at_each(named)
    images = {address: image.as_resolved() for address, image in stored.items()}
    uploaded = _uploaded(staged, file.path, named - stored.keys())
    return images | {address: ResolvedImage(picture_address(address)) for address in uploaded}


def _uploaded(staged, file_path, addresses):
    """Return {address: path} of images that were uploaded with the file.

    They are where the dry run looked, except that it also finds images by name in a vault.
    """
    place = staged.found_addresses
    base, roots = place.get("base_path", ""), place.get("static_roots", [])
    paths = {}
    for address in addresses:
        if not address.startswith((*REMOTE, "data:")):
            with suppress(UnreadableError):
                possible = possible_paths(path_of_image(address), file_path, base, roots, "")
                paths[address] = [posixpath.normpath(posixpath.join(*each)) for each in possible]
    wanted = itertools.chain.from_iterable(paths.values())
    existing = calls.find_members(source_path(staged), wanted) if paths else set()
    first_paths = {
        address: next(filter(existing.__contains__, each), None) for address, each in paths.items()
    }
    return {address: path for address, path in first_paths.items() if path}
