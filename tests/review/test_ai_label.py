"""The AI label on all pages, feeds and exports."""

import pytest

from blog.articles.actions.corrections import add_correction
from blog.exports.articles import export_article
from blog.models import Article
from blog.reader.page_head import Metadata
from blog.review.ai_label import LabelState, ai_label_if_approved
from blog.review.approval import approve, withdraw
from blog.site import text_model
from tests.support.changes import record_version
from tests.support.factories import create_article, create_page

pytestmark = pytest.mark.django_db
FEEDS = ("/feeds/rss.xml", "/feeds/atom.xml", "/feeds/feed.json")


@pytest.fixture
def mara(django_user_model):
    return django_user_model.objects.create_superuser("mara", first_name="Mara", last_name="Lindqvist")


@pytest.fixture
def article():
    return create_article(title="Tides", generated_by="Gemini", body="Moonstruck water.")


def approved(article, user, statement="All figures, against the gauge."):
    approve(article, user, Article.objects.get().words_digest, statement)
    return Article.objects.get()


def surfaces(client):
    article = Article.objects.get()
    pages = {
        address: client.get(address).content.decode()
        for address in (article.get_absolute_url(), article.get_markdown_url(), *FEEDS)
    }
    return pages | {
        "export": export_article(article, with_state=True).decode(),
    }


class TestLabel:
    def test_is_shown_everywhere_until_the_article_is_approved(self, article, mara, client):
        before = surfaces(client)

        approved(article, mara)

        after = surfaces(client)
        assert [name for name, text in before.items() if "AI-generated text" not in text] == []
        assert [name for name, text in after.items() if "AI-generated" in text] == []
        assert [name for name, text in after.items() if "Mara Lindqvist" not in text] == []

    def test_returns_everywhere_after_an_edit(self, article, mara, client):
        article = approved(article, mara)
        article.body = "Sunstruck water."
        article.save()

        found = surfaces(client)
        assert [name for name, text in found.items() if "AI-generated text" not in text] == []
        assert "Changed since Mara Lindqvist reviewed it on" in found[article.get_absolute_url()]

    def test_does_not_return_with_another_release(self, article, mara, client, monkeypatch):
        approved(article, mara)
        monkeypatch.setattr(text_model, "RENDER_VERSION", text_model.RENDER_VERSION + 1)
        rendering = text_model.render_text("Typeset *otherwise*.", title="")
        monkeypatch.setattr(text_model, "render_text", lambda *args, **kwargs: rendering)

        Article.objects.all().derive()

        found = surfaces(client)
        assert "Typeset" in found[article.get_absolute_url()]
        assert [name for name, text in found.items() if "AI-generated" in text] == []

    @pytest.mark.parametrize("fields", [{"provenance": "people", "generated_by": "Gemini"}, {}])
    def test_is_not_on_articles_by_people(self, fields, mara, client):
        article = create_article(**fields)
        approve(article, mara, article.words_digest, "All of it.")

        found = surfaces(client)

        for words in ("AI-generated", "Mara", "digitalSourceType", "creativeWorkStatus", "ai-disclosure"):
            assert [name for name, text in found.items() if words in text] == []

    def test_preview_before_approval_equals_the_label_after(self, article, mara):
        told = ai_label_if_approved(article, mara)

        assert (told.state, told.reviewer, told.is_labelled) == (LabelState.REVIEWED, "Mara Lindqvist", False)


class TestMachines:
    @pytest.mark.parametrize(
        ("is_approved", "said"),
        [
            (False, ("ai-autonomous", "/TrainedAlgorithmicMediaDigitalSource", '"Unreviewed"')),
            (True, ("ai-assisted", "/CompositeWithTrainedAlgorithmicMediaDigitalSource", '"Reviewed"')),
        ],
    )
    def test_get_the_same_label(self, article, mara, client, is_approved, said):
        if is_approved:
            approved(article, mara)

        page = client.get(article.get_absolute_url()).content.decode()

        meta, source, status = said
        assert f'<meta name="ai-disclosure" content="{meta}">' in page
        assert f'"digitalSourceType": "https://schema.org{source}"' in page
        assert f'"creativeWorkStatus": {status}' in page
        assert ('"reviewedBy": {"@type": "Person", "name": "Mara Lindqvist"}' in page) is is_approved


class TestPanel:
    def page(self, client):
        return client.get(Article.objects.get().get_absolute_url()).content.decode()

    def test_shows_what_was_checked_and_by_whom(self, article, mara, client):
        create_page(slug="how-we-work")
        approve(
            article, mara, article.words_digest, "All figures, against the gauge.", note="Took Dr. Vane out."
        )
        add_correction(article, mara, "The tunnel is two metres wide, not three.")

        page = self.page(client)

        for words in (
            *("Drafted with Gemini, <strong>reviewed by Mara Lindqvist</strong> on <time", "Responsible"),
            *(
                "All figures, against the gauge.",
                "Draft by Gemini, as imported",
                "Reviewed by Mara Lindqvist",
            ),
            *("The tunnel is two metres wide, not three.", '<a href="/how-we-work/">How we work</a>'),
        ):
            assert words in page
        assert "Vane" not in page  # in a note of editors

    def test_links_sources_only_to_the_web(self, article, mara, client):
        review = approved(article, mara).reviews.get()
        sources = [["first", "https://gauge.example/1"], ["second", "javascript:alert(1)"], ["<b>", "<i>"]]
        type(review).objects.bulk_create(
            [
                type(review)(
                    article=article,
                    by_name="Mara Lindqvist",
                    digest=review.digest,
                    statement="x",
                    sources=sources,
                )
            ]
        )

        page = self.page(client)

        assert '<a href="https://gauge.example/1" rel="nofollow">' in page
        assert 'href="javascript' not in page
        assert "<q>&lt;b&gt;</q>" in page

    def test_does_not_name_withdrawn_approvals(self, article, mara, client):
        approved(article, mara)
        withdraw(article, mara)
        approved(article, mara)

        assert self.page(client).count("Reviewed by Mara Lindqvist") == 1

    def test_of_ones_own_text_says_so(self, mara, client):
        article = create_article(generated_by="Gemini")
        record_version(article, by=mara)

        approved(article, mara)

        assert "(who also edited it)" in self.page(client)


class TestPreview:
    def test_has_no_metadata_on_it(self):
        assert Metadata(title="Tides", path="").ai_disclosure == ""
