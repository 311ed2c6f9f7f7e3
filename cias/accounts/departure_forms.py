"""The form of a departure: one choice for each kind of work."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms

from cias.accounts.departures import Held
from cias.accounts.models import User
from cias.core.forms import CiasFormMixin

NOBODY = "personne"
STAYS = "Laisser à ce compte\u00a0: la direction le verra dans «\u00a0Travail sans titulaire\u00a0»"


class DepartureForm(CiasFormMixin, forms.Form):
    """Nothing is chosen in advance: each kind of work that goes to somebody is somebody's decision."""

    close = forms.BooleanField(label="Fermer le compte", required=False)

    def __init__(self, *args: Any, held: Sequence[Held], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = [one for one in held if not one.holding.kept]
        for one in self.held:
            self.fields[one.kind] = forms.ChoiceField(
                label=f"{one.count}\u00a0{one.label}",
                help_text=one.holding.help_text,
                choices=[
                    ("", "Choisir"),
                    *((str(user.pk), f"{user.full_name}, {user.function}") for user in one.receivers),
                    (NOBODY, one.holding.released or STAYS),
                ],
                widget=forms.Select(attrs={"class": "form-select"}),
                error_messages={"required": "Choisissez qui reprend ce travail, ou de le laisser."},
            )

    def rows(self) -> Iterator[forms.BoundField]:
        """The fields of the kinds, in their order."""
        return (self[one.kind] for one in self.held)

    def choices(self) -> dict[str, User | None]:
        """By kind, who takes it; None for nobody."""
        found: dict[str, User | None] = {}
        for one in self.held:
            chosen = self.cleaned_data[one.kind]
            found[one.kind] = next((user for user in one.receivers if str(user.pk) == chosen), None)
        return found

    def closes(self) -> bool:
        return bool(self.cleaned_data["close"])
