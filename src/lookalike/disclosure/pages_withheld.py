"""The pages of what is withheld for the sake of people who are not the suspect, and of what shows them nonetheless."""

from __future__ import annotations

from collections.abc import Iterator

from lookalike.disclosure.blocks import Block, heading, items, nothing, par, table
from lookalike.disclosure.contents import Contents, WithheldOf
from lookalike.disclosure.pages_search import Names, file_named
from lookalike.disclosure.values import Absent, File
from lookalike.disclosure.whole import present, runs


def withheld_pages(c: Contents, names: Names) -> Iterator[Block]:
    """Each file that is not in the packet, by its digest and with the reason; and what other people are seen in."""
    yield par(
        "People whom a search returned, and who are not the suspect, are accused of nothing here. "
        "Their faces are withheld; their records, ranks and scores, and every word that was said of them, are not. A "
        "court that needs one of the files below can order it from the agency by its SHA-256, and so see that it is "
        "the one that was used."
    )
    if isinstance(c.withheld, Absent):
        yield from nothing(c.withheld, what="Nothing is withheld")
    else:
        alike: dict[tuple[str, str], list[WithheldOf]] = {}
        for one in c.withheld:
            alike.setdefault((one.because, one.instead), []).append(one)
        for (because, instead), rows in alike.items():
            yield par(f"Why: {because}. Here instead: {instead}.")
            yield table((3, 5), ("Withheld", "Its SHA-256"), ((one.what, one.sha256) for one in rows))
    yield heading(3, "What shows other people, and why it is whole")
    shown = list(_whole(c, names))
    if not shown:
        yield par("Nothing in this packet does.")
        return
    yield par(
        "These files are evidence themselves. With somebody made unrecognisable they would be other files: what a "
        "search was run on could not be run again, and nobody could see what a witness saw. They are for the parties. "
        "Whoever files this packet where the public reads it leaves them out."
    )
    yield items(shown)


def _whole(c: Contents, names: Names) -> Iterator[str]:
    """Every file that may show somebody else, once, in the order of the packet."""
    found: dict[str, str] = {}
    for _, run in runs(c):
        for one in (run.exhibit, run.still):
            found.setdefault(one.sha256, f"{file_named(one, names)}. As received: everybody whom the camera saw.")
    for lineup in present(c.lineups):
        if isinstance(lineup.report, File):
            words = f"{file_named(lineup.report, names)}. The photographs as the witness saw them, fillers too."
            found.setdefault(lineup.report.sha256, words)
        for one in present(lineup.recordings):
            found.setdefault(one.sha256, f"{file_named(one, names)}. Whoever was in the room.")
    for item in present(c.evidence.items):
        if isinstance(item.file, File):
            found.setdefault(item.file.sha256, f"{file_named(item.file, names)}. As it was collected.")
    yield from found.values()
