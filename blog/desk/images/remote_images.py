"""The screen of remote images: start mirroring, and list the images that could not be fetched."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from blog import jobs
from blog.desk.composed import AdminPart
from blog.desk.imports.upload import may_import, require_import
from blog.desk.jobs import JobProgress
from blog.images.mirror.failures import MirrorFailure
from blog.images.models import Image
from blog.jobs.models import Job

FAILURES_ON_A_PAGE = 50
MIRROR = "mirror_images"


@dataclass(frozen=True)
class Row:
    """A failed image, and the Image with its URL, if there is one. The screen of the Image lists its uses."""

    failure: MirrorFailure
    image: Image | None

    @property
    def is_on_the_web(self) -> bool:
        return self.failure.address.startswith(("https://", "http://"))


class RemoteImages(AdminPart):
    """The list of images that could not be mirrored, and the button that starts mirroring."""

    def routes(self):
        return {"elsewhere": ("elsewhere/", self.show)}

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def show(self, request):
        """List the failed images (GET), or start mirroring (POST)."""
        if not self.model_admin.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            self._fetch(request)
            return HttpResponseRedirect(reverse("admin:blog_image_elsewhere"))
        failures = MirrorFailure.objects.order_by("-tried_at", "-pk")
        page = Paginator(failures, FAILURES_ON_A_PAGE).get_page(request.GET.get("page"))
        latest = _mirrorings().order_by("-pk").first()
        context = {
            "title": _("Remote images"),
            "page": page,
            "rows": _rows(page.object_list),
            "number": Image.objects.remote().count(),
            "may_fetch": may_import(request),
            "progress": JobProgress.of(latest, request.user) if latest else None,
        }
        return self.render(request, "admin/blog/image/remote.html", context)

    def _fetch(self, request):
        require_import(request)
        if _mirrorings().active().exists():
            self.message_user(request, _("Images are already being fetched."), messages.WARNING)
            return
        jobs.start(MIRROR, request.user, retry="retry" in request.POST)


def _mirrorings():
    return Job.objects.select_related("started_by", "stop_requested_by").filter(kind=MIRROR)


def _rows(failures):
    addresses = [failure.address for failure in failures]
    images = {image.source: image for image in Image.objects.filter(source__in=addresses)}
    return [Row(failure, images.get(failure.address)) for failure in failures]
