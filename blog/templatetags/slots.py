"""{% slot "PLACE" %}…{% endslot %}: what extensions show at a place of a page, or else the content."""

import logging

from django import template
from django.template.loader import get_template

from blog import extend

logger = logging.getLogger(__name__)
register = template.Library()


class SlotNode(template.Node):
    def __init__(self, place, nodelist):
        self.place = place
        self.nodelist = nodelist

    def render(self, context):
        filled = extend.slots_at(self.place)
        if not filled:
            return self.nodelist.render(context)
        page = context.flatten()
        return "".join(_rendered(slot, page) for slot in filled)


def _rendered(slot, page):
    """Return a slot as HTML. One that fails is logged and left out, so that the page is shown."""
    try:
        own = slot.context(page)
        return "" if own is None else get_template(slot.template).render(page | own)
    except Exception:
        logger.exception("The template %s failed at the place %s.", slot.template, slot.place)
        return ""


@register.tag
def slot(parser, token):
    _name, place = token.split_contents()
    place = place.strip('"')
    if place not in extend.PLACES:
        raise template.TemplateSyntaxError(f"“{place}” is not in PLACES of blog/extend.py.")
    nodelist = parser.parse(["endslot"])
    parser.delete_first_token()
    return SlotNode(place, nodelist)
