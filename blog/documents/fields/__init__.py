"""Front matter to the values of an article and back: every key that files use is known here only."""

from blog.documents.addresses import (
    check_image_address,
    check_remote_image,
    is_public_image,
    path_on_site,
)
from blog.documents.credits import Credit
from blog.documents.fields.old_addresses import path_of
from blog.documents.fields.reading import front_matter_changes, read_fields, read_reading_time
from blog.documents.fields.values import ArticleFields, CategoryName, credit_value

__all__ = [
    "ArticleFields",
    "CategoryName",
    "Credit",
    "check_image_address",
    "check_remote_image",
    "credit_value",
    "front_matter_changes",
    "is_public_image",
    "path_of",
    "path_on_site",
    "read_fields",
    "read_reading_time",
]
