"""How mail is said: "2 courriers et 1 colis"."""

from collections.abc import Mapping

from cias.core.french import join_list, plural

NOUNS = {
    "letters": ("courrier", "courriers"),
    "parcels": ("colis", "colis"),
    "notices": ("avis de passage", "avis de passage"),
}


def mail_words(items: Mapping[str, int]) -> str:
    """ "2 courriers et 1 colis"; empty when there is nothing."""
    return join_list([plural(count, *NOUNS[item]) for item, count in items.items() if count])
