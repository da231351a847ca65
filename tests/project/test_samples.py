"""The sample articles: what a newcomer sees first is whole, of the dialect, and shows what Galley can do."""

import contextlib
import json
import re
import runpy
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command

from blog.documents.findings.article_words import ArticleWords
from blog.documents.findings.kinds import FindingKind
from blog.documents.findings.rules import find_findings
from blog.documents.frontmatter.document import parse_document
from blog.documents.frontmatter.notations import Dialect
from blog.documents.rendering.markdown import render_markdown
from blog.documents.slugs import slugify_name
from blog.documents.text import count_words, reading_time, same_text
from blog.exports.articles import export_articles
from blog.imports.report import ImportOptions, Outcome, StatusRule
from blog.imports.run import import_articles
from blog.models import Approval, Article, Author, Category, Correction, FooterLink, Image, Page, SiteIdentity
from blog.review.ai_label import LabelState, label_state
from blog.site.identity import site_identity

FIXTURES = Path(__file__).parents[2] / "fixtures"
SAMPLES = sorted((FIXTURES / "articles").glob("*.md"))
IMAGES = FIXTURES / "images"
PORTRAITS = FIXTURES / "portraits"
CATEGORIES = FIXTURES / "categories.json"

KEYS = [
    *("title", "date", "slug", "excerpt", "metaDescription", "category", "categories", "status", "trending"),
    *(
        "featured",
        "image",
        "imageAlt",
        "imageCredit",
        "keywords",
        "readingTime",
        "socialShare",
        "generatedBy",
    ),
]
LEVELS = ["exact", "general", "medium", "specific", "niche"]
LEFT_OVER = re.compile(r"\*\*|__|\[\^|\[!|\]\(|^\s{0,3}(?:#{1,6} |> |\| |```|~~~|: )|^[-*] \[[ x]\]", re.M)

each_sample = pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)


