"""One language for all readers; German is complete, others are on readers' pages, and all are compiled."""

import ast
import gettext
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

import feedparser
import pytest
from django.conf import settings as site_settings
from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation.template import templatize

import blog
from blog.reader.views import errors
from site_config.variables import language_code
from tests.support.factories import FIRST_DAY, create_article, create_articles, create_category

# {function name without _lazy: meanings of its arguments}
ARGUMENTS = {
    **dict.fromkeys(["_", "gettext", "gettext_noop"], ("singular",)),
    "ngettext": ("singular", "plural"),
    "pgettext": ("context", "singular"),
    "npgettext": ("context", "singular", "plural"),
}
LITERAL = r"""u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*\""""
CALL = re.compile(rf"\b(gettext|ngettext|pgettext|npgettext|_)\(((?:(?:{LITERAL})\s*,?\s*)+)")
KEYWORD = re.compile(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) (".*")')


class Message(NamedTuple):
    singular: str
    plural: str = ""
    context: str = ""


@dataclass(slots=True)
class Entry:
    """A message of a catalogue, with one translation, or one per plural form."""

    message: Message
    forms: list[str] = field(default_factory=list)
    is_fuzzy: bool = False


def python_messages(source: str) -> set[Message]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            words = [argument.value for argument in node.args if _is_text(argument)]
            found |= _message(name.removesuffix("_lazy"), words)
    return found


def template_messages(source: str) -> set[Message]:
    found = set()
    for name, arguments in CALL.findall(templatize(source)):
        words = [ast.literal_eval(literal) for literal in re.findall(LITERAL, arguments)]
        found |= _message(name, words)
    return found


def _is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _message(name, words):
    """Return the message of a call as a set, which is empty for other functions and missing literals."""
    names = ARGUMENTS.get(name, ())
    return {Message(**dict(zip(names, words, strict=False)))} if names and len(words) >= len(names) else set()


def read_catalogue(path: Path) -> list[Entry]:
    """Return the entries of a .po file, without its header and obsolete entries."""
    entries = map(_read_entry, path.read_text().split("\n\n"))
    return [entry for entry in entries if entry and entry.message.singular]


def _read_entry(block):
    words, key = {}, None
    for line in block.splitlines():
        if match := KEYWORD.fullmatch(line):
            key, literal = match.groups()
            words[key] = ast.literal_eval(literal)
        elif key and line.startswith('"'):
            words[key] += ast.literal_eval(line)
    if "msgid" not in words:
        return None
    message = Message(words["msgid"], words.get("msgid_plural", ""), words.get("msgctxt", ""))
    forms = [text for key, text in words.items() if key.startswith("msgstr")]
    return Entry(message, forms, is_fuzzy=bool(re.search("^#,.*fuzzy", block, re.MULTILINE)))


ROOT = Path(blog.__file__).parent.parent
CATALOGUES = {path.parts[-3]: path for path in sorted(ROOT.glob("locale/*/LC_MESSAGES/django.po"))}
CATALOGUE = CATALOGUES["de"]
OF_READERS = sorted(CATALOGUES.keys() - {"de"})
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}|<[^>]+>")
# Patterns of the files with the sentences that readers see, on pages and in letters.
READERS_FILES = (
    *("templates/*.html", "templates/blog/**/*.*", "blog/reader/**/*.py", "blog/templatetags/blog.py"),
    *("blog/review/ai_label.py", "blog/extensions/sources/for_readers.py"),
    *(f"blog/extensions/{name}" for name in ("*/templates/*/reader/*.html", "announcing/templates/**/*.*")),
    *(f"blog/extensions/followers/{name}" for name in ("letters.py", "views.py", "templates/**/*.*")),
)
# Dates for machines, and parts of dates that every language writes alike or that Django translates.
FORMATS_FOR_ALL = {"c", "Y-m-d", "Y", "F", "T", "l", "D", "H:i"}


def template_folders() -> list[Path]:
    return [ROOT / "templates", *(ROOT / "blog" / "extensions").glob("*/templates")]


