"""Who a person is: numbers drawn once from its own random streams, and the shape they give."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .mesh import Floats, Wheel
from .noise import stream

ANCESTRIES = ("african", "asian", "caucasian")

# Skin under even light, sRGB, from Fitzpatrick I to VI.
_SKIN = np.array(
    [
        [236, 203, 186],
        [224, 184, 162],
        [203, 157, 128],
        [170, 121, 90],
        [124, 82, 58],
        [80, 54, 41],
    ],
    dtype=np.float64,
)
_HAIR = {
    "black": (24, 21, 20),
    "dark": (44, 33, 27),
    "brown": (78, 54, 38),
    "light": (122, 90, 60),
    "blond": (172, 138, 92),
    "red": (128, 62, 32),
}
_EYES = {
    "dark": (58, 36, 24),
    "brown": (92, 58, 34),
    "hazel": (100, 78, 46),
    "green": (86, 92, 62),
    "blue": (82, 106, 126),
    "grey": (100, 110, 116),
}
_DETAIL = ("forehead", "eyes", "nose", "mouth", "chin", "cheek", "ears", "eyebrows", "head", "neck")
_OPPOSITE = {
    "decr": "incr",
    "down": "up",
    "in": "out",
    "concave": "convex",
    "compress": "uncompress",
}
# How far a pair of targets may swing, as a standard deviation; 1 is the modeller's limit.
_SPREAD = {
    "head": 0.24,
    "forehead": 0.30,
    "eyes": 0.39,
    "nose": 0.36,
    "mouth": 0.35,
    "chin": 0.42,
    "cheek": 0.46,
    "ears": 0.32,
    "eyebrows": 0.34,
    "neck": 0.25,
}
_SPECIAL = {
    "nose/nose-hump": 0.30,
    "nose/nose-scale-depth": 0.25,
    "nose/nose-point": 0.25,
    "nose/nose-septumangle": 0.25,
    "nose/nose-greek": 0.22,
    "nose/nose-curve": 0.28,
    "mouth/mouth-scale-depth": 0.2,
    "mouth/mouth-trans-in": 0.08,
    "mouth/mouth-angles": 0.14,
    "nose/nose-trans-in": 0.06,
    "chin/chin-jaw-drop": 0.2,
    "eyes/l-eye-height1": 0.22,
    "eyes/l-eye-height3": 0.22,
    "eyes/l-eye-epicanthus": 0.2,
    "eyes/l-eye-push1": 0.2,
    "eyes/l-eye-push2": 0.2,
    "ears/l-ear-wing": 0.2,
    "ears/l-ear-flap": 0.25,
    "ears/l-ear-scale": 0.2,
}
_LEFT_OUT = (
    "head-trans",
    "neck-trans",
    "head-age",
    "head-angle",
    "-forward",
    "head-fat",
    "back-scale",
)


@dataclass(frozen=True)
class Person:
    """One invented person. Age is in years at the latest booking.

    ancestry: weights of african, asian, caucasian, summing to 1. melanin: 0 to 5, the Fitzpatrick
    scale less one. weight, muscle: -1 to 1. Colours are sRGB 0-255.
    """

    number: int
    sex: str
    age: float
    ancestry: tuple[float, float, float]
    melanin: float
    weight: float
    muscle: float
    skin: Floats
    hair: Floats
    hair_kind: str
    curl: float
    grey_from: float
    balding: float
    eye: Floats
    brow_height: float
    brow_thick: float
    brow_arch: float
    brow_length: float
    brow_dense: float
    freckles: float
    moles: Floats
    weathering: float
    detail: dict[str, float]

    def rng(self, purpose: str, *more: int | str) -> np.random.Generator:
        """The person's own random stream for a purpose."""
        return stream(self.number, purpose, *more)

    def ancestry_label(self) -> str:
        """`african`, `asian`, `caucasian`, or `mixed` where none has six tenths."""
        best = int(np.argmax(self.ancestry))
        return ANCESTRIES[best] if self.ancestry[best] >= 0.6 else "mixed"


def _choice(rng: np.random.Generator, odds: dict[str, float]) -> str:
    total = sum(odds.values())
    return str(rng.choice(list(odds), p=[v / total for v in odds.values()]))


