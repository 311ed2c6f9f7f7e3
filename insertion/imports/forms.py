"""Send the Département's file, say what its columns and its words mean, decide about a row."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from cias.core.forms import Form, FrenchDateField, ModelForm
from cias.core.grids import MOST_BYTES
from households.forms.persons import not_in_future
from households.forms.takeover import ValuesForm as TakeOverValuesForm
from households.takeover.mapping import Column, from_json
from households.takeover.targets import IGNORED, Target
from insertion.imports.enums import RowDecision
from insertion.imports.targets import CHOICES, TARGETS, check
from insertion.models import OrientationImport, OrientationMapping

GROUPS = (
    ("Personne", ("birth_name", "usual_name", "first_names", "full_name", "title", "birth_date", "role")),
    ("Identifiants", ("internal_id", "nir", "caf_number", "france_travail_id", "rsa_number", "rsa_since")),
    (
        "Coordonnées",
        ("phone", "second_phone", "email", "street", "complement", "postal_code", "city", "insee"),
    ),
    ("Orientation", ("kind", "notified_on", "start", "end", "structure", "referent", "comment")),
)


class UploadForm(Form):
    """A file of the Département."""

    file = forms.FileField(
        label="Fichier",
        help_text="CSV ou XLSX, 20\u00a0Mo et 25\u00a0000 lignes au plus. Il est gardé chiffré pendant 30 jours.",
    )
    mapping = forms.ModelChoiceField(
        OrientationMapping.objects.none(),
        label="Correspondance",
        required=False,
        empty_label="Retrouvée d’après l’en-tête",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mapping"].queryset = OrientationMapping.objects.all()  # type: ignore[attr-defined]
        if not OrientationMapping.objects.exists():
            del self.fields["mapping"]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(f"Le fichier dépasse {MOST_BYTES // 1024 // 1024}\u00a0Mo.")
        return file


class ColumnsForm(Form):
    """What each column means, and what goes for the whole file."""

    notified_on = FrenchDateField(
        label="Date de notification quand le fichier n’en dit rien",
        required=False,
        help_text="Le délai du contrat en part. Sans elle, une ligne sans date est refusée.",
    )
    save_as = forms.CharField(
        label="Enregistrer cette correspondance sous le nom",
        max_length=60,
        required=False,
        help_text="Le prochain fichier aux mêmes colonnes la retrouvera seul. Un nom déjà pris est remplacé.",
    )

    def __init__(self, *args: Any, batch: OrientationImport, **kwargs: Any) -> None:
        options = batch.options
        initial = {"notified_on": options.get("notified_on", ""), "save_as": options.get("mapping", "")}
        super().__init__(*args, initial=initial, **kwargs)
        self.columns = from_json(batch.columns)
        self._samples: Mapping[str, list[str]] = batch.layout.get("samples", {})
        choices: list[Any] = [(IGNORED, "Ignorer")]
        choices += [(name, [(code, TARGETS[code].label) for code in codes]) for name, codes in GROUPS]
        for column in self.columns:
            widget = forms.Select(attrs={"class": "form-select form-select-sm"})
            self.fields[f"target_{column.place}"] = forms.ChoiceField(
                choices=choices, required=False, initial=column.target, widget=widget
            )

    @property
    def settings(self) -> list[forms.BoundField]:
        """The fields about the whole file."""
        return [self[name] for name in ("notified_on", "save_as")]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """One line a column: its header, what it holds, what it means, whether another bears the same name."""
        twice = {column.header for column in self.columns if column.rank > 1}
        return [
            {
                "column": column,
                "is_twice": column.header in twice,
                "samples": self._samples.get(str(column.place), []),
                "target": self[f"target_{column.place}"],
            }
            for column in self.columns
        ]

    def clean_notified_on(self) -> Any:
        return not_in_future(self.cleaned_data["notified_on"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        self.columns = [
            Column(column.place, column.header, column.rank, values.get(f"target_{column.place}") or IGNORED)
            for column in self.columns
        ]
        for problem in check(self.columns):
            self.add_error(None, problem)
        return values


class ValuesForm(TakeOverValuesForm):
    """The words of the Département's lists."""

    TARGETS: ClassVar[Mapping[str, Target]] = TARGETS
    CHOICES: ClassVar[Mapping[str, list[tuple[str, str]]]] = CHOICES


class RowDecisionForm(Form):
    """« create », « skip », or « attach: » and the person recognised."""

    decision = forms.CharField(required=False, max_length=60)

    def clean_decision(self) -> tuple[str, UUID | None]:
        value, _colon, key = self.cleaned_data["decision"].partition(":")
        if value not in ("", *RowDecision.values):
            raise ValidationError("Choisissez une des réponses proposées.")
        try:
            return value, UUID(key) if key else None
        except ValueError as error:
            raise ValidationError("Choisissez une des personnes proposées.") from error


class MappingForm(ModelForm):
    """The name of a saved correspondence."""

    class Meta:
        model = OrientationMapping
        fields = ("name",)
