"""How much is not filled in, over all open files, with the list that fixes each (H2, S9)."""

from django.utils import timezone

from cias.accounts.models import User
from cias.dashboard.steering.figures import Figure, Share, link
from cias.lists.definition import NO_VIEW, VIEW, Ask
from households.completeness import TOTAL, count_missing, facts_for
from households.listing import HOUSEHOLDS


def shares(user: User) -> list[tuple[str, str, Share]]:
    """(group, what is missing, files that lack it over open files), counted as the list of households counts them."""
    ask, facts = Ask(user, timezone.localdate(), {}), facts_for(user)
    counts = count_missing(HOUSEHOLDS.settle(HOUSEHOLDS.rows(user), ask), facts, ask.today)
    whole = Figure("ménages", counts[TOTAL], link("households:list", **{VIEW: NO_VIEW}), singular="ménage")
    return [
        (
            fact.group,
            fact.label,
            Share(Figure(fact.label, counts[fact.code], link("households:list", manque=fact.code)), whole),
        )
        for fact in facts
    ]
