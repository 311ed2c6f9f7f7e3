"""Login tests: a real password, and a throttle that starts empty."""

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache

from cias.accounts.models import User
from tests.client import StrictClient

PASSWORD = "Une phrase longue et facile"


@pytest.fixture(autouse=True)
def _empty_throttle() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def with_password(db: None) -> Callable[[User], User]:
    """Give an agent the password of these tests."""

    def give(user: User) -> User:
        user.set_password(PASSWORD)
        user.save()
        return user

    return give


@pytest.fixture
def sign_in(client: StrictClient) -> Callable[..., object]:
    """Post the login form: `sign_in("claire@cias.test")`."""

    def post(email: str, password: str = PASSWORD) -> object:
        return client.post("/compte/connexion/", {"login": email, "password": password})

    return post
