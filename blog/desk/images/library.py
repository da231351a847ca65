"""The image library in a dialog of the edit page: newest first, with a search."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from blog.desk.columns import thumbnail
from blog.desk.composed import AdminPart
from blog.images.models import Image

IMAGES_SHOWN = 24


class ImageLibrary(AdminPart):
    """The content of the dialog."""

    def routes(self):
        return {"library": ("library/", self.show)}

    @method_decorator(require_safe)
    def show(self, request):
        """Return an HTML fragment with a button for each image that a page can show."""
        if not self.model_admin.has_view_permission(request):
            raise PermissionDenied
        words = request.GET.get("q", "")
        images = Image.objects.order_by("-pk")
        found, _ = self.model_admin.get_search_results(request, images, words)
        page = Paginator(found, IMAGES_SHOWN).get_page(request.GET.get("page"))
        page.object_list = [image for image in page.object_list if image.url]
        for image in page.object_list:
            image.thumbnail = thumbnail(image)
        more = page.has_next() and urlencode({"q": words, "page": page.next_page_number()})
        address = reverse("admin:blog_image_library")
        context = {"page": page, "more": more, "address": address}
        return render(request, "admin/blog/image/library.html", context)
