"""The columns of the programme's export: one line says of a household what the funder asks, and never who it is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from cias.core.export import Value


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the export knows of one file: codes already in words, days, euros. No name, no address, no date of birth."""

    place: str = ""
    age: str = ""
    size: str = ""
    occupancy: str = ""
    dwelling: str = ""
    built: str = ""
    energy: str = ""
    income: str = ""
    informant: str = ""
    quarter: str = ""
    grounds: tuple[str, ...] = ()
    state: str = ""
    end: str = ""
    attempts: int = 0
    days_to_contact: int | None = None
    days_to_visit: int | None = None
    visits: int = 0
    coldest: str = ""
    damp: str = ""
    effort: str = ""
    equipment: int = 0
    equipment_cost: Decimal = field(default=Decimal(0))
    orientations: tuple[str, ...] = ()
    succeeded: tuple[str, ...] = ()
    called: bool = False


@dataclass(frozen=True)
class Column:
    """`quasi` columns tell about the household: a value too few of them share is not written."""

    code: str
    label: str
    value: Callable[[Facts], Value]
    quasi: bool = False


_ALL = (
    Column("territoire", "Territoire", lambda facts: facts.place, quasi=True),
    Column("age", "Âge de la personne de référence", lambda facts: facts.age, quasi=True),
    Column("taille", "Personnes dans le logement", lambda facts: facts.size, quasi=True),
    Column("occupation", "Statut d’occupation", lambda facts: facts.occupancy, quasi=True),
    Column("logement", "Type de logement", lambda facts: facts.dwelling, quasi=True),
    Column("construction", "Période de construction", lambda facts: facts.built, quasi=True),
    Column("energie", "Énergie de chauffage", lambda facts: facts.energy, quasi=True),
    Column("revenus", "Revenus, barème Anah", lambda facts: facts.income, quasi=True),
    Column("donneur-alerte", "Donneur d’alerte", lambda facts: facts.informant, quasi=True),
    Column("trimestre", "Trimestre du signalement", lambda facts: facts.quarter, quasi=True),
    Column("motifs", "Motifs du signalement", lambda facts: ", ".join(facts.grounds)),
    Column("etat", "État", lambda facts: facts.state),
    Column("fin", "Motif de fin", lambda facts: facts.end, quasi=True),
    Column("contacts", "Prises de contact", lambda facts: facts.attempts),
    Column("delai-contact", "Jours du signalement au contact", lambda facts: facts.days_to_contact),
    Column("delai-visite", "Jours du signalement à la visite 1", lambda facts: facts.days_to_visit),
    Column("visites", "Visites faites", lambda facts: facts.visits),
    Column("temperature", "Pièce la plus froide", lambda facts: facts.coldest, quasi=True),
    Column("humidite", "Humidité ou moisissures", lambda facts: facts.damp, quasi=True),
    Column("effort", "Taux d’effort énergétique", lambda facts: facts.effort, quasi=True),
    Column("equipements", "Équipements posés", lambda facts: facts.equipment),
    Column("cout-equipements", "Coût des équipements (€)", lambda facts: facts.equipment_cost),
    Column("orientations", "Orientations", lambda facts: ", ".join(facts.orientations)),
    Column("abouties", "Orientations abouties", lambda facts: ", ".join(facts.succeeded)),
    Column("suivi", "Appel de suivi", lambda facts: facts.called),
)  # fmt: skip
COLUMNS = {column.code: column for column in _ALL}
