from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Config(AppConfig):
    name = "blog.extensions.generators"
    verbose_name = _("Site generators")
