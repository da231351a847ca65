"""A program that fills the site in GALLEY_DATA, and prints the variable parts of URLs as JSON."""

import json
import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[3]
OWN_ARTICLES = ROOT / "tests" / "files" / "articles"
FIXTURES = ROOT / "fixtures"


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
    """Create the users and rows that the pages need; return the variable parts of their URLs."""
    from django.contrib.auth.models import Group, User

    from blog.models import Article, Category, ImportBatch, Page, Redirect
    from blog.previews import preview_link

    editor = User.objects.create_user(
        os.environ["DJANGO_SUPERUSER_USERNAME"],
        password=os.environ["DJANGO_SUPERUSER_PASSWORD"],
        is_staff=True,
    )
    editor.groups.add(Group.objects.get(name="Editor"))
    User.objects.create_superuser("administrator", password=os.environ["DJANGO_SUPERUSER_PASSWORD"])
    Redirect.objects.create(path="/gone/", is_gone=True)
    waiting = Article.objects.get(source_file__source_name="samples", status=Article.Status.NEW)
    return {
        "everything": Article.objects.get(slug="everything-at-once").pk,
        "waiting": waiting.pk,
        "waiting_slug": waiting.slug,
        "preview": preview_link(waiting).rstrip("/").rpartition("/")[2],
        "category": Category.objects.get(slug="design").pk,
        "unused": Category.objects.create(name="Unused").pk,
        "editor": editor.pk,
        **long_names(editor),
        "about": Page.objects.get(slug="about").pk,
        "batch": ImportBatch.objects.earliest("pk").pk,
    }


def long_names(editor) -> dict:
    """Create rows with names of maximum length without spaces; return their keys."""
    from django.contrib.admin.models import CHANGE, LogEntry

    from blog.models import (
        Article,
        ArticleAuthor,
        ArticleCategory,
        Author,
        Category,
        Image,
        ImportBatch,
        Page,
        Redirect,
        SourceFile,
        Submission,
    )

    def word(length):
        return ("Donau" + "dampfschifffahrt" * length)[:length]

    category = Category.objects.create(name=word(200), slug=word(250))
    author = Author.objects.create(name=word(200), slug=word(250))
    image = Image.objects.create(source=f"/{word(900)}", alt=word(300), credit_creator=word(200))
    article = Article.objects.create(
        title=word(300),
        slug=word(250),
        body=word(900),
        generated_by=word(200),
        primary_category=category,
        hero_image=image,
        **dict.fromkeys(["excerpt", "meta_description", "share_quote"], word(300)),
    )
    ArticleCategory.objects.create(article=article, category=category)
    ArticleAuthor.objects.create(article=article, author=author)
    batch = ImportBatch.objects.create(source_name=word(200), root=f"/{word(250)}")
    path = f"{word(250)}.md"
    SourceFile.objects.create(
        article=article,
        batch=batch,
        source_name=word(200),
        path=path,
        root="/",
        original=b"---\n---\n",
        extra={word(100): word(200)},
    )
    entry = batch.entries.create(
        article=article, file=path, outcome="created", message=word(300), warnings=[word(200)]
    )
    page = Page.objects.create(title=word(200), slug=word(200))
    redirect = Redirect.objects.create(path=f"/{word(300)}/", article=article)
    thrown_away = Article.objects.create(title=word(299), slug=word(240), body="Words")
    thrown_away.trash()
    submitted = Article.objects.create(title=word(298), slug=word(230), body="Words")
    Submission.objects.submit(submitted, editor, word(900))
    rows = {
        "article": article,
        "submitted": submitted,
        "category": category,
        "author": author,
        "image": image,
        "importbatch": batch,
        "importentry": entry,
        "page": page,
        "redirect": redirect,
        "thrown_away": thrown_away,
    }
    for row in rows.values():
        LogEntry.objects.log_actions(editor.pk, [row], CHANGE, word(200))
    return {f"long_{name}": row.pk for name, row in rows.items()}


def slugs_of(posts) -> list[str]:
    from blog.models import SourceFile

    sources = [Path(folder).name for folder in posts]
    return list(SourceFile.objects.filter(source_name__in=sources).values_list("article__slug", flat=True))


if __name__ == "__main__":
    main(sys.argv[1:])
