"""A site with a gallery of its own for each test, and photographs of invented people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lookalike.casework import galleries
from lookalike.face.matcher import Matcher


@pytest.fixture
def site(tmp_path: Path, settings: Any, matcher: Matcher, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folders of galleries, keys and inbox, thrown away after the test. Returns their parent."""
    for name, folder in (("GALLERIES_FOLDER", "galleries"), ("INBOX_FOLDER", "inbox"), ("FILES_FOLDER", "files")):
        (tmp_path / folder).mkdir()
        setattr(settings, name, str(tmp_path / folder))
    monkeypatch.setattr(galleries, "_matchers", [matcher])
    monkeypatch.setattr(galleries, "_opened", {})
    yield tmp_path
    for _, opened in galleries._opened.values():
        opened.close()
