"""Three-way merge: changes of one side are merged, conflicts need a decision, nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.articles.versions.contents import FIELDS
from blog.articles.versions.merge import ManualValue, UndecidedError, decide, merge
from blog.articles.versions.paragraphs import split

PARAGRAPHS = st.sampled_from(
    [
        "One two three.",
        "Four five.",
        "Six seven eight.",
        "- a\n\n- b",
        "```\na\n\nb\n```",
        "# Head",
        "One two.",
    ]
)
GAPS = st.sampled_from(["\n\n", "\n\n\n", "\n \n"])
BODIES = st.builds(
    lambda parts, end: "".join(text + gap for text, gap in parts).rstrip() + end,
    st.lists(st.tuples(PARAGRAPHS, GAPS), max_size=7),
    st.sampled_from(["", "\n"]),
)
NAMES = st.lists(st.sampled_from("abcdef"), unique=True, max_size=5)
CONTENTS = st.builds(
    lambda **fields: made(**fields),
    title=st.sampled_from(["A", "B", "C"]),
    keywords=NAMES,
    authors=NAMES.map(lambda names: [{"id": ord(name), "name": name} for name in names]),
    hero_image=st.none()
    | st.builds(
        lambda address, alt, credit: {"id": 1, "file": "", "address": address, "alt": alt, "credit": credit},
        st.sampled_from(["https://a.example/1", "https://a.example/2"]),
        *(st.sampled_from("xyz"), st.sampled_from([["x", "", ""], ["y", "", ""]])),
    ),
    body=BODIES,
)


def made(**fields):
    empty = dict.fromkeys(FIELDS, "") | {
        "keywords": [],
        "categories": [],
        "authors": [],
        "body_images": [],
    }
    return empty | {"hero_image": None, "primary_category": None} | fields


def named(*names, level=None):
    extra = {} if level is None else {"level": level}
    return [{"id": ord(name[0]), "name": name} | extra for name in names]


class TestProperties:
    @given(CONTENTS, CONTENTS)
    def test_change_of_one_side_is_the_result(self, base, changed):
        for ours, theirs in ((changed, base), (base, changed)):
            result = merge(base, ours, theirs)

            assert result.is_clean
            assert result.contents == changed
            assert decide(result, {}) == changed

    @given(CONTENTS, CONTENTS)
    def test_the_same_change_on_both_sides_is_one(self, base, changed):
        result = merge(base, changed, changed)

        assert (result.is_clean, result.contents) == (True, changed)

    @given(CONTENTS, CONTENTS, CONTENTS)
    def test_no_change_of_either_side_is_lost(self, base, ours, theirs):
        result = merge(base, ours, theirs)

        kept = [result.contents["body"]]
        kept += [text for one in result.decisions if one.field == "body" for text in (one.ours, one.theirs)]
        before = {part.text for part in split(base["body"])}
        for side in (ours, theirs):
            for part in split(side["body"]):
                assert part.text in before or any(part.text in text for text in kept)

    @given(CONTENTS, CONTENTS, CONTENTS)
    def test_all_decisions_complete_the_merge(self, base, ours, theirs):
        result = merge(base, ours, theirs)

        decided = decide(result, {decision.key: "theirs" for decision in result.decisions})

        assert tuple(decided) == FIELDS
        for decision in result.decisions:
            if decision.field == decision.key:
                assert decided[decision.key] == decision.theirs
            elif decision.field == "body":
                assert decision.theirs in decided["body"]


class TestFields:
    def test_fields_changed_by_one_side_each_are_merged(self):
        base = made(title="Tides", excerpt="Old.", slug="tides")

        result = merge(base, base | {"title": "Ebb"}, base | {"excerpt": "New."})

        assert result.is_clean
        assert (result.contents["title"], result.contents["excerpt"]) == ("Ebb", "New.")
        assert [(one.field, one.side, one.value) for one in result.merged] == [
            ("title", "ours", "Ebb"),
            ("excerpt", "theirs", "New."),
        ]

    def test_fields_changed_by_both_need_a_decision(self):
        base = made(title="Tides")
        result = merge(base, base | {"title": "Ebb"}, base | {"title": "Flood"})

        (decision,) = result.decisions
        assert (decision.key, decision.base, decision.ours, decision.theirs) == (
            "title",
            "Tides",
            "Ebb",
            "Flood",
        )
        assert decide(result, {"title": "theirs"})["title"] == "Flood"
        assert decide(result, {"title": ManualValue("ours")})["title"] == "ours"
        for choices in ({}, {"title": "both"}):
            with pytest.raises(UndecidedError, match="title"):
                decide(result, choices)

    def test_the_image_its_description_and_its_credit_merge_apart(self):
        hero = {"id": 1, "file": "", "address": "https://a.example/1", "alt": "x", "credit": ["a", "", ""]}
        base = made(hero_image=hero)
        ours = base | {"hero_image": hero | {"alt": "A barge", "credit": ["b", "", ""]}}
        theirs = base | {"hero_image": hero | {"credit": ["Tove", "", ""]}}

        result = merge(base, ours, theirs)

        assert [decision.key for decision in result.decisions] == ["hero_image.credit"]
        merged = decide(result, {"hero_image.credit": "theirs"})["hero_image"]
        assert merged == hero | {"alt": "A barge", "credit": ["Tove", "", ""]}
        other = base | {"hero_image": hero | {"address": "https://a.example/2"}}
        assert [one.key for one in merge(base, ours, other).decisions] == ["hero_image"]


class TestLists:
    def test_lists_are_merged_as_ordered_sets(self):
        base = made(keywords=["a", "b", "c"])

        result = merge(base, base | {"keywords": ["a", "x", "b"]}, base | {"keywords": ["c", "a", "b", "y"]})

        assert result.is_clean
        assert result.contents["keywords"] == ["a", "x", "b", "y"]

    def test_two_different_orders_need_a_decision(self):
        base = made(authors=named("a", "b", "c"))

        result = merge(
            base, base | {"authors": named("b", "a", "c")}, base | {"authors": named("c", "a", "b")}
        )

        assert [decision.key for decision in result.decisions] == ["authors"]

    def test_different_levels_of_a_category_need_a_decision(self):
        base = made(categories=named("a", level="general"))
        ours, theirs = (base | {"categories": named("a", level=level)} for level in ("niche", "exact"))

        assert [decision.key for decision in merge(base, ours, theirs).decisions] == ["categories"]
        other = base | {"categories": named("b", "a", level="general")}
        assert merge(base, ours, other).contents["categories"] == [
            *named("b", level="general"),
            *named("a", level="niche"),
        ]


class TestText:
    BASE = "One, as it was.\n\nTwo, as it was.\n\nThree, as it was.\n"

    def merged(self, ours, theirs, base=BASE):
        return merge(made(body=base), made(body=ours), made(body=theirs))

    def test_changes_of_different_paragraphs_both_survive(self):
        ours = self.BASE.replace("One, as", "One, better than")
        theirs = self.BASE.replace("Two, as", "Two, shorter than").replace("Three, as", "Three, longer than")

        result = self.merged(ours, theirs)

        assert result.is_clean
        assert result.contents["body"] == (
            "One, better than it was.\n\nTwo, shorter than it was.\n\nThree, longer than it was.\n"
        )
        assert result.merged[0].side == "both"

    def test_addition_next_to_a_changed_paragraph_needs_no_decision(self):
        ours = self.BASE + "\nFour.\n"
        theirs = self.BASE.replace("Three, as", "Three, longer than")

        result = self.merged(ours, theirs)

        assert result.is_clean
        assert result.contents["body"].endswith("Three, longer than it was.\n\nFour.\n")

    def test_one_paragraph_changed_by_both_is_decided(self):
        ours, theirs = (self.BASE.replace("Two, as", f"Two, {how} than") for how in ("better", "worse"))

        result = self.merged(ours, theirs)

        (decision,) = result.decisions
        assert (decision.key, decision.base) == ("body.1", "Two, as it was.")
        assert (decision.ours, decision.theirs) == ("Two, better than it was.", "Two, worse than it was.")
        assert decide(result, {"body.1": "ours"})["body"] == ours
        assert decide(result, {"body.1": "theirs"})["body"] == theirs
        anew = decide(result, {"body.1": ManualValue("Two anew.\n\nAnd more.")})["body"]
        assert anew == "One, as it was.\n\nTwo anew.\n\nAnd more.\n\nThree, as it was.\n"

    def test_removed_and_changed_paragraph_needs_a_decision(self):
        ours = "One, as it was.\n\nThree, as it was.\n"
        theirs = self.BASE.replace("Two, as", "Two, longer than")

        result = self.merged(ours, theirs)

        assert [one.ours for one in result.decisions] == [""]
        assert decide(result, {"body.1": "ours"})["body"] == ours
        assert decide(result, {"body.1": "theirs"})["body"] == theirs

    def test_two_additions_in_one_place_are_decided(self):
        result = self.merged(self.BASE + "\nMine.\n", self.BASE + "\nTheirs.\n")

        assert [(one.ours, one.theirs) for one in result.decisions] == [("Mine.", "Theirs.")]

    def test_a_list_is_one_place(self):
        base = "- one\n\n- two\n"

        result = self.merged("- one!\n\n- two\n", "- one\n\n- two!\n", base)

        assert [one.base for one in result.decisions] == ["- one\n\n- two"]

    def test_paragraphs_of_different_sides_never_run_together(self):
        result = self.merged("One, as it was.\n", self.BASE.replace("One, as", "One, worse than"))

        assert "\n\n" not in result.contents["body"]
        assert self.merged("New.\n\n" + self.BASE.rstrip(), self.BASE + "\nEnd.").contents["body"] == (
            "New.\n\n" + self.BASE + "\nEnd."
        )
