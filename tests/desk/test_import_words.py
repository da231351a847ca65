"""The admin speaks to editors: no options of commands, no names of settings.

test_markup.py looks for such words on each page.
"""

import ast
import re
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation

import blog
from blog.desk.import_words import SENTENCES, lines_for_editors
from blog.desk.imports.entries import message_lines
from blog.documents.notices import NoticeKind
from blog.models import Article, ImportEntry
from tests.support.admin_pages import attach_source_file, create_article, page_of, text_of
from tests.support.import_files import run, write

OPTION = re.compile(r"(?<!\S)--[a-z][a-z-]+")
# Words that editors do not use. *Slug*, *alt text* and *meta description* are words of the admin.
DEVELOPERS_WORDS = re.compile(
    r"\b(?:fields?|objects?|querysets?|meta(?! description)|alt(?! text)|instances?)\b"
    r"|GALLEY_|(?<!\S)--[a-z]|manage\.py",
    re.IGNORECASE,
)
PLACEHOLDER = re.compile(r"%\(\w+\)\w|\{\w*\}")
TRANSLATED_IN_TEMPLATES = re.compile(
    r'\{% translate "([^"]*)"|\{% blocktranslate.*?%\}(.*?)\{% endblocktranslate %\}', re.DOTALL
)
TRANSLATING = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"}


# Where it says that it could not run at all, on the command line alone.
STARTING = {"run.py", "sources.py"}


def sentences_with_options() -> list[str]:
    """Return the importer's messages about a file that name an option of its command."""
    imports = Path(blog.__file__).parent / "imports"
    constants = [
        node.value
        for path in sorted(imports.glob("*.py"))
        if path.name not in STARTING
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return [value for value in constants if OPTION.search(value)]


def translated_in(source: str) -> list[str]:
    """Return the texts that a module marks for translation."""
    return [
        argument.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TRANSLATING
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def texts_of_the_admin() -> list[tuple[str, str]]:
    """Return the texts for editors in our modules and templates, each with its file.

    django_texts.py holds what Django says; which of it editors see is for its own templates.
    """
    root = Path(blog.__file__).parent
    modules = [*root.glob("desk/**/*.py"), *root.glob("documents/findings/*.py")]
    modules += [
        root / name for name in ("sandbox/refusal_messages.py", "site/redirect_lists.py", "files/errors.py")
    ]
    texts = [
        (path.name, text)
        for path in sorted(modules)
        if path.name != "django_texts.py"
        for text in translated_in(path.read_text())
    ]
    for path in sorted((root.parent / "templates" / "admin").rglob("*.html")):
        texts += [(path.name, a or b) for a, b in TRANSLATED_IN_TEMPLATES.findall(path.read_text())]
    return texts


def developers_words(text: str) -> list[str]:
    return DEVELOPERS_WORDS.findall(PLACEHOLDER.sub("", text))


class TestTexts:
    def test_have_no_developers_words(self):
        texts = texts_of_the_admin()

        assert {text: words for text in texts if (words := developers_words(text[1]))} == {}
        assert len(texts) > 200

    def test_the_rule_sees_one(self):
        assert developers_words("Change this field first.") == ["field"]
        assert developers_words("“%(slug)s” is reserved.") == []
        assert translated_in('x = _("A " "text"), ngettext("one", "many", 2), say("no")') == [
            *("A text", "one", "many"),
        ]


class TestImports:
    def test_some_sentences_name_options(self):
        assert len(sentences_with_options()) >= 3

    def test_have_a_sentence_for_each_kind_of_notice(self):
        assert set(SENTENCES) == set(NoticeKind)

    @pytest.mark.parametrize("kind", NoticeKind)
    def test_sentence_is_followed_by_the_detail(self, kind):
        sentence = str(SENTENCES[kind])
        with_detail, without = lines_for_editors(
            ["x"] * 2, [[kind.name.lower(), "tides"], [kind.name.lower(), ""]]
        )

        assert with_detail == f"{sentence} tides"
        assert without == f"{sentence[:-1]}."

    @pytest.mark.parametrize("notices", [[], [["no longer known", "tides"]]])
    def test_unknown_kind_shows_the_message(self, notices):
        assert lines_for_editors(["slug taken."], notices) == ["slug taken."]

    def test_are_translated(self):
        with translation.override("de"):
            line = lines_for_editors(["x"], [["slug_taken", "a → b"]])

        assert line == [
            "Diese Adresse hat schon ein anderer Artikel, deshalb bekam der Artikel eine andere: a → b"
        ]

    @pytest.mark.parametrize("sentence", sentences_with_options())
    def test_messages_of_earlier_releases_lose_options(self, sentence):
        assert not OPTION.search(" ".join(lines_for_editors([sentence], [])))

    def test_messages_of_earlier_releases_keep_other_clauses(self):
        said = "image /sea.png dropped: to have it, name its folder with --static-root."

        assert lines_for_editors([said], []) == ["image /sea.png dropped."]

    @pytest.mark.django_db
    def test_show_editors_no_options_of_the_command(self, admin_client, folder):
        write(folder, "a.md", image="/sea.png", body="Words.\n\n![The sea](/sea.png)\n")
        run(folder)
        Article.objects.get().save()
        Article.objects.update(title="Edited")
        write(folder, "a.md", title="Changed in the file")
        reports = run(folder)
        entries = list(ImportEntry.objects.order_by("pk"))

        shown = [line for entry in entries for line in message_lines(entry)]

        assert [OPTION.search(line) for line in shown] == [None] * len(shown)
        assert reports[0].message.endswith("Use --on-conflict file to take the file.")
        assert shown[-1].endswith("title")

    @pytest.mark.django_db
    def test_are_shown_without_options(self, admin_client):
        source = attach_source_file(create_article())
        said = sentences_with_options()
        entry = source.batch.entries.create(
            article=source.article, file="a.md", outcome="rejected", message=said[0], warnings=said
        )

        pages = [
            admin_client.get(url)
            for url in (
                page_of(source.article),
                page_of(source.batch),
                page_of(entry),
                reverse("admin:blog_importentry_changelist"),
            )
        ]

        for page in pages:
            assert not OPTION.search(text_of(page))
        assert all("rejected" in text_of(page).casefold() for page in pages[1:])
