"""Cells that a person reads and a program parses."""

import json

import pytest

from service.exporting import _cell


def test_a_mapping_is_json_in_a_cell() -> None:
    given = {"department": "operations", "note": "عاينت الأمانة الموقع"}
    cell = _cell(given)
    assert isinstance(cell, str)
    assert json.loads(cell) == given
    assert "عاينت" in cell


@pytest.mark.parametrize(("value", "cell"), [({}, ""), (["a", "b"], "a, b"), (None, None), (3, 3), ("=1+1", "'=1+1")])
def test_other_values(value: object, cell: object) -> None:
    assert _cell(value) == cell
