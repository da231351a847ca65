"""Items that a text writes as lines of one paragraph are shown as lines."""

import pytest

from blog.documents.rendering.markdown import render_markdown
from tests.support.html_tree import IMAGE


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("✅ Warm\n✅ Dry", 2),
        ("Pack:\n→ a rope\n→ a knife", 3),
        ("1️⃣ Row\n2️⃣ Sail", 2),
        ("**Step 1:** Row.\n**Step 2**: Sail.", 2),
        ("**Why row?** It is quiet.\nIt is also slow.\n**Why sail?** It is fast.", 2),
        ("**潮：** 高い。\n**風：** 弱い。", 2),  # noqa: RUF001 -- as people write it
        ("- **Warm:** yes\n  **Dry:** no", 2),
    ],
)
def test_before_each_item_a_line_breaks(text, lines):
    assert render_markdown(text).html.count("<br>") == lines - 1


@pytest.mark.parametrize(
    "text",
    [
        "The tide comes\nand goes.",
        "We row ✅\nand ✅ sail.",
        "**Step 1:** Row\nuntil the tide turns.",
        "**We row** at dawn\n**and sail** at dusk.",
        f"✅ Warm ![A chart]({IMAGE})",
        "`✅ a`\n`✅ b`",
        "    ✅ a\n    ✅ b",
    ],
)
def test_other_lines_stay_joined(text):
    assert "<br>" not in render_markdown(text).html
