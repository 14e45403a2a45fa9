"""``rasd outlets`` as a user meets it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from domain.errors import Conflict, InputError, NotFound, RasdError
from service.cli import app

Rasd = Callable[..., Result]


@pytest.fixture
def rasd(tmp_path: Path) -> Rasd:
    """Runs a command in a fresh home; what Rasd refuses is raised."""
    runner = CliRunner()

    def run(*arguments: str, status: int = 0) -> Result:
        result = runner.invoke(app, [*arguments, "--home", str(tmp_path / "home")])
        if isinstance(result.exception, RasdError):
            raise result.exception
        assert result.exit_code == status, result.output
        return result

    assert runner.invoke(app, ["init", str(tmp_path / "home")]).exit_code == 0
    return run


def test_a_new_home_holds_the_starter_list_unverified(rasd: Rasd) -> None:
    listed = json.loads(rasd("outlets", "list", "--json").stdout)
    assert len(listed) >= 60
    assert not any(each["verified"] for each in listed)
    line = rasd("outlets", "list", "--search", "عكاظ").stdout
    assert line.startswith("okaz\tصحيفة عكاظ\tOkaz\tnewspaper/national\tSA\thttps://www.okaz.com.sa/\t0 sources\t0 mentions")
    agencies = json.loads(rasd("outlets", "list", "--medium", "agency", "--country", "kw", "--json").stdout)
    assert [each["id"] for each in agencies] == ["kuna"]
    assert "add-starter" in rasd("outlets", "list", "--search", "لا أحد").stderr
    assert rasd("outlets", "add-starter").stdout == f"0 outlets added, 0 changed, {len(listed)} as they were\n"


def test_an_outlet_is_added_set_shown_and_verified(rasd: Rasd) -> None:
    rasd("outlets", "add", "wadi", "name_ar=صحيفة الوادي", "home_url=https://wadi.example", "handle=@WadiNews")
    with pytest.raises(Conflict):
        rasd("outlets", "add", "wadi", "name_ar=أخرى")
    assert "changed" in rasd("outlets", "set", "wadi", "answer_channel=email", "reach=3").stdout
    shown = rasd("outlets", "show", "wadi")
    assert "home_url\thttps://wadi.example/\n" in shown.stdout
    assert "handle\tWadiNews\n" in shown.stdout
    assert "no editor's address is known" in shown.stderr
    assert json.loads(rasd("outlets", "show", "wadi", "--json").stdout)["gaps"] == ["no_editor_email"]
    assert "wadi\t" in rasd("outlets", "list", "--incomplete").stdout
    assert rasd("outlets", "verify", "wadi").stdout == "wadi is verified\n"
    assert "okaz" not in (unverified := rasd("outlets", "list", "--unverified", "--search", "الوادي").stdout)
    assert unverified == ""
    told = rasd("outlets", "set", "wadi", "editor_email=desk@wadi.example")
    assert "not verified any more: rasd outlets verify wadi" in told.stderr
    with pytest.raises(NotFound, match="noura"):
        rasd("outlets", "verify", "wadi", "--by", "noura")
    rasd("outlets", "verify", "wadi")
    assert rasd("outlets", "verify", "wadi", "--undo").stdout == "wadi is not verified\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("okaz", "tier"), "key=value"),
        (("okaz", "owner=x"), "known|there is no such key"),
        (("okaz", "verified=true"), "there is no such key"),
        (("okaz", "tier=huge"), "use one of: national"),
        (("okaz", "home_url=https://www.spa.gov.sa/"), "home of «spa»"),
        (("okaz", "editor_email=desk"), "name@example.org"),
    ],
)
def test_what_cannot_be_set_is_refused_with_the_remedy(rasd: Rasd, arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(InputError, match=said):
        rasd("outlets", "set", *arguments)


def test_a_file_is_imported_and_the_directory_exported(rasd: Rasd, tmp_path: Path) -> None:
    given = tmp_path / "given.csv"
    given.write_text("id,name_ar,country\nwadi,الوادي,SA\nbad,سيئة,XX\n", encoding="utf-8")
    done = rasd("outlets", "import", str(given), status=1)
    assert "1 outlets added" in done.stdout
    assert f"{given}: line 3 «bad»: country is «XX»" in done.stderr
    rasd("outlets", "verify", "wadi")
    given.write_text("id,name_ar\nwadi,الوادي الأخضر\n", encoding="utf-8")
    told = rasd("outlets", "import", str(given))
    assert "wadi is verified: name_ar stays «الوادي», the file says «الوادي الأخضر»" in told.stderr
    assert "1 changed" in rasd("outlets", "import", str(given), "--overwrite").stdout
    out = tmp_path / "all.toml"
    assert "outlets written" in rasd("outlets", "export", str(out)).stdout
    assert "0 outlets added, 0 changed" in rasd("outlets", "import", str(out)).stdout
