"""Settings: an option, else a LOOKALIKE_* variable, else $LOOKALIKE_HOME/lookalike.toml, else the default."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lookalike.errors import BadSetting


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. parse: turns text into the value, or raises ValueError."""

    name: str
    default: Any
    parse: Callable[[str], Any]
    help: str

    @property
    def variable(self) -> str:
        """The environment variable of the same name."""
        return f"LOOKALIKE_{self.name.upper()}"


@dataclass(frozen=True, slots=True)
class Resolved:
    """A setting's value and where it came from."""

    setting: Setting
    value: Any
    origin: str


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(f"use one of {', '.join(choices)}")
        return text

    return parse


def _count(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise ValueError(f"use a whole number from {low} to {high}")
        return value

    return parse


SETTINGS = {
    setting.name: setting
    for setting in (
        Setting("gallery", None, Path, "The gallery to search when --gallery is not given."),
        Setting("keys", None, Path, "The folder of the galleries' master keys; by default keys under the home folder."),
        Setting("matcher", "sface", str, "The matcher pack, by name."),
        Setting(
            "floors",
            None,
            Path,
            "A file of image quality floors to hold faces to instead of the matcher pack's; `lookalike evaluate` "
            "derives one.",
        ),
        Setting("candidates", 20, _count(2, 50), "Length of a candidate list, 2 to 50."),
        Setting("threads", 0, _count(0, 256), "Photographs in work at once; 0 takes every core."),
        Setting(
            "runtime",
            "auto",
            _one_of("auto", "openvino", "onnxruntime"),
            "What runs the networks: auto, openvino or onnxruntime.",
        ),
        Setting(
            "thumbnails",
            "auto",
            _one_of("auto", "always", "never"),
            "Pictures in the terminal: auto, always or never.",
        ),
    )
}


def home() -> Path:
    """Where Lookalike keeps settings, added matcher packs and caches."""
    return Path(os.environ.get("LOOKALIKE_HOME") or Path.home() / ".lookalike").expanduser()


def resolve(name: str, option: Any = None) -> Any:
    """The value of a setting, given what the option says (None: not given). Raises BadSetting."""
    return explain(name, option).value


def explain(name: str, option: Any = None) -> Resolved:
    """The value of a setting and where it comes from. Raises BadSetting."""
    setting = SETTINGS[name]
    if option is not None:
        return Resolved(setting, _parsed(setting, option, "the option"), "option")
    if text := os.environ.get(setting.variable):
        return Resolved(setting, _parsed(setting, text, setting.variable), setting.variable)
    file = home() / "lookalike.toml"
    values = _read(file)
    if name in values:
        return Resolved(setting, _parsed(setting, values[name], str(file)), str(file))
    return Resolved(setting, setting.default, "default")


def _parsed(setting: Setting, value: Any, where: str) -> Any:
    try:
        return setting.parse(str(value))
    except ValueError as error:
        raise BadSetting(
            f"The setting {setting.name} from {where} is {value!r}, which it cannot be.",
            remedy=f"{setting.help} ({error})",
        ) from error


def _read(file: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadSetting(f"{file} cannot be read: {error}.", remedy="Mend or remove it.") from error
    unknown = sorted(set(values) - set(SETTINGS))
    if unknown:
        raise BadSetting(
            f"{file} names a setting that does not exist: {', '.join(unknown)}.",
            why="A misspelt setting would silently not apply.",
            remedy=f"Known settings: {', '.join(SETTINGS)}.",
        )
    return values
