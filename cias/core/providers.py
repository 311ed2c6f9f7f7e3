"""The registry through which lower layers hear upper ones; what each is for: cias.core.registry."""

from collections.abc import Collection, Iterable, Iterator, Mapping

# Said as `about` by who never speaks of one file: a line of a work list that leads to another list.
NO_FILE = frozenset({"-"})


class Registry[T]:
    """Named providers in the order they were registered; a name can be taken once.

    A provider that names tables has nothing to say where none of them has a row: of a file (`about`), or of an agent
    who does not steer (`owned`). One that names none is asked each time. Names as in cias.core.presence; `NO_FILE` for
    what is not about a file.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._providers: dict[str, T] = {}
        self.about: dict[str, frozenset[str]] = {}
        self.owned: dict[str, frozenset[str]] = {}

    def register(
        self, key: str, provider: T, *, about: Iterable[str] = (), owned: Iterable[str] = ()
    ) -> None:
        if key in self._providers:
            raise ValueError(f"{self.name}: « {key} » is already registered")
        self._providers[key] = provider
        self.about[key], self.owned[key] = frozenset(about), frozenset(owned)

    def speaking(self, found: Collection[str] | None) -> dict[str, T]:
        """Those that may have something to say of a file that holds `found`; all of them when that is not known."""
        return self._among(self.about, found)

    def busy(self, found: Collection[str]) -> dict[str, T]:
        """Those that may have something to say of agents to whom `found` belongs."""
        return self._among(self.owned, found)

    def _among(self, named: Mapping[str, frozenset[str]], found: Collection[str] | None) -> dict[str, T]:
        if found is None:
            return dict(self._providers)
        none = frozenset[str]()
        return {
            key: provider
            for key, provider in self._providers.items()
            if not (names := named.get(key, none)) or not names.isdisjoint(found)
        }

    def __iter__(self) -> Iterator[T]:
        return iter(self._providers.values())

    def items(self) -> Iterable[tuple[str, T]]:
        return self._providers.items()

    def __getitem__(self, key: str) -> T:
        return self._providers[key]

    def __contains__(self, key: str) -> bool:
        return key in self._providers
