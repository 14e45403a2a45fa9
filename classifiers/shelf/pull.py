"""Bringing a checkpoint to the shelf over HTTP: resumed after a cut, checked byte by byte, in place only when it is whole.

Parts are kept in ``.parts/NAME`` on the shelf; the finished folder is moved into place at once. One process pulls a model at a
time.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from urllib.parse import quote

from classifiers.shelf.connection import Answer, Cut, Refused, demand_address, opened
from classifiers.shelf.manifest import FILE, RemoteFile, folder_name, read_manifest, written_manifest
from domain.errors import InputError, ModelError

Progress = Callable[[str], None]
_PIECE: Final = 1 << 18
_TELL_EVERY: Final = 50 << 20
_SPARE: Final = 16 << 20
"""Bytes that are left free on the disk."""
_LARGEST_MANIFEST: Final = 1 << 20
_LONGEST_WAIT: Final = 30.0
_PARTIAL: Final = 206
NEEDED: Final = ("config.json",)
OPTIONAL: Final = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt", "added_tokens.json",
                   "merges.txt", "vocab.json", "sentencepiece.bpe.model", "spiece.model")  # fmt: skip
WEIGHTS: Final = ("model.safetensors", "pytorch_model.bin")
"""The first of these that there is."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to pull. ``address`` is a form with ``{name}``, ``{revision}`` and ``{file}``; without ``{file}`` it is a folder's.

    ``manifest`` overrides the server's own; ``unverified`` takes files that nobody tells a checksum of. ``tries`` is how often a
    cut connection is taken up again, ``timeout`` how many seconds a silent one is waited for.
    """

    name: str
    address: str
    revision: str = "main"
    manifest: bytes | None = None
    unverified: bool = False
    tries: int = 5
    timeout: float = 60.0


def pull(shelf: Path, request: Request, progress: Progress, wait: Callable[[float], None]) -> Path:
    """Brings the model to the shelf and gives its folder. A pull that was broken off goes on where it stopped.

    ``wait`` is called with seconds between two tries. Raises ``InputError`` for a wrong name, address or manifest, ``ModelError``
    for everything that the network, the disk or the other side does wrong, and where another pull of the model runs.
    """
    folder = shelf / folder_name(request.name)
    parts = shelf / ".parts" / folder.name
    demand_address(_address(request, "config.json"))
    with _alone(shelf, folder.name, request.name), _disk_told(shelf):
        files = _files(request)
        parts.mkdir(parents=True, exist_ok=True)
        _demand_space(shelf, parts, files)
        for file in files:
            _bring(request, file, parts, progress, wait)
        for stray in parts.rglob("*"):
            if stray.is_file() and stray.relative_to(parts).as_posix() not in {file.name for file in files}:
                stray.unlink()
        (parts / FILE).write_bytes(written_manifest(parts))
        _put_in_place(parts, folder)
    return folder


def _address(request: Request, file: str) -> str:
    form = request.address if "{file}" in request.address else request.address.rstrip("/") + "/{file}"
    filled = {"{name}": request.name, "{revision}": request.revision, "{file}": file}
    for key, value in filled.items():
        form = form.replace(key, quote(value))
    return form


def _files(request: Request) -> tuple[RemoteFile, ...]:
    """The files to bring: of the manifest given, else of the server's, else those that checkpoints usually have."""
    if request.manifest is not None:
        return read_manifest(request.manifest, "the manifest given")
    own = _small(request, FILE)
    if own is not None:
        return read_manifest(own, f"the manifest of {request.name}")
    found = [file for name in (*NEEDED, *OPTIONAL) if (file := _told(request, name))]
    missing = [name for name in NEEDED if name not in {file.name for file in found}]
    weights = next((file for name in WEIGHTS if (file := _told(request, name))), None)
    if missing or weights is None:
        raise ModelError(
            f"{_address(request, '')} holds no checkpoint named {request.name}: {', '.join(missing) or 'no weights'}",
            "check name and address",
        )
    for file in (*found, weights):
        if file.checksum is None and not request.unverified:
            raise ModelError(
                f"nobody tells the checksum of {file.name} of {request.name}",
                "give --manifest FILE, or --unverified to take what the server sends",
            )
    return (*found, weights)


def _told(request: Request, name: str) -> RemoteFile | None:
    """What the server tells of a file without sending it; None where it has none."""
    try:
        with opened(_address(request, name), request.timeout, method="HEAD") as answer:
            # A mark of the server's own may look like git's: who takes files unverified does not take it for a checksum.
            trusted = answer.checksum if answer.checksum and not (request.unverified and answer.checksum.git) else None
            return RemoteFile(name, answer.size, trusted)
    except Refused as error:
        if error.is_missing:
            return None
        raise


def _small(request: Request, name: str) -> bytes | None:
    address = _address(request, name)
    try:
        with opened(address, request.timeout) as answer:
            content = answer.read(_LARGEST_MANIFEST + 1)
    except Refused as error:
        if error.is_missing:
            return None
        raise
    if len(content) > _LARGEST_MANIFEST:
        raise ModelError(f"the manifest at {address} is larger than a manifest can be", "check the address")
    return content


