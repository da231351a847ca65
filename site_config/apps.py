"""The app config of the admin, which uses our AdminSite."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig


class DeskConfig(AdminConfig):
    default_site = "blog.admin.desk.admin_site.DeskSite"

    def ready(self):
        # Django creates the default AdminSite on first access. If that came before the import of blog.admin,
        # which accesses it too, there would be two sites, and only one of them would have our models.
        import_module("blog.admin")
        super().ready()
