"""Fill the site of this process (GALLEY_DATA), and print the variable parts of URLs as JSON.

To a site that has been filled before, only the posts are added.
"""

import json
import os
import sys
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
OWN_ARTICLES = ROOT / "tests" / "samples" / "articles"
FIXTURES = ROOT / "fixtures"


def main(posts):
    from django.contrib.auth.models import User
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    is_new = not User.objects.exists()
    if is_new:
        fill()
    for folder in posts:
        load(Path(folder), "published", Path(folder).name)
    found = names() if is_new else {}
    print(json.dumps(found | {"posts": slugs_of(posts)}))  # noqa: T201 -- what this program is for


def fill():
    from django.core.management import call_command

    pictures = FIXTURES
    if os.environ.get("GALLEY_TEST_PLAIN"):
        pictures = Path(os.environ["HOME"])
        make_plain_pictures(pictures / "images")
        leave_admin_uncompressed()
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("shell", no_imports=True, command=(FIXTURES / "load_site.py").read_text())
    call_command("loaddata", FIXTURES / "categories.json", verbosity=0)
    load(FIXTURES / "articles", "as-file", "samples", pictures)
    load(OWN_ARTICLES, "published", "constructs", pictures)
    call_command("shell", no_imports=True, command=(FIXTURES / "load_site.py").read_text())
    call_command("shell", no_imports=True, command=(FIXTURES / "review_samples.py").read_text())


def make_plain_pictures(folder):
    """Make pictures of one colour in the sizes of the samples: to store and scale those takes seconds."""
    from PIL import Image

    folder.mkdir()
    for path in (FIXTURES / "images").iterdir():
        with Image.open(path) as picture:
            colour = tuple(sha256(path.name.encode()).digest()[:3])
            plain = Image.new("RGB", picture.size, colour)
            plain.save(folder / path.name, lossless=True, method=0)  # takes a fifth of the usual time


def leave_admin_uncompressed():
    """Compress only the static files of readers' pages. Those of the admin take two seconds."""
    from blog.files.static import ServedCompressor

    compress = ServedCompressor.compress
    ServedCompressor.compress = lambda self, path: [] if "admin" in path else compress(self, path)


def load(folder, status, source, static_root=FIXTURES):
    from django.core.management import call_command

    call_command(
        "import_articles",
        folder,
        static_root=static_root,
        source=source,
        status=status,
        quiet=True,
        stdout=sys.stderr,
    )


def names() -> dict:
    """Create the users and rows that the pages need. Return the variable parts of their URLs."""
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import Group, User

    from blog.articles.previews import preview_link
    from blog.models import Article, Author, Category, ImportRun, Page, Redirect

    # Hashed once, as this takes half a second.
    shared = {"password": make_password(os.environ["DJANGO_SUPERUSER_PASSWORD"]), "is_staff": True}
    editor = User.objects.create(username=os.environ["DJANGO_SUPERUSER_USERNAME"], **shared)
    editor.groups.add(Group.objects.get(name="Editor"))
    User.objects.create(username="administrator", is_superuser=True, **shared)
    Redirect.objects.create(path="/gone/", is_gone=True)
    repository()
    waiting = Article.objects.get(source_file__source_name="samples", status=Article.Status.NEW)
    return {
        "everything": Article.objects.get(slug="everything-at-once").pk,
        "waiting": waiting.pk,
        "waiting_slug": waiting.slug,
        "preview": preview_link(waiting).rstrip("/").rpartition("/")[2],
        "author": Author.objects.get(name="Maren Holloway").pk,
        "unused": Category.objects.create(name="Unused").pk,
        "editor": editor.pk,
        "revised": revised(editor),
        **long_names(editor),
        **to_check(),
        "about": Page.objects.get(slug="about").pk,
        "batch": ImportRun.objects.earliest("pk").pk,
        "held": held(Article.objects.get(slug="everything-at-once")).pk,
    }


def repository():
    """Store a repository with long names, whose last pull has failed."""
    from django.utils import timezone

    from blog.extensions.git_source.models import Repository

    now = timezone.now()
    long = "a-repository-with-a-very-long-name" * 8
    Repository.objects.create(
        pk=1,
        url=f"git@git.example.org:press/{long}.git",
        branch="winter-texts",
        folder="articles/",
        commit="3f9c2e1" + "0" * 33,
        commit_author="Teodor Lanz",
        commit_subject="Winter texts, second part " + "and more of them " * 8,
        commit_at=now,
        looked_at=now,
        problem="branch",
        problem_values={"branch": "winter-texts", "branches": ["drafts", "trunk"]},
        problem_at=now,
        failures=3,
        secret_at=now,
        refused=2,
        refused_at=now,
    )


def revised(editor) -> int:
    """Create an article with several versions, and return its pk."""
    from blog.models import Article, Version
    from tests.support.changes import record_version

    parts = [f"Paragraph {number} says that the tide comes and goes." for number in range(1, 12)]
    article = Article.objects.create(
        title="The Quiet Revolution of Canal Freight", slug="canal-freight", body="\n\n".join(parts)
    )
    record_version(article, action=Version.Action.IMPORTED)
    parts[4] = "A single barge carries as much as an incredible 40 lorries."
    article.body, article.is_trending = "\n\n".join(parts), True
    article.save()
    record_version(article, by=editor)
    parts[4] = "A single barge carries as much as a few dozen lorries."
    del parts[8]
    article.title, article.body = "The Quiet Return of Canal Freight", "\n\n".join(parts)
    article.is_trending, article.keywords = False, ["canals", "freight"]
    article.save()
    record_version(article, by=editor, note="No source for 40 lorries.").approve()
    article.excerpt = "Boats are slow."
    article.save()
    record_version(article, by=editor)
    return article.pk


