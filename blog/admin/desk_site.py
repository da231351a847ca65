"""The frame around every page of the admin: one bar with the places of the desk, and the desk's home."""

from dataclasses import dataclass

from django.contrib import admin
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from blog.admin.account import account_page
from blog.models import Article, Category, Image, ImportBatch
from blog.models.preferences import uses_letter_keys

# What the bar offers beside the home, where somebody may see it, and the keys that lead there.
LISTS = (
    (_("Articles"), Article, "g a"),
    (_("Categories"), Category, ""),
    (_("Pictures"), Image, ""),
    (_("Imports"), ImportBatch, ""),
)


@dataclass(frozen=True)
class Place:
    """A link of the bar. current is what aria-current says of it on this page, if anything."""

    name: str
    url: str
    keys: str = ""
    current: str = ""


class DeskSite(admin.AdminSite):
    """Django's admin with a bar in place of breadcrumbs and sidebar."""

    enable_nav_sidebar = False

    def get_urls(self):
        return [path("account/", self.admin_view(self.account), name="account"), *super().get_urls()]

    def account(self, request):
        return account_page(request, self.each_context(request))

    def each_context(self, request):
        context = super().each_context(request)
        if not context["has_permission"]:
            return context
        return context | {
            "places": self.places(request),
            "letter_keys": uses_letter_keys(request.user),
            "can_search": self._may_see(request, Article),
        }

    def places(self, request) -> list[Place]:
        """Return the places that this person may go to."""
        home = reverse("admin:index")
        here = "page" if request.path == home else ""
        lists = [
            (name, reverse(f"admin:blog_{model._meta.model_name}_changelist"), keys)
            for name, model, keys in LISTS
            if self._may_see(request, model)
        ]
        return [
            Place(_("Desk"), home, "g d", here),
            *(Place(name, url, keys, current_place(request.path, url)) for name, url, keys in lists),
        ]

    def _may_see(self, request, model):
        return self.get_model_admin(model).has_view_permission(request)


def current_place(path: str, url: str) -> str:
    """Return what aria-current says of the place at the address on the page at the path."""
    if path == url:
        return "page"
    return "true" if path.startswith(url) else ""
