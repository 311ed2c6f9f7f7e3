"""What the tests of workshops share: the morning they happen on, and the calls that wait."""

from datetime import UTC, datetime

from insertion.models import WorkshopNotice, WorkshopSession

# Monday 5 October 2026, 10:00 in Paris: see the fixture `october`.
NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)


def open_notices(session: WorkshopSession) -> list[str]:
    """The kinds of what is still to be told to the people of a session."""
    return [row.kind for row in WorkshopNotice.objects.to_tell().filter(registration__session=session)]
