from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.shelf.manifest import Checksum, folder_name, is_plain, read_manifest, told_checksum, written_manifest


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.bin").write_bytes(b"123")
    (tmp_path / "sub" / "b.bin").write_bytes(b"")
    files = read_manifest(written_manifest(tmp_path), "it")
    assert [(file.name, file.size) for file in files] == [("a.bin", 3), ("sub/b.bin", 0)]
    assert all(file.checksum and file.checksum.of(tmp_path / file.name) == file.checksum.digits for file in files)


def test_gits_name_of_a_file_is_its_checksum_too(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"hello\n")
    assert Checksum("", git=True).of(tmp_path / "f") == "ce013625030ba8dba906f756967f9e9ca394464a"


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({"ETag": f'"{"a" * 64}"'}, Checksum("a" * 64)),
        ({"ETag": f'W/"{"b" * 40}"'}, Checksum("b" * 40, git=True)),
        ({"X-Linked-ETag": f'"{"c" * 64}"', "ETag": f'"{"b" * 40}"'}, Checksum("c" * 64)),
        ({"ETag": '"5f3c-61"'}, None),
        ({}, None),
    ],
)
def test_checksums_in_answers(headers: dict[str, str], found: Checksum | None) -> None:
    assert told_checksum(headers) == found


@given(st.text(max_size=30))
def test_a_plain_name_stays_in_its_folder(name: str) -> None:
    if is_plain(name):
        inside = Path("/shelf/model")
        assert (inside / name).resolve().is_relative_to(inside)


def test_names_become_folders() -> None:
    assert folder_name("owner/model.v1") == "owner--model.v1"
    assert hashlib.sha256(folder_name("model").encode()).hexdigest() == hashlib.sha256(b"model").hexdigest()
