"""Forms of access to rights. Constraints of the database answer through `FIELD_OF`, at the field they are about."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from cias.accounts.forms import AgentField
from cias.accounts.models import User
from cias.core.forms import AmountField, Form, FrenchDateField, PastDateField, model_field
from cias.core.french import date_short
from households.models import Household, Person
from households.models.files import on_day
from rights.deadlines import SilenceRule, appeal_silence, silence_of
from rights.effects import usual_period
from rights.enums import AppealLevel, Channel, ClosingReason, Decision, FileState, Opinion
from rights.models import RightNotice, RightsFile
from rights.services.decisions import SILENCE_GIVES
from rights.services.duties import untold
from rights.states import CLOSING_REASONS, DECISION_STATE, GRANTS, TACIT

# Which field each constraint speaks of; the others are about the form as a whole.
FIELD_OF = {
    "rights_file_one_in_progress": "detail",
    "rights_file_deposit_first": "on",
    "rights_file_transmission_first": "on",
    "rights_file_decision_first": "notified_on",
    "rights_file_rights_period": "rights_until",
    "rights_file_agreement": "agreement",
    "rights_file_urgent": "urgent_notified_on",
    "rights_file_participation": "participation_on",
    "rights_debtor_offer": "offered",
    "rights_rule_one_at_a_time": "valid_from",
    "rights_filepiece_once": "label",
    "rights_filepiece_issued": "issued_on",
}


class MemberField(forms.ModelChoiceField):
    """A present member of the household, told from a homonym by their birth date."""

    def label_from_instance(self, obj: Person) -> str:
        return f"{obj.full_name} ({obj.birth_label})" if obj.birth_label else obj.full_name


def members(household: Household, day: date) -> Any:
    here = household.memberships.filter(on_day(day)).values("person")
    return Person.objects.filter(pk__in=here)


class OpenForm(Form):
    """Open a request; everything is prefilled, Enter saves."""

    applicant = MemberField(queryset=Person.objects.none(), label="Demandeur")
    agent = AgentField(queryset=User.objects.none(), label="Suivi par")
    deposit_on = PastDateField(
        label="Date de dépôt",
        required=False,
        help_text="Jour où la personne fait sa demande. Sans date, le dossier reste en brouillon.",
    )
    detail = forms.CharField(
        label="Précision",
        required=False,
        max_length=80,
        help_text="Distingue deux demandes du même droit\u00a0: maintien, énergie, prénom de l’enfant…",
    )

    def __init__(self, *args: Any, household: Household, user: User, **kwargs: Any) -> None:
        today = timezone.localdate()
        here = members(household, today)
        first = household.memberships.filter(on_day(today), role="applicant").values_list("person", flat=True)
        kwargs["initial"] = {"applicant": first.first(), "agent": user.pk, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        model_field(self, "applicant").queryset = here
        model_field(self, "agent").queryset = User.objects.social_workers()


class StepForm(Form):
    """A step of one file; its initial values come from the file."""

    def __init__(self, *args: Any, file: RightsFile, **kwargs: Any) -> None:
        self.file = file
        self.today = timezone.localdate()
        kwargs["initial"] = self.first_values() | kwargs.get("initial", {})
        super().__init__(*args, stored=self.stored_values(), **kwargs)

    def first_values(self) -> dict[str, Any]:
        return {"on": self.today}

    def stored_values(self) -> dict[str, Any]:
        """What the step writes over; none for one that only adds."""
        return {}


class DepositForm(StepForm):
    on = PastDateField(
        label="Date de dépôt", help_text="Les délais, et souvent le droit, partent de ce jour."
    )


class OpinionForm(StepForm):
    opinion = forms.ChoiceField(
        label="Avis du CIAS", choices=[("", "Aucun avis"), *Opinion.choices], required=False
    )
    text = forms.CharField(
        label="Motivation",
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Des faits, utiles à la décision. L’avis part avec le dossier, il ne le retient jamais.",
    )

    def stored_values(self) -> dict[str, Any]:
        return {"opinion": self.file.opinion, "text": self.file.opinion_text}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        unfavourable = data.get("opinion") in (Opinion.RESERVED, Opinion.UNFAVOURABLE)
        if unfavourable and not data.get("text"):
            self.add_error("text", "Un avis réservé ou défavorable se motive.")
        return data


class TransmitForm(StepForm):
    on = PastDateField(label="Transmis le")
    channel = forms.ChoiceField(label="Canal", choices=Channel.choices)
    proof = forms.CharField(
        label="Preuve d’envoi",
        required=False,
        max_length=120,
        help_text="Numéro de recommandé, de télédossier, nom de la personne qui a reçu…",
    )
    agreement = forms.BooleanField(
        label="La personne est d’accord avec cette transmission",
        error_messages={"required": "Une demande se transmet avec l’accord de la personne."},
    )

    told = forms.ModelMultipleChoiceField(
        queryset=RightNotice.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Ce qui a été dit à la personne",
    )
    untold_reason = forms.CharField(
        label="Sinon, pourquoi ne l’a-t-on pas dit\u00a0?",
        required=False,
        max_length=200,
        help_text="La demande part quand même dans le délai\u00a0: dites ce qui a empêché d’informer la personne.",
    )

    field_order = ["on", "channel", "proof", "told", "untold_reason", "agreement"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.notices = untold(self.file)
        if not self.notices:
            del self.fields["told"], self.fields["untold_reason"]
        else:
            model_field(self, "told").queryset = RightNotice.objects.filter(
                pk__in=[notice.pk for notice in self.notices]
            )

    def first_values(self) -> dict[str, Any]:
        return {"on": self.today, "channel": Channel.ONLINE}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.notices and len(data.get("told") or ()) < len(self.notices) and not data.get("untold_reason"):
            self.add_error(
                "told", "Cochez ce que la personne a entendu, ou dites plus bas pourquoi ce n’est pas fait."
            )
        return data


class AcknowledgeForm(StepForm):
    on = PastDateField(
        label="Reçu par l’organisme le",
        help_text="Date de l’accusé de réception\u00a0: le délai de réponse part de ce jour.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.file.acknowledged_on:
            self.fields["on"].required = False
            self.fields["on"].help_text = "Vide, la date s’efface\u00a0: le délai part de nouveau de l’envoi."

    def first_values(self) -> dict[str, Any]:
        return {"on": self.file.acknowledged_on or self.today}


class AskPiecesForm(StepForm):
    on = PastDateField(label="Demandées le")
    due_on = FrenchDateField(label="À fournir avant le", required=False)
    labels = forms.CharField(
        label="Pièces demandées",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Une par ligne\u00a0: elles rejoignent la liste des pièces.",
    )

    def clean_labels(self) -> list[str]:
        labels = [" ".join(line.split()) for line in self.cleaned_data["labels"].splitlines()]
        if any(len(label) > 160 for label in labels):
            raise ValidationError("Le nom d’une pièce compte 160 caractères au plus.")
        return [label for label in labels if label]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        on, due_on = data.get("on"), data.get("due_on")
        if on and due_on and due_on < on:
            self.add_error("due_on", "La réponse ne peut pas être attendue avant la demande.")
        return data


class SendPiecesForm(StepForm):
    on = PastDateField(
        label="Pièces envoyées le",
        help_text="L’organisme a le dossier complet\u00a0: son délai part de ce jour.",
    )


class PeriodMixin(forms.Form):
    """The amount and the period of a right."""

    amount = AmountField(label="Montant mensuel", required=False, help_text="En euros, si le droit en a un.")
    rights_from = FrenchDateField(label="Droit ouvert du", required=False)
    rights_until = FrenchDateField(label="Jusqu’au", required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("rights_from"), data.get("rights_until")
        if last and not first and not self.errors.get("rights_from"):
            self.add_error("rights_from", "Indiquez aussi le premier jour du droit.")
        if first and last and last < first:
            self.add_error("rights_until", "Le droit ne peut pas finir avant de commencer.")
        return data


class DecisionForm(PeriodMixin, StepForm):
    """What the authority decided, or what its silence decided."""

    decision = forms.ChoiceField(label="Décision", widget=forms.RadioSelect)
    on = PastDateField(label="Décidé le")
    notified_on = PastDateField(
        label="Notifié le", required=False, help_text="Le délai de recours part de la notification."
    )
    reason = forms.CharField(label="Motif donné", required=False, max_length=300)

    field_order = ["decision", "on", "notified_on", "amount", "rights_from", "rights_until", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_field(self, "decision").choices = [
            (decision.value, decision.label) for decision in Decision if self.is_possible(decision)
        ]
        first, last = usual_period(self.file, self.today)
        if first is not None:
            usual = f"du {date_short(first)}" + (f" au {date_short(last)}" if last else "")
            self.fields[
                "rights_from"
            ].help_text = f"Si la décision est d’aujourd’hui, d’après la règle\u00a0: {usual}."

    def is_possible(self, decision: Decision) -> bool:
        """What the state allows; what silence gives, once the authority's delay has run (or on an appeal)."""
        if not self.file.can_move_to(DECISION_STATE[decision]):
            return False
        return decision not in TACIT or self.tacit() == decision

    def tacit(self) -> Decision | None:
        silence = self.silence()
        return SILENCE_GIVES.get(silence.means) if silence and silence.due < self.today else None

    def silence(self) -> SilenceRule | None:
        return appeal_silence(self.file) or silence_of(self.file)

    def first_values(self) -> dict[str, Any]:
        """Once the authority's delay has run, silence is what there is to record."""
        silence = self.silence()
        return {"decision": self.tacit(), "on": silence.due} if silence and self.tacit() else {}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("decision") and data["decision"] not in GRANTS:
            for name in ("amount", "rights_from", "rights_until"):
                if data.get(name) is not None:
                    self.add_error(name, "Un refus n’ouvre pas de droit\u00a0: videz cette case.")
        return data


