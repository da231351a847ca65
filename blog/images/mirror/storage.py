"""Store fetched images, and render the texts that show them."""

from dataclasses import dataclass

from django.db import transaction

from blog import page_cache
from blog.files.remote.fetcher import FetchError
from blog.images import files
from blog.images.mirror.failures import MirrorFailure
from blog.images.mirror.remote_images import LINKS, RemoteImageIndex, Text, texts_of
from blog.images.mirror.report import ImageReport, Outcome
from blog.images.models import Image, spellings


@dataclass(frozen=True, slots=True)
class FetchResult:
    """The result of one request: a stored image or a failure."""

    address: str
    seconds: float = 0.0
    stored: files.StoredImage | None = None
    failure: FetchError | None = None


def stored_file(address: str, content: bytes, seconds: float) -> FetchResult:
    """Store fetched bytes. Return a failure if the decoder does not accept them as an image."""
    try:
        return FetchResult(address, seconds, stored=files.store_file(content))
    except files.ImageError as error:
        return FetchResult(address, seconds, failure=FetchError(str(error), is_passing=error.is_passing))


def write(batch: list[FetchResult]) -> list[ImageReport]:
    """Store the rows of one batch in one transaction: images, or failures with the next attempt."""
    with transaction.atomic():
        reports = [_written(fetched) for fetched in batch]
        MirrorFailure.objects.forget([fetched.address for fetched in batch if fetched.stored])
        page_cache.invalidate_on_commit()
    return reports


def reuse_files(images: dict[str, Image]) -> None:
    """Set the file of Image rows that have none, if their URL is in images: {URL: stored image}."""
    with transaction.atomic():
        updated = [_rows_without_file(address).update(**_file_of(image)) for address, image in images.items()]
        if any(updated):
            page_cache.invalidate_on_commit()


def update_texts(texts: list[Text], wanted: RemoteImageIndex, on_refusal) -> None:
    """Render texts again, so that they show the stored images instead of the remote ones."""
    for model in LINKS:
        keys = {key: wanted.texts.pop((of, key)) for of, key in texts if of == model}
        found = Image.objects.mirrored({address for shown in keys.values() for address in shown.values()})
        images_of = {key: _images_of(shown, found) for key, shown in keys.items()}
        shown = {key: by_address for key, by_address in images_of.items() if by_address}
        texts_of(model).show_images(shown, on_refusal)


def _images_of(shown, found):
    """Return {URL: image} for both spellings of each URL, because Markdown and HTML may differ."""
    return {
        spelling: found[fetched]
        for address, fetched in shown.items()
        if fetched in found
        for spelling in spellings(address)
    }


def _written(fetched) -> ImageReport:
    address, failure, stored = fetched.address, fetched.failure, fetched.stored
    if failure:
        MirrorFailure.objects.note(address, str(failure), is_passing=failure.is_passing)
        return ImageReport(address, Outcome.FAILED, str(failure), seconds=fetched.seconds)
    is_repeated = Image.objects.filter(file=stored.name).exists()
    outcome = Outcome.REPEATED if is_repeated else Outcome.STORED
    return ImageReport(address, outcome, image=_image(address, stored), seconds=fetched.seconds)


def _image(address, stored) -> Image:
    """Return the Image of this URL, with the file. Existing rows keep their source, alt text and credit."""
    _rows_without_file(address).update(**_file_of(stored))
    known = Image.objects.filter(source__in=spellings(address), file=stored.name).order_by("pk").first()
    return known or Image.objects.create(source=address, **_file_of(stored))


def _rows_without_file(address):
    return Image.objects.filter(source__in=spellings(address), file="")


def _file_of(image: Image | files.StoredImage) -> dict:
    name = image.file.name if isinstance(image, Image) else image.name
    return {"file": name, "width": image.width, "height": image.height, "digest": image.digest}
