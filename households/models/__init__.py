from households.models.documents import Document
from households.models.files import Address, Assignment, Household, Membership, NumberSeries, Situation
from households.models.merges import DistinctPersons, Merge
from households.models.notes import Note, NoteDraft
from households.models.persons import Person, PersonLink

__all__ = [
    "Address",
    "Assignment",
    "DistinctPersons",
    "Document",
    "Household",
    "Membership",
    "Merge",
    "Note",
    "NoteDraft",
    "NumberSeries",
    "Person",
    "PersonLink",
    "Situation",
]
