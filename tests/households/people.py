"""The family of the household mock, for tests that need names rather than numbers."""

from datetime import date

from households.services import PersonData

INES = PersonData(
    birth_name="Moreira", usual_name="Da Silva", first_names="Inês", birth_date=date(1992, 5, 7)
)
YANN = PersonData(birth_name="Kerbrat", first_names="Yann", birth_date=date(1988, 9, 3))
LEO = PersonData(birth_name="Da Silva", first_names="Léo", birth_date=date(2017, 1, 22))