def messages_in(paths) -> set[Message]:
    read = {True: python_messages, False: template_messages}
    return set().union(*(read[path.suffix == ".py"](path.read_text()) for path in paths if path.is_file()))


@cache
def messages_of_the_source() -> set[Message]:
    python = (path for folder in ("blog", "site_config") for path in (ROOT / folder).rglob("*.py"))
    templates = (path for folder in template_folders() for path in folder.rglob("*"))
    return messages_in((*python, *templates))


@cache
def messages_of_readers_pages() -> set[Message]:
    return messages_in(path for pattern in READERS_FILES for path in ROOT.glob(pattern))


def placeholders(text: str) -> Counter:
    return Counter(PLACEHOLDER.findall(text))


class TestReaders:
    """The readers of source and catalogues, without which the rules below would prove nothing."""

    def test_find_every_call_in_python(self):
        source = (
            """_("a"); gettext_lazy("b" "c"); ngettext("d", "%d ds", n); pgettext("month", "May"); _(name)"""
        )

        assert python_messages(source) == {
            Message("a"),
            Message("bc"),
            Message("d", "%d ds"),
            Message("May", context="month"),
        }

    def test_find_every_tag_in_templates(self):
        source = (
            '{% load i18n %}{% translate "a" as x %}{% include "y" with z=_("b") %}'
            "{% blocktranslate count n=n trimmed %}\n it's {{ n }}\n"
            "{% plural %}{{ n }} are{% endblocktranslate %}"
        )

        assert template_messages(source) == {
            Message("a"),
            Message("b"),
            Message("it's %(n)s", "%(n)s are"),
        }

    def test_find_hundreds_in_ours(self):
        assert len(messages_of_the_source()) > 300


class TestGerman:
    def test_has_every_message_of_the_source_and_no_other(self):
        known = {entry.message for entry in read_catalogue(CATALOGUE)}
        # One entry serves a message with a plural and, elsewhere, without.
        served = known | {Message(message.singular, context=message.context) for message in known}

        missing = messages_of_the_source() - served
        unused = {message for message in known if message not in messages_of_the_source()}

        assert missing == set(), "docs/translating.md says how to add them"
        assert unused == set()

    def test_quotes_as_german_does(self):
        wrong = [
            form
            for entry in read_catalogue(CATALOGUE)
            for form in entry.forms
            if form.count("„") != form.count("“") or "”" in form or "'" in form
        ]

        assert wrong == []


class TestReadersPages:
    @pytest.mark.parametrize("language", OF_READERS)
    def test_are_translated_whole(self, language):
        known = {entry.message for entry in read_catalogue(CATALOGUES[language])}

        assert messages_of_readers_pages() - known == set(), "docs/translating.md says how to add them"
        assert known - messages_of_the_source() == set()

    def test_have_hundreds_of_sentences(self):
        assert len(messages_of_readers_pages()) > 200


@pytest.mark.parametrize("catalogue", CATALOGUES.values(), ids=CATALOGUES)
class TestCatalogue:
    def test_says_each_of_them(self, catalogue):
        untranslated = [entry.message for entry in read_catalogue(catalogue) if not all(entry.forms)]
        guessed = [entry.message for entry in read_catalogue(catalogue) if entry.is_fuzzy]

        assert (untranslated, guessed) == ([], [])

    def test_keeps_placeholders_and_tags(self, catalogue):
        wrong = [
            (entry.message, form)
            for entry in read_catalogue(catalogue)
            for form in entry.forms
            if placeholders(form)
            not in (placeholders(entry.message.singular), placeholders(entry.message.plural))
        ]

        assert wrong == []

    def test_the_compiled_catalogue_is_this_one(self, catalogue):
        with open(catalogue.with_suffix(".mo"), "rb") as file:
            compiled = gettext.GNUTranslations(file)._catalog
        compiled.pop("")

        written = {}
        for entry in read_catalogue(catalogue):
            context = f"{entry.message.context}\x04" if entry.message.context else ""
            key = context + entry.message.singular
            if entry.message.plural:
                written |= {(key, number): form for number, form in enumerate(entry.forms)}
            else:
                written[key] = entry.forms[0]

        assert compiled == written, "compile it again: docs/translating.md"


