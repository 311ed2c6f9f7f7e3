"""What those who watch over the readings are shown: agent by agent, and what left the application."""

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.audit import watch
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from households.models import Household
from tests.factories import HouseholdFactory, UserFactory

pytestmark = pytest.mark.django_db
AGENTS, EXPORTS = "/journal/agents/", "/journal/exports/"
TUESDAY, SUNDAY = date(2026, 11, 24), date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _wednesday(time_machine) -> None:
    time_machine.move_to("2026-11-25T10:00:00+01:00", tick=False)


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def files_of(count: int) -> list[UUID]:
    """The keys of so many households, the same each time."""
    HouseholdFactory.create_batch(max(0, count - Household.objects.count()))
    return list(Household.objects.order_by("created_at", "pk").values_list("pk", flat=True)[:count])


def opened(user: User, day: date, files: int = 1, hour: int = 10, action: str = AccessAction.VIEW) -> None:
    AccessLog.objects.bulk_create(
        AccessLog(user=user, action=action, subject_id=key, at=at(day, hour)) for key in files_of(files)
    )


def days(user: User, first: date = TUESDAY, last: date = TUESDAY) -> list[watch.Day]:
    return watch.days_of(AccessLog.objects.filter(user=user), first, last).get(user.pk, [])


def page(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


class TestDays:
    def test_they_count_files_once_and_lines_each(self, claire: User) -> None:
        (file,) = files_of(1)
        for action in (AccessAction.VIEW, AccessAction.PRINT, AccessAction.SEARCH):
            AccessLog.objects.create(user=claire, action=action, subject_id=file, at=at(TUESDAY))
        AccessLog.objects.create(user=claire, action=AccessAction.EXPORT, at=at(TUESDAY))
        (day,) = days(claire)
        assert (day.day, day.lines, day.files, day.exports, day.refused, day.remarks) == (
            TUESDAY, 4, 1, 1, 0, (),
        )  # fmt: skip

    def test_only_households_are_files(self, claire: User) -> None:
        """An account, an export or a list taken over is read too: a line, no file."""
        opened(claire, TUESDAY, files=2)
        Household.objects.update(anonymised_on=TUESDAY)
        for _ in range(40):
            AccessLog.objects.create(
                user=claire, action=AccessAction.VIEW, object_type="lists.exportrun", subject_id=uuid4(),
                at=at(TUESDAY),
            )  # fmt: skip
        (day,) = days(claire)
        assert (day.lines, day.files, day.remarks) == (42, 2, ())

    @pytest.mark.parametrize(("hour", "remarks"), [(6, 1), (7, 0), (19, 0), (20, 1), (23, 1)])
    def test_hours_are_those_of_here(self, claire: User, hour: int, remarks: int) -> None:
        opened(claire, TUESDAY, hour=hour)
        (day,) = days(claire)
        assert len(day.remarks) == remarks
        if remarks:
            assert day.remarks == ("1\u00a0consultation avant 7\u00a0h ou après 20\u00a0h",)

    def test_a_day_that_is_not_worked(self, claire: User) -> None:
        opened(claire, SUNDAY, files=2)
        (day,) = days(claire, SUNDAY, SUNDAY)
        assert day.remarks == ("2\u00a0consultations un jour non travaillé",)

    def test_logging_in_at_night_is_no_reading(self, claire: User) -> None:
        AccessLog.objects.create(user=claire, action=AccessAction.LOGIN, at=at(TUESDAY, 23))
        assert days(claire)[0].remarks == ()

    def test_a_volume_stands_out_by_what_is_usual_for_the_agent(self, claire: User, mehdi: User) -> None:
        for back in range(1, 8):
            opened(claire, TUESDAY - timedelta(days=back), files=5)
            opened(mehdi, TUESDAY - timedelta(days=back), files=25)
        opened(claire, TUESDAY, files=40)
        opened(mehdi, TUESDAY, files=40)
        assert days(claire)[0].remarks == ("40\u00a0dossiers ouverts, 5\u00a0dossiers d’habitude",)
        assert days(mehdi)[0].remarks == ()

    def test_few_files_never_stand_out(self, claire: User) -> None:
        for back in range(1, 8):
            opened(claire, TUESDAY - timedelta(days=back))
        opened(claire, TUESDAY, files=watch.MANY - 1)
        assert days(claire)[0].remarks == ()

    def test_refusals(self, claire: User) -> None:
        opened(claire, TUESDAY, files=watch.REFUSALS, action=AccessAction.REFUSED)
        assert days(claire)[0].remarks == ("5\u00a0accès refusés",)

    def test_one_query_whatever_the_agents(self, django_assert_num_queries) -> None:
        for _ in range(5):
            opened(UserFactory(), TUESDAY, files=3)
        agents = list(User.objects.all())
        with django_assert_num_queries(1):
            assert len(watch.summaries(agents, TUESDAY, TUESDAY)) == 5


class TestPages:
    @pytest.mark.parametrize("role", [r for r in Role if r not in (Role.DIRECTOR, Role.DPO)], ids=str)
    def test_for_those_who_watch_only(self, login, role: Role, claire: User) -> None:
        client = login(UserFactory(role=role))
        for url in (AGENTS, f"{AGENTS}{claire.pk}/", EXPORTS):
            assert client.get(url).status_code == 403

    def test_who_stands_out_comes_first_and_leads_to_the_days_then_the_lines(
        self, login, david: User, claire: User, mehdi: User
    ) -> None:
        opened(claire, TUESDAY)
        opened(mehdi, SUNDAY)
        client = login(david)
        text = page(client.get(AGENTS))
        assert text.index("Mehdi Aouragh") < text.index("Claire Vasseur")
        assert "1 avec des jours à regarder" in text
        text = page(client.get(f"{AGENTS}{mehdi.pk}/?du=01/11/2026&au=25/11/2026"))
        assert "un jour non travaillé" in text
        assert f"?agent={mehdi.pk}&amp;du=22/11/2026&amp;au=22/11/2026" in text
        lines = page(client.get(f"/journal/?agent={mehdi.pk}&du=22/11/2026&au=22/11/2026"))
        assert lines.count("<time datetime") == 1

    def test_looking_is_itself_a_line(self, login, david: User, claire: User) -> None:
        client = login(david)
        for url, name in ((AGENTS, "agents"), (f"{AGENTS}{claire.pk}/", "agent"), (EXPORTS, "exports")):
            client.get(url)
            assert AccessLog.objects.filter(user=david, url_name=f"audit:{name}").exists()

    def test_empty_states_and_wrong_periods(self, login, david: User, claire: User) -> None:
        client = login(david)
        assert "Aucune consultation dans cette période." in page(client.get(f"{AGENTS}{claire.pk}/"))
        assert "Aucun export dans cette période." in page(client.get(EXPORTS))
        text = page(client.get(f"{AGENTS}?du=25/11/2026&au=24/11/2026"))
        assert "La fin de la période précède son début." in text
        assert "Cette date n’existe pas" in page(client.get(f"{AGENTS}?du=31/02/2026"))

    def test_pages_of_days(self, login, david: User, claire: User) -> None:
        for back in range(30):
            opened(claire, TUESDAY - timedelta(days=back))
        client = login(david)
        first = client.get(f"{AGENTS}{claire.pk}/?du=01/10/2026&au=25/11/2026")
        second = client.get(f"{AGENTS}{claire.pk}/?du=01/10/2026&au=25/11/2026&page=2")
        assert [len(one.context["page"].object_list) for one in (first, second)] == [25, 5]
        assert "du=01/10/2026" in page(first).split('rel="next"')[0].rsplit("href=", 1)[1].replace("%2F", "/")


class TestExports:
    def test_who_what_why_and_whether_it_was_fetched(self, login, david: User, claire: User) -> None:
        run, other = uuid4(), uuid4()
        about = {"user": claire, "object_type": "lists.exportrun", "reason": "Bilan d’activité"}
        detail = {"rows": 12, "listing": "households", "named": True}
        AccessLog.objects.create(action=AccessAction.EXPORT, object_id=run, detail=detail, **about)
        AccessLog.objects.create(action=AccessAction.PRINT, object_id=other, detail={"rows": 3}, **about)
        AccessLog.objects.create(
            action=AccessAction.DOWNLOAD, object_id=run, subject_id=run, at=at(TUESDAY, 9, 5), **about
        )
        AccessLog.objects.create(user=claire, action=AccessAction.EXPORT, url_name="audit:export")
        AccessLog.objects.create(user=claire, action=AccessAction.PRINT, url_name="households:summary")
        text = page(login(david).get(EXPORTS))
        assert text.count("Claire Vasseur</td>") == 3
        for part in ("Bilan d’activité", "nominatif", "téléchargé le 24/11/2026 à 9\u00a0h\u00a005"):
            assert part in text
        assert "jamais téléchargé" in text
        assert "remis aussitôt" in text

    def test_by_agent_and_period(self, login, david: User, claire: User, mehdi: User) -> None:
        for user, day in ((claire, TUESDAY), (claire, SUNDAY), (mehdi, TUESDAY)):
            AccessLog.objects.create(user=user, action=AccessAction.EXPORT, at=at(day))
        response = login(david).get(f"{EXPORTS}?agent={claire.pk}&du=24/11/2026")
        assert len(response.context["page"].object_list) == 1


def test_the_log_tells_its_last_seal(login, david: User, claire: User) -> None:
    from cias.audit.seals import head, seal_lines

    opened(claire, TUESDAY)
    seal_lines()
    text = page(login(david).get("/journal/"))
    assert "Dernier scellé" in text
    assert head().digest[:13] in text