def to_check() -> dict:
    """Create AI-written articles, some without marks to resolve, some with a quotation. Return their pks."""
    from blog.models import Article
    from tests.support.durations import ARTICLES_APPROVED

    def create(title, body):
        slug = title.lower().replace(" ", "-")
        by = {"generated_by": "Gemini", "hero_is_decorative": True}
        return Article.objects.create(title=title, slug=slug, body=body, **by).pk

    clean = "Fogharvest comes in the morning. A net catches what drifts by.\n\n## The net\n\nIt hangs."
    quoted = (
        "A mountain can be weighed. Nobody has to touch it.\n\n"
        "“We ask the mountain how much it weighs”, said Dr. Anya Sharma, a geophysicist.\n\n"
        "Then the crews drill in better places."
    )
    figures = "\n\n".join(
        f"A new drill {verb} costs by {number} percent."
        for verb, number in (("cuts", 40), ("halves", 50), ("raises", 60))
    )
    return {
        "fog": [create(f"Fogharvest {number}", clean) for number in range(ARTICLES_APPROVED)][-1],
        "quoted": create("A Mountain Weighed", f"{quoted}\n\nThis cuts their costs by 40 percent."),
        "quoted_too": create("A Mountain Weighed Again", quoted),
        "quoted_plainly": create("A Mountain Weighed Plainly", quoted),
        "figures": create("Three Costs", figures),
        "figures_too": create("Three Costs Again", figures),
    }


def held(article):
    """Create a held update that changes a field that an editor has changed, and the body."""
    from blog.imports.held import hold_update

    source = article.source_file
    article.share_quote = "A page that can hold all of it is tested by the article that does."
    article.save()
    data = bytes(source.original).replace(b"A page that can hold", b"A page which holds")
    where = {name: getattr(source, name) for name in ("source_name", "root", "path")}
    return hold_update(article, data=data + b"\nAnd a new end.\n", digest="d", **where)


def long_names(editor) -> dict:
    """Create rows with names of maximum length without spaces. Return {"long_<name>": pk}, and uids."""
    from django.contrib.admin.models import CHANGE, LogEntry

    from blog.imports.held import hold_update
    from blog.models import (
        Article,
        ArticleAuthor,
        ArticleCategory,
        Author,
        Category,
        Image,
        ImportRun,
        Page,
        Redirect,
        SourceFile,
        StagedImport,
        Submission,
    )
    from tests.support.changes import record_version, trash

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
    record_version(article, by=editor, action="imported")
    article.body, article.excerpt, article.keywords = word(800), word(290), [word(300)]
    article.save()
    record_version(article, by=editor, note=word(400))
    batch = ImportRun.objects.create(source_name=word(200), root=f"/{word(250)}")
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
    batch.entries.create(
        article=article,
        file=path,
        outcome="created",
        warnings=[word(200)],
        notices=[["invalid", word(300)], ["cut", word(200)]],
    )
    data = f"---\ntitle: {word(290)}\nexcerpt: {word(250)}\n---\n\n{word(800)}\n".encode()
    waiting = hold_update(
        article, data=data, digest="d", source_name=word(200), root=f"/{word(250)}", path=path
    )
    name = f"{word(250)}.zip"
    staged = StagedImport.objects.create(
        name=name, size=9, manifest=[[name, 9]], source_name=word(200), state="checked"
    )
    for position, outcome in enumerate(["created", "held", "rejected"]):
        staged.files.create(
            position=position,
            path=path,
            outcome=outcome,
            title=word(300),
            notices=[["invalid", word(300)], ["cut", word(200)]],
        )
    arriving = StagedImport.objects.create(name=name, size=9, manifest=[[name, 9]], source_name=word(200))
    page = Page.objects.create(title=word(200), slug=word(200))
    redirect = Redirect.objects.create(path=f"/{word(300)}/", article=article)
    thrown_away = Article.objects.create(title=word(299), slug=word(240), body="Words")
    trash(thrown_away)
    submitted = Article.objects.create(title=word(298), slug=word(230), body="Words")
    Submission.objects.submit(submitted, editor, word(900))
    rows = {
        "article": article,
        "submitted": submitted,
        "category": category,
        "author": author,
        "image": image,
        "importrun": batch,
        "heldupdate": waiting,
        "page": page,
        "redirect": redirect,
        "thrown_away": thrown_away,
    }
    for row in rows.values():
        LogEntry.objects.log_actions(editor.pk, [row], CHANGE, word(200))
    uids = {"staged": str(staged.uid), "arriving": str(arriving.uid)}
    return {f"long_{name}": row.pk for name, row in rows.items()} | uids


def slugs_of(posts) -> list[str]:
    from blog.models import SourceFile

    sources = [Path(folder).name for folder in posts]
    return list(SourceFile.objects.filter(source_name__in=sources).values_list("article__slug", flat=True))
