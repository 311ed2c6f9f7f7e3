"""What the household's file and the work lists hear of rights, for each reader."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from cias.audit.services import state_reason
from cias.core.periods import Period
from cias.core.registry import statistics
from households.team import Team, own_work
from rights import registrations, services
from rights.enums import ClosingReason, FileState
from rights.statistics import MEASURES
from tests.factories import (
    CommuneFactory,
    FilePieceFactory,
    HouseholdFactory,
    RightFactory,
    RightsFileFactory,
    SituationFactory,
)

pytestmark = pytest.mark.django_db
S = FileState


# --- Timeline --------------------------------------------------------------------------------------------------------
def titles(household, user) -> list[str]:
    return [item.title.replace("\u00a0", " ") for item in registrations.timeline(household, user)]


def test_the_story_of_a_file(file, household, nadege, claire) -> None:
    ids = [piece.pk for piece in file.pieces.all()[:2]]
    services.receive_at_desk(by=nadege, household=household, pieces=ids, on=date(2026, 10, 9))
    services.transmit(by=claire, file=file, on=date(2026, 10, 12), channel="post", agreement=True)
    services.decide(
        by=claire,
        file=file,
        decision="granted",
        on=date(2026, 11, 2),
        amount=Decimal("45.50"),
        rights_from=date(2026, 12, 1),
    )
    assert titles(household, claire) == [
        "Complémentaire santé solidaire : droit ouvert, 45,50 € par mois",
        "Complémentaire santé solidaire : accord",
        "Complémentaire santé solidaire : demande transmise",
        "Complémentaire santé solidaire : demande déposée",
        "Complémentaire santé solidaire : dossier ouvert",
        "Complémentaire santé solidaire : 2 pièces reçues",
    ]
    received = list(registrations.timeline(household, claire))[-1]
    assert (received.at, received.author) == (date(2026, 10, 9), "Nadège Fouquet")


def test_what_was_undone_is_not_in_the_story(file, household, claire) -> None:
    services.transmit(by=claire, file=file, on=date(2026, 10, 12), channel="post", agreement=True)
    services.undo_last_move(by=claire, file=file)
    assert len(titles(household, claire)) == 2


def test_pieces_sent_later_have_their_own_words(file, household, claire) -> None:
    services.transmit(by=claire, file=file, on=date(2026, 10, 12), channel="post", agreement=True)
    services.ask_pieces(by=claire, file=file, on=date(2026, 10, 20), due_on=None, labels=["Bail"])
    services.send_pieces(by=claire, file=file, on=date(2026, 10, 22))
    assert titles(household, claire)[0] == "Complémentaire santé solidaire : pièces envoyées"


def test_the_direction_reads_reasons_after_stating_hers(file, household, claire, isabelle) -> None:
    services.end_file(
        by=claire,
        file=file,
        state=S.ABANDONED,
        on=date(2026, 10, 20),
        closing_reason=ClosingReason.FEAR,
        reason="Craint sa famille",
    )
    assert "Craint sa famille" not in [item.text for item in registrations.timeline(household, isabelle)]
    state_reason(user=isabelle, subject_id=household.pk, reason="Réclamation")
    assert "Craint sa famille" in [item.text for item in registrations.timeline(household, isabelle)]


@pytest.mark.parametrize("who", ["nadege", "hugo", "francoise", "david", "armelle"])
def test_other_roles_hear_nothing(file, household, request, who) -> None:
    assert titles(household, request.getfixturevalue(who)) == []


# --- Actions ---------------------------------------------------------------------------------------------------------
def labels(household, user) -> list[str]:
    return [action.label for action in registrations.actions(household, user)]


def test_a_worker_opens_the_frequent_rights_in_one_click(household, claire, css) -> None:
    offered = labels(household, claire)
    assert "Ouvrir un dossier CSS" in offered
    assert "Ouvrir un dossier Surendettement" not in offered
    assert offered[-1] == "Ouvrir un dossier pour un autre droit"


def test_the_desk_only_receives_pieces(household, nadege) -> None:
    assert labels(household, nadege) == ["Recevoir des pièces"]


@pytest.mark.parametrize("who", ["hugo", "isabelle", "francoise", "david", "armelle"])
def test_other_roles_do_nothing(household, request, who) -> None:
    assert labels(household, request.getfixturevalue(who)) == []


def test_a_closed_household_offers_nothing(claire) -> None:
    assert labels(HouseholdFactory(closed_on=date(2026, 9, 1), closing_reason="moved"), claire) == []


# --- Work list -------------------------------------------------------------------------------------------------------
TODAY = date(2026, 11, 24)


def work(user, today=TODAY) -> list[tuple[str, date | None]]:
    return [
        (item.title.replace("\u00a0", " ").split(" : ")[0], item.due)
        for item in own_work(user, today)
        if item.kind == "rights"
    ]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        # Transmission is due from the deposit on.
        ({"right__code": "ash", "deposit_on": date(2026, 11, 10)}, ("Transmettre la demande", date(2026, 12, 10))),
        # Silence: nothing until the authority's last day, a decision to record the day after.
        ({"transmitted": True, "transmitted_on": date(2026, 9, 24), "deposit_on": date(2026, 9, 1),
          "completed_on": date(2026, 9, 24)}, None),
        ({"transmitted": True, "transmitted_on": date(2026, 9, 23), "deposit_on": date(2026, 9, 1),
          "completed_on": date(2026, 9, 23)}, ("Décision tacite à constater", date(2026, 11, 23))),
        # The renewal shows when its window opens, four months before the end.
        ({"open": True, "rights_until": date(2027, 3, 25)}, None),
        ({"open": True, "rights_until": date(2027, 3, 24)}, ("Demander le renouvellement", date(2027, 1, 24))),
        # An appeal shows a month before its last day.
        ({"refused": True, "notified_on": date(2026, 11, 6)}, None),
        ({"refused": True, "deposit_on": date(2026, 9, 1), "completed_on": None, "transmitted_on": date(2026, 9, 2),
          "decision_on": date(2026, 10, 1), "notified_on": date(2026, 10, 8)},
         ("Recours à décider", date(2026, 12, 8))),
        # The end of the month, ten days before.
        ({"draft": True, "right__code": "rsa", "opened_on": date(2026, 11, 3)},
         ("Déposer la demande avant la fin du mois", date(2026, 11, 30))),
        ({"state": S.PIECES_ASKED, "sent": True, "completed_on": None, "pieces_due_on": date(2026, 12, 24)},
         ("Fournir les pièces demandées", date(2026, 12, 24))),
    ],
)  # fmt: skip
def test_what_a_worker_has_to_do(claire, columns, expected) -> None:
    RightsFileFactory(agent=claire, **columns)
    assert work(claire) == ([expected] if expected else [])


def test_the_end_of_the_month_is_told_ten_days_before(claire) -> None:
    RightsFileFactory(agent=claire, draft=True, right__code="rsa", opened_on=date(2026, 11, 3))
    assert work(claire, date(2026, 11, 19)) == []
    assert work(claire, date(2026, 11, 20)) != []


def test_pieces_of_the_desk_are_told_to_the_worker_who_follows(
    file, household, nadege, claire, mehdi
) -> None:
    ids = [piece.pk for piece in file.pieces.filter(mandatory=True)[:2]]
    services.receive_at_desk(by=nadege, household=household, pieces=ids, on=date(2026, 10, 9))
    assert ("2 pièces reçues à vérifier", None) in work(claire)
    assert work(mehdi) == []
    assert {item.subject_id for item in own_work(claire, TODAY)} == {household.pk}
    for piece in file.pieces.filter(pk__in=ids):
        services.receive_piece(by=claire, piece=piece, on=date(2026, 10, 10))
    assert ("2 pièces reçues à vérifier", None) not in work(claire)


def test_ended_files_leave_the_work_list(file, claire) -> None:
    assert work(claire) != []
    services.end_file(
        by=claire, file=file, state=S.ABANDONED, on=date(2026, 10, 20), closing_reason=ClosingReason.NO_NEWS
    )
    assert work(claire) == []


def test_the_direction_is_told_how_many_are_late(isabelle) -> None:
    assert work(isabelle) == []
    RightsFileFactory(deposit_on=date(2026, 10, 5))
    RightsFileFactory(deposit_on=date(2026, 10, 12))
    assert work(isabelle) == [("2 dossiers de droits en retard", date(2026, 10, 5))]


@pytest.mark.parametrize("who", ["nadege", "hugo", "francoise", "david", "armelle"])
def test_other_roles_have_nothing_to_do_here(file, request, who) -> None:
    assert work(request.getfixturevalue(who)) == []


def test_the_work_list_asks_few_queries(claire, django_assert_max_num_queries) -> None:
    for _ in range(8):
        FilePieceFactory(received=True, file__agent=claire)
    team = Team([claire], timezone.localdate() + timedelta(days=400))
    with django_assert_max_num_queries(1):
        assert len(list(registrations.worklist(team))) == 16


# --- Figures ---------------------------------------------------------------------------------------------------------
YEAR = Period.year(2026)


def figures(code: str, territory=None, period=YEAR) -> dict[tuple[str, ...], tuple[object, int]]:
    rows = statistics[f"rights.{code}"].compute(period, territory)
    return {row.keys: (row.value, row.count) for row in rows}


@pytest.fixture
def year() -> None:
    """Chartres: two CSS opened (45.50 € and 30 €), one refused. Lucé: one RSA being made up. One household moved."""
    chartres = HouseholdFactory(with_situation=True)
    RightsFileFactory(household=chartres, open=True)
    RightsFileFactory(household=chartres, open=True, amount=Decimal(30), deposit_on=date(2026, 10, 9))
    RightsFileFactory(household=chartres, refused=True)
    luce = CommuneFactory(luce=True)
    moved = HouseholdFactory(commune=luce)
    SituationFactory(household=moved, commune=luce, end=date(2026, 10, 31))
    SituationFactory(household=moved, commune=CommuneFactory(), start=date(2026, 11, 1))
    RightsFileFactory(household=moved, right=RightFactory(code="rsa"))
    off = HouseholdFactory(off_the_territory=True, with_situation=True)
    RightsFileFactory(
        household=off, state=S.ABANDONED, closed_on=date(2026, 10, 20), closing_reason=ClosingReason.FEAR
    )


def test_files_and_decisions_are_counted_by_right(year) -> None:
    assert figures("opened") == {
        ("css", "abandoned"): (1, 1), ("css", "open"): (2, 2), ("css", "refused"): (1, 1), ("rsa", "building"): (1, 1),
    }  # fmt: skip
    assert figures("transmitted") == {("css",): (3, 3)}
    assert figures("decisions") == {("css", "granted"): (2, 2), ("css", "refused"): (1, 1)}
    assert figures("refusals") == {("css",): (1, 3)}
    assert figures("rights_opened") == {("css",): (2, 2)}
    assert figures("non_take_up") == {("css", "fear"): (1, 1)}


def test_euros_count_the_households_behind_them(year) -> None:
    assert figures("euros") == {("css",): (Decimal("75.50"), 1)}


def test_the_commune_is_the_one_of_the_day(year) -> None:
    """The household of Lucé moved to Chartres after its deposit: the figure stays in Lucé."""
    assert figures("deposited_by_commune") == {("28085",): (3, 3), ("28218",): (1, 1), ("off",): (1, 1)}
    assert figures("rights_opened_by_commune") == {("28085",): (2, 2)}


def test_a_territory_is_a_set_of_communes(year) -> None:
    assert figures("deposited_by_commune", frozenset({"28218"})) == {("28218",): (1, 1)}
    assert figures("euros", frozenset({"28218"})) == {}


def test_delays_are_medians_in_days(year) -> None:
    # Deposited on the 5th, the 9th and the 5th, all sent on the 13th; decided on 2 November.
    assert figures("transmission_delay") == {("css",): (Decimal("8.0"), 3)}
    assert figures("decision_delay") == {("css",): (Decimal("20.0"), 3)}


def test_another_year_is_empty(year) -> None:
    for measure in MEASURES:
        assert list(measure.compute(Period.year(2020), None)) == []


def test_every_key_has_its_label(year) -> None:
    for measure in MEASURES:
        if "commune" not in measure.dimensions:
            keys = {key for row in measure.compute(YEAR, None) for key in row.keys}
            assert keys <= set(measure.labels)


def test_appeals_and_non_take_up_are_counted_by_right(claire) -> None:
    refused = RightsFileFactory(refused=True)
    services.appeal(by=claire, file=refused, level="preliminary", on=date(2026, 11, 20), reason="Calcul")
    RightsFileFactory(state=S.ABANDONED, closed_on=date(2026, 11, 3), closing_reason=ClosingReason.STIGMA)
    assert figures("appeals") == {("css", "preliminary"): (1, 1)}
    assert figures("non_take_up") == {("css", "stigma"): (1, 1)}


def test_a_right_the_cias_added_has_its_name_in_the_figures() -> None:
    RightFactory(code="ame", name="Aide médicale de l’État")
    labels = statistics["rights.opened"].labels
    assert (labels.get("ame", "ame"), labels.get("inconnu", "inconnu")) == (
        "Aide médicale de l’État",
        "inconnu",
    )
