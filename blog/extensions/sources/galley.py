"""What sources add to Galley: findings, a reaction to changes of articles, and slots of the proof."""

from django.utils.translation import gettext_lazy as _

from blog import extend
from blog.extensions.sources import activity
from blog.extensions.sources.findings import KINDS, find
from blog.extensions.sources.for_readers import citation, gap, of_review
from blog.extensions.sources.jobs import note_change
from blog.extensions.sources.screens import proof_slots, summaries

for kind in KINDS:
    extend.finding_kinds.add(kind)
extend.finders.add(find)
extend.activity_kinds.add(activity.KIND)
extend.reactions.add(note_change)
extend.not_in_backup.add("sources.PageText")
extend.not_in_backup.add("sources.ReadArticle")

extend.slots.add(extend.Slot("proof_head", "sources/proof/_head.html"))
extend.slots.add(extend.Slot("proof_mark", "sources/proof/_mark.html", context=proof_slots.of_mark))
extend.slots.add(extend.Slot("proof_source", "sources/proof/_answer.html", context=proof_slots.of_answer))
extend.slots.add(extend.Slot("proof_side", "sources/proof/_side.html", context=proof_slots.of_article))
extend.slots.add(extend.Slot("proof_facts", "sources/proof/_facts.html", context=proof_slots.of_article))

extend.desk_links.add(extend.DeskLink(_("Sources"), "admin:sources_list", "blog.view_article"))

extend.slots.add(extend.Slot("article_head", "sources/reader/_head.html", context=of_review))
extend.slots.add(extend.Slot("review_sources", "sources/reader/_review.html", context=of_review))
extend.slots.add(extend.Slot("article_sources", "sources/reader/_list.html", context=of_review))
extend.article_data.add(citation)
extend.review_gaps.add(gap)

extend.worst_marks.add(summaries.worst_marks)
extend.mark_choices.add(extend.MarkChoice("unopened", _("Links not opened yet"), summaries.with_unopened))
extend.decisions.add(summaries.decisions)
extend.slots.add(extend.Slot("import", "sources/_import.html", context=summaries.of_import))
