from django.apps import AppConfig


class Config(AppConfig):
    name = "blog.extensions.labels"
