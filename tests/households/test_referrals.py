"""H13: who sent the household, whom it was sent to, what came back, and what may be passed on."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from cias.accounts.models import User
from cias.audit.models import AccessLog
from cias.audit.services import state_reason
from cias.core.db import ConstraintViolation
from cias.core.periods import Period
from cias.core.registry import collect_timeline
from households.enums import Consent, ReferralAnswer, ReferralOrigin, ReferralUrgency, SharingBasis
from households.history import household_changes
from households.models import Household, Partner, ReferralIn, ReferralOut
from households.services import assign_referent
from households.services.referrals import SharingData, answer_referral, send_referral
from households.statistics.referrals import answer_delay, received, sent
from households.team import own_work
from tests.client import StrictClient
from tests.factories import (
    CommuneFactory,
    PartnerFactory,
    ReferralInFactory,
    ReferralOutFactory,
    SituationFactory,
)

pytestmark = pytest.mark.django_db
type Login = Callable[[User], StrictClient]
TODAY = date(2026, 11, 24)
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


def url(name: str, *args: object) -> str:
    return reverse(f"households:{name}", args=args)


def agreed(**changes: Any) -> SharingData:
    values: dict[str, Any] = {"content": "Identité", "consent": Consent.YES, "consent_on": TODAY}
    return SharingData(**values | changes)


def send(by: User, household: Household, **changes: Any) -> ReferralOut:
    values: dict[str, Any] = {
        "partner": PartnerFactory(),
        "purpose": "Aide alimentaire",
        "sent_on": TODAY,
        "due_on": date(2026, 12, 24),
        "sharing": agreed(),
    }
    return send_referral(by=by, household=household, **values | changes)


class TestSharing:
    """CASF, art. L121-6-2: with the person's dated agreement, or with a text that allows it."""

    @pytest.mark.parametrize(
        ("sharing", "rule"),
        [
            (agreed(consent_on=None), "households_sharing_dated"),
            (agreed(consent_on=date(2026, 11, 25)), "households_sharing_dated"),
            (agreed(consent=Consent.NO), "households_sharing_basis"),
            (agreed(consent=Consent.NOT_ASKED, consent_on=None), "households_sharing_basis"),
            (agreed(basis=SharingBasis.CHILD), "households_sharing_basis"),
            (agreed(content=""), "households_sharing_content"),
            (agreed(consent=Consent.NO, basis=SharingBasis.OTHER), "households_sharing_detail"),
        ],
    )
    def test_nothing_is_shared_without_a_footing(
        self, claire: User, family: Household, sharing: SharingData, rule: str
    ) -> None:
        with pytest.raises(ConstraintViolation) as error:
            send(claire, family, sharing=sharing)
        assert error.value.name == rule
        assert not ReferralOut.objects.exists()

    def test_the_footing_is_told_in_words(self, claire: User, family: Household) -> None:
        assert send(claire, family).sharing.footing == "Accord de la personne du 24/11/2026"
        refused = agreed(consent=Consent.NO, basis=SharingBasis.CHILD)
        assert send(claire, family, sharing=refused).sharing.footing == (
            "Protection de l’enfance (CASF, art. L226-2-2), malgré le refus du 24/11/2026"
        )


class TestAnswer:
    def test_an_answer_is_dated_from_the_sending_on(self, claire: User, family: Household) -> None:
        referral = send(claire, family)
        with pytest.raises(ConstraintViolation):
            answer_referral(
                by=claire,
                referral=referral,
                answer=ReferralAnswer.ACCEPTED,
                answered_on=date(2026, 11, 23),
            )
        with pytest.raises(ConstraintViolation):
            answer_referral(by=claire, referral=referral, answer=ReferralAnswer.ACCEPTED, answered_on=None)
        with pytest.raises(ConstraintViolation):
            answer_referral(
                by=claire, referral=referral, answer=ReferralAnswer.REFUSED, answered_on=TODAY, appointment_on=TODAY
            )  # fmt: skip

    def test_late_answers_stand_in_the_work_lists(
        self, claire: User, mehdi: User, isabelle: User, nadege: User, family: Household
    ) -> None:
        assign_referent(by=claire, household=family, agent=mehdi, on=date(2026, 9, 1))
        referral = ReferralOutFactory(household=family, sent_by=claire, due_on=date(2026, 11, 20))
        ReferralOutFactory(household=family, sent_by=claire, due_on=date(2026, 12, 20))
        for agent in (claire, mehdi):
            (item,) = [item for item in own_work(agent, TODAY) if item.kind == "orientations"]
            assert (item.due, item.owner, item.subject_id) == (date(2026, 11, 20), claire, family.pk)
        (item,) = [item for item in own_work(isabelle, TODAY) if item.kind == "orientations"]
        assert item.title == "1\u00a0orientation sans réponse après le délai"
        assert not [item for item in own_work(nadege, TODAY) if item.kind == "orientations"]
        answer_referral(by=claire, referral=referral, answer=ReferralAnswer.ACCEPTED, answered_on=TODAY)
        assert not [item for item in own_work(claire, TODAY) if item.kind == "orientations"]


