"""Findings that depend on other articles are updated with them."""

import pytest

from blog.articles.changes import Change
from blog.models import Article, ArticleCheck, Finding
from blog.review.cross_article_findings import refresh_changed_flags
from blog.review.findings import discarding_checks
from blog.review.proofs import check_now
from tests.support.changes import set_flag, trash
from tests.support.factories import create_article, create_image
from tests.support.import_files import run, write
from tests.support.proofs import PLAIN, long_text

pytestmark = pytest.mark.django_db


def check(*articles):
    check_now([article.pk for article in articles])


def having(kind):
    return set(Finding.objects.filter(kind=kind).values_list("article", flat=True))


def keys(*articles):
    return {article.pk for article in articles}


class TestTitles:
    @pytest.mark.both_databases
    def test_first_article_gets_the_finding_with_the_second(self):
        first, second = create_article(title="Ice"), create_article(title="ICE!")
        check(first)
        assert having("title_shared") == set()

        check(second)

        assert having("title_shared") == keys(first, second)
        assert set(ArticleCheck.objects.values_list("minor_findings", flat=True)) == {2}  # it, and no picture

    def test_last_article_loses_it_after_the_others_change(self):
        one, two, three = (create_article(title="Ice") for _ in range(3))
        check(one, two, three)

        one.title = "Fire"
        one.save()
        check(one)
        assert having("title_shared") == keys(two, three)
        with discarding_checks([two.pk]):
            trash(two)

        assert having("title_shared") == set()
        assert ArticleCheck.objects.get(pk=three.pk).risk < 2
        assert not ArticleCheck.objects.filter(pk=two.pk).exists()

    @pytest.mark.both_databases
    def test_deleted_article_does_not_count(self):
        one, two = (create_article(title="Ice") for _ in range(2))
        check(one, two)

        with discarding_checks([one.pk]):
            one.delete()

        assert having("title_shared") == set()


class TestTexts:
    @pytest.mark.both_databases
    def test_same_text_and_same_opening(self):
        one = create_article(body=long_text("Ice"))
        two = create_article(body=long_text("Ice"))
        three = create_article(body=f"{long_text('Ice')[:-20]} Then it melts.")

        check(one, two, three)

        assert having("body_shared") == keys(one, two)
        assert having("opening_shared") == keys(one, two, three)

    def test_five_excerpts_are_a_template(self):
        articles = [
            create_article(
                title=f"{name} Farms",
                excerpt=f"Discover how {name} is changing how we live and work.",
                status=status,
            )
            for name, status in (
                *(
                    ("Fog", "new"),
                    ("Ice", "new"),
                    ("Kelp", "new"),
                    ("Moss", "published"),
                    ("Sand", "published"),
                ),
            )
        ]
        check(*articles[:4])
        assert having("excerpt_template") == set()

        check(articles[4])

        assert having("excerpt_template") == keys(*articles)
        marked = Article.objects.filter(excerpt_is_template=True)
        assert keys(*marked) == keys(*articles) - {articles[3].pk}  # readers see that one since before

        articles[0].excerpt = "Of this farm alone there is much to say, and little of it is known."
        articles[0].save()
        check(articles[0])

        assert keys(*Article.objects.filter(excerpt_is_template=True)) == keys(articles[4])


class TestPictures:
    @pytest.mark.both_databases
    def test_one_picture_described_differently(self):
        image = create_image()
        one = create_article(hero_image=image, hero_alt="A drill in the snow.")
        two = create_article(body=f"{PLAIN} ![A tent at night.]({image.source})")
        three = create_article(hero_image=create_image(), hero_alt="A drill in the snow.")

        check(one, two, three)

        assert having("picture_described_differently") == keys(one, two)
        two.body = f"{PLAIN} ![A drill in the snow.]({image.source})"
        two.save()
        check(two)
        assert having("picture_described_differently") == set()

    def test_alt_text_equal_to_the_title_is_ignored(self):
        image = create_image()
        articles = [create_article(title=name, hero_image=image, hero_alt=name) for name in ("Ice", "Fog")]

        check(*articles)

        assert having("picture_described_differently") == set()


class TestLinks:
    def test_link_is_broken_until_the_article_exists(self):
        linking = create_article(
            body="[There](/articles/ice/) and [here](/), [search](/search/), [out](https://a.example)."
        )
        check(linking)
        broken = Finding.objects.get(kind="link_broken")
        assert (broken.article, broken.words) == (linking, "/articles/ice")

        ice = create_article(slug="ice", status="new")
        check(ice)
        assert having("link_broken") == set()
        with discarding_checks([ice.pk]):
            trash(ice)

        assert having("link_broken") == keys(linking)
        assert ArticleCheck.objects.get(pk=linking.pk).serious_findings == 1

    @pytest.mark.both_databases
    @pytest.mark.parametrize(
        ("link", "words"),
        [
            ("ice.md", "ice.md"),
            ("../news/ice.md#cold", "../news/ice.md"),
            ("{% post_url ice %}", "ref:ice"),
        ],
    )
    def test_link_to_a_file_is_broken_until_it_is_imported(self, folder, link, words):
        def article(slug, body):
            write(folder, f"news/{slug}.md", slug=slug, title=slug, body=body)
            run(folder)
            check(found := Article.objects.get(slug=slug))
            return found

        linking = article("water", f"See [ice]({link}).\n")
        assert Finding.objects.get(kind="link_broken").words == words

        ice = article("ice", "Cold.\n")
        assert having("link_broken") == set()
        with discarding_checks([ice.pk]):
            trash(ice)

        assert having("link_broken") == keys(linking)


class TestFlags:
    def test_flag_from_the_file_is_a_finding_until_cleared(self):
        article = create_article(is_trending=True, trending_is_suggested=True)
        by_hand = create_article(is_trending=True)
        check(article, by_hand)
        assert having("flagged_trending") == keys(article)

        set_flag(Article.objects, "is_trending", False)
        refresh_changed_flags(Change({}, flags={article.pk}))

        assert having("flagged_trending") == set()
