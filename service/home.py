"""The home folder: everything of one installation stands in it (DESIGN 3)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from domain.errors import InputError
from service.settings import FILE_NAME

_KEY_FILE: Final = "secret.key"

_TEMPLATE: Final = """\
# Rasd (رصد): settings of this home. Every key: docs/configuration.md. Secrets belong in the environment.
profile = "{profile}"

[console]
host = "127.0.0.1"
port = 8080

[crawl]
user_agent = "Rasd/0.1 (media monitoring; contact: you@example.gov.sa)"
delay = 1.0

# [x]            # read docs/x.md first; the token comes from RASD_X__BEARER_TOKEN
# plan = "enterprise"
# purpose = "Answering complaints about the ministry's services"

# [mail]         # without it, mails wait in the outbox
# host = "smtp.example.gov.sa"
# sender = "رصد <rasd@example.gov.sa>"

# [digest]
# recipients = ["head.of.media@example.gov.sa"]
# weekday = "mon"
# time = "07:30"
"""


def make_home(home: Path, profile: str) -> Path:
    """Make a home folder for a profile and return the path of its settings file.

    Raises ``InputError`` where one stands there already: nothing is overwritten.
    """
    path = home / FILE_NAME
    if path.exists():
        raise InputError(f"{path} exists already", "edit it, or choose another folder")
    try:
        home.mkdir(parents=True, exist_ok=True)
        path.write_text(_TEMPLATE.format(profile=profile), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{home}: cannot be made a home ({error.strerror})", "choose a folder that you may write to") from error
    home_secret(home)
    return path


def home_secret(home: Path) -> bytes:
    """The home's own random key (32 bytes), made on first use: signs sessions and hashes ids (REQUIREMENTS L1)."""
    path = home / _KEY_FILE
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as stream:
        key = secrets.token_bytes(32)
        stream.write(key)
        return key
