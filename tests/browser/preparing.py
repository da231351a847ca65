"""Run as a program: makes the site of GALLEY_DATA, and writes what addresses are made of as JSON."""

import json
import os
import sys
from pathlib import Path

import django

OWN_ARTICLES = Path(__file__).parent / "articles"
FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


def main(posts):
    django.setup()
    from django.core.management import call_command

    def load(folder, status, source):
        call_command(
            "import_articles",
            folder,
            static_root=FIXTURES,
            source=source,
            status=status,
            quiet=True,
            stdout=sys.stderr,
        )

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("shell", no_imports=True, command=(FIXTURES / "load_site.py").read_text())
    call_command("loaddata", FIXTURES / "categories.json", verbosity=0)
    load(FIXTURES / "articles", "as-file", "samples")
    load(OWN_ARTICLES, "published", "constructs")
    call_command("shell", no_imports=True, command=(FIXTURES / "load_site.py").read_text())
    for folder in posts:
        load(Path(folder), "published", Path(folder).name)
    print(json.dumps(names() | {"posts": slugs_of(posts)}))  # noqa: T201 -- what this program is for


def names() -> dict:
    """Make who and what the pages need, and return the variable parts of their addresses."""
    from django.contrib.auth.models import Group, User

    from blog.models import Article, Category, ImportBatch, Page, Redirect
    from blog.previews import preview_link

    editor = User.objects.create_user(
        os.environ["DJANGO_SUPERUSER_USERNAME"],
        password=os.environ["DJANGO_SUPERUSER_PASSWORD"],
        is_staff=True,
    )
    editor.groups.add(Group.objects.get(name="Editor"))
    Redirect.objects.create(path="/gone/", is_gone=True)
    waiting = Article.objects.get(source_file__source_name="samples", status=Article.Status.NEW)
    return {
        "everything": Article.objects.get(slug="everything-at-once").pk,
        "waiting": waiting.pk,
        "waiting_slug": waiting.slug,
        "preview": preview_link(waiting).rstrip("/").rpartition("/")[2],
        "category": Category.objects.get(slug="design").pk,
        "about": Page.objects.get(slug="about").pk,
        "batch": ImportBatch.objects.earliest("pk").pk,
    }


def slugs_of(posts) -> list[str]:
    from blog.models import SourceFile

    sources = [Path(folder).name for folder in posts]
    return list(SourceFile.objects.filter(source_name__in=sources).values_list("article__slug", flat=True))


if __name__ == "__main__":
    main(sys.argv[1:])
