"""What opens an address, and who holds a right, is changed on purpose or not at all."""

from tests.access.declared import GRANTS, RIGHTS, grants, read, rights

HOW = "if this change is wanted: python -m tests.access.declared, then read the difference"


def test_each_address_is_opened_by_the_rights_agreed_on() -> None:
    assert set(rights()) ^ set(read(RIGHTS)) == set(), HOW


def test_each_role_holds_the_rights_agreed_on() -> None:
    assert set(grants()) ^ set(read(GRANTS)) == set(), HOW
