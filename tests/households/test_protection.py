"""Protected files (C3): the rules of naming, of the hour of emergency and of its review; the pages that do it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from appointments.models import Appointment
from appointments.services import book
from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.accounts.services import close_account
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from cias.core.db import ConstraintViolation
from cias.core.periods import Period
from cias.core.registry import collect_involved
from households import services
from households.enums import AssignmentRole, Custody, EmergencyVerdict, MemberRole, ProtectionReason
from households.models import EmergencyAccess, Household, HouseholdProtection, NamedAccess, Person
from households.search import duplicates, search
from households.services.protection import running_protection
from households.statistics.households import by_place_and_family
from households.statistics.selection import active
from households.team import own_work
from tests.client import StrictClient
from tests.factories import (
    AppointmentFactory,
    HouseholdFactory,
    MembershipFactory,
    MessageFactory,
    PresenceFactory,
    ReasonFactory,
    SituationFactory,
    UserFactory,
)
from tests.households.people import INES, LEO

pytestmark = pytest.mark.django_db
type Login = Callable[[User], StrictClient]


def protect(by: User, household: Household, **values: object) -> HouseholdProtection:
    return services.protect_household(
        by=by, household=household, **{"reason": ProtectionReason.VIOLENCE, **values}
    )


def known(user: User) -> set[Household]:
    return set(Household.objects.for_user(user))


class TestNaming:
    def test_being_referent_does_not_open_the_file(
        self, claire: User, mehdi: User, isabelle: User, family: Household
    ) -> None:
        services.assign_referent(by=claire, household=family, agent=mehdi, on=date(2026, 11, 2))
        protection = protect(claire, family)
        assert family in known(claire)
        assert family not in known(mehdi) | known(isabelle)
        services.name_agent(by=claire, protection=protection, agent=mehdi)
        assert family in known(mehdi)

    def test_a_named_psychologist_still_sees_her_own_persons_only(
        self, claire: User, hugo: User, family: Household
    ) -> None:
        protect(claire, family, agents=[hugo])
        assert family not in known(hugo)
        services.assign_referent(
            by=claire, household=family, agent=hugo, on=date(2026, 11, 2), role=AssignmentRole.OTHER
        )
        assert family in known(hugo)

    def test_the_flags_follow_whoever_writes(self, claire: User, family: Household) -> None:
        protection = protect(claire, family, reason=ProtectionReason.SHELTERED)
        assert (family.is_protected, family.address_hidden) == (True, True)
        HouseholdProtection.objects.filter(pk=protection.pk).update(
            reason=ProtectionReason.VIOLENCE, hides_address=False
        )
        family.refresh_from_db()
        assert (family.is_protected, family.address_hidden) == (True, False)
        protection.delete()
        family.refresh_from_db()
        assert (family.is_protected, family.address_hidden) == (False, False)

    def test_only_those_whose_work_it_is_are_named(
        self, claire: User, armelle: User, family: Household
    ) -> None:
        with pytest.raises(ValidationError, match="ne peut pas être nommé"):
            protect(claire, family, agents=[armelle])
        assert not HouseholdProtection.objects.exists()

    def test_the_database_refuses_two_protections_and_an_unexplained_one(
        self, claire: User, family: Household
    ) -> None:
        with pytest.raises(ConstraintViolation, match="Précisez le motif"):
            protect(claire, family, reason=ProtectionReason.OTHER)
        protect(claire, family)
        with pytest.raises(ConstraintViolation, match="déjà protégé"):
            protect(claire, family)

    def test_somebody_always_remains(
        self, claire: User, mehdi: User, nadege: User, family: Household
    ) -> None:
        protection = protect(claire, family, agents=[nadege])
        own = protection.accesses.get(agent=claire)
        with pytest.raises(ValidationError, match="nommez d’abord"):
            services.remove_access(by=claire, access=own)
        services.name_agent(by=claire, protection=protection, agent=mehdi)
        services.remove_access(by=claire, access=own)
        assert family not in known(claire)
        with pytest.raises(PermissionDenied):
            services.name_agent(by=claire, protection=protection, agent=claire)

    def test_the_direction_names_somebody_once_everybody_has_left(
        self, claire: User, mehdi: User, isabelle: User, armelle: User, family: Household
    ) -> None:
        protection = protect(claire, family)
        with pytest.raises(PermissionDenied):
            services.rescue_file(by=isabelle, protection=protection, agent=isabelle)
        close_account(account=claire, by=armelle)
        assert any("plus personne" in item.title for item in own_work(isabelle, timezone.localdate()))
        services.rescue_file(by=isabelle, protection=protection, agent=mehdi)
        assert family in known(mehdi)
        assert family not in known(isabelle)

    def test_lifting_opens_it_again_and_names_nobody_for_the_next_time(
        self, claire: User, mehdi: User, family: Household
    ) -> None:
        services.lift_protection(by=claire, protection=protect(claire, family, agents=[mehdi]))
        assert family in known(mehdi)
        protect(claire, Household.objects.get(pk=family.pk))
        assert family not in known(mehdi)

    def test_those_with_work_on_the_file_are_proposed(
        self, claire: User, mehdi: User, family: Household
    ) -> None:
        services.assign_referent(by=claire, household=family, agent=claire, on=date(2026, 11, 2))
        AppointmentFactory(household=family, agent=mehdi, start=timezone.now() + timedelta(days=3))
        assert collect_involved(family, timezone.localdate()) == [claire, mehdi]

    def test_a_referent_who_is_not_named_is_refused(
        self, claire: User, mehdi: User, family: Household
    ) -> None:
        protect(claire, family)
        with pytest.raises(ValidationError, match="n’a pas accès à ce dossier protégé"):
            services.assign_referent(by=claire, household=family, agent=mehdi, on=date(2026, 11, 24))


class TestPersons:
    def test_somebody_known_elsewhere_today_remains_known(
        self, claire: User, mehdi: User, family: Household, ines: Person
    ) -> None:
        """Léo lives half of the time with his father; Inês left that home for the protected one."""
        father = HouseholdFactory()
        leo = Person.objects.get(first_names=LEO.first_names)
        MembershipFactory(household=father, person=leo, role=MemberRole.CHILD, custody=Custody.ALTERNATE)
        MembershipFactory(
            household=father,
            person=ines,
            role=MemberRole.PARTNER,
            start=date(2022, 1, 1),
            end=date(2024, 3, 3),
        )
        protect(claire, family)
        persons = Person.objects.for_user(mehdi)
        assert leo in persons
        assert ines not in persons
        assert search("Da Silva", mehdi)[0].person == leo
        assert search(family.number, mehdi) == []
        assert {match.person for match in duplicates(INES, mehdi)} == {leo}
        assert {hit.person for hit in search("Da Silva", claire)} == {leo, ines}

    def test_the_former_home_shows_the_name_without_a_link(
        self, claire: User, mehdi: User, family: Household, ines: Person, login: Login
    ) -> None:
        home = HouseholdFactory(with_applicant=True)
        MembershipFactory(household=home, person=ines, start=date(2022, 1, 1), end=date(2024, 3, 3))
        protect(claire, family)
        address = f"/menages/{home.pk}/composition/"
        told, linked = (login(agent).get(address).content.decode() for agent in (mehdi, claire))
        assert "Inês Da Silva" in told
        assert str(ines.pk) not in told
        assert str(ines.pk) in linked


class TestEmergency:
    def test_it_opens_for_an_hour_and_is_told_to_the_direction(
        self, claire: User, mehdi: User, isabelle: User, family: Household, login: Login
    ) -> None:
        protect(claire, family)
        client = login(mehdi)
        page = client.get(f"/menages/{family.pk}/")
        assert page.status_code == 403
        assert f"/menages/{family.pk}/urgence/" in page.content.decode()
        form = client.get(f"/menages/{family.pk}/urgence/").content.decode()
        assert not any(told in form for told in (str(family), family.number, "Lucé"))
        reason = "Danger pour une personne du ménage"
        assert client.post(f"/menages/{family.pk}/urgence/", {"choice": reason}).status_code == 302
        assert "accès d’urgence, pour une heure" in client.get(f"/menages/{family.pk}/").content.decode()
        line = AccessLog.objects.get(action=AccessAction.EMERGENCY)
        assert (line.user, line.subject_id, line.reason) == (mehdi, family.pk, reason)
        told = [item for item in own_work(isabelle, timezone.localdate()) if item.kind == "emergency"]
        assert [item.subject for item in told] == [family.number]
        with time_machine.travel(timezone.now() + timedelta(minutes=61)):
            assert family not in known(mehdi)
            assert login(mehdi).get(f"/menages/{family.pk}/").status_code == 403

    def test_the_number_is_enough_and_the_page_tells_nothing_else(
        self, claire: User, mehdi: User, family: Household, login: Login
    ) -> None:
        protect(claire, family)
        client = login(mehdi)
        values = {"choice": "Demande d’une autorité"}
        unknown = client.post("/menages/urgence/", {**values, "number": "M-2019-99999"}).content.decode()
        assert "Aucun dossier ne porte ce numéro" in unknown
        answer = client.post("/menages/urgence/", {**values, "number": family.number.lower()})
        assert answer.url == f"/menages/{family.pk}/"
        assert family in known(mehdi)

    def test_a_file_that_is_open_needs_no_emergency(
        self, mehdi: User, family: Household, login: Login
    ) -> None:
        values = {"choice": "Demande d’une autorité", "number": family.number}
        assert login(mehdi).post("/menages/urgence/", values).url == f"/menages/{family.pk}/"
        assert not EmergencyAccess.objects.exists()

    @pytest.mark.parametrize("role", [Role.RECEPTION, Role.PSYCHOLOGIST])
    def test_for_the_other_roles_there_is_no_such_file(
        self, claire: User, family: Household, login: Login, role: Role
    ) -> None:
        protect(claire, family)
        client = login(UserFactory(role=role))
        assert client.get(f"/menages/{family.pk}/").status_code == 404
        assert client.post(f"/menages/{family.pk}/urgence/", {"choice": "x"}).status_code == 403

    def test_an_emergency_does_not_let_one_name_oneself(
        self, claire: User, mehdi: User, family: Household, login: Login
    ) -> None:
        protection = protect(claire, family)
        services.break_glass(by=mehdi, household=family, reason="Danger")
        with pytest.raises(PermissionDenied):
            services.name_agent(by=mehdi, protection=protection, agent=mehdi)
        login(mehdi).post(f"/menages/{family.pk}/protection/", {"agent": mehdi.pk})
        assert not NamedAccess.objects.filter(agent=mehdi).exists()

    def test_what_the_direction_finds_unjustified_ends_at_once(
        self, claire: User, mehdi: User, isabelle: User, family: Household, login: Login
    ) -> None:
        protect(claire, family)
        access = services.break_glass(by=mehdi, household=family, reason="Par curiosité")
        page = f"/menages/urgence/acces/{access.pk}/"
        client = login(isabelle)
        assert "Expliquez pourquoi" in client.post(page, {"verdict": "unjustified"}).content.decode()
        client.post(page, {"verdict": "unjustified", "comment": "Aucune urgence"})
        access.refresh_from_db()
        assert (access.verdict, access.reviewed_by) == (EmergencyVerdict.UNJUSTIFIED, isabelle)
        assert family not in known(mehdi)
        assert not [item for item in own_work(isabelle, timezone.localdate()) if item.kind == "emergency"]
        assert "Aucune urgence" in client.get("/menages/urgence/acces/").content.decode()

    def test_nobody_judges_their_own(
        self, claire: User, isabelle: User, david: User, family: Household
    ) -> None:
        protect(claire, family)
        access = services.break_glass(by=isabelle, household=family, reason="Réclamation")
        values = {"access": access, "verdict": EmergencyVerdict.JUSTIFIED}
        with pytest.raises(PermissionDenied):
            services.review_emergency(by=isabelle, **values)
        with pytest.raises(IntegrityError), transaction.atomic():
            EmergencyAccess.objects.update(
                verdict="justified", reviewed_by=isabelle, reviewed_at=timezone.now()
            )
        services.review_emergency(by=david, **values)
        with pytest.raises(ValidationError, match="déjà été relu"):
            services.review_emergency(by=david, **values)


class TestPages:
    def test_protect_name_remove_and_lift(
        self, claire: User, mehdi: User, nadege: User, family: Household, login: Login
    ) -> None:
        client = login(claire)
        page = f"/menages/{family.pk}/protection/"
        services.assign_referent(by=claire, household=family, agent=mehdi, on=date(2026, 11, 2))
        proposed = client.get(page).context["form"]["agents"].value()
        assert proposed == [mehdi.pk]
        client.post(page, {"reason": "sheltered", "agents": [mehdi.pk]})
        running = running_protection(family)
        assert running is not None
        assert running.hides_address
        assert {access.agent for access in running.accesses.all()} == {claire, mehdi}
        assert "Dossier protégé, adresse cachée" in client.get(f"/menages/{family.pk}/").content.decode()
        client.post(page, {"agent": nadege.pk})
        assert family in known(nadege)
        client.post(f"/menages/acces/{running.accesses.get(agent=nadege).pk}/retirer/")
        assert family not in known(nadege)
        client.post(f"{page}modifier/", {"reason": "other", "precision": "Témoin dans une affaire"})
        running.refresh_from_db()
        assert (running.reason, running.hides_address) == ("other", False)
        assert client.get(f"{page}lever/").status_code == 200
        client.post(f"{page}lever/")
        assert family in known(nadege)

    def test_a_missing_precision_is_told_at_its_field(
        self, claire: User, family: Household, login: Login
    ) -> None:
        answer = login(claire).post(f"/menages/{family.pk}/protection/", {"reason": "other"})
        assert "Précisez le motif" in answer.content.decode()
        assert not HouseholdProtection.objects.exists()

    def test_the_list_of_emergencies_costs_the_same_whatever_its_length(
        self, claire: User, mehdi: User, isabelle: User, login: Login, django_assert_max_num_queries
    ) -> None:
        for household in HouseholdFactory.create_batch(6):
            protect(claire, household, agents=[isabelle])
            services.break_glass(by=mehdi, household=household, reason="Danger")
        client = login(isabelle)
        with django_assert_max_num_queries(12):
            assert client.get("/menages/urgence/acces/").status_code == 200


class TestAgenda:
    def test_the_time_is_taken_and_nothing_else_is_told(
        self, claire: User, mehdi: User, nadege: User, family: Household, ines: Person, login: Login
    ) -> None:
        row = AppointmentFactory(household=family, person=ines, agent=claire, practical_note="Code 1234")
        protect(claire, family)
        page = login(nadege).get("/agenda/?jour=2026-11-24").content.decode()
        assert "Dossier protégé" in page
        assert not any(told in page for told in ("Da Silva", "Code 1234", str(row.pk)))
        masked = Appointment.objects.in_agenda(mehdi).with_people().get(pk=row.pk)
        assert (masked.who, masked.is_masked, masked.start) == ("Dossier protégé", True, row.busy_from)
        with pytest.raises(ValueError, match="only to be looked at"):
            masked.save()
        events = login(mehdi).get(f"/agenda/semaine/{claire.pk}/evenements.json").content.decode()
        assert "Dossier prot" in events
        assert "Da Silva" not in events
        assert Appointment.objects.in_agenda(claire).get(pk=row.pk).who == "Inês Da Silva"

    def test_it_is_booked_with_agents_who_are_named(
        self, claire: User, mehdi: User, nadege: User, family: Household, login: Login
    ) -> None:
        for agent in (claire, mehdi):
            PresenceFactory.full_week(agent)
        protect(claire, family, agents=[nadege])
        start = timezone.localtime().replace(hour=14, minute=0, second=0, microsecond=0)
        values = {"by": nadege, "start": start, "reason": ReasonFactory(), "household": family}
        with pytest.raises(ValidationError, match="choisissez un agent nommé"):
            book(agent=mehdi, **values)
        assert book(agent=claire, **values).agent == claire
        assert not NamedAccess.objects.filter(agent=mehdi).exists()

    def test_a_message_is_left_to_agents_who_are_named(
        self, claire: User, mehdi: User, nadege: User, family: Household, login: Login
    ) -> None:
        protect(claire, family, agents=[nadege])
        MessageFactory(agent=mehdi, household=family, text="Rappeler à ce numéro")
        data = {"agent": mehdi.pk, "caller_name": "Inês", "text": "Rappeler"}
        answer = login(nadege).post(f"/agenda/messages/nouveau/?menage={family.pk}", data)
        assert "n’a pas accès à ce dossier protégé" in answer.content.decode()
        assert "Rappeler à ce numéro" not in login(mehdi).get("/agenda/messages/").content.decode()


def test_a_hidden_address_has_no_commune_in_the_figures(claire: User, family: Household) -> None:
    SituationFactory(household=HouseholdFactory())
    year = Period(date(2026, 1, 1), date(2026, 12, 31))

    def by_place(territory: frozenset[str] | None = None) -> dict[str, int]:
        rows = by_place_and_family(active, year, territory)
        return {row.keys[0]: int(row.value) for row in rows}

    assert by_place() == {"28085": 1, "28218": 1}
    protect(claire, family)
    assert by_place() == {"28085": 1, "28218": 1}
    services.change_protection(
        by=claire, protection=family.protections.get(), reason="violence", precision="", hides_address=True
    )
    assert by_place() == {"28085": 1, "": 1}
    assert by_place(frozenset({"28218", "28085"})) == {"28085": 1}
    assert family.address_to_print(timezone.localdate()) is None


def test_a_protected_file_is_not_merged(claire: User, family: Household) -> None:
    protect(claire, family)
    with pytest.raises(ValidationError, match="ne se fusionne pas"):
        services.merge(by=claire, survivor=HouseholdFactory(with_applicant=True), absorbed=family)
