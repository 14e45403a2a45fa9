"""Starting, stopping, restarting the world; and the world as a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from domain.errors import ConfigurationError
from domain.source import SourceKind
from service.demo.hosting import DemoWorld, demo_world
from service.demo.sites import listen
from tests.service.demo.conftest import START, Hands, home

ROOT = Path(__file__).parents[3]


async def test_what_rasd_monitors_is_complete(world: DemoWorld) -> None:
    kinds = {source.kind for source in world.sources}
    assert kinds == set(SourceKind)
    outlets = {outlet.id: outlet for outlet in world.outlets}
    assert {source.outlet_id for source in world.sources} == set(outlets)
    assert all(outlet.editor_email or outlet.id == "x" for outlet in outlets.values())
    assert {source.query for source in world.sources if source.kind is SourceKind.X_MENTIONS} == {"MOFKSA", "MofCare"}
    assert len({source.host for source in world.sources}) == 9


async def test_every_address_that_is_shown_answers(world: DemoWorld, web: httpx.AsyncClient) -> None:
    assert len(world.addresses) == 9
    for url in world.addresses.values():
        page = await web.get(url)
        assert page.status_code == 200
        assert "<html" in page.text.lower() if "1256" not in page.text else True


async def test_items_appear_while_it_runs(tmp_path: Path, web: httpx.AsyncClient, clock: Hands) -> None:
    async with demo_world("mof", tmp_path, clock=clock) as world:
        front = (await web.get(f"{home(world, 'sada')}/")).text
        clock.now = world.world.ends
        assert (await web.get(f"{home(world, 'sada')}/")).text != front


async def test_a_restart_finds_the_same_world_at_the_same_addresses(tmp_path: Path, clock: Hands) -> None:
    async with demo_world("mof", tmp_path, clock=clock) as first:
        pass
    clock.turn(minutes=3)
    async with demo_world("mof", tmp_path, clock=clock) as second:
        assert second.addresses == first.addresses
        assert second.smtp == first.smtp
        assert second.world.items == first.world.items


async def test_another_profile_in_the_same_folder_starts_anew(tmp_path: Path, clock: Hands) -> None:
    async with demo_world("mof", tmp_path, clock=clock):
        pass
    clock.turn(hours=1)
    async with demo_world("mcit", tmp_path, clock=clock) as other:
        assert other.world.start == clock.now


async def test_a_taken_port_is_replaced_unless_it_was_asked_for(tmp_path: Path, clock: Hands) -> None:
    async with demo_world("mof", tmp_path, once=True, clock=clock) as first:
        pass
    port = int(home(first, "sada").rsplit(":", 1)[1])
    with listen(port, "a stranger"):
        async with demo_world("mof", tmp_path, once=True, clock=clock) as second:
            assert home(second, "sada") != home(first, "sada")
            assert home(second, "wadi") == home(first, "wadi")
        with pytest.raises(ConfigurationError, match=f"«sada» cannot listen on port {port}"):
            async with demo_world("mof", once=True, clock=clock, ports={"sada": port}):
                pass


async def test_a_damaged_state_file_is_no_hindrance(tmp_path: Path, clock: Hands) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "world.json").write_text("{broken", "utf-8")
    async with demo_world("mof", tmp_path, once=True, clock=clock) as world:
        assert world.world.start == START


def test_the_world_alone_says_where_it_is_and_ends_when_told(tmp_path: Path) -> None:
    ports = tmp_path / "ports.json"
    command = [sys.executable, "-m", "service.demo.serve", "--profile", "momrah", "--port-file", str(ports), "--until", "60"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("ready")
            told = json.loads(ports.read_text("utf-8"))
            assert set(told["ports"]) == {"sada", "wadi", "ufuq", "najd", "shati", "qafila", "courier", "marsad", "x", "smtp"}
            front = httpx.get(f"http://127.0.0.1:{told['ports']['najd']}/", trust_env=False)
            assert "نجد اليوم" in front.text
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
        finally:
            process.kill()


def test_the_world_alone_refuses_an_unknown_profile(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "service.demo.serve", "--profile", "moh", "--port-file", str(tmp_path / "ports.json")]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "invalid choice" in ended.stderr