class TestPages:
    def test_the_light_step_after_opening(self, nadege: User, login: Login) -> None:
        client = login(nadege)
        values = {"birth_name": "Le Goff", "opened_on": "20/11/2026"}
        response = client.post(url("create"), values)
        household = Household.objects.get()
        step = f"{url('referral_in_create', household.pk)}?ouverture"
        assert response.url == step
        page = client.get(step).content.decode()
        assert "Passer cette étape" in page
        assert 'value="20/11/2026"' in page
        client.post(
            step, {"received_on": "20/11/2026", "origin": "elected", "urgency": "48h", "demand": "canari"}
        )
        referral = ReferralIn.objects.get()
        assert (referral.origin, referral.urgency) == (ReferralOrigin.ELECTED, ReferralUrgency.TWO_DAYS)
        assert referral.received_by == nadege

    def test_reception_reads_back_the_category_only(
        self, nadege: User, claire: User, login: Login, family: Household
    ) -> None:
        partner = PartnerFactory(name="Femmes debout")
        ReferralInFactory(household=family, demand="canari", sender="M. Delorme", partner=partner)
        ReferralOutFactory(household=family, partner=partner)
        page = login(nadege).get(url("referrals", family.pk)).content.decode()
        assert "Mairie" in page
        assert "sous 48 heures" in page
        for hidden in ("canari", "Delorme", "Femmes debout", "Orientations envoyées"):
            assert hidden not in page
        told = " ".join(item.text for item in collect_timeline(family, nadege))
        assert "mairie, urgence sous 48 heures" in told
        assert "canari" not in told
        assert "canari" in login(claire).get(url("referrals", family.pk)).content.decode()

    def test_the_direction_follows_deadlines_and_reads_with_a_reason(
        self, isabelle: User, login: Login, family: Household
    ) -> None:
        referral = ReferralOutFactory(household=family, purpose="canari")
        client = login(isabelle)
        pages = (url("referrals", family.pk), url("referral_list"), url("referral_out", referral.pk))
        for page in pages:
            assert "canari" not in client.get(page).content.decode()
        assert not [change for change in household_changes(family, isabelle) if "canari" in str(change)]
        state_reason(user=isabelle, subject_id=family.pk, reason="Réclamation")
        assert "canari" in client.get(pages[0]).content.decode()
        assert "canari" in client.get(pages[2]).content.decode()
        assert AccessLog.objects.filter(user=isabelle, subject_id=family.pk).exists()

    def test_sending_then_answering(self, claire: User, login: Login, family: Household) -> None:
        partner = PartnerFactory(name="Épicerie solidaire", answer_days=10)
        client = login(claire)
        values = {
            "partner": str(partner.pk), "purpose": "Colis", "sent_on": "24/11/2026", "content": "Identité",
            "consent": "no", "consent_on": "24/11/2026",
        }  # fmt: skip
        form = client.post(url("referral_out_create", family.pk), values).context["form"]
        assert form.errors["basis"] == [
            "Sans l’accord de la personne, indiquez le texte qui permet le partage."
        ]
        client.post(url("referral_out_create", family.pk), {**values, "consent": "yes"})
        referral = ReferralOut.objects.get()
        assert referral.due_on == date(2026, 12, 4)
        refused = client.post(
            url("referral_answer", referral.pk), {"answer": "refused", "answered_on": "23/11/2026"}
        )
        assert "envoyée le 24/11/2026" in refused.content.decode()
        client.post(
            url("referral_answer", referral.pk),
            {"answer": "appointment", "appointment_on": "01/12/2026", "feedback": "Dossier complet"},
        )
        referral.refresh_from_db()
        assert (referral.answer, referral.answered_on, referral.feedback_on) == ("appointment", TODAY, TODAY)

    def test_a_deactivated_partner_is_offered_no_more(
        self, claire: User, login: Login, family: Household
    ) -> None:
        gone = PartnerFactory(name="Ancienne adresse", is_active=False)
        referral = ReferralInFactory(household=family, partner=gone)
        client = login(claire)
        assert "Ancienne adresse" not in client.get(url("referral_out_create", family.pk)).content.decode()
        assert "Ancienne adresse" in client.get(url("referral_in_edit", referral.pk)).content.decode()

    @pytest.mark.parametrize("state", ["", "?etat=retard", "?etat=repondues"])
    def test_the_list_asks_few_queries(
        self, claire: User, login: Login, family: Household, state: str, django_assert_max_num_queries: Any
    ) -> None:
        client = login(claire)
        answered = {"answer": "accepted", "answered_on": TODAY} if state == "?etat=repondues" else {}
        counts = []
        for _ in range(2):
            for _ in range(4):
                ReferralOutFactory(household=family, due_on=date(2026, 11, 20), **answered)
            with django_assert_max_num_queries(12) as queries:
                page = client.get(f"{url('referral_list')}{state}").content.decode()
            counts.append(len(queries))
        assert page.count("Association Passerelle") == 8
        assert counts[0] == counts[1]


