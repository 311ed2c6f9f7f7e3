"""The dates of what is done beside the procedure."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Protocol

from cias.core.french import date_short
from housing.delays.counting import Deadline, RuleBook, run
from housing.delays.enums import DelayCode
from housing.evictions.enums import TrackKind, TrackState

REPLIES = {
    TrackKind.FSL: (DelayCode.FSL_REPLY, "Réponse attendue du FSL", "la demande au FSL"),
    TrackKind.OVERINDEBTED: (
        DelayCode.DEBT_REPLY,
        "Recevabilité attendue de la commission de surendettement",
        "le dépôt à la Banque de France",
    ),
}
TRACK_END = "track_end"
ALERT = timedelta(days=30)


class TrackFacts(Protocol):
    kind: str
    state: str
    since: date
    filed_on: date | None
    until: date | None

    def get_kind_display(self) -> str: ...


def track_deadlines(tracks: Iterable[TrackFacts], rules: RuleBook) -> Iterator[Deadline]:
    """When an answer is due to what was asked, and when what was granted ends."""
    for track in tracks:
        if track.state == TrackState.FILED and track.kind in REPLIES and track.filed_on:
            code, label, act = REPLIES[TrackKind(track.kind)]
            delay = rules.find(code, track.filed_on)
            if delay:
                yield run(delay, track.filed_on, label=label, act=act)
        if track.state == TrackState.RUNNING and track.until:
            yield Deadline(
                code=TRACK_END,
                label=f"{track.get_kind_display()}\u00a0: dernière échéance",
                due=track.until,
                since=track.since,
                why=f"accordé le {date_short(track.since)}",
                source="Décision ou plan signé",
                alert_on=track.until - ALERT,
            )
