"""Send a file, say what its columns and its words mean, decide about duplicates."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from cias.core.forms import Form, FrenchDateField, ModelForm
from cias.core.grids import MOST_BYTES
from cias.core.text import sort_key
from households.enums import Decision
from households.forms.fields import PlaceField
from households.forms.persons import not_in_future
from households.models import TakeOver, TakeOverMapping
from households.models.takeover import ImportBatch
from households.takeover.lists import CHOICES
from households.takeover.mapping import Column, check, from_json
from households.takeover.targets import IGNORED, MOST_MEMBERS, TARGETS, Group, Target

NOT_SAID = ("", "Non renseigné")


class UploadForm(Form):
    """A list of another tool."""

    file = forms.FileField(
        label="Fichier",
        help_text="CSV ou XLSX, 20\u00a0Mo et 25\u00a0000 lignes au plus. Il est gardé chiffré pendant 30 jours.",
    )
    mapping = forms.ModelChoiceField(
        TakeOverMapping.objects.none(),
        label="Correspondance",
        required=False,
        empty_label="Proposée d’après l’en-tête",
        help_text="Celle d’un fichier précédent\u00a0; DomiFa est reconnu tout seul.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mapping"].queryset = TakeOverMapping.objects.all()  # type: ignore[attr-defined]
        if not TakeOverMapping.objects.exists():
            del self.fields["mapping"]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(f"Le fichier dépasse {MOST_BYTES // 1024 // 1024}\u00a0Mo.")
        return file


class LayoutForm(Form):
    """Where the header is, when it was not found."""

    sheet = forms.ChoiceField(label="Feuille", required=False)
    header = forms.IntegerField(label="Ligne de l’en-tête", min_value=1, max_value=1_000_000)

    def __init__(self, *args: Any, takeover: ImportBatch, **kwargs: Any) -> None:
        layout = takeover.layout
        kwargs.setdefault("initial", {"sheet": layout.get("sheet", ""), "header": layout.get("header")})
        super().__init__(*args, **kwargs)
        sheets = layout.get("sheets", [])
        self.fields["sheet"].choices = [(name, name) for name in sheets]  # type: ignore[attr-defined]
        if len(sheets) < 2:
            del self.fields["sheet"]


def _target_choices() -> list[Any]:
    groups: dict[str, list[tuple[str, str]]] = {group.value: [] for group in Group}
    for target in TARGETS.values():
        groups[target.group.value].append((target.code, target.label))
    return [(IGNORED, "Ignorer"), *groups.items()]


SLOTS = [("0", "Demandeur"), *((str(slot), f"Membre {slot}") for slot in range(1, MOST_MEMBERS + 1))]


class ColumnsForm(Form):
    """What each column means, and what goes for the whole file."""

    source = forms.CharField(
        label="Logiciel ou fichier d’origine",
        max_length=40,
        help_text="Avec l’identifiant de chaque dossier, il fait qu’un second import ne crée rien deux fois.",
    )
    commune = PlaceField(label="Commune quand le fichier n’en dit rien")
    opened_on = FrenchDateField(
        label="Date d’ouverture quand le fichier n’en dit rien",
        required=False,
        help_text="Aujourd’hui si le champ reste vide.",
    )
    notes = forms.BooleanField(
        label="Garder les commentaires",
        required=False,
        help_text="En une note d’équipe par ménage, signée de votre nom.",
    )
    save_as = forms.CharField(
        label="Enregistrer cette correspondance sous le nom",
        max_length=60,
        required=False,
        help_text="Pour le prochain fichier du même outil. Un nom déjà pris est remplacé.",
    )

    def __init__(self, *args: Any, takeover: TakeOver, **kwargs: Any) -> None:
        options = takeover.options
        initial = {
            "source": takeover.source,
            "commune": options.get("commune", ""),
            "opened_on": options.get("opened_on", ""),
            "notes": options.get("notes", True),
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.columns = from_json(takeover.columns)
        self._samples: Mapping[str, list[str]] = takeover.layout.get("samples", {})
        targets = _target_choices()
        for column in self.columns:
            self.fields[f"target_{column.place}"] = self._select(column.target, targets)
            self.fields[f"slot_{column.place}"] = self._select(str(column.slot), SLOTS)

    @staticmethod
    def _select(initial: str, choices: list[Any]) -> forms.ChoiceField:
        widget = forms.Select(attrs={"class": "form-select form-select-sm"})
        return forms.ChoiceField(choices=choices, required=False, initial=initial, widget=widget)

    @property
    def settings(self) -> Iterator[forms.BoundField]:
        """The fields about the whole file."""
        return (self[name] for name in ("source", "commune", "opened_on", "notes", "save_as"))

    @property
    def rows(self) -> list[dict[str, Any]]:
        """One line a column: its header, what it holds, what it means."""
        return [
            {
                "column": column,
                "samples": self._samples.get(str(column.place), []),
                "target": self[f"target_{column.place}"],
                "slot": self[f"slot_{column.place}"],
            }
            for column in self.columns
        ]

    def clean_opened_on(self) -> Any:
        return not_in_future(self.cleaned_data["opened_on"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        self.columns = [
            Column(column.place, column.header, column.rank, target, slot)
            for column in self.columns
            for target, slot in [self._meaning(values, column)]
        ]
        for problem in check(self.columns):
            self.add_error(None, problem)
        return values

    @staticmethod
    def _meaning(values: Mapping[str, Any], column: Column) -> tuple[str, int]:
        target = values.get(f"target_{column.place}") or IGNORED
        is_person = target in TARGETS and TARGETS[target].group == Group.PERSON
        return target, int(values.get(f"slot_{column.place}") or 0) if is_person else 0

    def options(self) -> dict[str, Any]:
        values = self.cleaned_data
        opened = values.get("opened_on")
        commune = values["commune"].commune
        return {
            "notes": values["notes"],
            "commune": commune.pk if commune else "",
            "opened_on": f"{opened:%d/%m/%Y}" if opened else "",
        }


class ValuesForm(Form):
    """What each unknown word of a list means. A file of another kind has its own targets and lists."""

    TARGETS: ClassVar[Mapping[str, Target]] = TARGETS
    CHOICES: ClassVar[Mapping[str, list[tuple[str, str]]]] = CHOICES
    EMPTY: ClassVar[tuple[str, str]] = NOT_SAID

    def __init__(self, *args: Any, takeover: ImportBatch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._words: list[tuple[str, str, str, int]] = []
        for field_name, words in takeover.unknown_values.items():
            chosen = takeover.values.get(field_name, {})
            for word, count in words.items():
                name = f"word_{len(self._words)}"
                self._words.append((name, field_name, word, count))
                self.fields[name] = forms.ChoiceField(
                    label=f"{self.TARGETS[field_name].label}\u00a0: {word}",
                    choices=[self.EMPTY, *self.CHOICES[field_name]],
                    required=False,
                    initial=chosen.get(sort_key(word), ""),
                    widget=forms.Select(attrs={"class": "form-select form-select-sm"}),
                )

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The words by list, each with its count."""
        found: dict[str, list[dict[str, Any]]] = {}
        for name, field_name, word, count in self._words:
            found.setdefault(self.TARGETS[field_name].label, []).append(
                {"word": word, "count": count, "field": self[name]}
            )
        return [{"label": label, "words": words} for label, words in found.items()]

    def chosen(self) -> dict[str, dict[str, str]]:
        """By list, what each word means; "" is said on purpose."""
        values: dict[str, dict[str, str]] = {}
        for name, field_name, word, _count in self._words:
            values.setdefault(field_name, {})[word] = self.cleaned_data[name]
        return values


class DefaultDecisionForm(Form):
    decision = forms.ChoiceField(label="Quand rien n’est décidé sur la ligne", choices=Decision.choices)


class RowDecisionForm(Form):
    decision = forms.ChoiceField(choices=[("", "Comme les autres"), *Decision.choices], required=False)


class MappingForm(ModelForm):
    """The name of a saved correspondence."""

    class Meta:
        model = TakeOverMapping
        fields = ("name", "source")
