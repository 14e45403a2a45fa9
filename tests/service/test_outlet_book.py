"""Files of outlets: the starter list, merging by id, there and back, and what is told of a bad file."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import InputError, QueryError
from domain.outlet import AnswerChannel, EditorialContact, Medium, Outlet, Tier
from domain.outlet_rules import flaws, home_host
from registry import outlets
from registry.database import Database
from service import outlet_book
from service.home import make_home
from service.outlet_files import read_file, write_file
from service.outlet_merge import MergeMode, plan
from service.profiles import load_profile
from service.settings import CrawlTable, Settings
from service.wiring import make_runtime
from tests.domain.test_outlet_rules import OUTLETS
from tests.registry.hands import NOW

WADI = Outlet("wadi", "صحيفة الوادي", "Al Wadi", home_url="https://wadi.example/", tier=Tier.REGIONAL)
DESK = EditorialContact("المحليات", "نوف", "nouf@wadi.example", "+966 11 555 0100")
NIGHT = EditorialContact("المناوب", phone="920001234")


def _file(tmp_path: Path, text: str, name: str = "given.toml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def _put(database: Database, *entries: Outlet) -> None:
    with database.transaction() as session:
        for each in entries:
            outlets.save(session, each)


def _get(database: Database, outlet_id: str = "wadi") -> Outlet:
    with database.reading() as session:
        return outlets.get(session, outlet_id)


# ---------------------------------------------------------------------------------------------------------- the starter list


def test_every_entry_of_the_starter_list_is_in_good_form_and_unconfirmed() -> None:
    given = outlet_book.starter_list()
    made = plan(given, (), MergeMode.FILL, NOW).added
    assert 60 <= len(made) == len(given) <= 120
    assert len({home_host(each.home_url) for each in made}) == len(made)
    for each in made:
        assert flaws(each) == ()
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each.id)
        assert each.home_url.startswith("https://")
        assert each.name_en
        assert each.tier
        assert "not confirmed" in each.source
        assert not each.verified
        uncited = (each.reach, each.handle, each.editor_email, each.contacts, each.answer_channel)
        assert uncited == (None, "", "", (), AnswerChannel.NONE), f"{each.id} says what cannot be cited"
    assert {Medium.NEWSPAPER, Medium.AGENCY, Medium.BROADCAST, Medium.ORGANISATION} <= {each.medium for each in made}
    assert {"SA", "AE", "KW", "QA", "BH", "OM"} <= {each.country for each in made}


def test_the_starter_list_completes_and_never_overwrites(database: Database) -> None:
    mine = Outlet("okaz", "عكاظ كما نكتبها", medium=Medium.OTHER, home_url="https://okaz.example/", verified=True)
    same_home = Outlet("my-sabq", "سبق عندنا", home_url="https://www.sabq.org/")
    _put(database, mine, same_home)
    with database.transaction() as session:
        outlets.ensure(session, ["spa"])
    first = outlet_book.add_starter(database, NOW)
    okaz = _get(database, "okaz")
    assert okaz == replace(mine, name_en="Okaz", tier=Tier.NATIONAL, source=okaz.source)
    sabq = _get(database, "my-sabq")
    assert (sabq.name_ar, sabq.name_en, sabq.tier) == ("سبق عندنا", "Sabq", Tier.NATIONAL)
    assert _get(database, "spa").medium is Medium.AGENCY
    assert (len(first.changed), first.kept, first.problems) == (3, [], [])
    with database.reading() as session:
        assert outlets.find(session, "sabq") is None
    again = outlet_book.add_starter(database, NOW)
    assert (again.added, again.changed, again.same) == ([], [], len(outlet_book.starter_list()))


# --------------------------------------------------------------------------------------------------------------- merging


def test_a_file_changes_an_unverified_entry_and_leaves_out_what_it_does_not_say(database: Database, tmp_path: Path) -> None:
    _put(database, replace(WADI, reach=2, contacts=(NIGHT,)))
    file = _file(
        tmp_path,
        '[[outlet]]\nid = "wadi"\nreach = 4\nname_en = ""\n[[outlet.contact]]\nrole = "المحليات"\nname = "نوف"\n'
        'email = "nouf@wadi.example"\nphone = "+966 11 555 0100"\n',
    )
    made = outlet_book.import_file(database, file, NOW)
    assert (len(made.added), len(made.changed), made.kept, made.problems) == (0, 1, [], [])
    assert _get(database) == replace(WADI, reach=4, contacts=(NIGHT, DESK))


def test_filled_fields_of_a_verified_entry_stay_and_are_told(database: Database, tmp_path: Path) -> None:
    before = replace(WADI, verified=True, verified_by="amal", verified_at=NOW)
    _put(database, before)
    file = _file(tmp_path, "id;name_ar;country;editor_email;reach\nwadi;الوادي الجديدة;SA;desk@wadi.example;٣\n", "given.csv")
    made = outlet_book.import_file(database, file, NOW)
    assert [(each.outlet_id, each.name, each.here, each.given) for each in made.kept] == [
        ("wadi", "name_ar", "صحيفة الوادي", "الوادي الجديدة")
    ]
    assert _get(database) == replace(before, editor_email="desk@wadi.example", reach=3)
    made = outlet_book.import_file(database, file, NOW, overwrite=True)
    assert made.kept == []
    after = _get(database)
    assert (after.name_ar, after.verified, after.verified_by, after.verified_at) == ("الوادي الجديدة", False, "", None)


def test_a_file_may_bring_the_mark(database: Database, tmp_path: Path) -> None:
    file = _file(tmp_path, '[[outlet]]\nid = "wadi"\nname_ar = "الوادي"\nverified = true\nverified_by = "amal"\n')
    outlet_book.import_file(database, file, NOW)
    first = _get(database)
    assert (first.verified, first.verified_by, first.verified_at) == (True, "amal", NOW)
    assert outlet_book.import_file(database, file, NOW + timedelta(days=1)).same == 1
    assert _get(database) == first


def test_an_entry_that_cannot_stand_is_named_and_the_others_go_in(database: Database, tmp_path: Path) -> None:
    _put(database, WADI)
    file = _file(
        tmp_path,
        "\n".join(
            f"[[outlet]]\n{text}"
            for text in (
                'id = "good"\nname_ar = "حسنة"\nhome_url = "https://good.example"',
                'name_ar = "بلا معرف"',
                'id = "c"\nname_ar = "جيم"\ncountry = "ZZ"',
                'id = "d"\nname_ar = "دال"\nmedium = "blog"',
                'id = "e"\nname_ar = "هاء"\nowner = "somebody"',
                'id = "f"\nname_ar = "واو"\nhome_url = "https://www.wadi.example/x"',
                'id = "g"\nname_ar = "زاي"\nhome_url = "https://good.example/"',
                'id = "good"\nname_ar = "مكررة"',
                'id = "h"\nname_en = "Nameless"',
                'id = "i"\nname_ar = "طاء"\n[[outlet.contact]]\nname = "بلا صفة"\nphone = "920001234"',
                'id = "j"\nname_ar = "ياء"\ncontact = "desk"',
                'id = "k"\nname_ar = "كاف"\nhome_url = "http://plain.example/"',
            )
        ),
    )
    made = outlet_book.import_file(database, file, NOW)
    assert [each.id for each in made.added] == ["good"]
    told = dict(re.findall(r"number (\d+)(.*)", "\n".join(made.problems)))
    for number, words in {
        "2": "id is «»; fill it in",
        "3": "«c»: country is «ZZ»; write the country's two letters",
        "4": "«d»: medium is «blog»; use one of: newspaper, agency",
        "5": "«e»: owner is «somebody»; there is no such key; known: name_ar",
        "6": "«f»: home_url is «https://www.wadi.example/x»; it is the home of «wadi»",
        "7": "«g»: home_url is «https://good.example/»; it is the home of «good»",
        "8": "«good»: id is «good»; it stands twice",
        "9": "«h»: name_ar is «»; write the name in Arabic letters",
        "10": "«i», contact 1: role is «»; fill it in",
        "11": "«j»: contact is «desk»; write a text",
        "12": "«k»: home_url is «http://plain.example/»; write the home page as https://",
    }.items():
        assert words in told[number], told[number]
    assert all(problem.startswith(str(file)) for problem in made.problems)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.toml", b"[[outlet]\n", "not valid TOML"),
        ("a.toml", b"[[outlets]]\nid = 'a'\n", "outlets is no table"),
        ("a.toml", b"outlet = 'a'\n", "no table of outlets"),
        ("a.csv", b"name_ar,home_url\n", "no column «id»"),
        ("a.csv", b"", "no column «id»"),
        ("a.csv", b'id,name_ar\n"a,b\n', "no line of CSV"),
        ("a.csv", "id,name_ar\na,صحيفة\n".encode("cp1256"), "not UTF-8"),
        ("a.xlsx", b"PK", "«.xlsx»"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_remedy(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=re.escape(said)) as refused:
        read_file(path)
    assert str(path) in str(refused.value)
    assert refused.value.remedy


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no\.toml: cannot be read"):
        read_file(tmp_path / "no.toml")


def test_a_row_with_too_many_cells_is_named(tmp_path: Path) -> None:
    _, problems = read_file(_file(tmp_path, "id,name_ar\nwadi,الوادي,more\n", "a.csv"))
    assert len(problems) == 1
    assert "line 2" in problems[0]


# -------------------------------------------------------------------------------------------------------- there and back


@st.composite
def _directories(draw: st.DrawFn) -> list[Outlet]:
    found = draw(st.lists(OUTLETS, max_size=4, unique_by=lambda each: each.id))
    contacts = st.lists(st.sampled_from([DESK, NIGHT]), unique=True).map(tuple)
    homes = st.sampled_from([(f"https://paper{number}.example/" if number else "") for number in range(2)])
    return [
        replace(
            each,
            contacts=draw(contacts),
            home_url=draw(homes).replace("paper1", f"paper{number}"),
            **({"verified": True, "verified_by": "amal", "verified_at": NOW} if draw(st.booleans()) else {}),
        )
        for number, each in enumerate(found, 1)
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_directories(), st.sampled_from(["toml", "csv"]))
def test_what_is_exported_comes_back(tmp_path: Path, directory: list[Outlet], suffix: str) -> None:
    file = tmp_path / f"directory.{suffix}"
    assert write_file(file, directory) == len(directory)
    given_back, problems = read_file(file)
    made = plan(given_back, (), MergeMode.UPDATE, NOW + timedelta(days=1))
    assert (problems, made.problems) == ([], [])
    assert made.added == directory
    assert plan(given_back, directory, MergeMode.OVERWRITE, NOW + timedelta(days=1)).same == len(directory)


def test_a_whole_directory_goes_to_a_file_and_to_another_store(database: Database, tmp_path: Path) -> None:
    _put(database, replace(WADI, name_en="=SUM(1;2)", contacts=(DESK, NIGHT)))
    outlet_book.add_starter(database, NOW)
    for name in ("all.csv", "all.toml"):
        assert outlet_book.export_file(database, tmp_path / name) == len(outlet_book.starter_list()) + 1
        assert outlet_book.import_file(database, tmp_path / name, NOW).same == len(outlet_book.starter_list()) + 1
    assert ",'=SUM(1;2)," in (tmp_path / "all.csv").read_text("utf-8-sig")
    with pytest.raises(InputError, match=r"\.xlsx"):
        outlet_book.export_file(database, tmp_path / "all.xlsx")
    with pytest.raises(InputError, match="cannot be written"):
        outlet_book.export_file(database, tmp_path / "no" / "all.csv")


# ---------------------------------------------------------------------------------------------------------- watch queries


@pytest.fixture
def home(tmp_path: Path) -> Path:
    make_home(tmp_path / "home", "mcit")
    return tmp_path / "home"


def _asking_for(home: Path, account: str) -> Settings:
    """Settings whose profile is mcit's with one more query, on an account."""
    service = load_profile("mcit").topics[0].code
    shipped = (Path(__file__).parents[2] / "profiles" / "mcit.toml").read_text("utf-8")
    query = f'name = "account"\nservice = "{service}"\nquery = "from:{account}"\nproposed_by = "a"\napproved_by = "b"\n'
    (home / "own.toml").write_text(f"{shipped}\n[[watch]]\n{query}", encoding="utf-8")
    return Settings(profile=str(home / "own.toml"), crawl=CrawlTable(allow_networks=("127.0.0.0/8",)))


def test_a_home_of_the_demonstration_does_not_get_the_starter_list(home: Path) -> None:
    runtime = make_runtime(home, Settings(profile="mcit"))
    with runtime.database.reading() as session:
        assert outlets.all_outlets(session) == []
    runtime.database.close()


def test_watch_queries_may_name_the_accounts_of_the_directory_and_no_other(home: Path) -> None:
    settings = _asking_for(home, "WadiNews")
    with pytest.raises(QueryError, match="@wadinews") as refused:
        make_runtime(home, settings)
    assert "REQUIREMENTS L2" in refused.value.remedy
    database = Database(f"sqlite:///{home / 'rasd.sqlite'}")
    _put(database, replace(WADI, handle="WadiNews"))
    database.close()
    runtime = make_runtime(home, settings)
    assert "account" in runtime.watcher.names("", "نشر الحساب خبرًا", author_handle="wadinews")
    assert "account" not in runtime.watcher.names("", "نشر الحساب خبرًا", author_handle="somebody_else")
    runtime.database.close()
