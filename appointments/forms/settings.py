"""What the direction settles once: rooms, reasons, teams, times of travel."""

from collections.abc import Iterator
from typing import Any

from django import forms

from appointments.models import Reason, Room, Team
from appointments.models.visits import LONGEST_WAY
from cias.accounts.models import User
from cias.core.forms import Form, ModelForm, model_field
from cias.territory.models import Commune


class RoomForm(ModelForm):
    class Meta:
        model = Room
        fields = ["name", "is_active"]
        help_texts = {
            "is_active": "Décochez pour ne plus la proposer\u00a0: les rendez-vous pris la gardent."
        }


class ReasonForm(ModelForm):
    class Meta:
        model = Reason
        fields = [
            "label", "category", "minutes", "buffer_minutes", "to_bring", "at_desk", "private", "position",
            "is_active",
        ]  # fmt: skip
        help_texts = {
            "category": "Tout ce que l’accueil et la direction voient du motif.",
            "to_bring": "Imprimé sur la carte et le courrier, et dit au téléphone.",
            "at_desk": "L’accueil ne propose que ces motifs, qui en disent peu.",
            "is_active": "Décochez pour ne plus le proposer\u00a0: les rendez-vous pris le gardent.",
        }


class TeamForm(ModelForm):
    class Meta:
        model = Team
        fields = ["name", "members"]
        widgets = {"members": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_field(self, "members").queryset = User.objects.with_agenda()


class TravelForm(Form):
    """One field a commune, empty where the estimate will do. `known`: minutes by code."""

    def __init__(
        self,
        *args: Any,
        communes: list[Commune],
        known: dict[str, int],
        estimates: dict[str, int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.communes, self.estimates = communes, estimates
        for commune in communes:
            self.fields[commune.code] = forms.IntegerField(
                label=commune.name,
                min_value=0,
                max_value=LONGEST_WAY,
                required=False,
                initial=known.get(commune.code),
            )

    def rows(self) -> Iterator[tuple[Commune, int, forms.BoundField]]:
        """For the page: each commune, its estimate in minutes and its field."""
        for commune in self.communes:
            yield commune, self.estimates[commune.code], self[commune.code]
