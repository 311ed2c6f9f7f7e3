"""Senders for tests: they keep what they are given, or refuse it."""

from typing import ClassVar

from appointments.enums import ReminderState
from appointments.senders import Message, NotSent


class Recorder:
    """Takes every message, unless `refusal` says otherwise."""

    sent: ClassVar[list[Message]] = []
    refusal: ClassVar[Exception | None] = None

    @classmethod
    def reset(cls) -> None:
        cls.sent.clear()
        cls.refusal = None

    def send(self, message: Message) -> str:
        if self.refusal is not None:
            raise self.refusal
        self.sent.append(message)
        return f"ref-{len(self.sent)}"


class ReportingRecorder(Recorder):
    """Knows what became of each message."""

    states: ClassVar[dict[str, ReminderState]] = {}

    def state(self, reference: str) -> ReminderState | None:
        if reference == "unreachable":
            raise NotSent("Le service de SMS ne répond pas.", retry=True)
        return self.states.get(reference)
