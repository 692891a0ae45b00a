"""The site's settings for tests: a home of its own, thrown away; PostgreSQL where LOOKALIKE_TEST_DATABASE names one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from lookalike.site.configuration import settings_for
from lookalike.site.home import Home

_folder = tempfile.TemporaryDirectory(prefix="lookalike-site-")
_home = Home(Path(_folder.name))
_home.make()

_settings = settings_for(_home, database_address=os.environ.get("LOOKALIKE_TEST_DATABASE", ""), secure=False)
_database = _settings["DATABASES"]["default"]
if "sqlite3" in _database["ENGINE"]:  # in a file, for threads lock each other's memory; it need survive no power cut
    _database["TEST"] = {"NAME": str(_home.data / "tests.sqlite3")}
    _database["OPTIONS"]["init_command"] = _database["OPTIONS"]["init_command"].replace("FULL", "OFF")

globals().update(
    _settings
    | {
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],  # only here: signing in is tested often
        "ALLOWED_HOSTS": ["localhost", "127.0.0.1", "testserver"],
        "TASKS": {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}},
    }
)
