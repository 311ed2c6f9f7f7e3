"""What can be done next about absences: the buttons of the page, the usual one first. None of them is a sanction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from insertion.followup import no_shows
from insertion.followup.enums import NoShowState
from insertion.followup.forms import (
    AnswerForm,
    ExcuseForm,
    LookForForm,
    ReportForm,
    ResumeForm,
    SummonForm,
)
from insertion.models import NoShowCase

S = NoShowState
LOOKED_FOR = (S.OPEN, S.CONTACTED, S.SUMMONED)


@dataclass(frozen=True, kw_only=True)
class CaseStep:
    """`states` are those in which it makes sense, `main` those in which it is what one expects."""

    code: str
    label: str
    icon: str
    form: type[forms.Form]
    act: Callable[..., Any]
    done: str
    states: tuple[NoShowState, ...]
    main: tuple[NoShowState, ...] = ()
    intro: str = ""
    takes_file: bool = False
    submit: str = "Enregistrer"


STEPS: Mapping[str, CaseStep] = {
    step.code: step
    for step in (
        CaseStep(
            code="joindre", label="Essai pour joindre la personne", icon="bi-telephone", form=LookForForm,
            act=no_shows.look_for, done="L’essai est noté.", states=LOOKED_FOR, main=(S.OPEN,),
        ),
        CaseStep(
            code="convoquer", label="Convocation", icon="bi-envelope-paper", form=SummonForm, act=no_shows.summon,
            done="La convocation est notée\u00a0: la lettre peut s’imprimer.", states=LOOKED_FOR, main=(S.CONTACTED,),
            takes_file=True,
            intro="La lettre rappelle l’objet du rendez-vous, les motifs légitimes et comment répondre.",
        ),
        CaseStep(
            code="reprise", label="La personne est venue, le contact est repris", icon="bi-person-check",
            form=ResumeForm, act=no_shows.resume, done="Le contact est repris\u00a0: le suivi d’absence est terminé.",
            states=(*LOOKED_FOR, S.REPORTED), main=(S.SUMMONED,),
        ),
        CaseStep(
            code="motif", label="Motif légitime retenu", icon="bi-shield-check", form=ExcuseForm, act=no_shows.excuse,
            done="Le motif est retenu\u00a0: les absences sont excusées.", states=(*LOOKED_FOR, S.REPORTED),
        ),
        CaseStep(
            code="transmettre", label="Transmettre les faits au Département", icon="bi-send", form=ReportForm,
            act=no_shows.report, done="La transmission est notée\u00a0: le rapport est figé.", states=(S.SUMMONED,),
            submit="Noter la transmission",
            intro="Le rapport dit les absences, les essais et la convocation, à leurs dates. "
            "Il ne propose rien\u00a0: seul le Département décide des suites (C. trav., art. L5426-1).",
        ),
        CaseStep(
            code="reponse", label="Réponse du Département", icon="bi-reply", form=AnswerForm, act=no_shows.answer,
            done="La réponse est notée.", states=(S.REPORTED,), main=(S.REPORTED,),
        ),
    )
}  # fmt: skip


def possible_steps(case: NoShowCase) -> list[CaseStep]:
    """Those the state allows, what one expects first."""
    found = [step for step in STEPS.values() if case.state in step.states]
    return sorted(found, key=lambda step: case.state not in step.main)
