"""The merge keys households give to letters; upper apps add theirs through the registry (H16)."""

from collections.abc import Callable

from cias.accounts.models import User
from cias.core.forms import format_phone
from cias.core.french import date_long, date_short
from cias.core.registry import MergeKey, merge_keys
from households.enums import BirthPrecision
from households.letters.addressing import titled_name, town_line
from households.letters.context import LetterContext
from households.models import Address, Partner, Person, ReferralOut

DATES, STRUCTURE, AGENT, REFERENT, PERSON, ADDRESS, HOUSEHOLD, PARTNER, REFERRAL = (
    "Dates",
    "Structure",
    "Qui écrit",
    "Référent",
    "Personne",
    "Adresse",
    "Ménage",
    "Partenaire",
    "Orientation",
)
ANYBODY = "Madame, Monsieur"
type Reader = Callable[[LetterContext], str]


def of_person(read: Callable[[Person], str]) -> Reader:
    return lambda context: read(context.person) if context.person else ""


def of_referent(read: Callable[[User], str]) -> Reader:
    return lambda context: read(context.referent) if context.referent else ""


def of_address(read: Callable[[Address], str]) -> Reader:
    return lambda context: read(context.address) if context.address else ""


def of_partner(read: Callable[[Partner], str]) -> Reader:
    return lambda context: read(context.partner) if context.partner else ""


def of_referral(read: Callable[[ReferralOut], str]) -> Reader:
    return lambda context: read(context.referral) if context.referral else ""


def greeting(context: LetterContext) -> str:
    """How the letter begins: "Madame", or "Madame, Monsieur" for a service or somebody without a title."""
    if context.partner is not None or context.person is None or not context.person.title:
        return ANYBODY
    return context.person.get_title_display()


def long_birth(person: Person) -> str:
    if person.birth_date is None or person.birth_precision != BirthPrecision.DAY:
        return person.birth_label
    return date_long(person.birth_date, weekday=False)


def commune_name(context: LetterContext) -> str:
    """None for a hidden address, which no print shows (C3)."""
    household = context.household
    return household.commune.name if household.commune and not household.address_hidden else ""


def dependants(context: LetterContext) -> list[Person]:
    """Ayants droit: who lives there besides the person the letter is about, or besides the applicant."""
    members = [row.person for row in context.composition.members]
    about = context.person or (members[0] if members else None)
    return [member for member in members if about is None or member.pk != about.pk]


def dependants_list(context: LetterContext) -> str:
    lines = [", ".join(filter(None, (one.full_name, one.born))) for one in dependants(context)]
    return "\n".join(f"- {line}" for line in lines)


def _phone(e164: str) -> str:
    return format_phone(e164) if e164 else ""


def one_line(text: str) -> str:
    return ", ".join(line.strip() for line in text.splitlines() if line.strip())


