"""Communes and agents as files write them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.core.text import sort_key
from cias.territory.models import Commune

# "SAINT-PREST", "St Prest": one spelling.
_SHORT = {"st": "saint", "ste": "sainte"}


def place_key(name: str) -> str:
    words = [
        _SHORT.get(word, word) for word in sort_key(re.sub(r"\bcedex\b.*", "", name, flags=re.I)).split()
    ]
    return " ".join(words)


@dataclass(frozen=True)
class Place:
    """Where a line says the household lives; `city` is the text kept outside the territory."""

    commune: str = ""
    off_territory: bool = False
    city: str = ""
    postal_code: str = ""


@dataclass
class Communes:
    """The territory, by INSEE code and by name. A postal code alone never says a commune: several share one."""

    codes: set[str] = field(default_factory=set)
    names: dict[str, list[str]] = field(default_factory=dict)
    postal: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Communes":
        found = cls()
        for commune in Commune.objects.only("code", "name", "postal_codes"):
            found.codes.add(commune.code)
            found.names.setdefault(place_key(commune.name), []).append(commune.code)
            found.postal[commune.code] = commune.postal_codes
        return found

    def read(self, *, insee: str, city: str, postal_code: str) -> tuple[Place, str]:
        """The place, and a remark when the line leaves it open."""
        if match := re.match(r"(\d{5})\s+(\D.*)", city):
            postal_code, city = postal_code or match[1], match[2]
        postal_code = re.sub(r"\s", "", postal_code)
        if postal_code.isdigit() and len(postal_code) == 4:
            postal_code = f"0{postal_code}"
        insee = insee.strip().upper().zfill(5) if insee.strip() else ""
        if insee in self.codes:
            return Place(commune=insee, postal_code=postal_code), ""
        if not city:
            if insee:
                return Place(off_territory=True, postal_code=postal_code), ""
            said = "le code postal ne suffit pas à choisir la commune." if postal_code else ""
            return Place(postal_code=postal_code), said
        named = self.names.get(place_key(city), [])
        if len(named) > 1:
            named = [code for code in named if postal_code in self.postal[code]]
        if len(named) == 1:
            code, remark = named[0], ""
            if postal_code and self.postal[code] and postal_code not in self.postal[code]:
                if postal_code[:2] not in {known[:2] for known in self.postal[code]}:
                    return Place(off_territory=True, city=city, postal_code=postal_code), ""
                remark = f"le code postal {postal_code} n’est pas celui de cette commune."
            return Place(commune=code, postal_code=postal_code), remark
        return Place(off_territory=True, city=city, postal_code=postal_code), ""


@dataclass
class Agents:
    """Who may be référent, by e-mail and by name; a name two agents share says nobody."""

    known: dict[str, str | None] = field(default_factory=dict)

    @classmethod
    def load(cls) -> "Agents":
        return cls.of(User.objects.active().filter(role=Role.SOCIAL_WORKER))

    @classmethod
    def of(cls, users: Iterable[User]) -> "Agents":
        known: dict[str, str | None] = {}
        for user in users:
            first, last = user.first_name, user.last_name
            spellings = {user.email.lower(), sort_key(f"{first} {last}"), sort_key(f"{last} {first}")}
            if last:
                spellings.add(sort_key(last))
            for name in spellings:
                known[name] = None if name in known else str(user.pk)
        return cls(known)

    def read(self, text: str) -> str:
        """The agent's key. Raises ValueError."""
        found = self.known.get(text.strip().lower()) or self.known.get(sort_key(text))
        if found is None:
            raise ValueError(f"«\u00a0{text[:40]}\u00a0» n’est pas un travailleur social de l’application.")
        return found
