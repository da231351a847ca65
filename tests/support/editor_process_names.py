"""Names for the code that tests send to editor_process.py."""

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from blog.articles.provenance import WrittenBy
from blog.models import (
    Article,
    Author,
    Category,
    FooterLink,
    Image,
    NavigationCategory,
    Page,
    Redirect,
    Series,
    SiteIdentity,
)
from blog.review.approval import approve
from tests.support.changes import publish, set_provenance, trash, unpublish
from tests.support.factories import (
    create_article,
    create_author,
    create_category,
    create_image,
    create_series,
)


def get(slug):
    return Article.objects.get(slug=slug)
