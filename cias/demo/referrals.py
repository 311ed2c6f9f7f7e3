"""The partners around the CIAS, who sends households to it and where it sends them."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from cias.demo.world import File, World
from households.enums import (
    Consent,
    PartnerKind,
    ReferralAnswer,
    ReferralOrigin,
    ReferralUrgency,
    SharingBasis,
    Theme,
)
from households.models import Partner, ReferralIn, ReferralOut, Sharing

KINDS = PartnerKind
# Invented services: name, kind, contact, street, postal code, city, days to answer, what to know, communes served.
PARTNERS = (
    ("Maison départementale des solidarités Chartres 1", KINDS.DEPARTMENT, "Secrétariat social", "12 rue du Plateau", "28000", "Chartres", 20, "Permanence d’accès aux droits le mardi matin.", ()),
    ("Maison départementale des solidarités Chartres 2", KINDS.DEPARTMENT, "Secrétariat social", "4 avenue des Clos", "28110", "Lucé", 20, "", ("Lucé", "Mainvilliers", "Luisant")),
    ("Caisse d’allocations familiales, action sociale", KINDS.CAF, "Conseillère technique", "10 rue Charles-Peltier", "28000", "Chartres", 15, "Par la messagerie des partenaires de préférence.", ()),
    ("CPAM, mission accompagnement santé", KINDS.CPAM, "Mission accompagnement santé", "11 rue du Docteur-Villette", "28000", "Chartres", 15, "Pour les renoncements aux soins.", ()),
    ("MDPH, maison départementale de l’autonomie", KINDS.DISABILITY, "Accueil", "57 rue du Docteur-Fourmont", "28000", "Chartres", 60, "Dossiers complets seulement.", ()),
    ("Chartres Métropole Habitat, pôle social", KINDS.LANDLORD, "Conseillère sociale", "23 rue des Bas-Bourgs", "28000", "Chartres", 20, "", ()),
    ("Habitat eurélien, service recouvrement", KINDS.LANDLORD, "Service recouvrement", "2 rue du 11-Novembre", "28110", "Lucé", 20, "Accepte les plans d’apurement sur 36 mois.", ()),
    ("France Travail Chartres", KINDS.EMPLOYMENT, "Accompagnement global", "6 rue des Peupliers", "28000", "Chartres", 15, "", ()),
    ("Les Paniers du Cœur eurélien", KINDS.ASSOCIATION, "Distribution", "8 rue des Petites-Filles", "28000", "Chartres", 7, "Distribution le jeudi, colis d’urgence à toute heure.", ()),
    ("Épicerie solidaire de la Madeleine", KINDS.ASSOCIATION, "Coordinatrice", "3 place Saint-Louis", "28000", "Chartres", 10, "Participation de 10 % du prix.", ("Chartres", "Champhol", "Le Coudray")),
    ("Relais des familles de la Beauce", KINDS.ASSOCIATION, "Médiation familiale", "19 rue de Sours", "28630", "Gellainville", 30, "", ()),
    ("Point conseil budget d’Eure-et-Loir", KINDS.ASSOCIATION, "Secrétariat", "5 rue de la Poêle-Percée", "28000", "Chartres", 20, "Dossiers de surendettement.", ()),
    ("Accueil des victimes 28", KINDS.JUSTICE, "Permanence juridique", "3 rue Saint-Jacques", "28000", "Chartres", 7, "Sur rendez-vous, écoute le soir.", ()),
    ("Centre hospitalier, service social", KINDS.HOSPITAL, "Assistante sociale", "4 rue Claude-Bernard", "28630", "Le Coudray", 15, "", ()),
    ("Équipe mobile psychiatrie précarité", KINDS.HOSPITAL, "Infirmier coordinateur", "4 rue Claude-Bernard", "28630", "Le Coudray", 10, "", ()),
    ("Collège Jean-Moulin, service social scolaire", KINDS.SCHOOL, "Assistante sociale scolaire", "13 rue Paul-Langevin", "28000", "Chartres", 15, "", ("Chartres",)),
    ("Mairie de Maintenon", KINDS.TOWN_HALL, "Affaires sociales", "7 place Aristide-Briand", "28130", "Maintenon", 10, "", ("Maintenon",)),
    ("Mairie de Mainvilliers", KINDS.TOWN_HALL, "Affaires sociales", "Place du Marché", "28300", "Mainvilliers", 10, "", ("Mainvilliers",)),
    ("Mairie de Lucé", KINDS.TOWN_HALL, "Solidarités", "5 rue Jules-Ferry", "28110", "Lucé", 10, "", ("Lucé",)),
    ("Vestiaire du Faubourg", KINDS.ASSOCIATION, "", "40 rue du Grand-Faubourg", "28000", "Chartres", 30, "A fermé en juin.", ()),
)  # fmt: skip
ORIGINS = {
    ReferralOrigin.SPONTANEOUS: 34, ReferralOrigin.DEPARTMENT: 17, ReferralOrigin.TOWN_HALL: 16, ReferralOrigin.ASSOCIATION: 9,
    ReferralOrigin.ELECTED: 4, ReferralOrigin.PARTNER: 6, ReferralOrigin.RELATIVES: 6, ReferralOrigin.THIRD_PARTY: 2,
    ReferralOrigin.UNKNOWN: 6,
}  # fmt: skip
SENDERS = {
    ReferralOrigin.DEPARTMENT: PartnerKind.DEPARTMENT,
    ReferralOrigin.TOWN_HALL: PartnerKind.TOWN_HALL,
    ReferralOrigin.ASSOCIATION: PartnerKind.ASSOCIATION,
    ReferralOrigin.PARTNER: PartnerKind.HOSPITAL,
}
NAMES = {
    ReferralOrigin.ELECTED: (
        "Cabinet du président",
        "Adjointe aux solidarités",
        "Conseillère départementale",
    ),
    ReferralOrigin.RELATIVES: ("Sa fille", "Une voisine", "Son frère"),
}
URGENCIES = {
    ReferralUrgency.NORMAL: 70, ReferralUrgency.TWO_DAYS: 16, ReferralUrgency.IMMEDIATE: 6, ReferralUrgency.UNKNOWN: 8,
}  # fmt: skip
DEMANDS = (
    ("Facture d’énergie qu’elle ne peut plus payer", (Theme.ENERGY, Theme.BUDGET)),
    ("Aide pour remplir une demande de logement social", (Theme.HOUSING,)),
    ("Deux loyers en retard, courrier du bailleur", (Theme.HOUSING, Theme.BUDGET)),
    ("N’a plus de complémentaire santé", (Theme.HEALTH, Theme.RIGHTS)),
    ("Ne comprend pas le courrier de la CAF", (Theme.RIGHTS, Theme.DIGITAL)),
    ("Maintien à domicile de plus en plus difficile", (Theme.AUTONOMY,)),
    ("Cherche une formation, pas de moyen de transport", (Theme.EMPLOYMENT, Theme.MOBILITY)),
    ("Plus rien pour finir le mois", (Theme.BUDGET,)),
)
PURPOSES = {
    PartnerKind.ASSOCIATION: ("Aide alimentaire pendant deux mois", "Colis d’urgence pour la semaine"),
    PartnerKind.LANDLORD: ("Plan d’apurement de la dette de loyer", "Mutation vers un logement plus petit"),
    PartnerKind.CPAM: ("Accompagnement face à un renoncement aux soins",),
    PartnerKind.CAF: ("Rendez-vous des droits", "Recours gracieux sur une dette"),
    PartnerKind.DEPARTMENT: ("Accompagnement en économie sociale et familiale", "Demande de FSL maintien"),
    PartnerKind.DISABILITY: ("Évaluation des besoins de compensation",),
    PartnerKind.EMPLOYMENT: ("Entrée en accompagnement global",),
    PartnerKind.JUSTICE: ("Information sur ses droits, dépôt de plainte",),
    PartnerKind.HOSPITAL: ("Reprise de contact avec les soins",),
}
ANSWERS = {
    ReferralAnswer.ACCEPTED: 46, ReferralAnswer.APPOINTMENT: 27, ReferralAnswer.REFUSED: 11, ReferralAnswer.NO_ANSWER: 8,
    ReferralAnswer.NOT_FOLLOWED: 8,
}  # fmt: skip


def create_referrals(world: World) -> None:
    """With a chance of its own: what other subjects draw does not move."""
    random = Random("orientations")
    partners = _directory(world)
    ReferralIn.objects.bulk_create(
        [row for file in world.files for row in _received(world, random, file, partners)], batch_size=2000
    )
    sent = [row for file in world.files for row in _sent(world, random, file, partners)]
    Sharing.objects.bulk_create([row.sharing for row in sent], batch_size=2000)
    ReferralOut.objects.bulk_create(sent, batch_size=2000)


def _directory(world: World) -> list[Partner]:
    by_name = {commune.name: commune for commune in world.communes}
    partners = []
    for rank, (name, kind, contact, street, code, city, days, notes, _served) in enumerate(PARTNERS):
        partner = Partner(
            name=name, kind=kind, contact=contact, street=street, postal_code=code, city=city, answer_days=days,
            notes=notes, phone=f"+33237990{rank:03d}", email=f"contact{rank}@partenaire.exemple.test",
            is_active=name != "Vestiaire du Faubourg",
        )  # fmt: skip
        partner.compute_key()
        partners.append(partner)
    Partner.objects.bulk_create(partners)
    for partner, row in zip(partners, PARTNERS, strict=True):
        partner.communes.set([by_name[name] for name in row[-1]])
    return [partner for partner in partners if partner.is_active]


def _received(world: World, random: Random, file: File, partners: list[Partner]) -> Iterator[ReferralIn]:
    """One when the file opened, for nearly all; a second one later for some."""
    days = [file.opened_on] if random.random() < 0.94 else []
    if random.random() < 0.12:
        days.append(file.opened_on + timedelta(days=random.randint(60, 400)))
    for day in days:
        if day > world.today:
            continue
        (origin,) = random.choices(list(ORIGINS), list(ORIGINS.values()))
        known = [partner for partner in partners if partner.kind == SENDERS.get(origin)]
        demand, themes = random.choice(DEMANDS)
        yield ReferralIn(
            household=file.household, received_on=day, origin=origin, demand=demand, themes=list(themes),
            partner=random.choice(known) if known and random.random() < 0.8 else None,
            sender=random.choice(NAMES.get(origin, ("",))),
            urgency=random.choices(list(URGENCIES), list(URGENCIES.values()))[0],
            received_by=world.users["accueil"],
        )  # fmt: skip


def _sent(world: World, random: Random, file: File, partners: list[Partner]) -> Iterator[ReferralOut]:
    """A third of the households were sent somewhere; what is older than three months has its answer."""
    if file.referent is None or random.random() > 0.36:
        return
    last = min(file.closed_on or world.today, world.today)
    for _ in range(random.choice((1, 1, 2))):
        partner = random.choice([partner for partner in partners if partner.kind in PURPOSES])
        sent_on = file.opened_on + timedelta(days=random.randint(0, max((last - file.opened_on).days - 1, 0)))
        yield _one(world, random, file, partner, sent_on)


def _one(world: World, random: Random, file: File, partner: Partner, sent_on: date) -> ReferralOut:
    agreed = random.random() < 0.93
    sharing = Sharing(
        household=file.household, partner=partner, shared_on=sent_on, shared_by=file.referent,
        consent=Consent.YES if agreed else Consent.NOT_ASKED, consent_on=sent_on if agreed else None,
        basis=SharingBasis.CONSENT if agreed else SharingBasis.SHARED_SECRET,
        content="Identité, coordonnées et objet de la demande",
    )  # fmt: skip
    referral = ReferralOut(
        household=file.household, partner=partner, sharing=sharing, sent_on=sent_on, sent_by=file.referent,
        purpose=random.choice(PURPOSES[PartnerKind(partner.kind)]),
        person=file.persons[0] if random.random() < 0.6 else None,
        due_on=sent_on + timedelta(days=partner.answer_days),
    )  # fmt: skip
    age = (world.today - sent_on).days
    if age > 90 or random.random() < age / 60:
        (answer,) = random.choices(list(ANSWERS), list(ANSWERS.values()))
        answered_on = sent_on + timedelta(days=min(age, random.randint(2, int(partner.answer_days * 1.4))))
        referral.answer, referral.answered_on = answer, answered_on
        if answer == ReferralAnswer.APPOINTMENT:
            referral.appointment_on = answered_on + timedelta(days=random.randint(3, 20))
        if answer in (ReferralAnswer.ACCEPTED, ReferralAnswer.APPOINTMENT) and random.random() < 0.5:
            referral.feedback = "La personne a été reçue ; un suivi commun est convenu."
            referral.feedback_on = answered_on
    return referral
