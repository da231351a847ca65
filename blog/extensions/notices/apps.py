from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "blog.extensions.notices"
    verbose_name = _("Notices")
