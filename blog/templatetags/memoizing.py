"""A tag for the parts of every page that are nearly always the same: head, masthead and footer."""

from django import template
from django.db.models import Model
from django.urls import get_script_prefix
from django.utils.translation import get_language

MOST = 50  # renderings of one part; all are dropped then
register = template.Library()


class MemoizedNode(template.Node):
    """Renders its content once for all pages with the same values, language and path of the site.

    The values stand in the tag: whatever the content shows has to follow from them.
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
    """Use {% memoized value … %}…{% endmemoized %}: what stands between follows from these values alone."""
    nodelist = parser.parse(["endmemoized"])
    parser.delete_first_token()
    return MemoizedNode(nodelist, [parser.compile_filter(value) for value in token.split_contents()[1:]])


def _shown(value):
    """Return a value so that it can be compared: of a category its name and address, not its key."""
    if isinstance(value, list):
        return tuple(map(_shown, value))
    if isinstance(value, str):
        return str(value)  # lazy ones, too
    return (value.name, value.slug) if isinstance(value, Model) else value
