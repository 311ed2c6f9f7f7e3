"""What households contribute to their own page, to the work lists and to the figures."""

from cias.core import registry
from households import merge_warnings, statistics
from households.registrations import merging
from households.registrations.timeline import timeline
from households.registrations.work import actions, worklist


def register() -> None:
    registry.timeline.register("households", timeline)
    registry.actions.register("households", actions)
    registry.worklist.register("households", worklist)
    statistics.register()
    merging.declare()
    merge_warnings.register()
