"""What the merge keys of one letter are read from; each part is fetched when a key first asks for it."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from cias.accounts.models import User
from cias.territory.models import Structure
from cias.territory.services import get_structure
from households.composition import Composition, composition
from households.enums import AssignmentRole
from households.letters.addressing import shown_address
from households.models import Address, Household, Letter, Partner, Person, ReferralOut
from households.models.files import on_day


@dataclass(frozen=True)
class LetterContext:
    """A household, who writes, the person the letter is to or about, and the partner and orientation if any."""

    household: Household
    author: User
    today: date
    person: Person | None = None
    partner: Partner | None = None
    referral: ReferralOut | None = None

    @cached_property
    def structure(self) -> Structure:
        return get_structure()

    @cached_property
    def composition(self) -> Composition:
        return composition(self.household, self.today)

    @cached_property
    def address(self) -> Address | None:
        return shown_address(self.household, self.author, self.today)

    @cached_property
    def referent(self) -> User | None:
        rows = self.household.assignments.filter(on_day(self.today), role=AssignmentRole.MAIN)
        row = rows.select_related("agent").first()
        return row.agent if row else None


def context_of(letter: Letter, today: date) -> LetterContext:
    return LetterContext(
        letter.household, letter.author, today, letter.person, letter.partner, letter.referral
    )
