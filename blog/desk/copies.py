"""Copies of unsaved text in the browser: after a save, the browser is told which copy to delete.

static/js/admin-copies.js makes the copies.
"""

import re

from django.conf import settings
from django.urls import reverse

from blog.desk.composed import AdminPart

TOKEN = re.compile(r"[0-9a-f]{16}")
SECONDS = 24 * 3600  # lifetime of the cookie, which the next admin page reads


class SavedCopies(AdminPart):
    """A cookie that names the copy of what was saved. The form sends the name of its copy as `_copy`."""

    def finish(self, visit, response):
        token = visit.request.POST.get("_copy", "")
        if visit.is_saved and TOKEN.fullmatch(token):
            response.set_cookie(
                f"saved-{token}",
                "1",
                max_age=SECONDS,
                path=reverse("admin:index"),
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Lax",
            )
