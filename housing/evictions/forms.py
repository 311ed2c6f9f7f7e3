"""Forms of eviction prevention. Constraints of the database answer through `FIELD_OF`, at the field they are about."""

from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from cias.accounts.forms import AgentField
from cias.accounts.models import User
from cias.core.forms import AmountField, Form, FrenchDateField, ModelForm, PastDateField, choices, model_field
from cias.territory.models import Commune
from households.models import Household
from households.models.files import on_day
from housing.enums import DwellingType
from housing.evictions.enums import (
    ActKind,
    ClauseDelay,
    DebtCause,
    DiagnosisTo,
    LandlordKind,
    Ruling,
    Signal,
    TrackState,
    TruceException,
)
from housing.evictions.states import STAGES
from housing.models import Diagnosis, EvictionAct, EvictionDebt, EvictionFile

FIELD_OF = {
    "on": "on",
    "housing_evictionact_once": "on",
    "housing_evictionact_fixed": "fixed_on",
    "housing_eviction_lease": "lease_on",
    "housing_evictiondebt_once": "on",
}
LONGEST_TEXT = 20_000
type Sections = tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]
K = ActKind


class FileForm(ModelForm):
    """The lease and the debt as they are known the first day; most of it may wait."""

    signal = forms.ChoiceField(label="Signalé par", choices=lambda: choices(Signal))
    signalled_on = PastDateField(label="Signalé le")
    landlord_kind = forms.ChoiceField(
        label="Nature du bailleur",
        choices=lambda: choices(LandlordKind),
        help_text="Une SCI entre parents et alliés compte comme un particulier.",
    )
    lease_on = PastDateField(
        label="Bail signé le",
        required=False,
        help_text="Le délai du commandement en dépend\u00a0: six semaines depuis le 29/07/2023, deux mois avant.",
    )
    clause_delay = forms.ChoiceField(
        label="Délai écrit dans la clause résolutoire", choices=ClauseDelay.choices, required=False
    )
    dwelling_type = forms.ChoiceField(
        label="Type", choices=lambda: choices(DwellingType, "Non renseigné"), required=False
    )
    commune = forms.ModelChoiceField(
        Commune.objects.all(), label="Commune", required=False, empty_label="Non renseignée"
    )
    rent = AmountField(label="Loyer et charges, par mois (€)", required=False)
    housing_benefit = AmountField(label="Aide au logement, par mois (€)", required=False)
    causes = forms.MultipleChoiceField(
        label="Causes de la dette",
        choices=DebtCause.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    truce_exception = forms.ChoiceField(
        label="Trêve hivernale", choices=TruceException.choices, required=False
    )
    agent = AgentField(queryset=User.objects.none(), label="Suivi par")

    class Meta:
        model = EvictionFile
        fields = (
            "signal", "signalled_on", "landlord_kind", "landlord", "landlord_contact", "street", "postal_code",
            "commune", "dwelling_type", "lease_on", "clause_delay", "rent", "housing_benefit", "causes", "cause_detail",
            "truce_exception", "agent",
        )  # fmt: skip
        widgets = {"cause_detail": forms.Textarea({"rows": 3})}
        help_texts = {"landlord_contact": "Nom, téléphone ou adresse de la personne à joindre."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_field(self, "agent").queryset = User.objects.social_workers()

    SECTIONS: ClassVar[Sections] = (
        ("Signalement", (("signal", "signalled_on"), ("agent",))),
        (
            "Bailleur et bail",
            (("landlord_kind", "landlord"), ("landlord_contact",), ("lease_on", "clause_delay")),
        ),
        ("Logement", (("street",), ("postal_code", "commune", "dwelling_type"), ("rent", "housing_benefit"))),
        ("Dette", (("debt_amount", "debt_on"),)),
        ("Origine de la dette", (("causes",), ("cause_detail",))),
        ("Expulsion", (("truce_exception",),)),
    )

    @property
    def sections(self) -> list[tuple[str, list[list[forms.BoundField]]]]:
        """Titles and rows of fields, as the page shows them; what this form does not ask is left out."""
        found = [
            (title, [[self[name] for name in row if name in self.fields] for row in rows])
            for title, rows in self.SECTIONS
        ]
        return [(title, rows) for title, rows in found if any(rows)]


class OpenForm(FileForm):
    """The same, with a first statement of the debt; prefilled with the household's address."""

    debt_amount = AmountField(label="Dette (€)", required=False)
    debt_on = PastDateField(label="au", required=False)

    def __init__(self, *args: Any, household: Household, user: User, **kwargs: Any) -> None:
        today = timezone.localdate()
        initial: dict[str, Any] = {"agent": user.pk, "signalled_on": today, "debt_on": today}
        address = household.addresses.filter(on_day(today)).first()
        if address is not None and not household.address_hidden:
            initial |= {
                "street": address.street,
                "postal_code": address.postal_code,
                "commune": address.commune_id,
            }
        super().__init__(*args, initial=initial, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("debt_amount") is not None and not data.get("debt_on"):
            self.add_error("debt_on", "À quelle date cette dette est-elle arrêtée\u00a0?")
        return data


class DebtForm(ModelForm):
    on = PastDateField(label="Dette arrêtée au")
    amount = AmountField(label="Montant dû (€)", help_text="0 quand tout est payé.")

    class Meta:
        model = EvictionDebt
        fields = ("on", "amount", "comment")
        help_texts = {
            "comment": "D’où vient ce chiffre\u00a0: décompte du bailleur, quittance, commandement…"
        }


# What date each act sets, if any, and whether it must be known.
FIXES: dict[str, tuple[str, bool]] = {
    K.SUMMONS: ("Audience fixée au", True),
    K.HEARING: ("Renvoyée au", False),
    K.JUDGMENT: ("Délais accordés jusqu’au", False),
    K.JEX_DECISION: ("Délais accordés jusqu’au", False),
    K.FORCE_GRANTED: ("À compter du", False),
}
RULED = (K.JUDGMENT, K.JEX_DECISION)


class ActForm(Form):
    """One act of the procedure; only what this kind of act says is asked."""

    on = PastDateField(label="Date de l’acte", help_text="Celle qu’il porte, ou du jour où il a été remis.")
    ruling = forms.ChoiceField(label="Décision", choices=lambda: choices(Ruling))
    fixed_on = FrenchDateField(label="Date fixée", required=False, help_text="Par exemple 24/12/2026.")
    detail = forms.CharField(
        label="Précision",
        max_length=300,
        required=False,
        help_text="Tribunal et heure de l’audience, étude du commissaire de justice, montant réclamé…",
    )

    def __init__(self, *args: Any, kind: ActKind, instance: EvictionAct | None = None, **kwargs: Any) -> None:
        self.kind = kind
        if instance is not None:
            names = ("on", "ruling", "fixed_on", "detail")
            kwargs["stored"] = {name: getattr(instance, name) for name in names}
        super().__init__(*args, **kwargs)
        if kind not in RULED:
            del self.fields["ruling"]
        if kind in FIXES:
            self.fields["fixed_on"].label, self.fields["fixed_on"].required = FIXES[kind]
        else:
            del self.fields["fixed_on"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        on, fixed = data.get("on"), data.get("fixed_on")
        if on and fixed and fixed < on:
            self.add_error("fixed_on", "Cette date suit celle de l’acte.")
        ruling = data.get("ruling")
        if ruling == Ruling.SUSPENDED and not fixed and "fixed_on" not in self.errors:
            self.add_error("fixed_on", "Jusqu’à quand les délais sont-ils accordés\u00a0?")
        if ruling and ruling != Ruling.SUSPENDED and fixed:
            self.add_error("fixed_on", "Sans délai accordé, aucune date n’est fixée.")
        return data


class TrackStepForm(Form):
    """A step of a parallel track; `state` says what is asked."""

    on = PastDateField(label="Le")
    amount = AmountField(label="Montant accordé ou étalé (€)", required=False)
    monthly = AmountField(label="Mensualité (€)", required=False)
    until = FrenchDateField(label="Dernière échéance le", required=False)
    reason = forms.CharField(label="Précision", max_length=300, required=False)

    def __init__(self, *args: Any, state: TrackState, **kwargs: Any) -> None:
        kwargs["initial"] = {"on": timezone.localdate(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        if state != TrackState.RUNNING:
            for name in ("amount", "monthly", "until"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        on, until = data.get("on"), data.get("until")
        if on and until and until < on:
            self.add_error("until", "La dernière échéance suit l’accord.")
        return data


class DiagnosisForm(ModelForm):
    """The texts of the diagnosis; everything else comes from the file."""

    own_lock = True  # its author alone writes it, and the page keeps it while it is typed

    class Meta:
        model = Diagnosis
        fields = ("situation", "causes", "steps", "wishes", "proposals", "agreed")
        labels = {
            "situation": "Situation du ménage",
            "causes": "Origine et évolution de la dette",
            "steps": "Démarches engagées",
            "wishes": "Ce que souhaite le ménage",
            "proposals": "Propositions",
        }
        help_texts = {
            "situation": "Famille, emploi, santé déclarée, ressources\u00a0: des faits utiles au juge, rien de plus.",
            "causes": "Depuis quand, pourquoi, et si le loyer courant est repris.",
            "steps": "Celles du dossier sont jointes\u00a0: dites ce qu’elles ont donné.",
            "wishes": "Rester, partir, échelonner\u00a0: ses mots.",
            "proposals": "Délais et mensualité possibles, aides demandées, relogement, accompagnement.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name != "agreed":
                field.widget.attrs["rows"] = 5
                field.widget.attrs["maxlength"] = LONGEST_TEXT


class SendForm(Form):
    sent_on = PastDateField(label="Envoyé le")
    sent_to = forms.ChoiceField(label="À", choices=lambda: choices(DiagnosisTo))
    recipient = forms.CharField(
        label="Service et adresse",
        max_length=160,
        required=False,
        help_text="Par exemple\u00a0: tribunal judiciaire de Chartres.",
    )


class ListForm(Form):
    """The filters of the list; all live in the address, none is personal."""

    etape = forms.ChoiceField(
        label="Étape",
        required=False,
        choices=[("", "En cours"), *((code, label) for code, (label, _kinds) in STAGES.items())],
    )
    echeance = forms.ChoiceField(
        label="Échéance",
        required=False,
        choices=[
            ("", "Toutes"),
            ("depassee", "Dépassée"),
            ("30", "Dans les 30 jours"),
            ("audience", "Audience à venir"),
        ],
    )
    agent = forms.ChoiceField(
        label="Suivi par", required=False, choices=[("", "Tout le monde"), ("moi", "Moi")]
    )
