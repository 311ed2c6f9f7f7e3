"""A session: when and who, the roll, and one vote at a time with nothing but the keyboard."""

from datetime import time
from typing import Any

from django import forms
from django.utils import timezone

from cias.core.forms import AmountField, Form, FrenchDateField, FrenchTimeField, model_field
from cias.core.french import lower_first
from households.models.files import on_day
from rights.aids.enums import AidDecision, NoticeChannel
from rights.aids.forms.requests import check_decision, granted_amount
from rights.aids.sheets import Sheet
from rights.forms import PastDateField
from rights.models import AidRequest, AidSession, BoardMember


class MembersField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: BoardMember) -> str:
        said = [obj.get_seat_display().lower(), lower_first(obj.get_office_display())]
        return f"{obj.name} ({', '.join(said)})"


class SessionForm(Form):
    held_on = FrenchDateField(label="Date")
    starts_at = FrenchTimeField(label="Heure", initial=time(14))
    place = forms.CharField(label="Lieu", max_length=120)
    members = MembersField(
        BoardMember.objects.none(), label="Membres convoqués", widget=forms.CheckboxSelectMultiple
    )
    quorum = forms.IntegerField(
        label="Quorum",
        required=False,
        min_value=1,
        help_text="Vide\u00a0: la majorité des membres convoqués.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        seated = BoardMember.objects.filter(on_day(timezone.localdate()))
        kwargs["initial"] = {"members": list(seated), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        model_field(self, "members").queryset = seated


class RollForm(Form):
    """Who is there, and who chairs."""

    present = MembersField(
        BoardMember.objects.none(), label="Membres présents", widget=forms.CheckboxSelectMultiple
    )
    chair = forms.ModelChoiceField(BoardMember.objects.none(), label="Préside la séance", empty_label=None)

    def __init__(self, *args: Any, session: AidSession, **kwargs: Any) -> None:
        invited = BoardMember.objects.filter(seats__session=session)
        president = invited.filter(office="president").first() or invited.filter(office="vice").first()
        kwargs["initial"] = {"present": list(invited), "chair": president}
        super().__init__(*args, **kwargs)
        model_field(self, "present").queryset = invited
        model_field(self, "chair").queryset = invited


class KeyedRadios(forms.RadioSelect):
    """Radio buttons one picks with 1, 2, 3… (static/js/app.js), for who wants these keys."""

    def __init__(self, *, keys: bool) -> None:
        super().__init__()
        self.keys = keys

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, label, *args, **kwargs)
        if self.keys:
            option["attrs"]["data-shortcut"] = str(int(option["index"]) + 1)
        return option


class VoteForm(Form):
    """The decision on one sheet. Everything is filled in for a unanimous grant of what was asked."""

    decision = forms.ChoiceField(label="Décision", choices=AidDecision.choices)
    amount = AmountField(
        label="Montant accordé", required=False, help_text="Pour un accord partiel seulement."
    )
    reason = forms.CharField(
        label="Motif",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="La personne le lira. Facultatif pour un accord.",
    )
    votes_against = forms.IntegerField(label="Contre", min_value=0, required=False)
    abstentions = forms.IntegerField(label="Abstentions", min_value=0, required=False)
    casting_vote = forms.BooleanField(
        label="Égalité\u00a0: la présidence fait pencher le vote pour cette décision", required=False
    )
    recused = MembersField(
        BoardMember.objects.none(),
        label="Ont quitté la salle (intérêt au dossier)",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    override_reason = forms.CharField(
        label="Dépassement de l’enveloppe, motif",
        required=False,
        max_length=300,
        help_text="Seulement si l’enveloppe ne suffit pas.",
    )

    def __init__(
        self, *args: Any, session: AidSession, sheet: Sheet, keys: bool = True, **kwargs: Any
    ) -> None:
        proposed = sheet.proposed if sheet.proposed is not None and sheet.proposed < sheet.amount else None
        kwargs["initial"] = {"amount": proposed, "votes_against": 0, "abstentions": 0}
        super().__init__(*args, **kwargs)
        self.asked_amount = sheet.amount
        decision = model_field(self, "decision")
        decision.widget = KeyedRadios(keys=keys)
        decision.widget.choices = decision.choices
        decision.widget.attrs = {"class": "form-check-input"}
        model_field(self, "recused").queryset = BoardMember.objects.filter(
            seats__session=session, seats__present=True
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        check_decision(self, data, self.asked_amount)
        return data

    @property
    def asked(self) -> dict[str, Any]:
        """The arguments of decide_item()."""
        data = self.cleaned_data
        return {
            **data,
            "amount": granted_amount(data),
            "votes_against": data["votes_against"] or 0,
            "abstentions": data["abstentions"] or 0,
        }


class RequestsField(forms.ModelMultipleChoiceField):
    """Requests by their number: who makes up the agenda need not know whose they are."""

    def label_from_instance(self, obj: AidRequest) -> str:
        urgent = ", urgente" if obj.urgent else ""
        return f"{obj.number}, {obj.kind.name} ({obj.get_state_display().lower()}{urgent})"


class AgendaForm(Form):
    requests = RequestsField(AidRequest.objects.none(), label="Demandes", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, waiting: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"requests": list(waiting)}
        super().__init__(*args, **kwargs)
        model_field(self, "requests").queryset = waiting


class NoticeForm(Form):
    on = PastDateField(label="Notifiées le")
    notice = forms.ChoiceField(label="Par", choices=NoticeChannel.choices)