def _bring(request: Request, file: RemoteFile, parts: Path, progress: Progress, wait: Callable[[float], None]) -> None:
    """One file, whole and checked. A damaged one is brought once more from its beginning before it is given up."""
    done = parts / file.name
    part = done.with_name(done.name + ".part")
    done.parent.mkdir(parents=True, exist_ok=True)
    if done.is_file() and _is_right(done, file):
        return
    for attempt in (1, 2):
        _download(request, file, part, progress, wait)
        if _is_right(part, file):
            part.replace(done)
            progress(f"{file.name}: {done.stat().st_size:,} bytes, {'checked' if file.checksum else 'not checked'}")
            return
        part.unlink()
        if attempt == 1:
            progress(f"{file.name}: the checksum differs, once more from the beginning")
    raise ModelError(
        f"{file.name} of {request.name} is not what was announced: its size or checksum differs",
        "pull again later; if it stays so, the other side or the manifest is wrong",
    )


def _is_right(path: Path, file: RemoteFile) -> bool:
    if file.size is not None and path.stat().st_size != file.size:
        return False
    return file.checksum is None or file.checksum.of(path) == file.checksum.digits


def _download(request: Request, file: RemoteFile, part: Path, progress: Progress, wait: Callable[[float], None]) -> None:
    address = _address(request, file.name)
    cause: ModelError | None = None
    for attempt in range(request.tries):
        if cause is not None:
            progress(f"{file.name}: the connection was cut after {_size(part):,} bytes, going on")
            wait(min(_LONGEST_WAIT, 2.0 ** (attempt - 1)))
        try:
            _take(address, file, part, request.timeout, progress)
        except Cut as error:
            cause = error
        else:
            return
    reason = cause.what if cause else "none was allowed"
    raise ModelError(
        f"{file.name} of {request.name} did not come whole in {request.tries} tries ({reason}); {_size(part):,} bytes are kept",
        "run the same command again: it goes on there",
    ) from cause


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _take(address: str, file: RemoteFile, part: Path, timeout: float, progress: Progress) -> None:
    """The rest of a file, from where the part ends. A server that knows no ranges sends it from the beginning."""
    have = _size(part)
    if file.size is not None and have == file.size:
        return
    if file.size is not None and have > file.size:
        part.unlink()
        have = 0
    with opened(address, timeout, headers={"Range": f"bytes={have}-"} if have else {}) as answer:
        if have and not _continues(answer, have):
            have = 0
        expected = _length(answer, have, file)
        with part.open("ab" if have else "wb") as stream:
            told = have
            while piece := answer.read(_PIECE):
                have += len(piece)
                if expected is not None and have > expected:
                    raise ModelError(f"{address} sends more than the {expected:,} bytes announced", "check the address")
                stream.write(piece)
                if have - told >= _TELL_EVERY:
                    told = have
                    progress(f"{file.name}: {have:,}" + (f" of {expected:,} bytes" if expected else " bytes"))
    if expected is not None and have < expected:
        raise Cut(f"{have:,} of {expected:,} bytes came")


def _continues(answer: Answer, have: int) -> bool:
    return answer.status == _PARTIAL and (answer.headers.get("Content-Range") or "").startswith(f"bytes {have}-")


def _length(answer: Answer, have: int, file: RemoteFile) -> int | None:
    if file.size is not None:
        return file.size
    return have + answer.size if answer.size is not None else None


def _demand_space(shelf: Path, parts: Path, files: tuple[RemoteFile, ...]) -> None:
    """Raises ``ModelError`` before the first byte where the disk cannot hold what is still to come."""
    have = sum(path.stat().st_size for path in parts.rglob("*") if path.is_file())
    needed = sum(file.size or 0 for file in files) - have
    free = shutil.disk_usage(shelf).free
    if needed + _SPARE > free:
        raise ModelError(
            f"the disk of {shelf} has {free:,} bytes free, and {needed:,} are still to come", "make room, then pull again"
        )


@contextlib.contextmanager
def _disk_told(shelf: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES):
            raise
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise ModelError(
            f"{shelf} is {'full' if full else 'not to be written to'} ({error.strerror}); what came is kept",
            "make room, then run the same command again" if full else "choose a home that you may write to",
        ) from error


@contextlib.contextmanager
def _alone(shelf: Path, folder: str, name: str) -> Iterator[None]:
    """One pull of a model at a time; the lock dies with its process."""
    locks = shelf / ".parts"
    try:
        locks.mkdir(parents=True, exist_ok=True)
        stream = (locks / f"{folder}.lock").open("w")
    except OSError as error:
        raise ModelError(f"{locks} cannot be made ({error.strerror})", "choose a home that you may write to") from error
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ModelError(f"another process pulls {name} already", "wait for it, or end it and pull again") from error
        yield


def _put_in_place(parts: Path, folder: Path) -> None:
    old = folder.with_name(f".old-{folder.name}")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    parts.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def with_manifest(request: Request, path: Path | None) -> Request:
    """The request with the manifest of a file. Raises ``InputError`` where it cannot be read."""
    if path is None:
        return request
    try:
        return replace(request, manifest=path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror})", "name a manifest file") from error
