"""What a session is told by to those who pay for it: figures, never a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from cias.core.export import Value
from cias.core.french import date_short, time_fr
from insertion.models import WorkshopEvaluation, WorkshopSession
from insertion.models.workshops import ANSWERS
from insertion.workshops.enums import Attendance, RegistrationState

QUESTIONS = {
    "satisfaction": "Satisfaction",
    "learnt": "J’ai appris quelque chose",
    "use": "Je m’en servirai",
}
LABELS = {
    "very_satisfied": "Très", "satisfied": "Plutôt", "little_satisfied": "Peu", "not_satisfied": "Pas du tout",
    "learnt_yes": "Oui", "learnt_partly": "En partie", "learnt_no": "Non",
    "use_yes": "Oui", "use_maybe": "Peut-être", "use_no": "Non",
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    title: str
    answers: Sequence[tuple[str, int]]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.answers)


@dataclass(frozen=True, kw_only=True)
class Balance:
    """One session in figures. `registered` held a seat, `walk_ins` came without one, `still_waiting` got none."""

    session: WorkshopSession
    registered: int
    present: int
    walk_ins: int
    excused: int
    unexcused: int
    still_waiting: int
    without_file: int
    evaluation: WorkshopEvaluation | None

    @property
    def hours(self) -> Decimal:
        """Person-hours: the length of the session for each person present."""
        return Decimal(self.session.minutes) / 60 * self.present

    @property
    def questions(self) -> list[Question]:
        if self.evaluation is None or not self.evaluation.returned:
            return []
        return [
            Question(QUESTIONS[code], [(LABELS[name], getattr(self.evaluation, name)) for name in names])
            for code, names in ANSWERS.items()
        ]

    def rows(self) -> list[tuple[str, Value]]:
        """Label and value, for a spreadsheet."""
        session, workshop = self.session, self.session.workshop
        start = timezone.localtime(session.start)
        rows: list[tuple[str, Value]] = [
            ("Atelier", workshop.name), ("Nature", workshop.get_kind_display()),
            ("Domaine", workshop.get_domain_display()), ("Thème", workshop.get_theme_display()),
            ("Date", date_short(start)), ("Heure", time_fr(start)), ("Durée (min)", session.minutes),
            ("Lieu", workshop.where), ("Animé par", workshop.led_by), ("Places", session.seats),
            ("Inscrits", self.registered), ("Présents", self.present),
            ("dont venus sans inscription", self.walk_ins), ("dont sans dossier", self.without_file),
            ("Absents excusés", self.excused), ("Absents non excusés", self.unexcused),
            ("Restés en liste d’attente", self.still_waiting), ("Heures-personnes", self.hours),
        ]  # fmt: skip
        if self.evaluation is not None:
            rows.append(("Questionnaires rendus", self.evaluation.returned))
            for question in self.questions:
                rows += [(f"{question.title}\u00a0: {label}", count) for label, count in question.answers]
            rows += [("Remarques", self.evaluation.remarks), ("Bilan", self.evaluation.balance)]
        return rows


def balance_of(session: WorkshopSession) -> Balance:
    rows = list(session.registrations.live().values_list("state", "attendance", "is_walk_in", "person"))
    present = [row for row in rows if row[1] == Attendance.PRESENT]
    return Balance(
        session=session,
        registered=sum(row[0] == RegistrationState.REGISTERED and not row[2] for row in rows),
        present=len(present),
        walk_ins=sum(row[2] for row in present),
        excused=sum(row[1] == Attendance.EXCUSED for row in rows),
        unexcused=sum(row[1] == Attendance.UNEXCUSED for row in rows),
        still_waiting=sum(row[0] == RegistrationState.WAITING for row in rows),
        without_file=sum(row[3] is None for row in present),
        evaluation=WorkshopEvaluation.objects.filter(session=session).first(),
    )
