"""Fragments of pages that are rendered once per set of values."""

import pytest
from django.template import Context, Template
from django.urls import clear_script_prefix, set_script_prefix
from django.utils import translation

from blog.models import Category
from blog.templatetags.memoizing import MOST


class Times:
    """Counts how often it is rendered."""

    def __init__(self):
        self.number = 0

    def __str__(self):
        self.number += 1
        return str(self.number)


@pytest.fixture
def render():
    template = Template("{% load memoizing %}{% memoized name topics %}{{ times }}{% endmemoized %}")
    times = Times()
    return lambda **values: template.render(Context({"times": times, **values}))


class TestMemoized:
    def test_is_rendered_once_for_the_same_values(self, render):
        assert render(name="A") == render(name="A", page=2)

    def test_is_rendered_again_for_others(self, render):
        kept = render(name="A")

        assert len({render(), kept, render(name="B")}) == 3
        assert render(name="A") == kept

    @pytest.mark.parametrize(
        "other", [Category(pk=1, name="B", slug="a"), Category(pk=1, name="A", slug="b")]
    )
    def test_is_rendered_again_for_a_category_that_was_renamed(self, render, other):
        category = Category(pk=1, name="A", slug="a")

        assert len({render(topics=[category]), render(topics=[other]), render(topics=[])}) == 3

    def test_is_rendered_for_each_language_and_path(self, render):
        first = render()
        set_script_prefix("/blog/")
        try:
            second = render()
        finally:
            clear_script_prefix()
        with translation.override("de"):
            assert len({first, second, render()}) == 3

    def test_keeps_a_bounded_number(self, render):
        first = render(name=0)
        for name in range(1, MOST + 1):
            render(name=name)

        assert render(name=0) != first
