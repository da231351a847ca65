"""What the code that tests/driver.py runs can name: nothing here uses it, hence the exceptions."""

from blog.models import (
    Article,
)


def get(slug):
    return Article.objects.get(slug=slug)
