"""Recall of the sound keys on spelling variants heard at a French desk, and their precision on common names."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from households.phonetics import phonetic_key, phonetic_keys

# One line: the usual spelling, then what people type when they hear it.
VARIANTS = """
Dupont Dupond Dupon | Lefèvre Lefebvre Lefevre | Durand Durant | Renaud Renault Reynaud Raynaud Reno
Thibault Thibaut Thibaud | Arnaud Arnault | Girard Girart | Moreau Moro Maureau Morau | Rousseau Rousso Rouceau
Boucher Bouchet Bouché | Gautier Gauthier Gaultier | Leroy Leroi | Petit Petis | Bernard Bernart Bernar
Philippe Filippe Philip | Christophe Cristophe Kristof | Sophie Sofie | Joseph Josef | Stéphanie Stefanie Stéphany
Thérèse Theresse Terese | Mathieu Matthieu Mathieux | Karine Carine Karinne | Isabelle Isabel Izabelle
Michelle Michèle Michel | Danielle Danièle Daniel | Gaëlle Gaelle Gael | Nathalie Natalie Nathaly
Emmanuelle Emanuelle Emmanuel | Cécile Cecille Sécile | Céline Séline | Sylvie Silvie | Françoise Fransoise
François Fransois | Frédéric Frederick | Éric Eric Erik | Dominique Dominik | Véronique Veronic | Jacques Jaques
Geoffroy Jeoffroy Joffroy Geoffroi | Geneviève Jeneviève | Georges George Jorge | Gérard Jérard | Guillaume Guyaume
Hélène Elene Élène | Hervé Herve Ervé | Henri Henry Anri | Hugues Hugue Ugues | Yves Ives | Yvonne Ivonne Yvone
Xavier Gzavier Xavié | Chantal Chantalle | Jérôme Gérôme Jerome | Aurélie Orélie | Laurent Lorent Laurant Lorant
Mohamed Mohammed | Fatima Fatimah | Khadija Kadija | Aïcha Aisha Aicha | Youssef Yousef Youcef | Abdallah Abdala
Traoré Traore Traorée | Diallo Dialo | Jennifer Jenifer | Cindy Sindy Cyndi | Dylan Dilan Dillan | Anaïs Annaïs
Loïc Loick Loïk | Soizic Soisic Soizick | Yann Yan | Maëlle Maelle Maël | Fernandes Fernandez | Rodrigues Rodriguez
Gonçalves Goncalves Gonsalves | Martinez Martines | Lopez Lopes | Sanchez Sanchès Sanches | Pereira Perreira
Kerbrat Kerbra Kerbratt | Quéméneur Kemeneur | Guéguen Gueguen | Guyomard Guiomard Guyomar | Vasseur Vaseur Wasseur
Lambert Lembert | Faure Fore | Blanchard Blanchart | Picard Picart Pikard | Guérin Gairin | Perrin Perin Perrain
Colin Collin Collain | Morin Maurin Morain | Robin Robain | Lucie Lussie Lucy | Lucas Luka Luca | Nicolas Nikolas
Thomas Toma Tomas | Louis Loui Louy | Alexis Alexi | Denis Deni Denys | Rémi Rémy | Jérémy Jérémie Geremy
Anthony Antony Antoni | Marc Mark | Franck Frank | Éloïse Héloïse | Inès Inez Ynès | Camille Kamille Camile
Émilie Emily | Mélanie Melany | Noémie Noemi | Zoé Zoe | Chloé Cloé Khloé | Théo Teo | Enzo Enso | Mathis Matis Mathys
Raphaël Rafael | Gaudin Godin Gaudain | Baudouin Baudoin Beaudouin | Beaumont Baumont Bomont | Poirier Poirié
Chevalier Chevallier | Marchand Marchant | Lemaire Lemair Lemère | Leclerc Leclercq Leclair | Lecomte Lecompte Leconte
Fournier Fournié | Garnier Garnié | Mercier Mersier Mercié | Legrand Legrant | Roux Rou | Vincent Vinsent Vincen
Clément Clémant | Benoît Benoit Benoist | Prévost Prévot | Besnard Bénard | Baptiste Batiste | Hamel Amel
Haddad Adad | Khaled Kaled | Schmitt Schmidt Schmit | Weber Veber | Meyer Meier Mayer | Klein Clein
Hoffmann Hofman Offmann | Baillet Bayet Baillé | Paillard Payard | Thierry Tierry Thiery | Cyril Cyrille Cirille
Olivier Olivié | Sébastien Sebastien | Sandrine Sendrine | Patrick Patric | Pascal Pascale Paskal | Valérie Valery
Maurice Morice Maurisse | Raymond Reymond Raimond | André Andrée Andre | Renée René | Aimée Aimé Aymé
Désirée Désiré | Simone Simonne | Solange Solenge | Huguette Uguette | Ginette Jinette | Josiane Josianne
Éliane Elianne | Christiane Cristiane Christianne | Delphine Delfine | Joséphine Joséfine | Gisèle Giselle Gizèle
Régine Réjine | Roger Rogé
Stéphane Stephan | Guillaume Guilaume | Charlotte Charlot | Maxime Maxim | Mohamed Mohamet | Khadija Khadidja
Mathis Matisse | Leclerc Lecler | Bailly Baillie | Béatrice Béatris
"""
FAMILIES = [line.split() for line in VARIANTS.replace("|", "\n").strip().splitlines()]

COMMON = """
Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre Leroy Roux David
Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Muller Faure Mercier
Blanc Guérin Boyer Garnier Chevalier François Legrand Gauthier Garcia Perrin Robin Clément Morin Nicolas Henry Roussel
Mathieu Gautier Masson Marchand Duval Denis Dumont Marie Lemaire Noël Meyer Dufour Meunier Brun Blanchard Giraud
Joly Rivière Lucas Brunet Gaillard Barbier Arnaud Martinez Gérard Roche Renard Schmitt Roy Colin Vidal Caron
Picard Roger Fabre Aubert Lemoine Renaud Dumas Lacroix Olivier Philippe Bourgeois Pierre Benoit Rey Leclerc Payet
Rolland Leclercq Guillaume Lecomte Lopez Jean Dupuy Guillot Hubert Berger Carpentier Sanchez Dupuis Moulin Louis
Deschamps Huet Vasseur Perez Boucher Fleury Royer Klein Jacquet Adam Paris Poirier Marty Aubry Guyot Carré
"""


def found_by(typed: str, known: str) -> bool:
    return phonetic_key(typed) in phonetic_keys(known)


def test_recall_on_variants_of_the_field() -> None:
    pairs = [
        (typed, known) for family in FAMILIES for typed in family for known in family if typed is not known
    ]
    missed = [pair for pair in pairs if not found_by(*pair)]
    assert len(pairs) > 700
    assert len(missed) / len(pairs) < 0.05, missed


def test_common_names_stay_apart() -> None:
    keys = Counter(phonetic_key(name) for name in COMMON.split())
    merged = sum(count - 1 for count in keys.values())
    assert merged <= 6, [key for key, count in keys.items() if count > 1]


@pytest.mark.parametrize(
    ("typed", "known"),
    [("Legoff", "Le Goff"), ("LE GOFF", "Le Goff"), ("NDiaye", "N’Diaye"), ("Ndiaye", "N'Diaye")],
)
def test_joined_and_split_names_meet(typed: str, known: str) -> None:
    joined = "".join(typed.split())
    assert phonetic_key(joined) in phonetic_keys(known)


@pytest.mark.parametrize("nothing", ["", "-", "’", "42", "١٢"])
def test_nothing_to_hear(nothing: str) -> None:
    assert phonetic_key(nothing) == ""
    assert phonetic_keys(nothing) == []


@given(st.text(max_size=60))
def test_any_text_gives_short_keys_that_accents_and_case_do_not_change(text: str) -> None:
    keys = phonetic_keys(text)
    assert all(0 < len(key) <= 20 for key in keys)
    assert keys == sorted(set(keys))


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzéèêëàâîïôùûüÿ", max_size=20))
def test_case_never_matters(word: str) -> None:
    assert phonetic_key(word.upper()) == phonetic_key(word)
