"""Forms of the admin. Values that come back as the form showed them stay as stored, byte for byte."""

from blog.forms.fields import LinesField
from blog.forms.formsets import LinkFormSet, NamedRowsFormSet
from blog.forms.identity import SiteIdentityForm
from blog.forms.images import ImageForm
from blog.forms.imports import ImportForm
from blog.forms.names import AuthorForm, CategoryForm, SeriesForm
from blog.forms.provenance import AttributionForm
from blog.forms.redirects import RedirectForm, RedirectListForm
from blog.forms.texts import ArticleForm, PageForm

__all__ = [
    "ArticleForm",
    "AttributionForm",
    "AuthorForm",
    "CategoryForm",
    "ImageForm",
    "ImportForm",
    "LinesField",
    "LinkFormSet",
    "NamedRowsFormSet",
    "PageForm",
    "RedirectForm",
    "RedirectListForm",
    "SeriesForm",
    "SiteIdentityForm",
]
