"""Replacing the file of an image from a contact sheet, and returning to the same place of the sheet."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms.models import model_to_dict
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from blog.desk.base import TOAST, screen
from blog.desk.images.admin import articles_with
from blog.desk.images.forms import ImageForm
from blog.images.models import Image

PLACE = ("scope", "show", "page")  # parameters of the sheet


@require_http_methods(["GET", "HEAD", "POST"])
def replace_image(request, key, *, model_admin):
    """Show the image and a file field (GET), or replace its file as the form of images does (POST).

    The screen says what the replacement changes and ends.
    """
    image = get_object_or_404(Image, pk=key)
    if not model_admin.has_change_permission(request, image):
        raise PermissionDenied
    request.belongs_to = sheet = _sheet(request)
    data = model_to_dict(image, ImageForm.Meta.fields) if request.method == "POST" else None
    form = ImageForm(data, request.FILES or None, instance=image)
    form.fields["upload"].required = True
    used = articles_with(image).in_use()
    reviewed = used.reviewed().count()
    if request.method == "POST" and form.is_valid():
        _save(request, model_admin, form)
        ended = reviewed - used.reviewed().count()
        messages.success(request, _replaced(used.count(), ended), extra_tags=TOAST)
        return HttpResponseRedirect(sheet)
    context = {
        "title": _("Replace an image"),
        "form": form,
        "image": Image.objects.get(pk=key),  # read again: an invalid form has changed form.instance
        "articles": used.count(),
        "public": used.published().count(),
        "approvals": reviewed,
        "sheet": sheet,
    }
    return screen(model_admin, request, "admin/blog/image/replace.html", context)


@transaction.atomic
def _save(request, model_admin, form):
    message = model_admin.construct_change_message(request, form, [])
    image = model_admin.save_form(request, form, change=True)
    model_admin.save_model(request, image, form, change=True)
    model_admin.save_related(request, form, [], change=True)
    model_admin.log_change(request, image, message)


def _sheet(request):
    """Return the URL of the image on its contact sheet."""
    query = {name: request.GET[name] for name in PLACE if request.GET.get(name)}
    return reverse(
        "admin:blog_article_describe", query=query, fragment=f"image-{request.GET.get('image', '')}"
    )


def _replaced(articles, ended):
    said = ngettext(
        "The image was replaced in %d article.", "The image was replaced in %d articles.", articles
    )
    said %= articles
    if ended:
        said += " " + ngettext("%d approval ended.", "%d approvals ended.", ended) % ended
    return said
