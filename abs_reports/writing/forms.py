"""Forms of the writing room."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from abs_reports.models import ChapterDraft, Contribution, Passage, PlannedAction, Report, Restitution
from abs_reports.writing import drafts
from abs_reports.writing.checks import WARNING, refuse_personal_data
from abs_reports.writing.enums import ActionState, Audience, Means, PassageKind
from abs_reports.writing.passages import LONGEST, Outcome, Typed
from abs_reports.writing.sections import chapter_choices
from cias.core.forms import Form, ModelForm, PastDateField, choices, model_field
from households.models import Partner

HELP = {
    PassageKind.ANALYSIS: "Ce que disent les chiffres, et ce qu’ils ne disent pas.",
    PassageKind.STAKES: "Ce qui se joue pour les habitants et pour le CIAS.",
    PassageKind.ADVICE: "Ce que l’analyse conduit à proposer ; les actions précises vont dans le plan.",
}
MINE, THEIRS, BOTH = "mine", "theirs", "both"


class SafeTextField(forms.CharField):
    """A text that may be printed in a report: no number or address of a person in it."""

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(validators=[refuse_personal_data], **kwargs)


def safe_line(**kwargs: Any) -> SafeTextField:
    return SafeTextField(widget=forms.TextInput(), **kwargs)


@dataclass(frozen=True)
class Section:
    """One text on the chapter's page. `theirs` is the saved text when it conflicts with what is typed."""

    kind: PassageKind
    text: Any
    base: Any
    choice: Any
    passage: Passage
    theirs: str | None


class ChapterForm(Form):
    """The three texts of a chapter, the versions they were written from, and the page that types them."""

    page = forms.RegexField(r"[0-9a-f]{32}", widget=forms.HiddenInput())
    draft = forms.UUIDField(required=False, widget=forms.HiddenInput())
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in PassageKind:
            self.fields[f"text_{kind.value}"] = SafeTextField(
                label=kind.label,
                required=False,
                max_length=LONGEST,
                rows=9,
                strip=False,
                help_text=HELP[kind],
            )
            self.fields[f"base_{kind.value}"] = forms.IntegerField(min_value=0, widget=forms.HiddenInput())
            self.fields[f"conflict_{kind.value}"] = forms.BooleanField(
                required=False, widget=forms.HiddenInput()
            )
            self.fields[f"choice_{kind.value}"] = forms.ChoiceField(
                label=f"{kind.label} : quel texte garder ?",
                required=self.is_bound and bool(self.data.get(f"conflict_{kind.value}")),
                error_messages={"required": "Choisissez le texte à garder."},
                widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
                choices=[
                    (MINE, "Mon texte, tel qu’il est dans le champ"),
                    (THEIRS, "Le texte enregistré"),
                    (BOTH, "Les deux, le texte enregistré d’abord"),
                ],
            )
            self.fields[f"text_{kind.value}"].widget.attrs["class"] = "form-control"

    def typed(self, saved: dict[PassageKind, Passage]) -> dict[PassageKind, Typed]:
        """What was sent, each conflict settled as its writer chose."""
        found = {}
        for kind in PassageKind:
            text, base = self.cleaned_data[f"text_{kind.value}"], self.cleaned_data[f"base_{kind.value}"]
            chosen = self.cleaned_data[f"choice_{kind.value}"]
            if chosen == THEIRS:
                text = saved[kind].text
            elif chosen == BOTH and saved[kind].text:
                text = f"{saved[kind].text}\n\n{text}"
            found[kind] = Typed(text, base)
        return found

    def sections(
        self, saved: dict[PassageKind, Passage], outcomes: dict[PassageKind, Outcome]
    ) -> Iterator[Section]:
        for kind in PassageKind:
            in_conflict = kind in outcomes or bool(self[f"conflict_{kind.value}"].value())
            yield Section(
                kind,
                self[f"text_{kind.value}"],
                self[f"base_{kind.value}"],
                self[f"choice_{kind.value}"],
                saved[kind],
                saved[kind].text if in_conflict else None,
            )


class DraftForm(ChapterForm):
    """The same, kept as it is typed: nothing is refused but what could not be stored."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in PassageKind:
            text = self.fields[f"text_{kind.value}"]
            text.validators = [one for one in text.validators if one is not refuse_personal_data]
            self.fields[f"choice_{kind.value}"].required = False

    def as_typed(self) -> dict[PassageKind, Typed]:
        return {
            kind: Typed(
                self.cleaned_data[f"text_{kind.value}"],
                self.cleaned_data[f"base_{kind.value}"],
                self.cleaned_data[f"conflict_{kind.value}"],
            )
            for kind in PassageKind
        }


def initial_of(page: str, saved: dict[PassageKind, Passage], draft: ChapterDraft | None) -> dict[str, Any]:
    """The first values of a chapter's form: the saved texts, or a draft that comes back with its own bases."""
    values: dict[str, Any] = {"page": page}
    if draft is not None:
        values |= {"draft": draft.pk, "seen": draft.revision}
    for kind, passage in saved.items():
        typed = drafts.text_of(draft, kind) if draft else Typed(passage.text, passage.version)
        values |= {
            f"text_{kind.value}": typed.text,
            f"base_{kind.value}": typed.base,
            f"conflict_{kind.value}": typed.in_conflict,
        }
    return values


