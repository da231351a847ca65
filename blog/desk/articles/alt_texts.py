"""The screen to write alt text for the images of a list of articles, once per image."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.articles.actions.base import BulkResult, SkipReason
from blog.desk.articles.named_lists import address_of, articles_in
from blog.desk.base import WITH_UNDO
from blog.desk.columns import thumbnail
from blog.desk.composed import AdminPart
from blog.images.models import Image
from blog.review.alt_texts import PICTURES_SHOWN, UndescribedImage, describe, undescribed_images
from blog.sandbox.refusal_messages import text_refusal
from blog.sandbox.refusals import RefusedError

LONGEST = 1000  # characters of an alt text


@dataclass(frozen=True)
class Row:
    """An image on the screen."""

    picture: UndescribedImage

    @property
    def thumbnail(self):
        return thumbnail(self.picture.image or Image(source=self.picture.address))

    @property
    def uses(self) -> str:
        number = self.picture.number
        return ngettext("in %d article", "in %d articles", number) % number

    @property
    def said(self) -> str:
        return self.picture.described_as[0] if self.picture.described_as else ""

    @property
    def others(self) -> int:
        return max(0, len(self.picture.described_as) - 1)


class PictureAltTexts(AdminPart):
    """Writing alt text for the images of a list that lack it, which requires the permission to publish."""

    def routes(self):
        return {"describe": ("describe/", self.describe)}

    def describe(self, request):
        """GET shows the images of a list without alt text, POST saves what was typed."""
        self.model_admin.require_publisher(request)
        scope = request.POST.get("scope", "") or request.GET.get("scope", "")
        articles = articles_in(scope, request, self.model_admin)
        if request.method == "POST":
            return self._write(request, articles, scope)
        return self.render(request, "admin/blog/article/image_descriptions.html", _screen(articles, scope))

    def _write(self, request, articles, scope):
        pairs = zip(request.POST.getlist("picture"), request.POST.getlist("description"), strict=False)
        typed = {key: text.strip()[:LONGEST] for key, text in pairs if text.strip()}
        try:
            sorting = describe(request.user, articles, typed) if typed else BulkResult()
        except RefusedError as error:
            return self._respond(request, scope, str(text_refusal(error)), messages.ERROR)
        return self._respond(request, scope, *_outcome(sorting))

    def _respond(self, request, scope, sentence, level):
        """Return the sentence as JSON to the script, or as a message after a redirect to the screen."""
        if request.headers.get("Accept") == "application/json":
            is_saved = level == messages.SUCCESS
            return JsonResponse({"said": sentence}, status=200 if is_saved else 409)
        tags = WITH_UNDO if level == messages.SUCCESS else ""
        self.message_user(request, sentence, level, extra_tags=tags)
        return HttpResponseRedirect(reverse("admin:blog_article_describe", query={"scope": scope}))


def _outcome(sorting):
    """Return the message on the result, and its level."""
    if changed := sorting.skipped.get(SkipReason.CHANGED):
        message = ngettext(
            "%d article was skipped because someone else just saved it.",
            "%d articles were skipped because someone else just saved them.",
            len(changed),
        )
        return message % len(changed), messages.WARNING
    if not sorting.changed:
        return _("There were no descriptions to save."), messages.WARNING
    return sorting.message, messages.SUCCESS


def _screen(articles, scope):
    pictures = undescribed_images(articles)
    shown = pictures[:PICTURES_SHOWN]
    used = {key for picture in shown for key in picture.articles}
    return {
        "title": _title(len(pictures)),
        "rows": [Row(picture) for picture in shown],
        "more": len(pictures) - len(shown),
        "public": articles.published().filter(pk__in=used).order_by().count(),
        "scope": scope,
        "longest": LONGEST,
        "back": address_of(scope),
    }


def _title(number):
    if not number:
        return _("All images are described")
    return ngettext("Describe %d image", "Describe %d images", number) % number
