"""What the code that tests/driver.py runs can name: nothing here uses it, hence the exceptions."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from blog.models import (
    Article,
    Author,
    Category,
    FooterLink,
    Image,
    NavigationCategory,
    Page,
    Redirect,
    SiteIdentity,
)
from tests.factories import create_article, create_author, create_category, create_image


def get(slug):
    return Article.objects.get(slug=slug)