class TestDirectory:
    def test_it_is_searched_without_case_or_accents(
        self, nadege: User, login: Login, django_assert_max_num_queries: Any
    ) -> None:
        luce = CommuneFactory(luce=True)
        PartnerFactory(name="Épicerie sociale du Clos").communes.set([luce])
        for _ in range(6):
            PartnerFactory().communes.set([luce])
        PartnerFactory(name="Fermé", is_active=False)
        client = login(nadege)
        with django_assert_max_num_queries(12):
            page = client.get(url("partners"), {"q": "epicerie CLOS", "commune": "28218"}).content.decode()
        assert "Épicerie sociale du Clos" in page
        assert "Passerelle" not in page
        assert "Fermé" not in client.get(url("partners")).content.decode()
        assert "Fermé" in client.get(url("partners"), {"etat": "tous"}).content.decode()

    def test_who_keeps_it(self, nadege: User, isabelle: User, login: Login) -> None:
        assert login(nadege).get(url("partner_create")).status_code == 403
        values = {"name": "CPAM d’Eure-et-Loir", "kind": "cpam", "answer_days": "20", "is_active": "on"}
        client = login(isabelle)
        client.post(url("partner_create"), values)
        partner = Partner.objects.get()
        twice = client.post(url("partner_create"), values)
        assert "figure déjà dans l’annuaire" in twice.content.decode()
        client.post(url("partner_edit", partner.pk), {**values, "phone": "02 37 11 22 33", "is_active": ""})
        partner.refresh_from_db()
        assert (partner.is_active, partner.phone) == (False, "+33237112233")
        assert "Isabelle Marchand" in client.get(url("partner", partner.pk)).content.decode()


class TestFigures:
    def test_unknown_keeps_its_line_and_places_are_those_of_the_day(self, family: Household) -> None:
        day = date(2026, 11, 10)
        ReferralInFactory(household=family, received_on=day)
        ReferralInFactory(household=family, received_on=day, origin="", urgency="", sender="")
        ReferralInFactory(household=family, received_on=date(2026, 10, 31))
        rows = {row.keys: row.count for row in received(NOVEMBER, None)}
        assert rows == {("", ""): 1, ("town_hall", "48h"): 1}
        assert {row.count for row in received(NOVEMBER, frozenset({"28218"}))} == {1}
        assert list(received(NOVEMBER, frozenset({"28085"}))) == []

    def test_answers_by_kind_and_their_delay(self) -> None:
        household = SituationFactory().household
        for day in (4, 6, 12):
            ReferralOutFactory(household=household, answer="accepted", answered_on=date(2026, 11, day))
        ReferralOutFactory(household=household, answer="no_answer", answered_on=date(2026, 11, 30))
        ReferralOutFactory(household=household)
        rows = {row.keys: row.count for row in sent(NOVEMBER, None)}
        assert rows == {
            ("association", ""): 1, ("association", "accepted"): 3, ("association", "no_answer"): 1,
        }  # fmt: skip
        (row,) = answer_delay(NOVEMBER, None)
        assert (row.keys, row.value, row.count) == (("association",), 4, 3)
