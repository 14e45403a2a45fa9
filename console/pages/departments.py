"""The departments: their deputyship, head, people and open cases. What they are is said in the profile's file."""

from __future__ import annotations

from itertools import groupby

from fastapi import APIRouter, Request
from starlette.responses import Response

from console.access import Right, demand, has, only_department
from console.desk import DeskOf
from console.layout import Place
from console.pages.cases import find as find_cases
from console.pages.showing import setting_of, show
from console.person import PersonOf
from console.queries import CaseQuery
from registry.directories import departments as rows

router = APIRouter(prefix="/departments")


@router.get("")
def department_list(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """Every department by its deputyship."""
    demand(person.actor, Right.SEE_DIRECTORIES)
    with desk.database.reading() as session:
        found = rows.overview(session, desk.profile, desk.now)
        setting = setting_of(desk, session, person)
    order = list(dict.fromkeys(each.department.deputyship for each in found))
    ordered = sorted(found, key=lambda each: order.index(each.department.deputyship))
    groups = [(name, list(each)) for name, each in groupby(ordered, key=lambda each: each.department.deputyship)]
    return show(desk, setting, "departments.html", request, here=Place.DEPARTMENTS, groups=groups)


@router.get("/{code}")
def department(code: str, request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """One department, with its open cases for those who may see them."""
    demand(person.actor, Right.SEE_DIRECTORIES)
    sees_cases = has(person.actor, Right.SEE_CASES) and only_department(person.actor) in (None, code)
    with desk.database.reading() as session:
        view = rows.get(session, desk.profile, code, desk.now)
        open_cases = None
        if sees_cases:
            open_cases = find_cases(session, desk, person.actor, CaseQuery(department=code))
        setting = setting_of(desk, session, person, code)
    return show(
        desk,
        setting,
        "department.html",
        request,
        here=Place.DEPARTMENTS,
        view=view,
        open_cases=open_cases,
        sees_people=has(person.actor, Right.SEE_PEOPLE),
    )
