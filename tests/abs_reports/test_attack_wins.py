"""S5, S6: the attacker of test_attack is able to win: without each protection, figures come out. And the links hold."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.checks import registry as checks

from abs_reports.compiling.linked import Publication
from abs_reports.compiling.links import check_links, links_hold
from abs_reports.compiling.protection_numbers import ProtectedNumbers
from cias.core.registry import Measure, PartOf, Unit, statistics
from cias.core.secrecy import suppression
from tests.abs_reports.cases import Atoms, Case, decisions, households, told, workshops


class TestTheAttackerWins:
    """It must be able to: without what protects, the figures come out."""

    KINDS: Atoms = {
        ("A", "alone", "known", "own"): 30,
        ("A", "alone", "followed", "own"): 40,
        ("B", "couple", "known", "rent"): 3,
        ("B", "couple", "followed", "rent"): 57,
        ("C", "alone", "new", "own"): 25,
        ("C", "couple", "new", "rent"): 2,
        ("C", "family", "followed", "own"): 33,
    }

    def test_without_secondary_suppression(self, monkeypatch) -> None:
        case = households(self.KINDS)
        assert not case.reader(case.publish()).works_out()

        def only_small(self, figures):
            return dict.fromkeys(figures)

        monkeypatch.setattr(suppression.Suppression, "hide", only_small)
        assert case.reader(case.publish()).works_out()

    def test_without_links(self) -> None:
        """Sixty known and fifty-seven followed in a commune leave three."""
        case = households(self.KINDS)
        alone = {code: replace(measure, part_of=None) for code, measure in case.measures.items()}
        found = case.reader(case.publish(measures=alone)).works_out()
        assert ("households.active", "rest", "commune", "B") in found

    def test_with_absences_that_are_no_part_of_anything(self) -> None:
        """The seats less the absences are those who came with one; those who came are three more."""
        kinds: Atoms = {
            ("budget", "present", "x"): 51,
            ("budget", "walk_in", "x"): 3,
            ("budget", "excused", "x"): 5,
            ("budget", "unexcused", "x"): 22,
            ("energy", "present", "y"): 30,
            ("energy", "unexcused", "y"): 8,
        }
        case = workshops(kinds)
        assert not case.reader(case.publish()).works_out()
        alone = {code: replace(measure, part_of=None) for code, measure in case.measures.items()}
        assert case.reader(case.publish(measures=alone)).works_out()

    def test_without_the_bounds_of_the_dashboard(self) -> None:
        """C, masked for the sake of B, is 25 at least by the dashboard, and at most by all those known: 25."""
        kinds: Atoms = {
            ("A", "alone", "known", "own"): 300,
            ("A", "alone", "followed", "own"): 400,
            ("B", "couple", "known", "rent"): 3,
            ("B", "couple", "followed", "rent"): 57,
            ("C", "alone", "followed", "own"): 25,
            ("D", "alone", "known", "own"): 40,
            ("D", "alone", "followed", "own"): 24,
        }
        zones = {"A": "south", "B": "north", "C": "north", "D": "north"}
        january, later = households(kinds), households({**kinds, ("D", "alone", "followed", "own"): 41})
        january.zone_of = later.zone_of = zones
        dashboard = january.publish(dashboard=True)
        bounds = told(january, dashboard, dashboard=True)
        assert not later.reader(later.publish(bounds), dashboard).works_out()
        found = later.reader(later.publish(), dashboard).works_out()
        assert ("households.active", "commune", "C") in found

    # Eight decisions about food: the table of counts hides them, with those about health.
    RATES: Atoms = {
        ("health", "granted", "A"): 8,
        ("health", "refused", "A"): 6,
        ("health", "partial", "A"): 6,
        ("food", "granted", "B"): 4,
        ("food", "refused", "B"): 4,
        ("rent", "granted", "C"): 30,
        ("rent", "refused", "C"): 30,
        ("rent", "partial", "C"): 3,
    }

    def test_with_rates_protected_alone(self) -> None:
        """Their own table would show the rate of health, of twenty decisions, that the counts hide."""
        case = decisions(self.RATES)
        assert not case.reader(case.publish()).works_out()
        alone = {
            code: replace(measure, part_of=None) if measure.unit == Unit.RATE else measure
            for code, measure in case.measures.items()
        }
        found = case.reader(case.publish(measures=alone)).works_out()
        assert found == {("rights.decisions", "nature", nature) for nature in ("health", "food")}

    def test_with_rates_that_nothing_protects(self, monkeypatch) -> None:
        """Half of the decisions about food: eight times a half are four refusals."""

        def as_they_are(publication: Publication, measure: Measure) -> ProtectedNumbers:
            rows = publication.rows[measure.code]
            return ProtectedNumbers(
                Decimal(100) * sum(int(row.value) for row in rows) / sum(row.count for row in rows),
                {row.keys[0]: Decimal(100) * row.value / row.count for row in rows},
            )

        monkeypatch.setattr(Publication, "_rates", as_they_are)
        case = decisions(self.RATES)
        found = case.reader(case.publish()).works_out()
        assert ("rights.refusals", "yes", "food") in found

    def test_without_memory_of_editions(self) -> None:
        first = households(self.KINDS)
        before = first.publish()
        second = households({**self.KINDS, ("A", "alone", "followed", "own"): 42})
        figure = ("households.known", "commune", "A")
        old, forgetful = first.reader(before), second.reader(second.publish())
        assert figure in old.shown & forgetful.shown  # 70 then 72: two came
        assert figure not in second.reader(second.publish(told(first, before))).shown


def test_the_links_of_the_apps_hold() -> None:
    """A system check, that runs whenever the application is started."""
    assert links_hold in checks.registry.get_checks()
    assert links_hold() == []


def test_a_link_to_nothing_stops_the_application(monkeypatch) -> None:
    lost = replace(statistics["households.housing"], part_of=PartOf(code="households.gone"))
    monkeypatch.setitem(statistics._providers, "households.housing", lost)
    assert [error.id for error in links_hold()] == ["abs_reports.E001"]
    turning = replace(lost, part_of=PartOf(code="households.housing"))
    monkeypatch.setitem(statistics._providers, "households.housing", turning)
    assert [error.id for error in links_hold()] == ["abs_reports.E002"]


def test_a_link_in_a_circle_is_refused() -> None:
    case = Case()
    case.add("a.x", [], "commune", part_of=PartOf(code="a.y"))
    case.add("a.y", [], "commune", part_of=PartOf(code="a.x"))
    with pytest.raises(ValueError, match="circle"):
        check_links(case.measures)
