from households.models.files import Address, Assignment, Household, Membership, NumberSeries, Situation
from households.models.notes import Note, NoteDraft
from households.models.persons import Person, PersonLink

__all__ = [
    "Address",
    "Assignment",
    "Household",
    "Membership",
    "Note",
    "NoteDraft",
    "NumberSeries",
    "Person",
    "PersonLink",
    "Situation",
]
