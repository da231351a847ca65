from django.apps import AppConfig


class BlogConfig(AppConfig):
    name = "blog"
    verbose_name = "Galley"

    def ready(self):
        from blog import checks, jobs  # noqa: F401 -- importing checks registers them

        jobs.import_jobs()