class OpenRightForm(PeriodMixin, StepForm):
    field_order = ["rights_from", "rights_until", "amount"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rights_from"].required = True

    def first_values(self) -> dict[str, Any]:
        first, last = usual_period(self.file, self.file.decision_on or self.today)
        return {"rights_from": first, "rights_until": last, "amount": self.file.amount}


class AppealForm(StepForm):
    level = forms.ChoiceField(label="Devant qui", choices=AppealLevel.choices, widget=forms.RadioSelect)
    on = PastDateField(label="Recours formé le")
    reason = forms.CharField(
        label="Ce qui est contesté", max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )

    def first_values(self) -> dict[str, Any]:
        """After the preliminary appeal comes the court."""
        level = AppealLevel.COURT if self.file.appeal_level else AppealLevel.PRELIMINARY
        return {"level": level, "on": self.today}


class EndForm(StepForm):
    """Close the file, or say that the person gave up or was sent elsewhere."""

    state = forms.ChoiceField(label="Fin du dossier", widget=forms.RadioSelect)
    closing_reason = forms.ChoiceField(label="Motif", choices=[("", "Choisissez"), *ClosingReason.choices])
    on = PastDateField(label="Le")
    reason = forms.CharField(label="Précision", required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        endings = [state for state in CLOSING_REASONS if self.file.can_move_to(state)]
        model_field(self, "state").choices = [(state.value, state.label) for state in endings]
        allowed = {reason for state in endings for reason in CLOSING_REASONS[state]}
        model_field(self, "closing_reason").choices = [
            ("", "Choisissez"),
            *[(reason.value, reason.label) for reason in ClosingReason if reason in allowed],
        ]
        if len(endings) == 1:
            self.fields["state"].initial = endings[0].value

    def clean_state(self) -> FileState:
        return FileState(self.cleaned_data["state"])
