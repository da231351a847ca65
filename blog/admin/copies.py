"""Copies of unsaved text in the browser: after a save, the browser is told which copy to delete."""

import re

from django.conf import settings
from django.contrib import admin
from django.urls import reverse

TOKEN = re.compile(r"[0-9a-f]{16}")
SECONDS = 24 * 3600  # lifetime of the cookie, which the next admin page reads


class ForgetsCopies(admin.ModelAdmin):
    """A ModelAdmin whose form sends the name of its copy as `_copy`; static/js/admin-copies.js makes them."""

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        request.is_saved = True

    def changeform_view(self, request, *args, **kwargs):
        response = super().changeform_view(request, *args, **kwargs)
        token = request.POST.get("_copy", "")
        if getattr(request, "is_saved", False) and TOKEN.fullmatch(token):
            response.set_cookie(
                f"saved-{token}",
                "1",
                max_age=SECONDS,
                path=reverse("admin:index"),
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Lax",
            )
        return response
