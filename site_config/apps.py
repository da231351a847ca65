"""Which site the admin is."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    default_site = "blog.admin.desk_site.DeskSite"

    def ready(self):
        # Django makes the site when it is first asked for. Were that before this package is imported, then
        # the import, which asks for it too, would make one, and Django a second without our models.
        import_module("blog.admin")
        super().ready()
