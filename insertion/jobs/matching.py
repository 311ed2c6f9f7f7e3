"""Who an offer may suit, by criteria one can read: nothing is weighed, nothing is decided (I8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from insertion.jobs.enums import OWN_MEANS, Childcare, JobDomain, Licence, WorkTime, Zone
from insertion.models import JobOffer, JobRule, JobSearch


class Fit(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Criterion:
    """One thing the offer asks, and whether the person has it: said in words, never only by a colour."""

    label: str
    fit: Fit
    why: str


@dataclass(frozen=True)
class Match:
    search: JobSearch
    offer: JobOffer
    criteria: tuple[Criterion, ...]

    def count(self, fit: Fit) -> int:
        return sum(one.fit == fit for one in self.criteria)

    @property
    def met(self) -> int:
        return self.count(Fit.YES)

    @property
    def missing(self) -> int:
        return self.count(Fit.NO)


def match(search: JobSearch, offer: JobOffer, rule: JobRule) -> Match:
    """The criteria this offer has; an offer that asks for no diploma has none about it."""
    found = [_domain(search, offer), _place(search, offer)]
    if offer.least_diploma and offer.least_diploma != "0":
        found.append(_diploma(search, offer))
    if offer.licence:
        found.append(_licence(search, offer))
    if offer.needs_vehicle:
        found.append(_vehicle(search))
    if offer.irregular_hours:
        found.append(_hours(search))
    if offer.weekly_hours is not None and search.work_time:
        found.append(_work_time(search, offer.weekly_hours >= rule.full_time_hours))
    return Match(search, offer, tuple(found))


def ranked(searches: Iterable[JobSearch], offer: JobOffer, rule: JobRule) -> list[Match]:
    """Those who look in the offer's domain, or who did not say: what is missing last, then by name."""
    found = [
        match(search, offer, rule)
        for search in searches
        if not search.domains or offer.domain in search.domains
    ]
    return sorted(found, key=lambda one: (one.missing, -one.met, one.search.person.search_key))


def _domain(search: JobSearch, offer: JobOffer) -> Criterion:
    label = JobDomain(offer.domain).label
    if not search.domains:
        return Criterion("Domaine", Fit.UNKNOWN, "domaine recherché non renseigné")
    return Criterion("Domaine", Fit.YES if offer.domain in search.domains else Fit.NO, label)


def _place(search: JobSearch, offer: JobOffer) -> Criterion:
    if not search.zone:
        return Criterion("Lieu", Fit.UNKNOWN, "distance acceptée non renseignée")
    if search.zone == Zone.BEYOND or (search.zone == Zone.TERRITORY and offer.commune_id is not None):
        return Criterion("Lieu", Fit.YES, offer.commune.name if offer.commune else "hors territoire")
    home = search.household.commune_id
    if search.household.address_hidden or home is None:
        return Criterion("Lieu", Fit.UNKNOWN, "commune de la personne non connue ici")
    same = offer.commune_id == home
    return Criterion(
        "Lieu", Fit.YES if same else Fit.NO, "sa commune" if same else "plus loin qu’elle ne souhaite"
    )


def _diploma(search: JobSearch, offer: JobOffer) -> Criterion:
    asked = f"niveau {offer.least_diploma} demandé"
    if not search.diploma_level:
        return Criterion("Diplôme", Fit.UNKNOWN, f"{asked}, le sien n’est pas renseigné")
    return Criterion("Diplôme", Fit.YES if search.diploma_level >= offer.least_diploma else Fit.NO, asked)


def _licence(search: JobSearch, offer: JobOffer) -> Criterion:
    label = Licence(offer.licence).label
    return Criterion("Permis", Fit.YES if offer.licence in search.licences else Fit.NO, label)


def _vehicle(search: JobSearch) -> Criterion:
    if not search.transports:
        return Criterion("Trajet", Fit.UNKNOWN, "moyens de transport non renseignés")
    has = any(one in search.transports for one in OWN_MEANS)
    return Criterion("Trajet", Fit.YES if has else Fit.NO, "pas de transports en commun")


def _hours(search: JobSearch) -> Criterion:
    if search.childcare in (Childcare.TO_FIND, Childcare.PARTIAL):
        return Criterion("Horaires", Fit.NO, "horaires décalés, garde des enfants à trouver")
    if search.irregular_hours is None:
        return Criterion("Horaires", Fit.UNKNOWN, "horaires décalés, à demander")
    return Criterion("Horaires", Fit.YES if search.irregular_hours else Fit.NO, "horaires décalés")


def _work_time(search: JobSearch, is_full: bool) -> Criterion:
    fits = is_full == (search.work_time == WorkTime.FULL)
    return Criterion("Temps", Fit.YES if fits else Fit.NO, "temps plein" if is_full else "temps partiel")