@lru_cache(maxsize=4)
def _pairs(wheel: Wheel) -> tuple[tuple[str, str, float], ...]:
    """(name when negative, name when positive, spread) of every shape pair that may vary."""
    names = {n for folder in _DETAIL for n in wheel.target_names(folder)}
    found = []
    for name in sorted(names):
        stem, _, tail = name.rpartition("-")
        other = f"{stem}-{_OPPOSITE.get(tail, '?')}"
        if other not in names or "/r-" in name or any(x in name for x in _LEFT_OUT):
            continue
        spread = _SPECIAL.get(stem, _SPREAD[name.split("/")[0]])
        found.append((name, other, spread))
    return tuple(found)


def _melanin(rng: np.random.Generator, ancestry: Floats) -> float:
    centre = float((ancestry * np.array([4.35, 2.05, 1.05])).sum())
    return float(np.clip(centre + rng.normal(0, 0.6), 0.1, 5.0))


def _ancestry(rng: np.random.Generator) -> Floats:
    main = int(rng.choice(3, p=[0.33, 0.29, 0.38]))
    mixed = rng.random() < 0.28
    weights = rng.dirichlet([0.9, 0.9, 0.9]) if mixed else rng.dirichlet([0.18] * 3) * 0.15
    if not mixed:
        weights[main] += 1 - weights.sum()
    return np.asarray(weights / weights.sum())


def _detail(rng: np.random.Generator, wheel: Wheel) -> dict[str, float]:
    detail: dict[str, float] = {}
    for low, high, spread in _pairs(wheel):
        most = 0.42 if low.startswith(("head", "forehead", "neck")) else 0.72
        draw = float(np.clip(rng.normal(0, spread), -most, most))
        uneven = float(rng.uniform(0.85, 1.0))
        name = low if draw < 0 else high
        detail[name] = abs(draw)
        if "/l-" in name:
            detail[name.replace("/l-", "/r-")] = abs(draw) * uneven
    shapes = [n for n in wheel.target_names("head") if n.count("-") == 1]
    for name in rng.choice(shapes, 2, replace=False):
        detail[str(name)] = float(rng.uniform(0, 0.36))
    for name in rng.choice([n for n in wheel.target_names("asym") if "breast" not in n], 9):
        if "trunk" not in name:
            detail[str(name)] = float(rng.uniform(0, 0.35))
    shape = str(rng.choice(["pointed", "round", "square", "triangle"]))
    for side in "lr":
        detail[f"ears/{side}-ear-shape-{shape}"] = float(rng.uniform(0, 0.5))
    return detail


