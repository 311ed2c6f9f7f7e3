"""Forms of the structure's settings."""

from collections.abc import Iterator
from datetime import date, time
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import slugify

from cias.core.forms import (
    Form,
    FrenchDateField,
    FrenchTimeField,
    FrenchTimeInput,
    ModelForm,
    PhoneField,
)
from cias.core.french import number
from cias.core.secrecy.thresholds import THRESHOLDS, Thresholds
from cias.territory.models import (
    SAME_DAY,
    Commune,
    ExceptionalClosure,
    OpeningHours,
    SecrecyRule,
    Structure,
    Weekday,
    Zone,
)


class StructureForm(ModelForm):
    phone = PhoneField(label="Téléphone", required=False)

    class Meta:
        model = Structure
        fields = [
            "name",
            "short_name",
            "address_lines",
            "phone",
            "email",
            "website",
            "president",
            "privacy_contact",
            "pentecost_monday_closed",
        ]
        labels = {
            "address_lines": "Adresse postale",
            "pentecost_monday_closed": "Fermé le lundi de Pentecôte",
            "privacy_contact": "Adresse e-mail du délégué à la protection des données",
        }
        help_texts = {
            "name": "En toutes lettres, comme sur un courrier.",
            "short_name": "Affiché en haut des écrans et dans les messages.",
            "president": "Par exemple « Mme Dupont, présidente ». Figure sur les courriers et les rapports.",
        }
        widgets = {"address_lines": forms.Textarea(attrs={"rows": 3})}


HALVES = (("morning", "matin"), ("afternoon", "après-midi"))


