"""The admin speaks to editors: no options of commands, no names of settings.

test_markup.py looks for such words on each page.
"""

import ast
import re
from pathlib import Path

import pytest
from django.utils import translation

import blog
from blog.desk.import_words import SENTENCES, lines_for_editors
from blog.documents.notices import NoticeKind
from blog.models import Article, ImportEntry
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
        with_detail, without = lines_for_editors([[kind.name.lower(), "tides"], [kind.name.lower(), ""]])

        assert with_detail == f"{sentence} tides"
        assert without == f"{sentence[:-1]}."

    def test_are_translated(self):
        with translation.override("de"):
            line = lines_for_editors([["slug_taken", "a → b"]])

        assert line == [
            "Diese Adresse hat schon ein anderer Artikel, deshalb bekam der Artikel eine andere: a → b"
        ]

    @pytest.mark.django_db
    def test_show_editors_no_options_of_the_command(self, admin_client, folder):
        write(folder, "a.md", image="/sea.png", body="Words.\n\n![The sea](/sea.png)\n")
        run(folder)
        Article.objects.get().save()
        Article.objects.update(title="Edited")
        write(folder, "a.md", title="Changed in the file")
        reports = run(folder)
        entries = list(ImportEntry.objects.order_by("pk"))

        shown = [line for entry in entries for line in lines_for_editors(entry.notices)]

        assert [OPTION.search(line) for line in shown] == [None] * len(shown)
        assert reports[0].message.endswith("Use --on-conflict file to take the file.")
        assert shown[-1].endswith("title")