def invent(number: int, wheel: Wheel) -> Person:
    """The person with this number: the same numbers give the same person, always."""
    rng = stream(number, "person")
    sex = "male" if rng.random() < 0.62 else "female"
    age = float(18 + 57 * rng.beta(1.25, 1.9))
    ancestry = _ancestry(rng)
    african, asian, caucasian = ancestry
    melanin = _melanin(rng, ancestry)
    skin = np.array([np.interp(melanin, np.arange(6), _SKIN[:, k]) for k in range(3)])
    skin = skin * rng.normal(1, 0.025) * (1 + rng.normal(0, 0.012, 3)) + [0, asian * 3, -asian * 4]
    fair = caucasian**2
    odds = {
        "black": 1.0 * african + 0.9 * asian + 0.06,
        "dark": 0.35 * african + 0.35 * asian + 0.35 * caucasian,
        "brown": 0.38 * fair,
        "light": 0.25 * fair,
        "blond": 0.14 * fair,
        "red": 0.08 * fair,
    }
    kind = _choice(rng, odds)
    pale = kind in ("light", "blond", "red")
    eyes = {
        "dark": 1.0 * (african + asian) + 0.08 * caucasian,
        "brown": 0.35 * (african + asian) + 0.3 * caucasian,
        "hazel": (0.18 + 0.1 * pale) * fair,
        "green": (0.10 + 0.15 * pale) * fair,
        "blue": (0.22 + 0.4 * pale) * fair,
        "grey": (0.10 + 0.1 * pale) * fair,
    }
    eye = np.array(_EYES[_choice(rng, eyes)], dtype=np.float64) * rng.normal(1, 0.08) * rng.normal(1, 0.03, 3)
    curl = float(np.clip(0.95 * african + 0.25 * caucasian * rng.random() + rng.normal(0, 0.1), 0, 1))
    count = int(rng.poisson(1.4 + 2.2 * (melanin < 2) * rng.random()))
    male = sex == "male"
    moles = np.stack(
        [
            rng.uniform(-1.05, 1.05, count),
            rng.uniform(-2.6, 1.1, count),
            rng.lognormal(np.log(0.017), 0.35, count),
            rng.uniform(0.25, 0.75, count),
        ],
        axis=1,
    )
    return Person(
        number=number,
        sex=sex,
        age=age,
        ancestry=(float(african), float(asian), float(caucasian)),
        melanin=melanin,
        weight=float(np.clip(rng.normal(0.12, 0.5), -0.95, 1.0)),
        muscle=float(np.clip(rng.normal(0.15 if male else -0.1, 0.4), -0.9, 0.9)),
        skin=np.clip(skin, 20, 246),
        hair=np.array(_HAIR[kind], dtype=np.float64) * rng.normal(1, 0.08),
        hair_kind=kind,
        curl=curl,
        grey_from=float(rng.normal(46, 8) + 14 * (not male and rng.random() < 0.5)),
        balding=float(np.clip(rng.beta(1.1, 1.6), 0, 1)) if male else 0.05,
        eye=np.clip(eye, 18, 190),
        brow_height=float(np.clip(rng.normal(0.335, 0.042), 0.25, 0.43)),
        brow_thick=float(np.clip(rng.normal(0.056 if male else 0.043, 0.016), 0.020, 0.10)),
        brow_arch=float(rng.normal(0.03 if male else 0.055, 0.034)),
        brow_length=float(rng.uniform(0.72, 0.96)),
        brow_dense=float(rng.uniform(0.4, 1.5)),
        freckles=float(max(0.0, rng.normal(-0.3, 0.5) + 0.7 * pale)) if melanin < 2.2 else 0.0,
        moles=moles,
        weathering=float(np.clip(rng.normal(0.5, 0.25), 0, 1)),
        detail=_detail(rng, wheel),
    )


def shape_of(person: Person, age: float, wheel: Wheel, expression: dict[str, float]) -> Floats:
    """(base vertices, 3): the person's base mesh at an age with an expression, in units."""
    child = float(np.clip((24 - age) / 16, 0, 0.3))
    old = float(np.clip((age - 25) / 62, 0, 0.85))
    weights: dict[str, float] = {}

    def put(name: str, weight: float) -> None:
        weights[name] = weights.get(name, 0.0) + weight

    stages = {"child": child, "young": (1 - old) * (1 - child), "old": old}
    build = {"max" if person.muscle > 0 else "min": abs(person.muscle)}
    build["average"] = 1 - abs(person.muscle)
    size = {"max" if person.weight > 0 else "min": abs(person.weight)}
    size["average"] = 1 - abs(person.weight)
    for stage, part in stages.items():
        for origin, share in zip(ANCESTRIES, person.ancestry, strict=True):
            put(f"macrodetails/{origin}-{person.sex}-{stage}", part * share)
        for muscle, m in build.items():
            for mass, w in size.items():
                name = f"macrodetails/universal-{person.sex}-{stage}-{muscle}muscle-{mass}weight"
                put(name, part * m * w)
    for name, weight in person.detail.items():
        put(name, weight)
    if person.weight > 0.2:
        put("head/head-fat-incr", 0.55 * (person.weight - 0.2))
        put("neck/neck-double-incr", 0.6 * (person.weight - 0.2) + 0.25 * old)
    else:
        put("head/head-fat-decr", 0.35 * (0.2 - person.weight))
    put("head/head-age-incr", 0.2 * old)
    put("head/head-scale-vert-decr", 0.08)
    put("mouth/mouth-angles-up", 0.12)
    if person.sex == "female":
        put("chin/chin-width-decr", 0.25)
        put("chin/chin-bones-decr", 0.2)
        for side in "lr":
            put(f"eyes/{side}-eye-scale-incr", 0.16)
    put("forehead/forehead-scale-vert-decr", 0.14)
    for side in "lr":
        put(f"eyes/{side}-eye-height2-incr", 0.16 + 0.15 * old)
    for name, weight in expression.items():
        put(name, weight)
    return wheel.morph(weights)
