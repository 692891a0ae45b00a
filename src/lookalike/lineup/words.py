"""The few words by which free text about a person is read: hair, facial hair, build, marks on the face.

English words and the NCIC codes of hair colour that booking records use. A word that is not here says nothing; a
phrase with "no", "not" or "without" says nothing either, except that there is no facial hair.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

Vocabulary = Mapping[str, Mapping[str, frozenset[str]]]

NEGATIONS = frozenset({"no", "not", "without", "never", "isn't", "wasn't", "didn't"})


def _table(lines: str) -> dict[str, frozenset[str]]:
    """`word other: value value` on each line."""
    table = {}
    for line in lines.strip().splitlines():
        words, _, said = line.partition(":")
        for word in words.split():
            table[word] = frozenset(said.split())
    return table


HAIR: Vocabulary = {
    "colour of hair": _table(
        """
        black blk: black
        dark: black brown
        brown brunette brunet bro: brown
        blond blonde bln: blond
        fair light: blond sandy
        sandy sdy: sandy
        red ginger auburn: red
        grey gray gry: grey
        white whi: white
        """
    ),
    "length of hair": _table(
        """
        bald bal balding: bald
        shaved shaven: bald short
        short cropped: short
        medium collar-length: medium
        long shoulder-length ponytail: long
        """
    ),
    "kind of hair": _table(
        """
        straight: straight
        curly curls: curly
        wavy: wavy
        afro: afro
        braids braided cornrows: braids
        dreadlocks dreads locks: dreadlocks
        """
    ),
}

FACIAL_HAIR: Vocabulary = {
    "facial hair": _table(
        """
        none clean-shaven cleanshaven: none
        beard bearded full: beard
        moustache mustache: moustache
        goatee: goatee beard
        stubble: stubble
        unshaven: stubble beard
        sideburns: sideburns
        """
    )
}

BUILDS: Mapping[str, tuple[float, float]] = {
    word: span
    for words, span in (
        ("slim thin skinny slender lean", (0.0, 22.0)),
        ("medium average normal", (20.0, 28.0)),
        ("heavy fat stocky overweight obese stout", (26.0, 80.0)),
    )
    for word in words.split()
}
"""Body mass index, in kg/m², that a word for build allows: around 18.5, 25 and 30 (WHO), wide and overlapping, since a
witness does not weigh anybody. Working limits of this project. Muscle is not weight: words for it are not here."""

MARKS = frozenset(
    _table(
        """
        scar scars tattoo tattoos mole moles birthmark birthmarks: mark
        mark marks piercing piercings burn burns wart warts: mark
        """
    )
)
FACE = frozenset(
    _table(
        """
        face facial head neck temple ear ears: face
        cheek cheeks forehead brow brows eyebrow eyebrows eye eyes: face
        nose lip lips mouth chin jaw: face
        """
    )
)


def values(text: str, vocabulary: Vocabulary) -> dict[str, frozenset[str]]:
    """What a text says of each aspect, all that would agree with it; aspects of which it says nothing are absent."""
    found: dict[str, frozenset[str]] = {}
    for phrase in _phrases(text):
        negated = bool(NEGATIONS & set(phrase))
        for aspect, table in vocabulary.items():
            said = frozenset().union(*(table[word] for word in phrase if word in table))
            if negated:
                said = frozenset({"none"}) if said and "none" in table else frozenset()
            if said:
                found[aspect] = found.get(aspect, frozenset()) | said
    return found


def builds(text: str) -> tuple[float, float] | None:
    """The body mass index that words for build allow, lowest and highest; None where they say nothing in numbers."""
    spans = [
        BUILDS[word] for phrase in _phrases(text) if not NEGATIONS & set(phrase) for word in phrase if word in BUILDS
    ]
    return (min(low for low, _ in spans), max(high for _, high in spans)) if spans else None


def facial_marks(text: str) -> bool:
    """Whether a text tells of a mark on the face, head or neck. A phrase that denies it does not."""
    return any(MARKS & set(phrase) and FACE & set(phrase) and not NEGATIONS & set(phrase) for phrase in _phrases(text))


def _phrases(text: str) -> list[list[str]]:
    parts = re.split(r"[,;.:/()]|\band\b|\bbut\b|\bwith\b(?!out)", text.lower().replace("clean shaven", "clean-shaven"))
    return [re.findall(r"[a-z]+(?:['-][a-z]+)*", part) for part in parts]
