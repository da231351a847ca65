"""A tag that caches parts that are the same on nearly every page: head, masthead and footer."""

from django import template
from django.db.models import Model
from django.urls import get_script_prefix
from django.utils.translation import get_language

MOST = 50  # renderings per part; beyond that, all are dropped
register = template.Library()


class MemoizedNode(template.Node):
    """A node that renders its content once for all pages with the same values, language and script prefix.

    The values are arguments of the tag. The content must depend only on them.
    """

    def __init__(self, nodelist, values):
        self.nodelist = nodelist
        self.values = values
        self.rendered = {}

    def render(self, context):
        values = (_shown(value.resolve(context, ignore_failures=True)) for value in self.values)
        key = get_language(), get_script_prefix(), *values
        if key not in self.rendered:
            if len(self.rendered) >= MOST:
                self.rendered = {}
            self.rendered[key] = self.nodelist.render(context)
        return self.rendered[key]


@register.tag
def memoized(parser, token):
    """Cache the content of {% memoized value … %}…{% endmemoized %}, which may depend only on its values."""
    nodelist = parser.parse(["endmemoized"])
    parser.delete_first_token()
    return MemoizedNode(nodelist, [parser.compile_filter(value) for value in token.split_contents()[1:]])


def _shown(value):
    """Return a value in a comparable form: for a category its name and slug, not its primary key."""
    if isinstance(value, list):
        return tuple(map(_shown, value))
    if isinstance(value, str):
        return str(value)  # evaluates lazy strings
    return (value.name, value.slug) if isinstance(value, Model) else value
