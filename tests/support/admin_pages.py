"""Shared parts of the admin's tests: URLs, form data as browsers send it, and articles."""

import re
from unittest import mock

from django.contrib import admin
from django.template import engines
from django.template.response import SimpleTemplateResponse
from django.urls import reverse

from blog.desk.articles.admin import ArticleAdmin
from blog.desk.base import ComposedAdmin
from blog.models import Article, ImportRun, SourceFile
from tests.support import factories
from tests.support.html_forms import form_data

LIST = reverse("admin:blog_article_changelist")
ADD = reverse("admin:blog_article_add")


def create_article(**fields):
    return factories.create_article(**{"status": "new"} | fields)


def page_of(row):
    return reverse(f"admin:blog_{row._meta.model_name}_change", args=[row.pk])


# The fields that a page of the admin shows in its form.
FIELDS = """
{% if adminform.form.version %}
  {{ adminform.form.version }}{{ adminform.form.opened }}<input type="hidden" name="_copy" value="">
{% endif %}
{% for fieldset in adminform %}{% for line in fieldset %}{% for field in line %}
  {% if not field.is_readonly %}{{ field.field }}{% endif %}
{% endfor %}{% endfor %}{% endfor %}
{% for picture in adminform.form.pictures %}
  {% for field in picture.fields %}{{ field }}{% endfor %}
{% endfor %}
{% for inline in inline_admin_formsets %}
  {{ inline.formset.management_form }}
  {% for form in inline.formset.forms %}{% for field in form %}
    {% if field.is_hidden or inline.has_change_permission or not form.instance.pk %}{{ field }}{% endif %}
  {% endfor %}{% endfor %}
{% endfor %}
"""


def shown_form(client, url):
    """Return the data that a browser would send if nothing was typed.

    Only the fields of the page are read and rendered. test_markup.py compares them with those of whole pages.
    """
    whole_page = SimpleTemplateResponse.rendered_content.fget

    def fields(response):
        context = response.context_data or {}
        if "adminform" not in context:
            return whole_page(response)
        return engines["django"].from_string(FIELDS).render(context)

    render_change_form = admin.ModelAdmin.render_change_form
    with (
        mock.patch.object(admin.site, "each_context", return_value={}),
        mock.patch.object(ComposedAdmin, "render_change_form", render_change_form),
        mock.patch.object(ArticleAdmin, "render_change_form", render_change_form),
        mock.patch.object(SimpleTemplateResponse, "rendered_content", property(fields)),
    ):
        return form_data(client.get(url).content.decode())


def post_action(client, action, *articles):
    """Run an action on articles in the list, and return the response."""
    data = {"action": action, "_selected_action": [article.pk for article in articles]}
    return client.post(LIST, data, follow=True)


def post_action_confirmed(client, action, *articles):
    """Run an action on articles in the list, confirm it if necessary, and return the response."""
    page = post_action(client, action, *articles)
    if (
        f'name="action" value="{action}"' not in page.content.decode()
        or 'name="seen"' not in page.content.decode()
    ):
        return page
    return client.post(LIST, form_data(page.content.decode()), follow=True)


def press(client, action, *articles):
    """Run a confirmed action on articles, without rendering its confirmation or the list."""
    versions = dict(
        Article.objects.filter(pk__in=[article.pk for article in articles]).values_list("pk", "lock_version")
    )
    seen = " ".join(f"{article.pk}.{versions[article.pk]}" for article in articles)
    data = {"action": action, "confirmed": "yes", "seen": seen}
    response = client.post(LIST, data | {"_selected_action": list(versions)})
    assert response.status_code == 302


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def attach_source_file(article, path="2026/tides.md", original=b"---\n---\n", **values):
    batch = ImportRun.objects.create(source_name="posts", root="/posts")
    version = article.lock_version
    batch.entries.create(article=article, article_version=version, file=path, outcome="created")
    return SourceFile.objects.create(
        article=article,
        batch=batch,
        source_name="posts",
        path=path,
        root="/posts",
        original=original,
        **values,
    )
