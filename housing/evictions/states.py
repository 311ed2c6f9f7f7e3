"""What the steps of the chronology mean, and how the parallel tracks move."""

from collections.abc import Mapping

from housing.evictions.enums import ActKind, TrackKind, TrackState

K, S = ActKind, TrackState

# What ends a file; the first one is the only bad end.
ENDS = (K.EVICTION, K.DEBT_PAID, K.PLAN_KEPT, K.REHOUSED, K.DROPPED)
RANK: Mapping[str, int] = {kind.value: rank for rank, kind in enumerate(ActKind)}

# The steps a director counts by; each covers the acts up to the next one.
STAGES: Mapping[str, tuple[str, tuple[ActKind, ...]]] = {
    "impaye": ("Impayé, avant commandement", (K.UNPAID, K.REPORT_CAF, K.REPORT_CCAPEX)),
    "commandement": ("Commandement de payer", (K.PAYMENT_ORDER,)),
    "assignation": ("Assignation, avant jugement", (K.SUMMONS, K.PREFECT_NOTICE, K.HEARING)),
    "jugement": ("Jugement rendu", (K.JUDGMENT, K.SERVICE, K.APPEAL)),
    "quitter": ("Commandement de quitter les lieux", (K.QUIT_ORDER, K.JEX, K.JEX_DECISION)),
    "force": ("Concours de la force publique", (K.FORCE_REQUEST, K.FORCE_REFUSED, K.FORCE_GRANTED)),
    "termine": ("Terminé", ENDS),
}
STAGE_OF: Mapping[str, str] = {kind.value: code for code, (_label, kinds) in STAGES.items() for kind in kinds}

TRANSITIONS: Mapping[TrackState, frozenset[TrackState]] = {
    S.PREPARED: frozenset({S.FILED, S.RUNNING, S.DROPPED}),
    S.FILED: frozenset({S.RUNNING, S.REFUSED, S.DROPPED}),
    S.RUNNING: frozenset({S.KEPT, S.BROKEN}),
    S.REFUSED: frozenset({S.FILED}),
    S.BROKEN: frozenset({S.FILED, S.RUNNING}),
    S.KEPT: frozenset(),
    S.DROPPED: frozenset(),
}
TRACK_ENDED = (S.REFUSED, S.KEPT, S.BROKEN, S.DROPPED)
# The right of the catalogue (rights app) in which a track is instructed.
RIGHT_OF: Mapping[str, str] = {TrackKind.FSL: "fsl", TrackKind.OVERINDEBTED: "surendettement"}
