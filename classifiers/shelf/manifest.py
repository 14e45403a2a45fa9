"""What a pull brings: the files of a checkpoint with sizes and checksums, as a manifest names them or as a server tells.

A manifest is JSON: ``{"files": [{"name": "model.safetensors", "size": 435000000, "sha256": "…"}]}``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from domain.errors import InputError

FILE: Final = "rasd-manifest.json"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)?")
_PLAIN_FILE: Final = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_SHA1: Final = re.compile(r"[0-9a-f]{40}")
_MOST_FILES: Final = 200
_PIECE: Final = 1 << 20


class Digest(Protocol):
    """A running checksum."""

    def update(self, piece: bytes, /) -> None:
        """Takes more bytes."""
        ...

    def hexdigest(self) -> str:
        """The checksum so far."""
        ...


@dataclass(frozen=True, slots=True)
class Checksum:
    """A checksum as a server or a manifest tells it. With ``git`` it is the name that git gives a file: SHA-1 over a head and
    the bytes."""

    digits: str
    git: bool = False

    def of(self, path: Path) -> str:
        """The same checksum of a file."""
        digest: Digest = hashlib.sha256()
        if self.git:
            digest = hashlib.sha1(usedforsecurity=False)
            digest.update(f"blob {path.stat().st_size}\0".encode("ascii"))
        with path.open("rb") as stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file to bring. ``size`` is in bytes, None where nobody tells; ``checksum`` likewise."""

    name: str
    size: int | None = None
    checksum: Checksum | None = None


def read_manifest(content: bytes, where: str) -> tuple[RemoteFile, ...]:
    """The files that a manifest names. Raises ``InputError`` naming the place and the key."""
    try:
        told = json.loads(content.decode("utf-8"))
        rows = told["files"]
        files = tuple(_file(row, where) for row in rows)
    except (UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{where} is no manifest ({error!r})", 'write {"files": [{"name", "size", "sha256"}, …]}') from error
    if not files or len(files) > _MOST_FILES or len({each.name for each in files}) < len(files):
        raise InputError(f"{where} names {len(files)} files", f"name each once, 1 to {_MOST_FILES} of them")
    return files


def _file(row: Mapping[str, Any], where: str) -> RemoteFile:
    name, size, digits = row["name"], row["size"], row["sha256"]
    if not isinstance(name, str) or not is_plain(name):
        raise InputError(f"{where} names the file {name!r}", "names are relative, of letters, digits and ._-/ alone")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise InputError(f"{where}: the size of {name} is {size!r}", "write its bytes")
    if not isinstance(digits, str) or not _SHA256.fullmatch(digits):
        raise InputError(f"{where}: the sha256 of {name} is {digits!r}", "write 64 hexadecimal digits")
    return RemoteFile(name, size, Checksum(digits))


def is_plain(name: str) -> bool:
    """Whether a file's name stays inside its folder."""
    return bool(_PLAIN_FILE.fullmatch(name)) and ".." not in name


def told_checksum(headers: Mapping[str, str]) -> Checksum | None:
    """The checksum in a server's answer: hubs put the SHA-256 of large files into ``X-Linked-ETag``, and git's name of small
    ones into ``ETag``. None where there is none."""
    for name in ("X-Linked-ETag", "ETag"):
        digits = (headers.get(name) or "").strip().removeprefix("W/").strip('"').lower()
        if _SHA256.fullmatch(digits):
            return Checksum(digits)
        if _SHA1.fullmatch(digits):
            return Checksum(digits, git=True)
    return None


def folder_name(name: str) -> str:
    """The folder of a model on the shelf: a slash in its name becomes two dashes. Raises ``InputError``."""
    if not _NAME.fullmatch(name) or ".." in name:
        raise InputError(f"«{name}» is no name of a model", "write NAME or OWNER/NAME, of letters, digits and ._- alone")
    return name.replace("/", "--")


def written_manifest(folder: Path) -> bytes:
    """The manifest of the files that a folder holds."""
    rows = [
        {"name": path.relative_to(folder).as_posix(), "size": path.stat().st_size, "sha256": Checksum("").of(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != FILE
    ]
    return (json.dumps({"files": rows}, indent=1) + "\n").encode("utf-8")