class HoursForm(Form):
    """A whole week of opening hours, valid from a day on; empty fields mean closed.

    Whatever the day, the new week replaces the latest ones: those are what a colleague may have changed meanwhile.
    """

    valid_from = FrenchDateField(label="À partir du")

    def __init__(
        self, *args: Any, week: list[OpeningHours] | None = None, latest: str = "", **kwargs: Any
    ) -> None:
        """`week` are the rows to start from, `latest` the words of the last hours that were entered."""
        super().__init__(*args, **kwargs)
        self.compare_with({"valid_from": latest})
        by_day: dict[int, list[OpeningHours]] = {}
        for row in week or []:
            by_day.setdefault(row.weekday, []).append(row)
        for day in Weekday:
            rows = by_day.get(day, [])
            alone_after_noon = len(rows) == 1 and rows[0].opens_at >= time(12)
            halves: list[OpeningHours | None] = [None, *rows] if alone_after_noon else [*rows, None, None]
            for (half, name), opening in zip(HALVES, halves, strict=False):
                for end, word in (("opens", "ouverture"), ("closes", "fermeture")):
                    self.fields[f"{half}_{end}_{day}"] = FrenchTimeField(
                        label=f"{day.label.capitalize()} {name}, {word}",
                        required=False,
                        widget=FrenchTimeInput(small=True),
                        initial=getattr(opening, f"{end}_at") if opening else None,
                    )

    def days(self) -> Iterator[tuple[str, list[tuple[str, forms.BoundField, forms.BoundField]]]]:
        """For the page: each weekday, and for each half-day its name, opening and closing fields."""
        for day in Weekday:
            yield (
                day.label,
                [(name, self[f"{half}_opens_{day}"], self[f"{half}_closes_{day}"]) for half, name in HALVES],
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for day in Weekday:
            for half, _name in HALVES:
                self._check_pair(cleaned, f"{half}_opens_{day}", f"{half}_closes_{day}")
            ends, starts = cleaned.get(f"morning_closes_{day}"), cleaned.get(f"afternoon_opens_{day}")
            if ends and starts and starts < ends:
                self.add_error(f"afternoon_opens_{day}", "L’après-midi commence avant la fin de la matinée.")
        if not self.errors and not self.intervals():
            raise ValidationError("Indiquez au moins une ouverture dans la semaine.")
        return cleaned

    def _check_pair(self, cleaned: dict[str, Any], opens: str, closes: str) -> None:
        if opens in self.errors or closes in self.errors:
            return
        if bool(cleaned.get(opens)) != bool(cleaned.get(closes)):
            self.add_error(closes if cleaned.get(opens) else opens, "Indiquez l’ouverture et la fermeture.")
        elif cleaned.get(opens) and cleaned[closes] <= cleaned[opens]:
            self.add_error(closes, "La fermeture doit suivre l’ouverture.")

    def intervals(self) -> list[tuple[int, time, time]]:
        """Weekday, opening and closing of every interval filled in."""
        cleaned = self.cleaned_data
        return [
            (int(day), cleaned[f"{half}_opens_{day}"], cleaned[f"{half}_closes_{day}"])
            for day in Weekday
            for half, _name in HALVES
            if cleaned.get(f"{half}_opens_{day}")
        ]


class ClosureForm(ModelForm):
    first_day = FrenchDateField(label="Premier jour")
    last_day = FrenchDateField(label="Dernier jour", required=False, help_text="Vide pour un seul jour.")

    class Meta:
        model = ExceptionalClosure
        fields = ["first_day", "last_day", "label"]
        help_texts = {"label": "Affichée à l’accueil, par exemple « Pont de l’Ascension »."}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        cleaned["last_day"] = last or first
        if first and last and last < first:
            self.add_error("last_day", "La fermeture doit finir après son premier jour.")
        return cleaned


class ZoneForm(ModelForm):
    """A grouping of communes; the communes ticked leave the zone they were in."""

    communes = forms.ModelMultipleChoiceField(
        Commune.objects.all(),
        label="Communes de la zone",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Zone
        fields = ["name"]
        help_texts = {"name": "Par exemple « Vallée de l’Eure »."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ModelMultipleChoiceField, self.fields["communes"])
        field.queryset = Commune.objects.select_related("zone")
        field.label_from_instance = self._commune_label  # type: ignore[assignment,method-assign]
        if not self.instance._state.adding:
            field.initial = list(self.instance.communes.values_list("pk", flat=True))

    def _commune_label(self, commune: Commune) -> str:
        name = f"{commune.name}, {number(commune.population)} hab."
        if commune.zone and commune.zone != self.instance:
            return f"{name} (aujourd’hui dans « {commune.zone} »)"
        return name

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        other = Zone.objects.filter(code=slugify(name)).exclude(pk=self.instance.pk).first()
        if other and not other.is_active:
            raise ValidationError(
                "Une zone retirée porte ce nom\u00a0: ouvrez-la pour l’utiliser de nouveau."
            )
        if other:
            raise ValidationError("Une zone porte déjà ce nom.")
        return name


# The least protection that a rule may give, and the sentence that says so at the field.
FLOORS = {
    "count": (
        THRESHOLDS.count,
        "La règle demande au moins {} : en dessous, un effectif désigne des personnes.",
    ),
    "sensitive": (THRESHOLDS.sensitive, "La règle demande au moins {} pour un sujet sensible."),
    "amount_units": (
        THRESHOLDS.amount_units,
        "La règle de l’Insee demande au moins {} ménages derrière un montant.",
    ),
    "rate_denominator": (
        THRESHOLDS.rate_denominator,
        "La règle demande un effectif d’au moins {} sous un taux.",
    ),
}
MOST = int(THRESHOLDS.dominance * 100)


class SecrecyRuleForm(ModelForm):
    """Thresholds from a day on, today at the earliest, prefilled with those in force."""

    valid_from = FrenchDateField(
        label="À partir du", help_text="Aujourd’hui ou plus tard. Ce qui est publié ne change pas."
    )

    class Meta:
        model = SecrecyRule
        fields = [
            "valid_from",
            "count",
            "sensitive",
            "amount_units",
            "dominance",
            "rate_denominator",
            "source",
        ]
        labels = {
            "count": "Effectif publié à partir de",
            "sensitive": "Effectif publié à partir de, pour un sujet sensible",
            "amount_units": "Montant publié à partir de, en ménages",
            "dominance": "Part du plus gros ménage dans un montant, au plus, en %",
            "rate_denominator": "Taux publié à partir d’un effectif de",
            "source": "Texte ou décision",
        }
        help_texts = {
            "sensitive": "Santé, violences, nationalité, protection, handicap, permanences psychologiques.",
            "source": "Par exemple « Décision de la direction du 12 mars ».",
        }

    def __init__(self, *args: Any, current: Thresholds, **kwargs: Any) -> None:
        initial = {
            "count": current.count,
            "sensitive": current.sensitive,
            "amount_units": current.amount_units,
            "dominance": int(current.dominance * 100),
            "rate_denominator": current.rate_denominator,
        }
        super().__init__(*args, initial=initial, **kwargs)

    def clean_valid_from(self) -> date:
        day: date = self.cleaned_data["valid_from"]
        if day < timezone.localdate():
            raise ValidationError("Une règle commence aujourd’hui ou plus tard : le passé ne change pas.")
        if SecrecyRule.objects.filter(valid_from=day).exists():
            raise ValidationError(SAME_DAY)
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, (floor, sentence) in FLOORS.items():
            value = cleaned.get(name)
            if value is not None and value < floor:
                self.add_error(name, sentence.format(floor))
        share = cleaned.get("dominance")
        if share is not None and not 1 <= share <= MOST:
            self.add_error("dominance", f"La règle de l’Insee demande {MOST} % au plus.")
        count, sensitive = cleaned.get("count"), cleaned.get("sensitive")
        if count and sensitive and sensitive < count:
            self.add_error(
                "sensitive", "Un sujet sensible ne peut pas avoir un seuil plus bas que les autres."
            )
        return cleaned

    def _post_clean(self) -> None:
        """Our own sentences, at their field, come before those of the constraints."""
        if not self.errors:
            super()._post_clean()  # type: ignore[misc]
