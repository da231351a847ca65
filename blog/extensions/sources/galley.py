"""What sources add to Galley: findings, and a reaction to changes of articles."""

from blog import extend
from blog.extensions.sources.findings import KINDS, find
from blog.extensions.sources.jobs import note_change

for kind in KINDS:
    extend.finding_kinds.add(kind)
extend.finders.add(find)
extend.reactions.add(note_change)
extend.not_in_backup.add("sources.PageText")
extend.not_in_backup.add("sources.ReadArticle")
