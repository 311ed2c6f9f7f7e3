"""Unpaid rents at every stage of a procedure, with their tracks and diagnoses."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from cias.demo.world import File, World
from households.models.files import on_day
from housing.evictions import services
from housing.evictions.enums import ActKind, DebtCause, LandlordKind, Ruling, Signal, TrackKind, TrackState
from housing.models import EvictionDebt, EvictionFile

K, T, S = ActKind, TrackKind, TrackState
HOUSEHOLDS_FOR_ONE, MOST = 28, 48
LANDLORDS = {
    LandlordKind.SOCIAL: ("Chartres Métropole Habitat", "Habitat eurélien", "3F Centre Val de Loire"),
    LandlordKind.COMPANY: ("SCI du Pont-Neuf", "SAS Beauce Patrimoine"),
    LandlordKind.PRIVATE: ("M. et Mme Gauthier", "Mme Hélène Roussel", "M. Pascal Ferrand"),
}
CIRCUMSTANCES = (
    "CDD non renouvelé au printemps, ouverture des droits au chômage avec deux mois de retard.",
    "Séparation en début d’année : un seul salaire pour un loyer calculé pour deux.",
    "Aide au logement suspendue faute de déclaration, dossier régularisé depuis.",
    "Arrêt maladie prolongé, indemnités journalières versées tardivement.",
)
SITUATION = (
    "Le ménage vit dans ce logement depuis plusieurs années. Les enfants sont scolarisés dans la commune. "
    "Le loyer courant est repris depuis deux mois."
)
PROPOSALS = (
    "Délais de paiement sur vingt-quatre mois, avec une mensualité en plus du loyer courant que le budget permet. "
    "Demande au FSL en cours. Accompagnement budgétaire accepté."
)
# How far each file has come, and how often.
FATES = {
    "signal": 10, "unpaid": 14, "order": 20, "summons": 16, "hearing": 10, "judgment": 10, "quit": 8, "force": 5,
    "paid": 6, "plan": 6, "rehoused": 5, "dropped": 2, "evicted": 3,
}  # fmt: skip


def create_evictions(world: World) -> None:
    """One household in twenty-eight, each stage at least once where there are enough households."""
    open_files = [file for file in world.files if file.closed_on is None and file.persons]
    count = min(max(len(open_files) // HOUSEHOLDS_FOR_ONE, len(FATES)), MOST, len(open_files))
    chosen = sorted(world.random.sample(open_files, count), key=lambda file: file.household.number)
    for rank, file in enumerate(chosen):
        fate = list(FATES)[rank] if rank < len(FATES) else world.pick(FATES)
        _Story(world, file).tell(fate)


class _Story:
    """One procedure, act after act, each some weeks after the one before and never after today."""

    def __init__(self, world: World, file: File) -> None:
        self.world, self.random = world, world.random
        self.agent = file.referent or self.random.choice(world.workers)
        self.household = file.household
        self.day = self.hearing = world.today
        self.rent = Decimal(0)
        self.file: EvictionFile

    def tell(self, fate: str) -> None:
        """The acts that lead to `fate`, counted back so that the last one is recent."""
        course: dict[str, tuple[str, ...]] = {
            "signal": (),
            "unpaid": ("unpaid", "report"),
            "order": ("unpaid", "report", "order"),
            "summons": ("unpaid", "report", "order", "summons"),
            "hearing": ("unpaid", "report", "order", "summons", "notice"),
            "judgment": ("unpaid", "report", "order", "summons", "notice", "judgment"),
            "quit": ("unpaid", "report", "order", "summons", "notice", "firm", "quit"),
            "force": ("unpaid", "report", "order", "summons", "notice", "firm", "quit", "force"),
            "paid": ("unpaid", "report", "order", "paid"),
            "plan": ("unpaid", "report", "plan"),
            "rehoused": ("unpaid", "report", "order", "summons", "notice", "firm", "quit", "rehoused"),
            "dropped": ("unpaid", "dropped"),
            "evicted": (
                "unpaid",
                "report",
                "order",
                "summons",
                "notice",
                "firm",
                "quit",
                "force",
                "granted",
                "evicted",
            ),
        }
        acts = course[fate]
        self.day = self.world.today - timedelta(days=self.random.randint(6, 40) + 62 * max(len(acts) - 1, 0))
        self._open()
        for act in acts:
            getattr(self, f"_{act}")()
            self.day = min(self.day + timedelta(days=self.random.randint(48, 62)), self.world.today)
        if fate in ("order", "summons", "judgment", "unpaid"):
            self._tracks()
        if fate in ("summons", "hearing", "judgment") and self.world.chance(70):
            self._diagnosis(send=fate != "summons")

    def _open(self) -> None:
        kind = self.world.pick({LandlordKind.SOCIAL: 60, LandlordKind.PRIVATE: 28, LandlordKind.COMPANY: 12})
        address = self.household.addresses.filter(on_day(self.day)).first()
        rent = Decimal(self.random.randint(390, 720))
        self.file = services.open_file(
            by=self.agent,
            household=self.household,
            opened_on=self.day,
            agent=self.agent,
            signal=self.world.pick(
                {s.value: 10 for s in Signal} | {Signal.HOUSEHOLD.value: 30, Signal.CAF.value: 20}
            ),
            signalled_on=self.day,
            landlord_kind=kind,
            landlord=self.random.choice(LANDLORDS[kind]),
            street=address.street if address else "",
            postal_code=address.postal_code if address else "",
            commune=address.commune if address else None,
            lease_on=self.world.pick(
                {date(2019, 5, 1): 30, date(2022, 10, 1): 25, date(2024, 2, 1): 35, None: 10}
            ),
            rent=rent,
            housing_benefit=Decimal(self.random.randint(90, 240)),
            causes=self.random.sample([cause.value for cause in DebtCause][:-1], 2),
            cause_detail=self.random.choice(CIRCUMSTANCES),
        )
        self.rent = rent
        self._owe(rent * self.random.randint(2, 4))

    def _owe(self, amount: Decimal) -> None:
        debt = EvictionDebt(file=self.file, on=self.day, amount=amount, comment="Décompte du bailleur")
        if not self.file.debts.filter(on=self.day).exists():
            services.save_debt(by=self.agent, debt=debt)

    def _act(self, kind: ActKind, **values: object) -> None:
        services.record_act(by=self.agent, file=self.file, kind=kind, on=self.day, **values)

    def _unpaid(self) -> None:
        self._act(K.UNPAID)

    def _report(self) -> None:
        self._act(K.REPORT_CAF)
        self._act(K.REPORT_CCAPEX)

    def _order(self) -> None:
        self._act(K.PAYMENT_ORDER, detail="Étude du commissaire de justice, remis en mains propres")
        self._owe(self.rent * self.random.randint(4, 6))

    def _summons(self) -> None:
        self.hearing = self.day + timedelta(days=self.random.randint(70, 110))
        self._act(K.SUMMONS, fixed_on=self.hearing, detail="Tribunal judiciaire, 9 h 30")

    def _notice(self) -> None:
        self.day -= timedelta(days=40)
        self._act(K.PREFECT_NOTICE)

    def _judgment(self) -> None:
        self.day = min(max(self.day, self.hearing), self.world.today)
        self._act(
            K.JUDGMENT, ruling=Ruling.SUSPENDED, fixed_on=self.day + timedelta(days=730),
            detail="Mensualités en plus du loyer courant",
        )  # fmt: skip

    def _firm(self) -> None:
        self.day = min(max(self.day, self.hearing), self.world.today)
        self._act(K.JUDGMENT, ruling=Ruling.FIRM)
        self.day = min(self.day + timedelta(days=15), self.world.today)
        self._act(K.SERVICE)

    def _quit(self) -> None:
        self._act(K.QUIT_ORDER)

    def _force(self) -> None:
        self._act(K.FORCE_REQUEST)

    def _granted(self) -> None:
        self._act(K.FORCE_GRANTED)

    def _evicted(self) -> None:
        self._act(K.EVICTION)

    def _paid(self) -> None:
        self._act(K.DEBT_PAID, detail="Secours et reprise du loyer")
        self._owe(Decimal(0))

    def _plan(self) -> None:
        self._act(K.PLAN_KEPT)

    def _rehoused(self) -> None:
        self._act(K.REHOUSED, detail="Logement social plus petit")

    def _dropped(self) -> None:
        self._act(K.DROPPED)

    def _tracks(self) -> None:
        start = self.world.today - timedelta(days=self.random.randint(12, 60))
        track = services.open_track(by=self.agent, file=self.file, kind=T.FSL, on=start)
        step: Callable[..., object] = services.move_track
        step(by=self.agent, track=track, state=S.FILED, on=start + timedelta(days=3))
        plan = services.open_track(by=self.agent, file=self.file, kind=T.PLAN, on=start)
        if self.world.chance(60):
            step(
                by=self.agent, track=plan, state=S.RUNNING, on=start + timedelta(days=10), amount=self.rent * 4,
                monthly=Decimal(60), until=self.world.today + timedelta(days=400),
            )  # fmt: skip

    def _diagnosis(self, *, send: bool) -> None:
        draft = services.start_diagnosis(by=self.agent, file=self.file)
        values = {"situation": SITUATION, "proposals": PROPOSALS, "agreed": True}
        services.keep_diagnosis(by=self.agent, diagnosis=draft, values=values)
        if send:
            services.send_diagnosis(
                by=self.agent, diagnosis=draft, sent_on=self.world.today - timedelta(days=2), sent_to="court"
            )
