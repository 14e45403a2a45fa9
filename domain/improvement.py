"""The improvement register's words and moves: gap, recommendation, decision, done or not (REQUIREMENTS W8). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from domain.errors import IllegalMove


class ImprovementStatus(StrEnum):
    """Where a recommendation stands."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    IMPLEMENTED = "implemented"


_S = ImprovementStatus
NEXT: Final[Mapping[ImprovementStatus, tuple[ImprovementStatus, ...]]] = MappingProxyType(
    {
        _S.PROPOSED: (_S.ACCEPTED, _S.DECLINED),
        _S.ACCEPTED: (_S.IMPLEMENTED, _S.DECLINED),
        _S.DECLINED: (_S.ACCEPTED,),
        _S.IMPLEMENTED: (_S.ACCEPTED,),
    }
)
"""Where a recommendation may go from each status; back from implemented where it turns out not to be done."""


def check(status: ImprovementStatus, to: ImprovementStatus) -> None:
    """Raises ``IllegalMove`` where a recommendation cannot go there from where it stands."""
    if to not in NEXT[status]:
        may = tuple(each.value for each in NEXT[status])
        raise IllegalMove(f"a recommendation that is {status} cannot be {to}", f"it may be: {', '.join(may)}", allowed=may)
