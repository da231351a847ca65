"""The sample articles: what a newcomer sees first is imported, shown and exported whole."""

import contextlib
import runpy
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command

from blog.exports.articles import export_articles
from blog.imports.report import ImportOptions, Outcome, StatusRule
from blog.imports.run import import_articles
from blog.models import Approval, Article, Author, Category, Correction, FooterLink, Image, Page, SiteIdentity
from blog.review.ai_label import LabelState, label_state
from blog.site.identity import site_identity

FIXTURES = Path(__file__).parents[2] / "fixtures"
SAMPLES = sorted((FIXTURES / "articles").glob("*.md"))
IMAGES = FIXTURES / "images"
CATEGORIES = FIXTURES / "categories.json"


def import_samples(static_root=None):
    """Import them all; without a static root there are no images, which is ten times faster."""
    reports = []
    options = ImportOptions(status=StatusRule.AS_FILE, source_name="samples", static_root=static_root)
    import_articles([FIXTURES / "articles"], options, on_file=reports.append)
    return reports


class TestSampleCategories:
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
