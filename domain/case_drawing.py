"""Draws the table of moves as a page of documentation: a diagram and a table for each path (``rasd docs cases``). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Final

from domain.case_state import CaseState, Pause
from domain.case_table import MOVES, Guard, Move
from domain.case_words import OPEN_STATUSES, CasePath, CaseStatus
from domain.messages import label, message
from domain.people import Role

_BEGAN: Final = datetime(2026, 1, 1, tzinfo=UTC)
_TITLES: Final = {
    CasePath.MEDIA: "A media-coverage complaint",
    CasePath.GENERAL: "A general complaint or report",
    CasePath.INQUIRY: "An inquiry",
    CasePath.RUMOUR: "A rumour",
    CasePath.PRESS_QUESTION: "A journalist's question",
}
_SAYS: Final = {
    CasePath.MEDIA: "Whoever published it is told the solution, or the steps taken (REQUIREMENTS W1).",
    CasePath.GENERAL: "It closes when whoever raised it is satisfied, or after recorded attempts to reach them (W2, W7).",
    CasePath.INQUIRY: "As a general complaint, without proposals: a question has an answer, ours or another body's.",
    CasePath.RUMOUR: "It is verified, then denied or confirmed; the verdict is its solution (W15).",
    CasePath.PRESS_QUESTION: "A journalist waits, with a deadline that no calendar moves. It closes once they were told (W15).",
}
_OPENING: Final = """# The paths of a case

Written by `rasd docs cases -o docs/cases.md` from the one table of moves, `domain/case_table.py`: change that, never this page.

Everything that happens to a case is an event, and its state is a replay of its events. A move that the table does not know is
refused with the reason and with the moves that are possible. Beside what the tables below say:

- A **department** works its own cases; on the others it may only add a note or a file, and record a reopening.
- A case **never goes to whom it concerns**: they are named once (`conflict_named`), lose it where they had it, and can do
  nothing on it.
- A **sealed** case is worked by management alone.
- A case is given to another department or person **with a reason**.
- A **reopened** case is given to a person by name who has no earlier event on it; where nobody of the department is left,
  management takes it. That person alone treats it.
- While somebody **outside** has the case, or it **waits**, our clock stands; any move on starts it again.
- The **ladder** is climbed step by step: editor, letter, regulator, legal.
- «The system» makes only moves that leave the status as it is: a person decides.
"""


def draw() -> str:
    """The page, in Markdown with Mermaid diagrams; codes as the store keeps them, with the words that people read."""
    parts = [_OPENING, _statuses(), *map(_path, CasePath), _staying(), _details()]
    return "\n".join(parts)


def _statuses() -> str:
    rows = ((f"`{each}`", label(each), _where(each)) for each in CaseStatus)
    return "## Statuses\n\n" + _table(("status", "", "the case is"), rows)


def _where(status: CaseStatus) -> str:
    if status.is_outside:
        return "open, with somebody outside"
    return "open" if status.is_open else "ended"


def _path(path: CasePath) -> str:
    moves = [move for move in MOVES.values() if path in move.paths and move.target and move.sources & _reached(path)]
    head = ("move", "", "from", "to", "who", "needs", "may give", "refused where")
    rows = (
        (f"`{move.event}`", label(move.event), _sources(move, path), f"`{move.target}`", *_shared(move, path)) for move in moves
    )  # fmt: skip
    title = f"## {_TITLES[path]}: {label(path)} (`{path}`)\n\n{_SAYS[path]}\n"
    return "\n".join((title, _diagram(path, moves), _table(head, rows)))


def _diagram(path: CasePath, moves: Iterable[Move]) -> str:
    """States and arrows; a merge may come at any time and is left out for the sake of the reader."""
    reached = _reached(path)
    shown = [status for status in CaseStatus if status in reached and status is not CaseStatus.MERGED]
    lines = [f'    state "{label(status)}<br/>{status}" as {status}' for status in shown]
    lines.append(f"    [*] --> {CaseStatus.REGISTERED}")
    lines += [
        f"    {source} --> {move.target}: {move.event}"
        for move in moves
        for source in shown
        if source in move.sources and move.target in shown
    ]
    lines += [f"    {status} --> [*]" for status in shown if not status.is_open]
    body = "\n".join(lines)
    return f"```mermaid\nstateDiagram-v2\n    direction LR\n{body}\n```\n"


def _reached(path: CasePath) -> frozenset[CaseStatus]:
    """The statuses that a case of this path may come to."""
    found = frozenset({CaseStatus.REGISTERED})
    while True:
        more = found | {move.target for move in MOVES.values() if move.target and path in move.paths and move.sources & found}
        if more == found:
            return found
        found = more


def _staying() -> str:
    head = ("move", "", "while", "on", "who", "needs", "may give", "refused where")
    rows = (
        (f"`{move.event}`", label(move.event), _sources(move, None), _paths(move), *_shared(move, None))
        for move in MOVES.values()
        if move.target is None
    )
    return "## Moves that leave the status as it is\n\n" + _table(head, rows)


def _details() -> str:
    names = sorted({name for move in MOVES.values() for name in (*move.needs, *move.offers)})
    rows = ((f"`{name}`", message(f"detail.{name}")) for name in names)
    return "## Details\n\n" + _table(("detail", ""), rows)


def _sources(move: Move, path: CasePath | None) -> str:
    sources = move.sources if path is None else move.sources & _reached(path)
    everywhere = frozenset(CaseStatus) if path is None else _reached(path)
    if sources == everywhere:
        return "every status"
    if sources == everywhere & OPEN_STATUSES:
        return "every open status"
    if len(everywhere - sources) <= 2:
        return "every status but " + _codes(status for status in CaseStatus if status in everywhere - sources)
    return _codes(status for status in CaseStatus if status in sources)


def _paths(move: Move) -> str:
    return "every path" if move.paths == frozenset(CasePath) else _codes(path for path in CasePath if path in move.paths)


def _shared(move: Move, path: CasePath | None) -> tuple[str, ...]:
    guards = "; ".join(guard.says for guard in move.guards if path is None or _can_refuse(guard, move, path))
    return _who(move), _codes(move.needs), _codes(move.offers), guards


def _who(move: Move) -> str:
    people = [role for role in Role if role in move.roles]
    named = "everybody but " + _codes(set(Role) - move.roles) if len(people) == len(Role) - 1 else _codes(people)
    system = ["the system" if people else "the system alone"] if move.system_too else []
    return ", ".join([*filter(None, [named]), *system])


def _can_refuse(guard: Guard, move: Move, path: CasePath) -> bool:
    """Whether a condition ever refuses on this path: some conditions are those of one path alone."""
    choices = product(move.sources, (None, False), (0, 1), ("", "somebody"), ((), (Pause(_BEGAN),)))
    return not all(
        guard.holds(CaseState(status, path=path, satisfied=satisfied, round=turn, assignee=assignee, pauses=pauses))
        for status, satisfied, turn, assignee, pauses in choices
    )


def _codes(codes: Iterable[str]) -> str:
    return ", ".join(f"`{code}`" for code in codes)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    def lines() -> Iterator[str]:
        yield "| " + " | ".join(head) + " |"
        yield "|" + "---|" * len(head)
        for row in rows:
            yield "| " + " | ".join(row) + " |"

    return "\n".join(lines()) + "\n"
