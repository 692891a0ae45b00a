"""How hair may be worn, and who wears it how."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .identity import Person


@dataclass(frozen=True)
class Style:
    """How hair is worn. Lengths in units.

    flow: which way it lies; lift: how far it stands off; gravity, frizz, curl: 0 to about 1;
    volume: thickness of the body of hair; count: strands at full size.
    """

    name: str
    length: float
    flow: str
    lift: float
    gravity: float
    frizz: float
    curl: float
    volume: float
    count: int
    sides: float = 1.0
    part: float = 0.0


_STYLES = {
    "shaved": Style("shaved", 0.03, "crown", 0.6, 0.0, 0.2, 0.0, 0.02, 9000),
    "buzz": Style("buzz", 0.10, "crown", 0.6, 0.0, 0.25, 0.0, 0.05, 26000),
    "crop": Style("crop", 0.34, "forward", 0.55, 0.1, 0.35, 0.1, 0.16, 19000, 0.4),
    "side": Style("side", 0.62, "side", 0.5, 0.25, 0.22, 0.1, 0.26, 17000, 0.38),
    "back": Style("back", 0.75, "back", 0.42, 0.1, 0.2, 0.1, 0.22, 16000, 0.45),
    "messy": Style("messy", 0.55, "crown", 0.75, 0.2, 0.8, 0.25, 0.34, 16000, 0.6),
    "curly": Style("curly", 0.55, "crown", 0.8, 0.1, 0.6, 0.9, 0.36, 13000, 0.7),
    "afro": Style("afro", 0.75, "out", 1.0, 0.0, 0.7, 1.0, 0.85, 15000, 0.85),
    "shortafro": Style("shortafro", 0.26, "out", 1.0, 0.0, 0.6, 0.8, 0.26, 22000, 0.6),
    "long": Style("long", 3.3, "side", 0.26, 1.0, 0.14, 0.12, 0.21, 11000),
    "bob": Style("bob", 2.1, "side", 0.3, 1.0, 0.14, 0.1, 0.24, 12000),
    "wavy": Style("wavy", 3.0, "side", 0.35, 0.95, 0.26, 0.45, 0.30, 10000),
    "curlylong": Style("curlylong", 2.3, "side", 0.5, 0.8, 0.5, 0.9, 0.5, 9000),
    "tied": Style("tied", 1.5, "tied", 0.2, 0.05, 0.12, 0.05, 0.12, 13000),
    "bun": Style("bun", 1.5, "tied", 0.2, 0.05, 0.12, 0.05, 0.12, 13000),
    "puff": Style("puff", 1.3, "tied", 0.2, 0.05, 0.2, 0.3, 0.12, 13000),
}


def choose_style(person: Person, age: float, occasion: int) -> Style:
    """The style worn on an occasion; the first two occasions are years apart."""
    rng = person.rng("style", occasion)
    curly = person.curl > 0.6
    youth = 1.0 if age < 52 else 0.3
    if person.sex == "male":
        odds = {
            "shaved": 0.10 + 0.25 * person.balding * (age > 35),
            "buzz": 0.20,
            "crop": 0.0 if curly else 0.22,
            "side": 0.0 if curly else 0.18,
            "back": 0.0 if curly else 0.10,
            "messy": 0.0 if curly else 0.12 * (age < 50),
            "curly": 0.12 if curly else 0.06,
            "shortafro": 0.45 if curly else 0.0,
            "afro": 0.10 if curly else 0.0,
            "long": 0.0 if curly else 0.06,
            "tied": 0.03,
        }
    else:
        odds = {
            "crop": 0.0 if curly else 0.07,
            "side": 0.0 if curly else 0.10,
            "shortafro": 0.16 if curly else 0.0,
            "afro": 0.2 if curly else 0.0,
            "curlylong": (0.16 if curly else 0.06) * youth,
            "long": (0.08 if curly else 0.26) * youth,
            "bob": 0.04 if curly else 0.16,
            "wavy": 0.0 if curly else 0.16 * youth,
            "tied": 0.14,
            "bun": 0.10,
            "puff": 0.16 if curly else 0.0,
        }
    names = [n for n, p in odds.items() if p > 0]
    chance = np.array([odds[n] for n in names])
    style = _STYLES[str(rng.choice(names, p=chance / chance.sum()))]
    part = float(rng.choice([-0.5, -0.35, 0.0, 0.0, 0.35, 0.5])) + float(rng.normal(0, 0.05))
    size = float(np.exp(rng.normal(0, 0.16)))
    return Style(
        name=style.name,
        length=style.length * size,
        flow=style.flow,
        lift=style.lift * float(rng.uniform(0.8, 1.2)),
        gravity=style.gravity,
        frizz=style.frizz * float(rng.uniform(0.7, 1.4)),
        curl=float(np.clip(style.curl * rng.uniform(0.7, 1.2) + 0.25 * person.curl * (not curly), 0, 1)),
        volume=style.volume * size * float(rng.uniform(0.8, 1.2)),
        count=style.count,
        sides=style.sides * float(rng.uniform(0.6, 1.3)),
        part=part,
    )
