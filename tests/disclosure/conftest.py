"""One packet for all the tests: made once, never written to."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookalike.face.matcher import Matcher
from tests.disclosure.examples import Made, made_in


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, sixty: Path, matcher: Matcher) -> Made:
    """The sample as a file."""
    return made_in(tmp_path_factory.mktemp("packet"), sixty, matcher)
