"""Pulling from a real server on loopback: cut, damaged, full, twice at once."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from classifiers.shelf.manifest import FILE
from classifiers.shelf.pull import Request, pull, with_manifest
from domain.errors import InputError, ModelError
from tests.fakes.model_server import ModelServer

NAME = "owner/tiny-bert"
FILES = {
    "config.json": b'{"model_type": "bert"}',
    "vocab.txt": "[PAD]\n[UNK]\nسرور\n".encode(),
    "tokenizer_config.json": b"{}",
    "model.safetensors": bytes(range(256)) * 4000,
}


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(dict(FILES)) as running:
        yield running


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    return tmp_path / "models"


def _request(server: ModelServer, **more: object) -> Request:
    return replace(Request(NAME, server.address, timeout=10), **more)  # type: ignore[arg-type]


def _pull(shelf: Path, request: Request) -> list[str]:
    said: list[str] = []
    pull(shelf, request, said.append, lambda _: None)
    return said


def _manifest(files: dict[str, bytes]) -> bytes:
    rows = [{"name": name, "size": len(each), "sha256": hashlib.sha256(each).hexdigest()} for name, each in files.items()]
    return json.dumps({"files": rows}).encode()


def _brought(shelf: Path) -> dict[str, bytes]:
    folder = shelf / "owner--tiny-bert"
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != FILE}


def test_a_checkpoint_is_brought_whole_with_a_manifest_of_what_came(server: ModelServer, shelf: Path) -> None:
    _pull(shelf, _request(server))
    assert _brought(shelf) == FILES
    rows = json.loads((shelf / "owner--tiny-bert" / FILE).read_text("utf-8"))["files"]
    assert {row["name"]: row["sha256"] for row in rows} == {n: hashlib.sha256(c).hexdigest() for n, c in FILES.items()}


def test_a_cut_connection_goes_on_where_it_stopped(server: ModelServer, shelf: Path) -> None:
    server.behaviour.cut_after = [300_000, 500_000]
    said = _pull(shelf, _request(server))
    assert _brought(shelf) == FILES
    assert server.bodies("model.safetensors") == ["", "bytes=300000-", "bytes=800000-"]
    assert any("cut after 300,000 bytes" in line for line in said)


def test_a_pull_that_was_given_up_goes_on_the_next_time(server: ModelServer, shelf: Path) -> None:
    server.behaviour.cut_after = [300_000]
    with pytest.raises(ModelError, match="300,000 bytes are kept") as given_up:
        _pull(shelf, _request(server, tries=1))
    assert "run the same command again" in given_up.value.remedy
    assert not (shelf / "owner--tiny-bert").exists()
    _pull(shelf, _request(server))
    assert _brought(shelf) == FILES
    assert server.bodies("model.safetensors") == ["", "bytes=300000-"]
    assert len(server.bodies("vocab.txt")) == 1, "what was whole is not fetched again"


def test_a_server_without_ranges_is_read_from_the_beginning(server: ModelServer, shelf: Path) -> None:
    server.behaviour.knows_ranges = False
    server.behaviour.cut_after = [300_000]
    _pull(shelf, _request(server))
    assert _brought(shelf) == FILES


def test_a_busy_server_is_asked_again(server: ModelServer, shelf: Path) -> None:
    manifest = _manifest(FILES)
    server.behaviour.busy = [503, 429]
    waited: list[float] = []
    pull(shelf, _request(server, manifest=manifest), lambda _: None, waited.append)
    assert _brought(shelf) == FILES
    assert waited == [1.0, 2.0]


def test_checksums_told_before_a_redirect_hold(server: ModelServer, shelf: Path) -> None:
    server.behaviour.redirects = True
    server.behaviour.cut_after = [300_000]
    _pull(shelf, _request(server))
    assert _brought(shelf) == FILES
    assert "bytes=300000-" in server.bodies("model.safetensors")
    heads = [name for method, name, _ in server.asked if method == "HEAD" and name == "model.safetensors"]
    assert len(heads) == 1, "the place that it is sent from is not asked what was told already"


def test_a_refusal_after_a_redirect_is_no_file(server: ModelServer, shelf: Path) -> None:
    server.behaviour.redirects = True
    server.behaviour.busy = [403]
    with pytest.raises(ModelError, match="403") as refused:
        _pull(shelf, _request(server, manifest=_manifest(FILES)))
    assert "sign-in" in refused.value.remedy


def test_a_file_that_is_not_what_was_announced_is_not_kept(server: ModelServer, shelf: Path) -> None:
    good = _manifest(FILES)
    server.files["model.safetensors"] = FILES["model.safetensors"][::-1]
    with pytest.raises(ModelError, match="not what was announced") as wrong:
        _pull(shelf, _request(server, manifest=good))
    assert wrong.value.remedy
    assert len(server.bodies("model.safetensors")) == 2, "once more from the beginning, then given up"
    assert not (shelf / "owner--tiny-bert").exists()
    assert not list(shelf.rglob("*.safetensors*"))


def test_a_part_of_another_file_is_mended(server: ModelServer, shelf: Path) -> None:
    part = shelf / ".parts" / "owner--tiny-bert" / "model.safetensors.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * 1000)
    said = _pull(shelf, _request(server))
    assert _brought(shelf) == FILES
    assert any("once more from the beginning" in line for line in said)


def test_a_server_that_sends_too_much_is_stopped(server: ModelServer, shelf: Path) -> None:
    short = {name: content[:-10] if name == "model.safetensors" else content for name, content in FILES.items()}
    with pytest.raises(ModelError, match="more than"):
        _pull(shelf, _request(server, manifest=_manifest(short)))


def test_the_servers_own_manifest_says_which_files(server: ModelServer, shelf: Path) -> None:
    wanted = {"config.json": FILES["config.json"], "parts/extra.bin": b"12345"}
    server.files |= {FILE: _manifest(wanted), "parts/extra.bin": b"12345"}
    _pull(shelf, _request(server))
    assert (shelf / "owner--tiny-bert" / "parts" / "extra.bin").read_bytes() == b"12345"
    assert not (shelf / "owner--tiny-bert" / "vocab.txt").exists()


def test_files_without_a_checksum_are_refused_unless_asked_for(server: ModelServer, shelf: Path) -> None:
    server.behaviour.tells_checksums = False
    with pytest.raises(ModelError, match="nobody tells the checksum") as refused:
        _pull(shelf, _request(server))
    assert "--manifest" in refused.value.remedy
    _pull(shelf, _request(server, unverified=True))
    assert _brought(shelf) == FILES


def test_what_is_not_there_is_told(server: ModelServer, shelf: Path) -> None:
    del server.files["model.safetensors"]
    with pytest.raises(ModelError, match="no weights"):
        _pull(shelf, _request(server))
    with pytest.raises(ModelError, match="404"):
        _pull(shelf, _request(server, manifest=_manifest(FILES)))
    server.files.clear()
    with pytest.raises(ModelError, match=r"config\.json"):
        _pull(shelf, _request(server))


def test_nobody_at_the_address_is_told(server: ModelServer, shelf: Path) -> None:
    nobody = ModelServer({})
    address = nobody.address
    nobody._server.server_close()
    with pytest.raises(ModelError, match="cannot be reached"):
        _pull(shelf, Request(NAME, address, timeout=5))


def test_a_second_pull_of_the_same_model_is_refused_and_spoils_nothing(server: ModelServer, shelf: Path) -> None:
    refused: list[str] = []

    def again(name: str) -> None:
        server.behaviour.on_body = lambda _: None
        second = Thread(target=attempt)
        second.start()
        second.join()

    def attempt() -> None:
        try:
            _pull(shelf, _request(server, manifest=_manifest(FILES)))
        except ModelError as error:
            refused.append(str(error))

    server.behaviour.on_body = again
    _pull(shelf, _request(server, manifest=_manifest(FILES)))
    assert len(refused) == 1
    assert "another process pulls" in refused[0]
    assert _brought(shelf) == FILES


def test_pulling_again_replaces_what_was_there(server: ModelServer, shelf: Path) -> None:
    _pull(shelf, _request(server))
    server.files["config.json"] = b'{"model_type": "bert", "new": true}'
    _pull(shelf, _request(server))
    assert _brought(shelf)["config.json"] == server.files["config.json"]
    assert [path.name for path in shelf.iterdir() if path.name != ".parts"] == ["owner--tiny-bert"]


def test_a_disk_without_room_is_told_before_the_first_byte(
    server: ModelServer, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 9, 20_000_000 - 4_000_000))
    with pytest.raises(ModelError, match=r"16,000,000 bytes free, and 1,024,0\d\d are still to come") as full:
        _pull(shelf, _request(server))
    assert "make room" in full.value.remedy
    assert server.bodies("model.safetensors") == []


def test_a_disk_that_fills_up_keeps_what_came(server: ModelServer, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def full(path: Path, mode: str = "r", *rest: object, **more: object) -> object:
        if path.name == "model.safetensors.part" and mode == "ab":
            raise OSError(errno.ENOSPC, "No space left on device")
        return opened(path, mode, *rest, **more)  # type: ignore[call-overload]

    server.behaviour.cut_after = [300_000]
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", full)
        with pytest.raises(ModelError, match="full") as told:
            _pull(shelf, _request(server))
    assert "run the same command again" in told.value.remedy
    _pull(shelf, _request(server))
    assert _brought(shelf) == FILES
    assert server.bodies("model.safetensors")[-1] == "bytes=300000-"


@pytest.mark.parametrize("name", ["../up", "a/b/c", "", "a b", "x/..", "/root"])
def test_names_that_leave_the_shelf_are_refused(server: ModelServer, shelf: Path, name: str) -> None:
    with pytest.raises(InputError, match="no name of a model"):
        _pull(shelf, _request(server, name=name))


@pytest.mark.parametrize(
    "address", ["ftp://127.0.0.1/{name}/{file}", "http://hub.example/{name}/{file}", "file:///etc/{file}", "x"]
)
def test_addresses_that_are_none_or_not_encrypted_are_refused(shelf: Path, address: str) -> None:
    with pytest.raises(InputError):
        _pull(shelf, Request(NAME, address))


@pytest.mark.parametrize(
    "rows",
    [
        b"{",
        b"[]",
        b'{"files": []}',
        b'{"files": [{"name": "../x", "size": 1, "sha256": "' + b"0" * 64 + b'"}]}',
        b'{"files": [{"name": "x", "size": -1, "sha256": "' + b"0" * 64 + b'"}]}',
        b'{"files": [{"name": "x", "size": 1, "sha256": "abc"}]}',
        b'{"files": [{"name": "x"}]}',
        b"\xff",
    ],
)
def test_a_wrong_manifest_is_told(server: ModelServer, shelf: Path, rows: bytes) -> None:
    with pytest.raises(InputError, match="manifest"):
        _pull(shelf, _request(server, manifest=rows))


def test_a_manifest_of_ones_own_is_read_from_its_file(server: ModelServer, tmp_path: Path) -> None:
    (tmp_path / "m.json").write_bytes(_manifest(FILES))
    assert with_manifest(_request(server), tmp_path / "m.json").manifest == _manifest(FILES)
    with pytest.raises(InputError, match="cannot be read"):
        with_manifest(_request(server), tmp_path / "none.json")
