"""What a volunteer reads who tests a lineup, in each language, word for word as it stands in `volunteer.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Everything that the volunteer's page says, by key, by the BCP 47 code of the language; "name": of the language
    in itself. English comes first.
    """
    return tomllib.loads(files("lookalike.lineup").joinpath("volunteer.toml").read_text("utf-8"))


def language_of(asked: str, accepted: str) -> str:
    """The language of a page. asked: what was chosen, which counts where it is there. accepted: an Accept-Language
    header; of what it names the first that is there, else English.
    """
    wanted = [asked, *(one.partition(";")[0].partition("-")[0].strip().lower() for one in accepted.split(","))]
    return next((one for one in wanted if one in words()), next(iter(words())))
