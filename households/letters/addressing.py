"""Where a letter goes. One place decides whether an address may be written on paper."""

from datetime import date

from cias.accounts.models import User
from households.models import Address, Household, Person

# What a DL window shows (static/css/print.css): six lines of 38 characters.
MOST_LINES = 6


def shown_address(household: Household, user: User, day: date) -> Address | None:
    """The household's address on `day`, as far as `user` may print it."""
    return household.address_to_print(day)


def town_line(address: Address) -> str:
    city = address.commune.name if address.commune else address.city
    return f"{address.postal_code} {city}".strip()


def postal_lines(household: Household, person: Person | None, user: User, day: date) -> list[str]:
    """The lines of an envelope to a person of the household; only the name when the address may not be printed."""
    lines = [titled_name(person) if person else str(household)]
    address = shown_address(household, user, day)
    if address is not None:
        lines += [line for line in (address.complement, address.street, town_line(address)) if line]
    return lines


def titled_name(person: Person) -> str:
    return f"{person.get_title_display()} {person.full_name}" if person.title else person.full_name
