"""States: one TextChoices, one TRANSITIONS mapping, one way to move."""

from collections.abc import Collection, Mapping


class ForbiddenTransition(ValueError):
    """The move is not in the model's TRANSITIONS; the message is a French sentence."""


def check_transition[S: str](transitions: Mapping[S, Collection[S]], current: S, target: S) -> None:
    """Raise ForbiddenTransition unless `target` may follow `current`."""
    if target not in transitions.get(current, ()):
        label = getattr(type(current), "labels", None)
        names = (
            [getattr(state, "label", state) for state in (current, target)]
            if label is not None
            else [current, target]
        )
        raise ForbiddenTransition(f"On ne peut pas passer de « {names[0]} » à « {names[1]} ».")
