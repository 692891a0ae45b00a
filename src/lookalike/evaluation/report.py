"""The report as a folder: the page, all numbers, the figures, and the signed summary. All of it, or nothing."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from lookalike.errors import BadOutput, OutputExists, OutputFailed
from lookalike.evaluation.evaluate import Doubt, Evaluated
from lookalike.evaluation.figures.catalogue import drawings
from lookalike.evaluation.floors import as_toml
from lookalike.evaluation.page import render
from lookalike.evaluation.report_json import to_json
from lookalike.evaluation.results import SCHEMA, Evaluation
from lookalike.evaluation.summary import to_pdf
from lookalike.evaluation.validated import measured
from lookalike.files import sync_folder, write_whole
from lookalike.gallery.validation import FILE as VALIDATION
from lookalike.gallery.validation import SIGNATURE
from lookalike.signing import Signer, sign, sign_pdf

PAGE, NUMBERS, SUMMARY, FIGURES = "report.html", "report.json", "summary.pdf", "figures"
FLOORS = "floors.toml"
ALWAYS, BESIDE = {PAGE, NUMBERS, SUMMARY, FIGURES}, {FLOORS, VALIDATION, SIGNATURE}


def write_report(
    evaluation: Evaluation,
    numbers: str,
    folder: Path,
    *,
    signer: Signer,
    now: datetime.datetime,
    beside: Mapping[str, bytes] | None = None,
    replace: bool = False,
) -> str:
    """Write the report and return the SHA-256 of its report.json, which the page and the signed summary name.

    numbers: the evaluation as JSON text. folder: where the report goes; it may be there if it is empty, or, with
    `replace`, if it holds an earlier report, and nothing else is ever replaced. signer, now: who signs the summary and
    when. beside: other files, named as in BESIDE. Raises OutputExists, BadOutput, OutputFailed, BadSigningKey, or Fault
    when the summary cannot be typeset.
    """
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 (resolve would follow a link that is to be refused)
    may_write_report(folder, replace=replace)
    content = (numbers + "\n").encode()
    digest = digest_of(numbers)
    files = {
        NUMBERS: content,
        PAGE: render(evaluation, digest=digest).encode(),
        SUMMARY: sign_pdf(to_pdf(evaluation, digest=digest), signer, now),
    }
    files |= {f"{FIGURES}/{drawing.name}.svg": drawing.svg().encode() for drawing in drawings(evaluation)}
    files |= beside or {}
    part = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.part")
    try:
        (part / FIGURES).mkdir(parents=True)
        for name, data in files.items():
            write_whole(part / name, data)
        sync_folder(part)
        _put_in_place(part, folder)
    except OSError as error:
        raise OutputFailed(
            f"The report could not be written to {folder}: {error.strerror}.",
            remedy="Check the folder and the space left.",
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return digest


def publish(found: Evaluated, folder: Path, *, signer: Signer, now: datetime.datetime, replace: bool = False) -> None:
    """Write the whole report of an evaluation, and beside it what follows from it. Arguments as of `write_report`."""
    numbers = to_json(found.evaluation)
    validation = measured(found.evaluation, found.ratios, report_sha256=digest_of(numbers))
    beside = {
        FLOORS: as_toml(found.evaluation.floors).encode(),
        VALIDATION: (accepted := validation.to_json().encode()),
        SIGNATURE: sign(accepted, signer),
    }
    write_report(found.evaluation, numbers, folder, signer=signer, now=now, beside=beside, replace=replace)


def digest_of(numbers: str) -> str:
    """SHA-256 of the report.json that holds these numbers."""
    return hashlib.sha256((numbers + "\n").encode()).hexdigest()


def doubts_csv(doubts: Sequence[Doubt]) -> str:
    """People to look at again, as CSV. It names people, and so it never lies in the report's folder."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["person_id", "other_person_id", "score"])
    writer.writerows([_inert(one.person), _inert(one.other), round(one.score, 6)] for one in doubts)
    return text.getvalue()


def _inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in "=+-@\t" else cell


def may_write_report(folder: Path, *, replace: bool) -> None:
    """Refuse, before any work is done, a folder that a report may not go to. Raises OutputExists or BadOutput."""
    if not folder.parent.is_dir():
        raise BadOutput(f"The folder {folder.parent} does not exist.", remedy="Name a folder in one that is there.")
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise BadOutput(f"{folder} is not a folder.", remedy="Name another place for the report.")
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not _is_report(folder):
        raise OutputExists(
            f"{folder} holds something else than a report.",
            why="It would be lost.",
            remedy="Choose a folder that is not there yet.",
        )
    if not replace:
        raise OutputExists(
            f"{folder} holds an earlier report.",
            why="A report that was made is never silently replaced.",
            remedy="Choose another folder, or say --replace.",
        )


def _is_report(folder: Path) -> bool:
    """Whether a folder holds what `write_report` writes and nothing besides."""
    names = {path.name for path in folder.iterdir()}
    if not names >= ALWAYS or names - ALWAYS - BESIDE:
        return False
    figures = folder / FIGURES
    if not figures.is_dir() or any(path.suffix != ".svg" or not path.is_file() for path in figures.iterdir()):
        return False
    try:
        return bool(json.loads((folder / NUMBERS).read_bytes())["schema"] == SCHEMA)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False


def _put_in_place(part: Path, folder: Path) -> None:
    """Rename the finished report; an earlier one steps aside first, and comes back should that fail."""
    if not folder.exists() or not any(folder.iterdir()):
        part.rename(folder)
    else:
        earlier = part.with_suffix(".earlier")
        folder.rename(earlier)
        try:
            part.rename(folder)
        except OSError:
            earlier.rename(folder)
            raise
        shutil.rmtree(earlier)
    sync_folder(folder.parent)
