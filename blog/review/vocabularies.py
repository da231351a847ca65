"""The label in the words of others: what machines are told of a text."""

from blog.articles.models import Article
from blog.review.ai_label import State, state_of

# The draft of a W3C community group, whose values still change: these are those of September 2026. There,
# "assisted" includes what a machine wrote and a person reviewed. https://github.com/dweekly/ai-content-disclosure
AI_DISCLOSURE = {
    State.UNREVIEWED: "ai-autonomous",
    State.CHANGED: "ai-autonomous",
    State.REVIEWED: "ai-assisted",
}
# digitalSourceType: members of schema.org for terms of the IPTC.
DIGITAL_SOURCE_TYPES = {
    State.UNREVIEWED: "https://schema.org/TrainedAlgorithmicMediaDigitalSource",
    State.CHANGED: "https://schema.org/TrainedAlgorithmicMediaDigitalSource",
    State.REVIEWED: "https://schema.org/CompositeWithTrainedAlgorithmicMediaDigitalSource",
}
# creativeWorkStatus: free text, for which schema.org has no terms.
WORK_STATUS = {
    State.UNREVIEWED: "Unreviewed",
    State.CHANGED: "Changed since review",
    State.REVIEWED: "Reviewed",
}


def ai_disclosure(article: Article) -> str:
    return AI_DISCLOSURE.get(state_of(article), "")


def digital_source_type(article: Article) -> str:
    return DIGITAL_SOURCE_TYPES.get(state_of(article), "")


def work_status(article: Article) -> str:
    return WORK_STATUS.get(state_of(article), "")
