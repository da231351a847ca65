"""The app config of the admin, which uses our AdminSite."""

from importlib import import_module

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig


class GalleyAdminConfig(AdminConfig):
    default_site = "blog.desk.admin_site.GalleyAdminSite"

    def ready(self):
        # Django creates the default AdminSite on first access. If that came before the import of blog.admin,
        # which accesses it too, there would be two sites, and only one of them would have our models.
        import_module("blog.admin")
        super().ready()
        # The queue of django-tasks-db is machinery; the desk's page of jobs shows what people started.
        admin.site.unregister(apps.get_model("django_tasks_database", "DBTaskResult"))
