"""What a row of a list says of the marks: the worst in words, and how many more."""

import pytest

from blog.documents.claims.claim import ClaimKind
from blog.documents.findings.kinds import FindingKind
from blog.models import ArticleCheck
from blog.review.kinds import UNCOUNTED_KINDS, describe_worst_mark, kind_label


def said(worst, **counts):
    mark = describe_worst_mark(ArticleCheck(worst=worst, **counts))
    return mark.sentence, mark.more, mark.weight


def test_the_worst_is_named_and_the_others_are_counted():
    assert said(["quotation", "Dr. Anya Sharma"], open_blocking=2, open_claims=1, minor_findings=1) == (
        "Dr. Anya Sharma quoted",
        3,
        "blocking",
    )
    assert said(["link_broken", ""], serious_findings=1) == ("A link leads nowhere", 0, "grave")
    assert said(["law", ""], open_claims=1) == ("A law without a source", 0, "slight")


def test_nothing_marked_is_not_the_same_as_not_looked_at():
    assert said([]) == ("No marks", 0, "none")
    assert describe_worst_mark(None).weight == "unknown"


def test_names_are_no_patterns():
    assert said(["quotation", "100 %(name)s"])[0] == "100 %(name)s quoted"


@pytest.mark.parametrize("kind", [*ClaimKind, *FindingKind])
def test_each_kind_has_words(kind):
    assert kind_label(kind) != kind
    assert kind in UNCOUNTED_KINDS or said([kind, ""])[0] != kind
