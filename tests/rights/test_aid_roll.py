"""The roll of a session: powers of the absent, who comes late, what is taken back (CASF, R123-16 and R123-17)."""

from io import BytesIO

import pdfplumber
import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cias.core.states import ForbiddenTransition
from rights.aids import services
from rights.aids.enums import AidDecision, AidState
from rights.models import AgendaItem, AidRequest, AidSession
from tests.factories import (
    AidEnvelopeFactory,
    AidRequestFactory,
    AidRuleFactory,
    AidSessionFactory,
    BoardMemberFactory,
)

pytestmark = pytest.mark.django_db
D, S = AidDecision, AidState


@pytest.fixture(autouse=True)
def tuesday():
    with time_machine.travel("2026-11-24T14:00:00+01:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def members():
    return [
        BoardMemberFactory(name=name, office=office)
        for name, office in (("Aubert", "president"), ("Belkacem", "member"), ("Huet", "vice"), ("Petit", "member"))
    ]  # fmt: skip


@pytest.fixture
def session(isabelle, members) -> AidSession:
    rule = AidRuleFactory()
    AidEnvelopeFactory(kind=rule.kind)
    session = AidSessionFactory(created_by=isabelle, members=members, quorum=2)
    aids = [AidRequestFactory(kind=rule.kind, rule=rule, proposed=True) for _ in range(2)]
    services.list_requests(by=isabelle, session=session, requests=aids)
    return session


def url(name, session):
    return reverse(f"rights:{name}", args=[session.pk])


def page(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


def test_a_power_is_a_vote_more(isabelle, session, members) -> None:
    aubert, belkacem, huet, petit = members
    session = services.open_session(
        by=isabelle, session=session, present=[aubert, belkacem, huet], chair=aubert, powers={petit: huet}
    )
    first, second = session.items.all()
    first = services.decide_item(by=isabelle, item=first, decision=D.GRANTED, votes_against=1)
    assert (first.votes_for, first.votes_against) == (3, 1)
    second = services.decide_item(by=isabelle, item=second, decision=D.GRANTED, recused=[huet])
    assert second.votes_for == 2


def test_who_gave_a_power_may_have_an_interest(isabelle, session, members) -> None:
    aubert, belkacem, huet, petit = members
    session = services.open_session(
        by=isabelle, session=session, present=[aubert, belkacem, huet], chair=aubert, powers={petit: huet}
    )
    item = services.decide_item(by=isabelle, item=session.items.first(), decision=D.GRANTED, recused=[petit])
    assert item.votes_for == 3


@pytest.mark.parametrize(
    ("powers", "said"),
    [
        ({2: 0, 3: 0}, "porte déjà un pouvoir"),
        ({3: 2}, "n’est pas présent"),
        ({1: 0}, "son pouvoir n’a pas lieu"),
    ],
)
def test_a_power_that_does_not_stand(isabelle, session, members, powers, said) -> None:
    with pytest.raises(ValidationError, match=said):
        services.open_session(
            by=isabelle, session=session, present=members[:2], chair=members[0],
            powers={members[giver]: members[holder] for giver, holder in powers.items()},
        )  # fmt: skip
    session.refresh_from_db()
    assert session.is_planned


def test_powers_do_not_make_a_quorum(isabelle, session, members) -> None:
    with pytest.raises(ValidationError, match="quorum"):
        services.open_session(
            by=isabelle, session=session, present=members[:1], chair=members[0],
            powers={members[1]: members[0]},
        )  # fmt: skip


def test_the_database_knows_what_a_power_is(session, members) -> None:
    first, second, third, _fourth = session.seats.order_by("member__name")
    for wrong in ({"present": True, "proxy": members[1]}, {"proxy": members[0]}):
        with pytest.raises(IntegrityError), transaction.atomic():
            session.seats.filter(pk=first.pk).update(**wrong)
    session.seats.filter(pk=second.pk).update(proxy=members[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        session.seats.filter(pk=third.pk).update(proxy=members[0])


def test_who_comes_late_and_who_leaves_count_for_the_votes_to_come(
    login, isabelle, session, members, tuesday
) -> None:
    aubert, belkacem, huet, _petit = members
    services.open_session(by=isabelle, session=session, present=[aubert, belkacem], chair=aubert)
    first, second = session.items.all()
    services.decide_item(by=isabelle, item=first, decision=D.GRANTED)
    tuesday.shift(1800)
    session = services.update_roll(
        by=isabelle, session=session, present=[aubert, huet], chair=huet, powers={belkacem: huet}
    )
    second = services.decide_item(by=isabelle, item=second, decision=D.GRANTED)
    first.refresh_from_db()
    assert (first.votes_for, second.votes_for) == (2, 3)
    services.close_session(by=isabelle, session=session)
    body = login(isabelle).get(url("aid_session_minutes", session))
    content = b"".join(body.streaming_content) if body.streaming else body.content
    with pdfplumber.open(BytesIO(content)) as document:
        text = " ".join(document.pages[0].extract_text().replace("\u00a0", " ").split())
    assert "Belkacem (collège élu, départ à 14 h 30)" in text
    assert "Huet (collège élu, arrivée à 14 h 30)" in text
    assert "Absents Petit" in text
    assert "Pouvoirs Belkacem à Huet" in text
    assert "atteint avec 2 présents à l’ouverture" in text


def test_a_slip_in_the_roll_leaves_no_hour_before_the_first_vote(isabelle, session, members) -> None:
    aubert, belkacem, huet, petit = members
    services.open_session(
        by=isabelle, session=session, present=[aubert, belkacem], chair=aubert, powers={huet: aubert, petit: belkacem}
    )  # fmt: skip
    session = services.update_roll(
        by=isabelle, session=session, present=[aubert, belkacem], chair=aubert, powers={huet: belkacem, petit: aubert}
    )  # fmt: skip
    seats = {seat.member: seat for seat in session.seats.all()}
    assert (seats[huet].proxy, seats[petit].proxy) == (belkacem, aubert)
    session = services.update_roll(by=isabelle, session=session, present=[aubert], chair=aubert)
    assert not any(seat.left_at or seat.proxy for seat in session.seats.all())


def test_an_opening_is_taken_back_until_the_first_vote(isabelle, session, members) -> None:
    services.open_session(by=isabelle, session=session, present=members[:3], chair=members[0])
    session = services.cancel_opening(by=isabelle, session=session)
    assert (session.is_planned, session.chair, session.opened_at) == (True, None, None)
    session = services.open_session(by=isabelle, session=session, present=members[:3], chair=members[0])
    services.decide_item(by=isabelle, item=session.items.first(), decision=D.GRANTED)
    with pytest.raises(ForbiddenTransition, match="Des décisions"):
        services.cancel_opening(by=isabelle, session=session)


def test_a_session_called_off_gives_its_requests_back(login, isabelle, session) -> None:
    answer = page(login(isabelle).post(url("aid_session_cancel", session), follow=True))
    assert "La séance du 24/11/2026 est annulée" in answer
    assert "Rétablir la séance" in answer
    session.refresh_from_db()
    assert session.is_called_off
    assert not AgendaItem.objects.exists()
    assert {one.state for one in AidRequest.objects.all()} == {S.PROPOSED}


def test_a_session_called_off_is_restored_with_what_still_waits(login, isabelle, session) -> None:
    first, second = (item.request for item in session.items.order_by("position"))
    client = login(isabelle)
    client.post(url("aid_session_cancel", session))
    first.refresh_from_db()
    services.abandon(by=isabelle, request=first, on=timezone.localdate(), reason="Part à Rennes")
    assert "est rétablie" in page(client.post(url("aid_session_restore", session), follow=True))
    session.refresh_from_db()
    assert (session.is_planned, session.agenda_then) == (True, [])
    assert [item.request for item in session.items.all()] == [second]
    assert "n’est pas annulée" in page(client.post(url("aid_session_restore", session), follow=True))


def test_nothing_is_asked_of_a_session_called_off(login, isabelle, session, members) -> None:
    services.cancel_session(by=isabelle, session=session)
    with pytest.raises(ForbiddenTransition, match="rétablissez-la"):
        services.list_requests(by=isabelle, session=session, requests=[])
    with pytest.raises(ForbiddenTransition, match="rétablissez-la"):
        services.open_session(by=isabelle, session=session, present=members, chair=members[0])
    assert "rétablissez-la" in page(login(isabelle).get(url("aid_session_open", session), follow=True))


def test_an_open_session_is_not_called_off(login, isabelle, session, members) -> None:
    services.open_session(by=isabelle, session=session, present=members, chair=members[0])
    client = login(isabelle)
    assert "ne s’annule plus" in page(client.post(url("aid_session_cancel", session), follow=True))
    opened = client.post(url("aid_session_cancel_opening", session), follow=True)
    assert "L’ouverture est annulée" in page(opened)


def test_the_roll_is_called_on_its_page(login, isabelle, session, members) -> None:
    client, (aubert, belkacem, huet, petit) = login(isabelle), members
    here = url("aid_session_open", session)
    asked = page(client.get(here))
    assert "Pouvoir de Petit" not in asked
    assert asked.count("a donné pouvoir à") == 4
    typed = {
        "present": [aubert.pk, belkacem.pk], "chair": aubert.pk, f"power_{huet.pk}": str(aubert.pk),
        f"power_{petit.pk}": str(aubert.pk), f"power_{belkacem.pk}": str(aubert.pk),
    }  # fmt: skip
    refused = page(client.post(here, typed))
    assert "<title>Erreur" in refused
    assert "Aubert porte déjà un pouvoir" in refused
    started = page(client.post(here, {**typed, f"power_{petit.pk}": ""}, follow=True))
    assert "2 membres présents, 3 voix avec les pouvoirs" in started
    assert "pouvoir à Aubert" in page(client.get(url("aid_session", session)))
    changed = client.post(here, {"present": [m.pk for m in members], "chair": huet.pk}, follow=True)
    assert "4 membres présents" in page(changed)
    session.refresh_from_db()
    services.close_session(by=isabelle, session=session)
    assert "ne change plus" in page(client.get(here, follow=True))


def test_what_a_session_adjourned_is_not_offered_to_it_again(login, isabelle, session, members) -> None:
    session = services.open_session(by=isabelle, session=session, present=members, chair=members[0])
    item = session.items.first()
    services.decide_item(by=isabelle, item=item, decision=D.ADJOURNED, reason="Devis à fournir")
    client = login(isabelle)
    assert item.number not in page(client.get(url("aid_session_add", session)))
    assert item.number in page(client.get(url("aid_session_add", AidSessionFactory(created_by=isabelle))))
