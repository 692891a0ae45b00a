"""What is described and compared of a face: components from top to bottom, each with what to look at.

Source: ASTM E3149 (2018; since April 2026 a Standard Practice, by which the set shall be used wherever visible), the
ASTM edition of the FISWG Facial Image Comparison Feature List for Morphological Analysis v2.0 (2018). What was read of
both is their scope and use: the order is from top to bottom and is not that of importance; "face" means face, head and
neck; words of distance are relative to the same face, and nothing is measured in millimetres.

The table of components itself was not read. Their names and order were written down from memory (`reference/protocols/
05`), and agree with one public account of FISWG's list at second hand, which has nineteen: these eighteen and "other",
for whatever no component above it covers. What each looks at is a working set of our own after that account. Whoever
holds the standard compares this file with it before relying on the count or the names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

SOURCE = "ASTM E3149; FISWG Facial Image Comparison Feature List v2.0 (11 September 2018)"


@dataclass(frozen=True, slots=True)
class Component:
    """One component. key: as it is stored. looks_at: its characteristics. confidence: how well its place was read."""

    key: str
    name: str
    looks_at: tuple[str, ...]
    source: str = SOURCE
    confidence: str = "believed"


COMPONENTS = (
    Component("skin", "Skin", ("texture", "tone against its surroundings", "pores", "blemishes", "moles")),
    Component("outline", "Face/head outline", ("shape of the cranium", "shape of the face", "contour of the side")),
    Component(
        "composition", "Face/head composition", ("proportions of upper, middle and lower face", "placement of features")
    ),
    Component("hair", "Hair", ("forehead hairline", "side hairline", "parting", "baldness", "cowlicks")),
    Component("forehead", "Forehead", ("shape", "height against the face", "brow ridge")),
    Component("eyebrows", "Eyebrows", ("shape", "thickness", "hairs and gaps", "height over the eye", "asymmetry")),
    Component("eyes", "Eyes", ("opening", "corners", "upper lid and fold", "lower lid", "iris", "lashes", "asymmetry")),
    Component("cheeks", "Cheeks", ("cheekbones", "hollows", "dimples")),
    Component("nose", "Nose", ("root", "bridge", "tip", "wings", "nostrils", "septum", "deviation")),
    Component("ears", "Ears", ("helix", "antihelix", "tragus and antitragus", "lobe", "protrusion", "piercings")),
    Component("mouth", "Mouth", ("philtrum", "upper lip", "lower lip", "line between the lips", "corners", "teeth")),
    Component("chin", "Chin/jawline", ("shape of the chin", "cleft", "angle of the jaw", "double chin")),
    Component("neck", "Neck", ("thickness", "Adam's apple", "folds")),
    Component("facial_hair", "Facial hair", ("moustache", "beard", "sideburns", "growth and gaps")),
    Component("lines", "Facial lines", ("forehead", "frown", "crow's feet", "nose to mouth", "neck")),
    Component("scars", "Scars", ("place", "shape", "length against a feature nearby")),
    Component("marks", "Facial marks", ("moles", "freckles", "birthmarks", "pigmentation")),
    Component("alterations", "Alterations", ("piercings", "make-up", "tattoos", "surgery")),
    Component("other", "Other", ("anything irregular that no component above it covers",)),
)
"""From top to bottom, as FISWG orders them."""

BY_KEY: Mapping[str, Component] = MappingProxyType({one.key: one for one in COMPONENTS})

LIMITS: Mapping[str, str] = MappingProxyType(
    {
        "pose": "pose",
        "light": "light",
        "occlusion": "something covers it",
        "compression": "compression",
        "resolution": "too few pixels",
        "blur": "blur",
    }
)
"""What can keep a component of a picture from being seen."""

EXPLANATIONS: Mapping[str, str] = MappingProxyType(
    {
        "pose": "pose",
        "light": "light",
        "age": "age",
        "expression": "expression",
        "occlusion": "something covers it",
        "compression": "compression",
    }
)
"""What else than two people can make a component differ between two pictures."""


def named(key: str) -> str:
    """The name of a component. Raises KeyError."""
    return BY_KEY[key].name


def in_order(keys: Iterable[str]) -> Sequence[str]:
    """Components from top to bottom."""
    wanted = set(keys)
    return [one.key for one in COMPONENTS if one.key in wanted]
