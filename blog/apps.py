from django.apps import AppConfig


class BlogConfig(AppConfig):
    name = "blog"
    verbose_name = "Galley"

    def ready(self):
        from blog import checks  # noqa: F401 -- importing it registers the checks
