"""Two texts written from the same one: what each changed is in the result, or shown as a conflict."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abs_reports.writing.merge import merge, paragraphs, tidy

BASE = "Premier.\n\nDeuxième.\n\nTroisième."


@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [
        ("Un.\n\nDeuxième.\n\nTroisième.", "Premier.\n\nDeuxième.\n\nTrois.", "Un.\n\nDeuxième.\n\nTrois."),
        # Neighbours too: each has changed a paragraph of their own.
        ("Un.\n\nDeuxième.\n\nTroisième.", "Premier.\n\nDeux.\n\nTroisième.", "Un.\n\nDeux.\n\nTroisième."),
        (f"{BASE}\n\nQuatrième.", "Zéro.\n\n" + BASE, f"Zéro.\n\n{BASE}\n\nQuatrième."),
        ("Premier.\n\nTroisième.", "Premier.\n\nDeuxième.\n\nTrois.", "Premier.\n\nTrois."),
        # The same change on both sides is one change.
        ("Un.\n\nDeuxième.\n\nTroisième.", "Un.\n\nDeuxième.\n\nTrois.", "Un.\n\nDeuxième.\n\nTrois."),
        (BASE, "Tout autre.", "Tout autre."),
        ("Tout autre.", BASE, "Tout autre."),
        ("Premier.\r\n\r\nDeuxième.  \r\n\r\nTrois.", BASE, "Premier.\n\nDeuxième.\n\nTrois."),
    ],
)
def test_different_paragraphs_come_together(mine: str, theirs: str, merged: str) -> None:
    result = merge(BASE, mine, theirs)
    assert result.text == merged
    assert result.conflicts == ()


@pytest.mark.parametrize(
    ("mine", "theirs", "pair"),
    [
        ("Un.\n\nDeuxième.\n\nTroisième.", "1.\n\nDeuxième.\n\nTroisième.", ("Un.", "1.")),
        ("Premier.\n\nTroisième.", "Premier.\n\nDeux.\n\nTroisième.", ("", "Deux.")),
        (f"{BASE}\n\nA.", f"{BASE}\n\nB.", ("A.", "B.")),
    ],
)
def test_the_same_paragraph_is_a_conflict(mine: str, theirs: str, pair: tuple[str, str]) -> None:
    assert merge(BASE, mine, theirs).conflicts == (pair,)


def test_two_first_texts_conflict() -> None:
    assert merge("", "Le mien.", "Le sien.").conflicts == (("Le mien.", "Le sien."),)


texts = st.lists(st.sampled_from("ABCDEF"), max_size=6).map("\n\n".join)


@given(texts, texts, texts)
def test_no_paragraph_of_either_is_lost_without_a_conflict(base: str, mine: str, theirs: str) -> None:
    result = merge(base, mine, theirs)
    before = set(paragraphs(base))
    if not result.conflicts:
        new = (set(paragraphs(mine)) | set(paragraphs(theirs))) - before
        assert new <= set(paragraphs(result.text))
    swapped = merge(base, theirs, mine)
    assert bool(swapped.conflicts) == bool(result.conflicts)
    if not result.conflicts:
        assert tidy(swapped.text) == tidy(result.text)


@given(texts, texts)
def test_who_changed_nothing_takes_the_other(base: str, theirs: str) -> None:
    assert merge(base, base, theirs).text == tidy(theirs)
    assert merge(base, theirs, base).text == tidy(theirs)
