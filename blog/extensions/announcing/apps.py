from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "blog.extensions.announcing"
    verbose_name = _("Announcements")