class TakeOverForm(Form):
    """Begin with the texts of another edition."""

    source = forms.ChoiceField(label="Édition à reprendre")
    texts = forms.BooleanField(
        label="Ses textes",
        required=False,
        initial=True,
        help_text="Un texte déjà commencé ici n’est pas remplacé.",
    )
    plan = forms.BooleanField(
        label="Les actions à engager ou engagées de son plan",
        required=False,
        initial=True,
        help_text="Seulement si le plan d’ici est vide.",
    )

    def __init__(self, *args: Any, editions: list[tuple[Report, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        source: Any = self.fields["source"]
        source.choices = [(report.series, f"{report.title} ({count} textes)") for report, count in editions]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("texts") and not cleaned.get("plan"):
            raise ValidationError("Choisissez ce qui est à reprendre.")
        return cleaned


class ContributionForm(ModelForm):
    """A partner's contribution; the organisation is taken from the directory, or typed."""

    chapter = forms.ChoiceField(label="Chapitre", required=False, choices=chapter_choices)
    organisation = safe_line(
        label="Organisme, s’il n’est pas dans l’annuaire", required=False, max_length=120
    )
    person = safe_line(
        label="Nom et fonction",
        required=False,
        max_length=120,
        help_text="De la personne qui parle pour l’organisme ; n’est jamais imprimé.",
    )
    on = PastDateField(label="Date", help_text="Par exemple 12/03/2026.")
    means = forms.ChoiceField(label="Forme", choices=Means.choices, widget=forms.RadioSelect)
    participants = SafeTextField(
        label="Participants",
        required=False,
        rows=2,
        max_length=2000,
        help_text="D’une réunion : les organismes et les fonctions.",
    )
    summary = SafeTextField(label="Synthèse", rows=7, max_length=8000, help_text=WARNING)
    hypotheses = SafeTextField(
        label="Hypothèses à vérifier",
        required=False,
        rows=2,
        max_length=2000,
        help_text="Ce que le partenaire avance et que les chiffres ne montrent pas encore ; n’est pas imprimé.",
    )
    quote = SafeTextField(
        label="Citation", required=False, rows=2, max_length=1000, help_text="Sans guillemets."
    )

    class Meta:
        model = Contribution
        fields = [
            "chapter", "partner", "organisation", "person", "on", "means", "participants", "summary",
            "hypotheses", "quote", "quote_validated", "quote_attributed", "validated", "to_print",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = model_field(self, "partner")
        current = self.instance.partner_id
        field.queryset = Partner.objects.active() | Partner.objects.filter(pk=current)
        field.empty_label = "Aucun : organisme saisi ci-dessous"
        for name in ("quote_validated", "quote_attributed", "validated", "to_print"):
            label = str(self.fields[name].label)
            self.fields[name].label = label[:1].upper() + label[1:]
        self.fields["to_print"].help_text = "Seulement si la synthèse est validée par le partenaire."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        partner = cleaned.get("partner")
        if partner is not None:
            cleaned["organisation"] = partner.name[:120]
        elif not cleaned.get("organisation") and "organisation" not in self.errors:
            self.add_error("organisation", "Choisissez un partenaire de l’annuaire ou écrivez l’organisme.")
        if cleaned.get("quote_validated") and not cleaned.get("quote") and "quote" not in self.errors:
            self.add_error("quote", "Écrivez la citation qui a été acceptée.")
        if cleaned.get("to_print") and not cleaned.get("validated"):
            self.add_error("to_print", "Faites d’abord valider la synthèse par le partenaire.")
        return cleaned


class SearchForm(Form):
    """Find contributions."""

    q = forms.CharField(label="Mots cherchés", required=False, max_length=100)
    chapitre = forms.ChoiceField(label="Chapitre", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whole, *chapters = chapter_choices()
        field: Any = self.fields["chapitre"]
        field.choices = [("", "Tous"), ("ensemble", whole[1]), *chapters]


class ActionForm(ModelForm):
    """One action of the plan."""

    chapter = forms.ChoiceField(label="Chapitre", required=False, choices=chapter_choices)
    objective = safe_line(label="Objectif", max_length=240)
    action = SafeTextField(label="Action", rows=3, max_length=1000)
    pilot = safe_line(label="Pilote", max_length=120, help_text="Un service ou une fonction.")
    partners = safe_line(label="Partenaires", required=False, max_length=240)
    calendar = safe_line(label="Calendrier", max_length=120, help_text="Par exemple : 1er semestre 2027.")
    indicator = safe_line(label="Indicateur de suivi", required=False, max_length=240)
    state = forms.ChoiceField(label="État", choices=ActionState.choices, initial=ActionState.PLANNED.value)

    class Meta:
        model = PlannedAction
        fields = ["chapter", "objective", "action", "pilot", "partners", "calendar", "indicator", "state"]


class RestitutionForm(ModelForm):
    """The report was presented."""

    on = PastDateField(label="Date", help_text="Par exemple 17/02/2026.")
    audience = forms.ChoiceField(label="Public", choices=choices(Audience))
    place = safe_line(label="Lieu", required=False, max_length=120)
    notes = SafeTextField(
        label="Ce qui s’est dit", required=False, rows=6, max_length=8000, help_text=WARNING
    )
    deliberation_number = safe_line(
        label="Numéro de délibération",
        required=False,
        max_length=40,
        help_text="S’il y en a eu une ; par exemple 2026-14.",
    )

    class Meta:
        model = Restitution
        fields = ["on", "audience", "place", "notes", "deliberation_number"]