_KEYS: tuple[tuple[str, str, str, Reader], ...] = (
    ("date_courte", DATES, "date du jour, 24/12/2026", lambda c: date_short(c.today)),
    ("date_longue", DATES, "date du jour, 24 décembre 2026", lambda c: date_long(c.today, weekday=False)),
    ("structure", STRUCTURE, "nom du CIAS", lambda c: c.structure.name),
    ("structure_court", STRUCTURE, "nom court du CIAS", lambda c: c.structure.short_name),
    ("structure_adresse", STRUCTURE, "adresse du CIAS", lambda c: one_line(c.structure.address_lines)),
    ("structure_telephone", STRUCTURE, "téléphone du CIAS", lambda c: _phone(c.structure.phone)),
    ("structure_email", STRUCTURE, "adresse e-mail du CIAS", lambda c: c.structure.email),
    ("structure_site", STRUCTURE, "site internet du CIAS", lambda c: c.structure.website),
    ("presidence", STRUCTURE, "nom de la présidence", lambda c: c.structure.president),
    ("contact_donnees", STRUCTURE, "délégué à la protection des données", lambda c: c.structure.privacy_contact),
    ("agent", AGENT, "votre prénom et votre nom", lambda c: c.author.full_name),
    ("agent_fonction", AGENT, "votre fonction", lambda c: c.author.function),
    ("agent_telephone", AGENT, "votre téléphone", lambda c: _phone(c.author.phone)),
    ("referent", REFERENT, "nom du référent du ménage", of_referent(lambda agent: agent.full_name)),
    ("referent_fonction", REFERENT, "fonction du référent", of_referent(lambda agent: agent.function)),
    ("referent_telephone", REFERENT, "téléphone du référent", of_referent(lambda agent: _phone(agent.phone))),
    ("appel", PERSON, "formule d’appel : Madame, Monsieur", greeting),
    ("civilite", PERSON, "civilité", of_person(lambda p: p.get_title_display() if p.title else "")),
    ("nom_complet", PERSON, "civilité, prénom et nom", of_person(titled_name)),
    ("nom", PERSON, "nom que la personne porte", of_person(lambda p: p.last_name)),
    ("nom_usage", PERSON, "nom d’usage", of_person(lambda p: p.usual_name)),
    ("nom_naissance", PERSON, "nom de naissance", of_person(lambda p: p.birth_name)),
    ("prenoms", PERSON, "prénoms", of_person(lambda p: p.first_names)),
    ("naissance_courte", PERSON, "date de naissance, 14/02/1991", of_person(lambda p: p.birth_label)),
    ("naissance_longue", PERSON, "date de naissance, 14 février 1991", of_person(long_birth)),
    ("telephone", PERSON, "téléphone de la personne", of_person(lambda p: _phone(p.phone))),
    ("email", PERSON, "adresse e-mail de la personne", of_person(lambda p: p.email)),
    ("adresse", ADDRESS, "adresse du ménage, sur une ligne", of_address(str)),
    ("adresse_voie", ADDRESS, "numéro et voie", of_address(lambda a: a.street)),
    ("adresse_complement", ADDRESS, "complément d’adresse", of_address(lambda a: a.complement)),
    ("adresse_ville", ADDRESS, "code postal et ville", of_address(town_line)),
    ("menage_numero", HOUSEHOLD, "numéro du ménage", lambda c: c.household.number),
    ("menage_nom", HOUSEHOLD, "nom du ménage", lambda c: c.household.name),
    ("commune", HOUSEHOLD, "commune du ménage", lambda c: commune_name(c)),
    ("suivi_depuis", HOUSEHOLD, "date d’ouverture du dossier", lambda c: date_short(c.household.opened_on)),
    ("ayants_droit_nombre", HOUSEHOLD, "nombre d’ayants droit", lambda c: str(len(dependants(c)))),
    ("ayants_droit_liste", HOUSEHOLD, "liste des ayants droit, un par ligne", dependants_list),
    ("partenaire", PARTNER, "nom du partenaire", of_partner(lambda p: p.name)),
    ("partenaire_contact", PARTNER, "contact chez le partenaire", of_partner(lambda p: p.contact)),
    ("partenaire_adresse", PARTNER, "adresse du partenaire, sur une ligne", of_partner(lambda p: p.address)),
    ("partenaire_telephone", PARTNER, "téléphone du partenaire", of_partner(lambda p: _phone(p.phone))),
    ("orientation_objet", REFERRAL, "ce que l’on demande au partenaire", of_referral(lambda r: r.purpose)),
    ("orientation_date", REFERRAL, "date de l’orientation", of_referral(lambda r: date_short(r.sent_on))),
    ("orientation_reponse", REFERRAL, "date de réponse attendue", of_referral(lambda r: date_short(r.due_on))),
    ("partage_contenu", REFERRAL, "informations transmises", of_referral(lambda r: r.sharing.content)),
    ("partage_fondement", REFERRAL, "accord, ou texte qui permet le partage", of_referral(lambda r: r.sharing.footing)),
)  # fmt: skip


def register() -> None:
    for code, group, label, value in _KEYS:
        merge_keys.register(code, MergeKey(code=code, group=group, label=label, value=value))