class _Outline(HTMLParser):
    """The elements of a page, and the words outside code."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.classes, self._words, self._in_code = [], [], [], 0
        self.feed(html)

    @property
    def words(self):
        return "".join(self._words)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.classes += (dict(attrs).get("class") or "").split()
        self._in_code += tag in {"pre", "code", "script"}

    def handle_endtag(self, tag):
        self._in_code -= tag in {"pre", "code", "script"}

    def handle_data(self, data):
        if not self._in_code:
            self._words.append(data)


@cache
def read(path):
    return parse_document(path.read_bytes())


@cache
def rendering_of(path):
    document = read(path)
    return render_markdown(document.body, title=document.fields["title"])


@cache
def outlines():
    return [_Outline(rendering_of(path).html) for path in SAMPLES]


def import_samples(static_root=None):
    """Import them all; without a static root there are no images, which is ten times faster."""
    reports = []
    options = ImportOptions(status=StatusRule.AS_FILE, source_name="samples", static_root=static_root)
    import_articles([FIXTURES / "articles"], options, on_file=reports.append)
    return reports


class TestEachSample:
    @each_sample
    def test_is_an_article_and_not_a_stub(self, path):
        words = count_words(rendering_of(path).text)

        assert words >= 700

    @each_sample
    def test_has_the_keys_of_the_dialect_in_their_order(self, path):
        document = read(path)

        names = list(document.fields)

        assert document.dialect == Dialect.JSON_LINES
        assert names[: len(KEYS)] == KEYS
        of_series = ["author", "series", "seriesPart"]
        assert names[len(KEYS) :] in ([], ["author"], ["author", "lang"], of_series)

    @each_sample
    def test_has_a_category_at_each_level(self, path):
        fields = read(path).fields

        assert [category["type"] for category in fields["categories"]] == LEVELS
        assert fields["categories"][0]["name"] == fields["category"]
        assert len({category["name"] for category in fields["categories"]}) == len(LEVELS)

    @each_sample
    def test_says_in_its_description_what_it_is_about(self, path):
        description = read(path).fields["metaDescription"]

        assert 70 <= len(description) <= 155
        assert description[0].isupper()
        assert re.search(r"\w{2,}[.?!]$", description)
        assert not description.endswith("...")

    @each_sample
    def test_describes_its_images_in_words_of_their_own(self, path):
        document = read(path)
        inline = re.findall(r"!\[([^\]]*)\]\(", document.body)

        descriptions = [document.fields["imageAlt"], *inline]

        for text in descriptions:
            assert not same_text(text, document.fields["title"])
            assert len(text.split()) >= 6
        assert len(set(descriptions)) == len(descriptions)

    @each_sample
    def test_names_images_that_are_there(self, path):
        document = read(path)

        for address in [document.fields["image"], *render_markdown(document.body).images]:
            assert (FIXTURES / address.lstrip("/")).is_file(), address

    @each_sample
    def test_is_signed_by_the_machine_that_wrote_it(self, path):
        assert read(path).fields["generatedBy"] == "Claude"

    @each_sample
    def test_has_no_line_of_code_that_most_readers_must_scroll_for(self, path):
        for code in re.findall(r"^```\w*\n(.*?)^```", read(path).body, re.M | re.S):
            assert max(map(len, code.splitlines())) <= 72

    @each_sample
    def test_leaves_no_markdown_on_the_page(self, path):
        outline = _Outline(rendering_of(path).html)

        assert LEFT_OVER.findall(outline.words) == []
        assert "reading-progress" not in outline.classes

    @each_sample
    def test_ends_outside_the_summary_box(self, path):
        """What stands below the takeaways needs a heading, or it becomes one of them."""
        html = rendering_of(path).html

        for box in re.findall(r'<section class="takeaways".*?</section>', html, re.S):
            assert re.search(r"</[uo]l>\s*</section>$", box)


class TestSampleSet:
    def test_has_at_least_twelve_articles(self):
        assert len(SAMPLES) >= 12

    def test_no_two_share_a_slug_title_or_cover(self):
        fields = [read(path).fields for path in SAMPLES]

        for key in ("slug", "title", "image", "excerpt", "metaDescription", "socialShare"):
            assert len({field[key] for field in fields}) == len(fields), key

    def test_files_are_named_like_their_articles(self):
        assert [path.stem for path in SAMPLES] == [read(path).fields["slug"] for path in SAMPLES]

    def test_one_is_in_another_language(self):
        languages = {read(path).fields.get("lang", "en"): path for path in SAMPLES}

        assert set(languages) == {"en", "de"}
        german = languages["de"].read_text()
        assert re.search(r"^> \*\*Tipp:\*\*", german, re.M)

    def test_each_field_of_interest_has_three_to_show(self):
        shown = [fields for path in SAMPLES if (fields := read(path).fields)["status"] == "published"]

        general = [fields["categories"][1]["name"] for fields in shown]

        assert {name: general.count(name) >= 3 for name in general} == dict.fromkeys(
            ("Design", "Earth Science", "History"), True
        )

    def test_one_waits_for_review(self):
        assert [read(path).fields["status"] for path in SAMPLES].count("new") == 1

    def test_only_one_states_a_wrong_reading_time(self):
        wrong = [
            path
            for path in SAMPLES
            if read(path).fields["readingTime"] != reading_time(count_words(rendering_of(path).text))
        ]

        assert len(wrong) == 1
        stated = read(wrong[0]).fields["readingTime"]
        computed = reading_time(count_words(rendering_of(wrong[0]).text))
        words = ArticleWords(title="", reading_time=computed, reading_time_in_file=stated)
        assert FindingKind.READING_TIME_OFF in {finding.kind for finding in find_findings(words)}

    @pytest.mark.parametrize("kind", ["tip", "note", "warning", "important", "insight"])
    def test_shows_each_kind_of_call_out(self, kind):
        assert any({"callout", kind} <= set(outline.classes) for outline in outlines())

    @pytest.mark.parametrize("tag", ["table", "pre", "dl", "ol", "s", "cite"])
    def test_shows_each_construct(self, tag):
        assert any(tag in outline.tags for outline in outlines())

    @pytest.mark.parametrize("name", ["lead", "takeaways", "footnotes", "fn-ref", "pair", "callout"])
    def test_shows_each_form_of_our_own(self, name):
        assert any(name in outline.classes for outline in outlines())

    def test_shows_tasks_done_and_to_do(self):
        source = "\n".join(read(path).body for path in SAMPLES)

        assert "- [x] " in source
        assert "- [ ] " in source
        assert any("task" in " ".join(outline.classes) for outline in outlines())

    def test_shows_share_quotes_with_and_without_marks(self):
        quotes = [read(path).fields["socialShare"] for path in SAMPLES]

        assert all(quotes)
        assert any(quote.startswith('"') for quote in quotes)
        assert any(not quote.startswith('"') for quote in quotes)


class TestSampleImages:
    def test_the_folders_hold_what_the_script_draws(self, monkeypatch):
        monkeypatch.syspath_prepend(FIXTURES)
        import draw_images

        for folder, drawings in ((IMAGES, draw_images.IMAGES), (PORTRAITS, draw_images.PORTRAITS)):
            assert {path.name for path in folder.iterdir()} == {f"{name}.webp" for name in drawings}

    def test_each_is_used(self):
        used = {
            Path(address).name
            for path in SAMPLES
            for address in [read(path).fields["image"], *render_markdown(read(path).body).images]
        }

        assert {path.name for path in IMAGES.iterdir()} == used

    def test_none_is_heavy(self):
        assert {
            path.name: path.stat().st_size for path in IMAGES.iterdir() if path.stat().st_size > 180_000
        } == {}


class TestSampleCategories:
    def test_each_category_of_a_sample_is_described(self):
        described = {
            row["fields"]["name"]
            for row in json.loads(CATEGORIES.read_text())
            if row["fields"]["description"]
        }

        named = {category["name"] for path in SAMPLES for category in read(path).fields["categories"]}

        assert described == named

    def test_slugs_are_those_that_an_import_would_give(self):
        rows = [row["fields"] for row in json.loads(CATEGORIES.read_text())]

        assert [row["slug"] for row in rows] == [slugify_name(row["name"]) for row in rows]

    @pytest.mark.both_databases
    @pytest.mark.django_db
    def test_can_be_loaded_before_and_after_an_import(self):
        call_command("loaddata", str(CATEGORIES), verbosity=0)
        import_samples()
        before = list(Category.objects.order_by("pk").values())

        call_command("loaddata", str(CATEGORIES), verbosity=0)

        assert list(Category.objects.order_by("pk").values()) == before
        assert not Category.objects.filter(description="").exists()

    @pytest.mark.django_db
    def test_describe_what_an_import_has_made(self):
        import_samples()

        call_command("loaddata", str(CATEGORIES), verbosity=0)

        assert Category.objects.count() == len(json.loads(CATEGORIES.read_text()))
        assert not Category.objects.filter(description="").exists()
        assert Article.objects.get(slug="sechseinhalb-quadratmeter").primary_category.description


@pytest.mark.django_db
class TestImportedSamples:
    def test_all_come_in_with_their_images_without_a_warning_and_go_out_as_they_were(self, tmp_path):
        reports = import_samples(static_root=FIXTURES)
        export_articles(tmp_path / "out")

        assert [report.outcome for report in reports] == [Outcome.CREATED] * len(SAMPLES)
        assert {report.file: report.warnings for report in reports if report.warnings} == {}
        assert Image.objects.exclude(file="").count() == len(list(IMAGES.iterdir()))
        assert len(SAMPLES) >= 6
        for path in SAMPLES:
            assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes()


@pytest.fixture(scope="class")
def imported(rows_of_class):
    import_samples()


@pytest.mark.django_db
@pytest.mark.usefixtures("imported")
class TestPagesOfSamples:
    def test_each_has_one_main_heading(self, client):
        pages = {
            article.slug: client.get(article.get_absolute_url()) for article in Article.objects.published()
        }

        assert len(pages) == len(SAMPLES) - 1
        for slug, page in pages.items():
            assert page.status_code == 200
            assert _Outline(page.content.decode()).tags.count("h1") == 1, slug

    def test_the_german_one_says_so(self, client):
        page = client.get("/articles/sechseinhalb-quadratmeter/").content.decode()

        assert re.search(r'<article[^>]* lang="de" dir="ltr"', page)

    def test_the_one_under_review_is_not_to_be_seen(self, client):
        hidden = Article.objects.get(status=Article.Status.NEW)

        response = client.get(hidden.get_absolute_url())

        assert response.status_code == 404
        assert hidden.title not in client.get("/").content.decode()


@pytest.mark.django_db
class TestReviews:
    """What the sample editor has approved, so that each label is to be seen."""

    @pytest.fixture(autouse=True)
    def reviewed(self, monkeypatch):
        monkeypatch.chdir(FIXTURES.parent)
        import_samples()
        self.review()

    def review(self):
        runpy.run_path("fixtures/review_samples.py")

    def test_cover_all_but_two_articles_and_are_the_same_when_repeated(self):
        """One article is unread, and one changed since. Their editor cannot log in."""
        states = [label_state(article) for article in Article.objects.published()]
        editor = get_user_model().objects.get()
        before = Approval.objects.count(), Correction.objects.count()

        self.review()

        assert states.count(LabelState.UNREVIEWED) == states.count(LabelState.CHANGED) == 1
        assert states.count(LabelState.REVIEWED) == len(SAMPLES) - 3
        assert before[1] == 1
        assert (editor.has_usable_password(), editor.is_staff, editor.is_superuser) == (False, False, False)
        assert (Approval.objects.count(), Correction.objects.count()) == before


def load_site():
    with contextlib.chdir(FIXTURES.parent):
        runpy.run_path("fixtures/load_site.py")


@pytest.fixture(scope="class")
def loaded(imported):
    load_site()


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
class TestSite:
    """The plain pages and the name of the demonstration."""

    def test_has_a_name_and_leads_to_its_pages(self):
        site = site_identity()

        assert (site.name, site.tagline) == ("Galley", "Notes on water, print and ordinary things")
        assert [link.address for link in site.links] == ["/about/", "/how-we-work/", "/imprint/", "/privacy/"]

    def test_pages_are_shown_without_leftover_markup(self, client):
        for page in Page.objects.published():
            outline = _Outline(page.body_html)

            assert client.get(page.get_absolute_url()).status_code == 200
            assert not LEFT_OVER.search(outline.words), page.slug

    def test_links_in_pages_lead_somewhere(self, client):
        for page in Page.objects.published():
            for address in re.findall('href="(/[^"]*)"', page.body_html):
                assert client.get(address).status_code == 200, (page.slug, address)

    def test_all_authors_of_samples_are_introduced_with_a_portrait(self, client):
        page = client.get("/authors/")

        signed = {fields["author"] for path in SAMPLES if "author" in (fields := read(path).fields)}
        authors = [author for _letter, group in page.context["groups"] for author in group]
        assert {author.name for author in authors} == signed
        for author in Author.objects.filter(pk__in=[author.pk for author in authors]):
            assert len(author.bio) > 100
            assert author.picture.width < author.picture.height

    def test_loading_again_leaves_alone_what_was_edited(self):
        Page.objects.filter(slug="about").update(meta_description="Mine")
        Author.objects.filter(name="Jonna Reuter").update(bio="Mine")
        SiteIdentity.objects.update(name="Mine")
        FooterLink.objects.filter(page__slug="privacy").delete()

        load_site()

        assert Page.objects.get(slug="about").meta_description == "Mine"
        assert Author.objects.get(name="Jonna Reuter").bio == "Mine"
        assert site_identity().name == "Mine"
        assert len(site_identity().links) == 3
