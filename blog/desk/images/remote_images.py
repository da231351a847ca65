"""The screen of remote images: start mirroring, and list the images that could not be fetched."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from blog import jobs
from blog.desk.imports.upload import may_import, require_import
from blog.desk.jobs import JobProgress
from blog.desk.screens import screen
from blog.images.mirror.failures import MirrorFailure
from blog.images.models import Image
from blog.jobs.models import Job

FAILURES_ON_A_PAGE = 50
MIRROR = "mirror_images"


@require_http_methods(["GET", "HEAD", "POST"])
def remote_images(request, *, model_admin):
    """List the images that could not be mirrored (GET), or start mirroring (POST)."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    if request.method == "POST":
        return _fetch(request)
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
    return screen(model_admin, request, "admin/blog/image/remote.html", context)


def _fetch(request):
    require_import(request)
    if _mirrorings().active().exists():
        messages.warning(request, _("Images are already being fetched."))
    else:
        jobs.start(MIRROR, request.user, retry="retry" in request.POST)
    return HttpResponseRedirect(reverse("admin:blog_image_elsewhere"))


def _mirrorings():
    return Job.objects.select_related("started_by", "stop_requested_by").filter(kind=MIRROR)


def _rows(failures) -> list[dict]:
    """Return each failure with the Image of its URL, if any, whose screen lists its uses."""
    addresses = [failure.address for failure in failures]
    images = {image.source: image for image in Image.objects.filter(source__in=addresses)}
    return [
        {
            "failure": failure,
            "image": images.get(failure.address),
            "is_on_the_web": failure.address.startswith(("https://", "http://")),
        }
        for failure in failures
    ]
