"""Roles decide what is seen; a department sees its own cases alone."""

import pytest

from console.access import RIGHTS, Right, demand, has, only_department, sees_authors, works_in
from domain.errors import NotAllowed
from domain.people import Actor, Role


def _actor(*roles: Role, department: str = "") -> Actor:
    return Actor("huda", "هدى", frozenset(roles), department)


def test_every_right_has_its_roles() -> None:
    assert set(RIGHTS) == set(Right)


@pytest.mark.parametrize("role", Role)
def test_authors_are_shown_to_those_who_answer_the_case_alone(role: Role) -> None:
    assert sees_authors(_actor(role)) is (role in {Role.REVIEWER, Role.SPECIALIST, Role.APPROVER})


def test_a_department_sees_the_authors_of_its_own_cases() -> None:
    actor = _actor(Role.DEPARTMENT, department="networks")
    assert sees_authors(actor, "networks")
    assert not sees_authors(actor, "billing")
    assert not works_in(_actor(Role.DEPARTMENT), "")


def test_a_department_is_shown_its_own_cases_and_a_specialist_all() -> None:
    assert only_department(_actor(Role.DEPARTMENT, department="networks")) == "networks"
    assert only_department(_actor(Role.DEPARTMENT, Role.SPECIALIST, department="networks")) is None


def test_a_right_that_is_not_held_is_refused_with_who_holds_it() -> None:
    assert not has(_actor(Role.MANAGER), Right.DECIDE)
    with pytest.raises(NotAllowed, match="reviewer"):
        demand(_actor(Role.MANAGER), Right.DECIDE)
