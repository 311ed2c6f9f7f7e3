"""The world with everything in it, on a Tuesday morning."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.access.world import World, build_world


@pytest.fixture
def tuesday() -> Iterator[None]:
    with time_machine.travel("2026-11-24T10:21:00+01:00"):
        yield


@pytest.fixture
def world(db: None, tuesday: None) -> World:
    return build_world()
