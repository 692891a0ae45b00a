"""Offences in words, for forms and pages: the NIBRS codes that are mapped, and the statutes that fit each.

Source: FBI, National Incident-Based Reporting System User Manual, offence names.
"""

from __future__ import annotations

from collections.abc import Iterator

from lookalike.casework.cases.models import Case
from lookalike.protocol.offences import mapped, michigan

NIBRS = {
    "09A": "Murder and nonnegligent manslaughter",
    "09B": "Negligent manslaughter",
    "100": "Kidnapping, abduction",
    "11A": "Rape",
    "11B": "Sodomy",
    "11C": "Sexual assault with an object",
    "11D": "Criminal sexual contact",
    "120": "Robbery",
    "13A": "Aggravated assault",
    "13B": "Simple assault",
    "13C": "Intimidation",
    "200": "Arson",
    "220": "Burglary, breaking and entering",
    "23A": "Pocket-picking",
    "23B": "Purse-snatching",
    "23C": "Shoplifting",
    "23D": "Theft from a building",
    "23E": "Theft from a coin-operated machine",
    "23F": "Theft from a motor vehicle",
    "23G": "Theft of motor vehicle parts",
    "23H": "All other larceny",
    "240": "Motor vehicle theft",
    "250": "Counterfeiting, forgery",
    "26A": "False pretences, swindle",
    "26B": "Credit card or teller machine fraud",
    "26C": "Impersonation",
    "26D": "Welfare fraud",
    "26E": "Wire fraud",
    "26F": "Identity theft",
    "26G": "Hacking, computer invasion",
    "270": "Embezzlement",
    "280": "Stolen property",
    "290": "Destruction, damage, vandalism",
    "35A": "Drug violations",
    "35B": "Drug equipment violations",
    "370": "Pornography, obscene material",
    "39A": "Betting, wagering",
    "39B": "Operating, promoting gambling",
    "39C": "Gambling equipment violations",
    "39D": "Sports tampering",
    "40A": "Prostitution",
    "40B": "Assisting or promoting prostitution",
    "40C": "Purchasing prostitution",
    "520": "Weapon law violations",
    "64A": "Human trafficking, commercial sex acts",
    "64B": "Human trafficking, involuntary servitude",
    "720": "Animal cruelty",
    "90A": "Bad cheques",
    "90B": "Curfew, loitering, vagrancy",
    "90C": "Disorderly conduct",
    "90D": "Driving under the influence",
    "90E": "Drunkenness",
    "90F": "Family offences, nonviolent",
    "90G": "Liquor law violations",
    "90H": "Peeping Tom",
    "90J": "Trespass",
    "90Z": "All other offences",
}
"""The codes that the table of offences maps, in words."""


def in_words(case: Case) -> str:
    """What a case is about, in words."""
    if case.other_purpose:
        return f"No crime: {case.get_other_purpose_display()}"
    if not case.nibrs:
        return "Not known"
    attempted = ", attempted" if case.attempted else ""
    return f"{NIBRS.get(case.nibrs, 'Offence')} ({case.nibrs}){attempted}"


def choices() -> list[tuple[str, str]]:
    """The mapped codes for a form, by code."""
    return [(code, f"{code} {words}") for code, words in NIBRS.items() if mapped(code)]


def statutes() -> Iterator[tuple[str, str]]:
    """Every statute of the table, with the offences that it fits."""
    for statute, (codes, _) in michigan().statutes.items():
        names = [f"{code} {NIBRS[code]}" for code in sorted(codes) if code in NIBRS]
        yield statute, names[0] if len(names) == 1 else f"{names[0]}, or {len(names) - 1} more"
