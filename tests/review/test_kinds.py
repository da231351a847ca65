"""How rows of lists describe the worst mark of an article."""

import pytest

from blog.documents.claims.values import ClaimKind
from blog.documents.findings.kinds import FindingKind
from blog.models import ArticleCheck
from blog.review.kinds import UNCOUNTED_KINDS, describe_worst_mark, kind_label


def said(worst, **counts):
    mark = describe_worst_mark(ArticleCheck(worst=worst, **counts))
    return mark.sentence, mark.more, mark.weight


def test_worst_mark_is_named_and_others_counted():
    assert said(["quotation", "Dr. Anya Sharma"], open_blocking=2, open_claims=1, minor_findings=1) == (
        "Dr. Anya Sharma quoted",
        3,
        "blocking",
    )
    assert said(["link_broken", ""], serious_findings=1) == ("A link leads nowhere", 0, "grave")
    assert said(["law", ""], open_claims=1) == ("A law without a source", 0, "slight")


def test_no_marks_differs_from_not_checked():
    assert said([]) == ("No marks", 0, "none")
    assert describe_worst_mark(None).weight == "unknown"


def test_percent_signs_in_names_are_safe():
    assert said(["quotation", "100 %(name)s"])[0] == "100 %(name)s quoted"


@pytest.mark.parametrize("kind", [*ClaimKind, *FindingKind])
def test_each_kind_has_words(kind):
    assert kind_label(kind) != kind
    assert kind in UNCOUNTED_KINDS or said([kind, ""])[0] != kind
