"""A session: when and who, the roll, and one vote at a time with nothing but the keyboard."""

from collections.abc import Iterator
from datetime import time
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils import timezone

from cias.core.forms import AmountField, Form, FrenchDateField, FrenchTimeField, PastDateField, model_field
from cias.core.french import lower_first, of_name
from households.models.files import on_day
from rights.aids.enums import AidDecision, NoticeChannel, Office
from rights.aids.forms.requests import check_decision, granted_amount
from rights.aids.services.roll import power_field
from rights.aids.sheets import Sheet
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
        help_text="Vide\u00a0: la majorité des membres convoqués, sans compter les pouvoirs (CASF, article R123-17). "
        "Sur seconde convocation, la commission délibère quel que soit le nombre de présents\u00a0: écrivez 1.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        seated = BoardMember.objects.filter(on_day(timezone.localdate()))
        kwargs["initial"] = {"members": list(seated), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        model_field(self, "members").queryset = seated


class RollForm(Form):
    """Who is there, who votes for the absent, and who chairs; it starts from the roll as it was last called."""

    present = MembersField(
        BoardMember.objects.none(), label="Membres présents", widget=forms.CheckboxSelectMultiple
    )
    chair = forms.ModelChoiceField(BoardMember.objects.none(), label="Préside la séance", empty_label=None)

    def __init__(self, *args: Any, session: AidSession, **kwargs: Any) -> None:
        seats = list(session.seats.select_related("member").order_by("member__name", "member__pk"))
        self.members = [seat.member for seat in seats]
        there = [seat.member for seat in seats if seat.present] or self.members
        first = (
            sorted(there, key=lambda member: list(Office).index(Office(member.office)))[0] if there else None
        )
        powers = {power_field(seat.member): seat.proxy_id for seat in seats}
        kwargs["initial"] = {"present": there, "chair": session.chair or first, **powers}
        super().__init__(*args, **kwargs)
        invited = BoardMember.objects.filter(seats__session=session)
        model_field(self, "present").queryset = invited
        model_field(self, "chair").queryset = invited
        names = [("", "Aucun pouvoir"), *((member.pk, member.name) for member in self.members)]
        for member in self.members:
            self.fields[power_field(member)] = forms.TypedChoiceField(
                label=f"Pouvoir {of_name(member.name)}",
                choices=[one for one in names if one[0] != member.pk],
                coerce=UUID,
                empty_value=None,
                required=False,
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    @property
    def lines(self) -> Iterator[tuple[BoardMember, Any, Any]]:
        """Each member with the box of their presence and the field of the power they gave."""
        for member, box in zip(self.members, self["present"], strict=True):
            yield member, box, self[power_field(member)]

    @property
    def asked(self) -> dict[str, Any]:
        """The arguments of open_session() and of update_roll(); who is there takes their power back."""
        data, by_key = self.cleaned_data, {member.pk: member for member in self.members}
        absent = [member for member in self.members if member not in data["present"]]
        powers = {member: data[power_field(member)] for member in absent}
        return {
            "present": data["present"],
            "chair": data["chair"],
            "powers": {giver: by_key[holder] for giver, holder in powers.items() if holder},
        }


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
        label="Ne prennent pas part au vote (intérêt au dossier)",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Le pouvoir qu’ils portent ne compte pas non plus.",
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
            Q(seats__present=True) | Q(seats__proxy__isnull=False), seats__session=session
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
