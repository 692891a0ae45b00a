"""Where the site keeps its data, and how an empty home becomes a site: database, keys, ledger.

Everything stands under `$LOOKALIKE_HOME/site` but the keys, which stand under `$LOOKALIKE_HOME/keys`, so that a backup
of the one does not open the other.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from lookalike.errors import SiteNotReady
from lookalike.files import write_whole


@dataclass(frozen=True, slots=True)
class Home:
    """The folders of one site."""

    root: Path

    @property
    def data(self) -> Path:
        """The database, stored files, the ledger's public part."""
        return self.root / "site"

    @property
    def keys(self) -> Path:
        """The keys, readable by their owner only."""
        return self.root / "keys"

    @property
    def galleries(self) -> Path:
        """The folder of the galleries that the site searches, each in a folder of its name."""
        return self.root / "galleries"

    @property
    def inbox(self) -> Path:
        """The watched folder into which bookings are delivered, one folder a feed."""
        return self.root / "inbox"

    def make(self) -> None:
        """Make the folders and draw the keys that are not there yet. Raises SiteNotReady."""
        try:
            for folder in (self.data, self.data / "static", self.keys, self.galleries, self.inbox):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for name in ("site.key", "django.key"):
                if not (self.keys / name).exists():
                    write_whole(self.keys / name, secrets.token_hex(32).encode() + b"\n", new=True, mode=0o600)
        except FileExistsError:
            pass  # another process drew it
        except OSError as error:
            raise SiteNotReady(
                f"The site cannot be made in {self.root}: {error.strerror}.",
                remedy="Name a folder that can be written with LOOKALIKE_HOME.",
            ) from error

    def secret(self) -> str:
        """What sessions and forms are signed with; before the site is made, something that is good for nothing."""
        try:
            return (self.keys / "django.key").read_text(encoding="ascii").strip()
        except OSError:
            return secrets.token_hex(32)


def default_home() -> Home:
    """`$LOOKALIKE_HOME`, or the folder `.lookalike` of the person who runs it."""
    return Home(Path(os.environ.get("LOOKALIKE_HOME") or Path.home() / ".lookalike").expanduser())
