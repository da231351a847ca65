from django.apps import AppConfig


class Config(AppConfig):
    name = "blog.extensions.git_source"
    verbose_name = "Git"
