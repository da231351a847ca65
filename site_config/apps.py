"""The app config of the admin, which uses our AdminSite."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig


class GalleyAdminConfig(AdminConfig):
    default_site = "blog.desk.admin_site.GalleyAdminSite"

    def ready(self):
        # Django creates the default AdminSite on first access. An access before the import of blog.admin,
        # which accesses it too, would create two sites, only one of them with our models.
        import_module("blog.admin")
        super().ready()
