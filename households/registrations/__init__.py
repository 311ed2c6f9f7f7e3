"""What households contribute to their own page, to the work lists and to the figures."""

from cias.core import registry
from cias.core.presence import rows_of_agents, watched, watched_of_agents
from households import listing, merge_warnings, statistics
from households.datalife.slips import rekey_scans
from households.letters import keys
from households.register import listing as beneficiaries
from households.registrations import (
    budgets,
    caseload,
    copying,
    documents,
    erasing,
    holdings,
    letters,
    merging,
    parts,
    person_requests,
    protection,
    referrals,
    summary,
    tasks,
)
from households.registrations.timeline import timeline
from households.registrations.work import actions, alone, worklist
from households.team import COVERS, tallies


def register() -> None:
    registry.timeline.register("households", timeline)
    registry.actions.register("households", actions)
    registry.worklist.register(
        "households", worklist, about=("households.NoteDraft",), owned=("households.NoteDraft.author",)
    )
    tallies.register("households", alone)
    watched.add("households.Merge")
    watched_of_agents.add(COVERS)
    parts.register()
    documents.register()
    tasks.register()
    caseload.register()
    person_requests.register()
    statistics.register()
    merging.declare()
    erasing.declare()
    copying.declare()
    registry.rekeys.register("bordereaux", rekey_scans)
    merge_warnings.register()
    protection.register()
    listing.register_listing()
    beneficiaries.register_listing()
    registry.timeline.register(
        "households.budgets", budgets.timeline, about=("households.Budget", "households.Debt")
    )
    registry.actions.register("households.budgets", budgets.actions)
    registry.worklist.register(
        "households.budgets",
        budgets.worklist,
        about=("households.BudgetDraft",),
        owned=("households.BudgetDraft.author",),
    )
    registry.timeline.register(
        "referrals", referrals.timeline, about=("households.ReferralIn", "households.ReferralOut")
    )
    registry.actions.register("referrals", referrals.actions)
    rows_of_agents[referrals.DUE] = referrals.due_soon
    registry.worklist.register(
        "referrals", referrals.worklist, about=("households.ReferralOut",), owned=(referrals.DUE,)
    )
    tallies.register("referrals", referrals.late)
    registry.timeline.register("letters", letters.timeline, about=("households.Letter",))
    registry.actions.register("letters", letters.actions)
    registry.worklist.register(
        "letters", letters.worklist, about=("households.Letter",), owned=("households.Letter.author",)
    )
    referrals.declare_merging()
    letters.declare_merging()
    keys.register()
    summary.register()
    holdings.register()
