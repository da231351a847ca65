"""What the code that tests/driver.py runs can name: nothing here uses it, hence the exceptions."""

from datetime import timedelta  # noqa: F401

from django.db import transaction  # noqa: F401
from django.utils import timezone  # noqa: F401

from blog.models import (  # noqa: F401
    Article,
    Author,
    Category,
    FooterLink,
    Image,
    NavigationTopic,
    Page,
    Redirect,
    SiteIdentity,
)
from tests.factories import create_article, create_author, create_category, create_image  # noqa: F401


def get(slug):
    return Article.objects.get(slug=slug)
