"""From what has happened to what comes next: pure functions of a file, its acts and the reference data.

Which act a delay runs from, and which ones close it, is the law's order and stays here; every length comes from
`LegalDelay`, every winter from `WinterTruce`.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Protocol

from cias.core.deadlines import ONE_DAY
from cias.core.french import date_short
from housing.delays.counting import Deadline, Nature, RuleBook, before, run, run_back
from housing.delays.enums import DelayCode, DelayUnit
from housing.evictions.enums import TELL_CCAPEX_FIRST, ActKind, ClauseDelay, Ruling
from housing.evictions.states import ENDS, RANK
from housing.models.delays import LegalDelay

K, D = ActKind, DelayCode

# Dates that an act sets itself.
HEARING, GRANTED_DELAYS, EVICTION_FROM = "hearing", "granted", "eviction_from"
HEARING_ALERT, EVICTION_ALERT = timedelta(days=30), timedelta(days=30)

ACTS = {
    K.UNPAID: "le premier impayé",
    K.REPORT_CAF: "le signalement à la CAF",
    K.REPORT_CCAPEX: "le signalement à la CCAPEX",
    K.PAYMENT_ORDER: "le commandement de payer",
    K.JUDGMENT: "le jugement",
    K.SERVICE: "la signification",
    K.QUIT_ORDER: "le commandement de quitter les lieux",
    K.JEX_DECISION: "la décision du juge de l’exécution",
    K.FORCE_REQUEST: "la réquisition",
}
# Dates that are gone once they are past; the others stay late until somebody says what came of them.
LAPSING = (
    D.CAF_REPORT, D.CCAPEX_FIRST, D.PAY, D.PREFECT_NOTICE, D.APPEAL, D.QUIT, D.FORCE_SILENCE, EVICTION_FROM,
)  # fmt: skip
COURT = (K.SUMMONS, K.PREFECT_NOTICE, K.HEARING, K.JUDGMENT)


class LeaseFacts(Protocol):
    """What the count needs to know of a file."""

    landlord_kind: str
    lease_on: date | None
    clause_delay: str
    truce_exception: str


class ActFacts(Protocol):
    kind: str
    on: date
    fixed_on: date | None
    ruling: str


@dataclass(frozen=True)
class Simple:
    """A delay that runs from one kind of act to a last day; any of `closed_by`, later, makes it moot."""

    code: DelayCode
    start: ActKind
    label: str
    closed_by: tuple[ActKind, ...]
    nature: Nature = Nature.ACT


SIMPLE: tuple[Simple, ...] = (
    Simple(D.CAF_REPORT, K.UNPAID, "Le bailleur signale l’impayé à la CAF ou à la MSA",
           (K.REPORT_CAF, K.PAYMENT_ORDER, *COURT)),
    Simple(D.CAF_PLAN, K.REPORT_CAF, "Plan d’apurement à produire à la CAF", COURT),
    Simple(D.PAY, K.PAYMENT_ORDER, "Payer la dette, ou demander des délais", COURT),
    Simple(D.JUDGE_MAX, K.JUDGMENT, "Délais les plus longs que le juge peut accorder", (), Nature.LONGEST),
    Simple(D.APPEAL, K.SERVICE, "Dernier jour pour faire appel", (K.APPEAL,)),
    Simple(D.QUIT, K.QUIT_ORDER, "Dernier jour pour quitter les lieux", ()),
    Simple(D.JEX_MIN, K.JEX_DECISION, "Délai le plus court du juge de l’exécution", (), Nature.SHORTEST),
    Simple(D.JEX_MAX, K.JEX_DECISION, "Délai le plus long du juge de l’exécution", (), Nature.LONGEST),
    Simple(D.FORCE_SILENCE, K.FORCE_REQUEST, "Sans réponse du préfet\u00a0: refus implicite",
           (K.FORCE_GRANTED, K.FORCE_REFUSED)),
)  # fmt: skip


class Chronology:
    """The acts of one file that stand, in their order, and what follows from them."""

    def __init__(
        self,
        file: LeaseFacts,
        acts: Collection[ActFacts],
        rules: RuleBook,
        *,
        diagnosis_sent: bool = False,
        plan_running: bool = False,
    ) -> None:
        self.file, self.rules = file, rules
        self.acts: Sequence[ActFacts] = sorted(acts, key=lambda act: (act.on, RANK[act.kind]))
        self.diagnosis_sent, self.plan_running = diagnosis_sent, plan_running
        self.is_over = any(act.kind in ENDS for act in self.acts)

    def last(self, *kinds: ActKind) -> ActFacts | None:
        return next((act for act in reversed(self.acts) if act.kind in kinds), None)

    def happened_since(self, day: date, kinds: Collection[ActKind]) -> bool:
        return any(act.kind in kinds and act.on >= day for act in self.acts)

    @property
    def stage(self) -> ActFacts | None:
        """What the file has come to: its end, or the furthest act of the procedure."""
        end = self.last(*ENDS)
        return end or max(self.acts, key=lambda act: (RANK[act.kind], act.on), default=None)

    def deadlines(self) -> list[Deadline]:
        """Every date that follows from the acts, in order; `is_open` says which still count."""
        found = [
            *self._simple(),
            *self._ccapex_first(),
            *self._hearing(),
            *self._granted(),
            *self._eviction(),
        ]
        found = [
            replace(one, is_open=one.is_open and not self.is_over, lapses=one.code in LAPSING)
            for one in found
        ]
        return sorted(found, key=lambda one: (one.due, one.code))

    # Each group below yields its dates; none knows of the others.

    def _simple(self) -> Iterator[Deadline]:
        for spec in SIMPLE:
            act = self.last(spec.start)
            delay = self._delay(spec.code, act.on) if act else None
            if act is None or delay is None:
                continue
            is_open = not self.happened_since(act.on, spec.closed_by)
            if spec.code == D.CAF_PLAN and self.plan_running:
                is_open = False
            found = run(
                delay, act.on, label=spec.label, act=ACTS[spec.start], nature=spec.nature, is_open=is_open
            )
            yield self._about_lease(found) if spec.code == D.PAY else found

    def _delay(self, code: DelayCode, on: date) -> LegalDelay | None:
        """The version that counts; for the commandement, what the lease's own clause says comes first."""
        found = self.rules.find(code, on, self.file.lease_on)
        if code != D.PAY or found is None or self.file.clause_delay == ClauseDelay.LAW:
            return found
        weeks = self.file.clause_delay == ClauseDelay.SIX_WEEKS
        return LegalDelay(
            code=code,
            value=6 if weeks else 2,
            unit=DelayUnit.WEEKS if weeks else DelayUnit.MONTHS,
            source=f"Clause résolutoire du bail\u00a0; {found.source}",
            certainty=found.certainty,
            alert_days=found.alert_days,
        )

    def _about_lease(self, found: Deadline) -> Deadline:
        if self.file.clause_delay != ClauseDelay.LAW:
            return replace(found, why=f"{found.why}, d’après la clause du bail")
        if self.file.lease_on is None:
            why = f"{found.why}\u00a0; date du bail inconnue\u00a0: le délai le plus court est retenu"
            return replace(found, why=why, to_check=True)
        return found

    def _ccapex_first(self) -> Iterator[Deadline]:
        act = self.last(K.REPORT_CCAPEX)
        delay = self.rules.find(D.CCAPEX_FIRST, act.on) if act else None
        if act is not None and delay is not None and self.file.landlord_kind in TELL_CCAPEX_FIRST:
            yield run(
                delay, act.on, label="Pas d’assignation possible avant", act=ACTS[K.REPORT_CCAPEX],
                nature=Nature.EARLIEST, is_open=not self.happened_since(act.on, COURT),
            )  # fmt: skip

    @property
    def hearing(self) -> tuple[date, ActFacts] | None:
        """The day fixed for the hearing, by the summons or by the last postponement, and the act that fixes it."""
        act = next(
            (one for one in reversed(self.acts) if one.kind in (K.SUMMONS, K.HEARING) and one.fixed_on), None
        )
        return (act.fixed_on, act) if act is not None and act.fixed_on else None

    def _hearing(self) -> Iterator[Deadline]:
        if self.hearing is None:
            return
        day, act = self.hearing
        held = any(one.on >= day for one in self.acts if one.kind in (K.HEARING, K.JUDGMENT))
        notice = self.rules.find(D.PREFECT_NOTICE, act.on)
        if notice and act.kind == K.SUMMONS:
            done = self.happened_since(act.on, (K.PREFECT_NOTICE,)) or held
            yield run_back(
                notice,
                day,
                label="Assignation à notifier au préfet",
                is_open=not done,
                since=act.on,
                act="l’audience",
            )
        diagnosis = self.rules.find(D.DIAGNOSIS, act.on)
        if diagnosis:
            done = self.diagnosis_sent or held
            yield run_back(
                diagnosis,
                day,
                label="Envoyer le diagnostic social et financier",
                is_open=not done,
                since=act.on,
                act="l’audience",
            )
        what = "Assignation" if act.kind == K.SUMMONS else "Renvoi de l’audience"
        yield Deadline(
            code=HEARING, label="Audience", due=day, since=act.on,
            why=f"{what} du {date_short(act.on)}", source=what, alert_on=day - HEARING_ALERT, is_open=not held,
        )  # fmt: skip

    def _granted(self) -> Iterator[Deadline]:
        """The end of the delays a judge granted; respected, the clause is deemed never to have played."""
        for kind, who in ((K.JUDGMENT, "le juge"), (K.JEX_DECISION, "le juge de l’exécution")):
            act = self.last(kind)
            if act is None or act.ruling != Ruling.SUSPENDED or act.fixed_on is None:
                continue
            closed = self.happened_since(act.on, (K.QUIT_ORDER,)) if kind == K.JUDGMENT else False
            yield Deadline(
                code=GRANTED_DELAYS, label=f"Fin des délais accordés par {who}", due=act.fixed_on, since=act.on,
                why=f"Décision du {date_short(act.on)}", source=kind.label,
                alert_on=act.fixed_on - EVICTION_ALERT, is_open=not closed,
            )  # fmt: skip

    def _eviction(self) -> Iterator[Deadline]:
        """The first day on which the household may be put out, the winter truce counted."""
        order = self.last(K.QUIT_ORDER)
        delay = self.rules.find(D.QUIT, order.on) if order else None
        if order is None or delay is None:
            return
        end = run(delay, order.on, label="", act=ACTS[K.QUIT_ORDER])
        first, why = end.due + ONE_DAY, [f"lendemain des {delay.length} du commandement"]
        jex = self.last(K.JEX_DECISION)
        if jex and jex.ruling == Ruling.SUSPENDED and jex.fixed_on and jex.fixed_on >= first:
            first = jex.fixed_on + ONE_DAY
            why = [f"lendemain des délais du juge de l’exécution ({date_short(jex.fixed_on)})"]
        force = self.last(K.FORCE_GRANTED)
        lent = (force.fixed_on or force.on) if force else None
        if lent and lent > first:
            first, why = lent, [f"concours de la force publique à compter du {date_short(lent)}"]
        source, to_check = delay.source, delay.is_to_check
        if (truce := self.rules.truce(first)) and not self.file.truce_exception:
            why.append(f"trêve hivernale du {date_short(truce.first)} au {date_short(truce.last)}")
            source, to_check = f"{source}\u00a0; {truce.rule.source}", to_check or truce.rule.is_to_check
            first = truce.last + ONE_DAY
        if force is None:
            why.append("et pas sans le concours de la force publique")
        yield Deadline(
            code=EVICTION_FROM, label="Pas d’expulsion possible avant", due=first, since=order.on,
            why=", ".join(why), source=source, to_check=to_check, nature=Nature.EARLIEST,
            alert_on=first - EVICTION_ALERT,
        )  # fmt: skip

    def latest_notice(self) -> date | None:
        """The last day on which the summons could be notified to the prefect; None without a hearing."""
        if self.hearing is None or self.hearing[1].kind != K.SUMMONS:
            return None
        delay = self.rules.find(D.PREFECT_NOTICE, self.hearing[1].on)
        return before(delay, self.hearing[0]) if delay else None