@pytest.mark.django_db
class TestFields:
    def test_that_the_admin_lists_or_edits_have_a_name_to_translate(self, rf, django_user_model):
        request = rf.get("/")
        request.user = django_user_model(is_superuser=True, is_active=True)

        nameless = {
            field
            for model, model_admin in admin.site._registry.items()
            if model._meta.app_label == "blog"
            for name in flatten([*model_admin.list_display, *model_admin.get_fields(request)])
            for field in model._meta.fields
            if field.name == name != "lock_version" and not isinstance(field.verbose_name, Promise)
        }

        assert nameless == set()


class TestDates:
    def test_are_written_in_no_order_of_our_own(self):
        found = {
            (path.name, form)
            for folder in template_folders()
            for path in folder.rglob("*.html")
            for form in re.findall(r"""\|(?:date|time):["']([^"']+)["']""", path.read_text())
            if form not in FORMATS_FOR_ALL and not form.endswith("_FORMAT")
        }

        assert found == set()


class TestLanguageCode:
    @pytest.mark.parametrize(("given", "code"), [("de", "de"), ("pt_BR", "pt-br"), ("zh-Hans", "zh-hans")])
    def test_is_one_that_django_speaks(self, given, code):
        assert language_code(given) == code

    @pytest.mark.parametrize("given", ["german", "xx", "de_DE.UTF-8"])
    def test_nonsense_stops_the_start(self, given):
        with pytest.raises(ImproperlyConfigured, match="LANGUAGE_CODE"):
            language_code(given)

    def test_is_the_same_for_every_visitor(self):
        assert not [name for name in site_settings.MIDDLEWARE if "LocaleMiddleware" in name]


@pytest.mark.django_db
class TestGermanSite:
    @pytest.fixture(autouse=True)
    def german(self, settings):
        settings.LANGUAGE_CODE = "de"

    @pytest.fixture
    def article(self):
        category = create_category("Meer")
        create_articles(2, categories=[category], published_at=FIRST_DAY)
        return create_article(categories=[category], generated_by="Gemini", published_at=FIRST_DAY)

    def page(self, client, path, status=200):
        response = client.get(path, headers={"accept-language": "en"})
        assert response.status_code == status
        return response.content.decode()

    def test_speaks_german_on_the_front_page(self, client, article):
        page = self.page(client, "/")

        assert '<html lang="de">' in page
        assert "Alle Themen" in page
        assert "All topics" not in page

    def test_speaks_german_around_an_article(self, client, article):
        page = self.page(client, article.get_absolute_url())

        assert '<time datetime="2025-01-06">6. Januar 2025</time>' in page
        assert "1 Min. Lesezeit" in page
        assert "Geschrieben mit Gemini; kein Mensch hat diese Fassung geprüft." in page

    def test_speaks_german_where_nothing_is_found_or_goes_wrong(self, client):
        assert "<h1>Seite nicht gefunden</h1>" in self.page(client, "/nowhere/", status=404)
        assert "<h1>Etwas ist schiefgegangen</h1>" in errors.server_error(None).content.decode()

    def test_says_so_in_feeds(self, client, article):
        feed = feedparser.parse(client.get("/feeds/rss.xml").content)

        assert feed.feed.language == "de"
        assert "KI-generierter Text." in feed.entries[0].content[0].value

    def test_knows_what_django_does_not_know_in_german(self, admin_client):
        create_category()
        page = self.page(admin_client, reverse("admin:blog_category_changelist"))

        assert ">Ausführen</button>" in page
        assert "– Bitte wählen –" in page  # noqa: RUF001 -- dashes
        assert not re.search(">(Run|Search |Filter by |- Select)", page)


@pytest.mark.django_db
class TestEnglishSite:
    def test_writes_the_day_before_the_month(self, client):
        page = client.get(create_article(published_at=FIRST_DAY).get_absolute_url()).content.decode()

        assert '<time datetime="2025-01-06">6 January 2025</time>' in page
