"""Evidence is marked, personal data hidden, and nothing else changes."""

from hypothesis import given
from hypothesis import strategies as st

from console.highlight import Piece, axes_in, pieces
from domain.tags import Axis, Evidence

TEXT = "الإنترنت مقطوع منذ ثلاثة أيام ولم يرد أحد"


def test_nested_and_overlapping_spans_give_each_run_its_axes() -> None:
    evidence = [Evidence(Axis.KIND, "text", 0, 14), Evidence(Axis.TOPIC, "text", 0, 8), Evidence(Axis.SENTIMENT, "text", 9, 18)]

    found = pieces(TEXT, evidence, "text")

    assert found == [
        Piece("الإنترنت", (Axis.KIND, Axis.TOPIC)),
        Piece(" ", (Axis.KIND,)),
        Piece("مقطوع", (Axis.KIND, Axis.SENTIMENT)),
        Piece(" منذ", (Axis.SENTIMENT,)),
        Piece(TEXT[18:]),
    ]
    assert axes_in(found) == (Axis.KIND, Axis.SENTIMENT, Axis.TOPIC)


def test_evidence_of_the_other_field_marks_nothing() -> None:
    assert pieces(TEXT, [Evidence(Axis.KIND, "title", 0, 5)], "text") == [Piece(TEXT)]


def test_personal_data_is_hidden_whole_though_evidence_cuts_it() -> None:
    text = "اتصلوا على 0551234567 فورًا"

    found = pieces(text, [Evidence(Axis.KIND, "text", 7, 16)], "text", hide=True)

    assert "".join(piece.text for piece in found) == "اتصلوا على •••••••••• فورًا"
    assert [piece for piece in found if piece.hidden] == [Piece("•" * 10, (Axis.KIND,), hidden=True)]


def test_a_private_handle_is_hidden_whole_and_the_ministrys_own_stays() -> None:
    text = "@Mcit_Care شكوى من @sami_9x"

    found = pieces(text, [Evidence(Axis.KIND, "text", 11, 22)], "text", public_handles=frozenset({"mcit_care"}))

    assert "".join(piece.text for piece in found) == "@Mcit_Care شكوى من @…"


def test_an_empty_text_has_no_pieces() -> None:
    assert pieces("", [], "text") == []


SPANS = st.lists(st.tuples(st.sampled_from(Axis), st.integers(-5, 60), st.integers(-5, 60)), max_size=8)


@given(st.text(max_size=50), SPANS)
def test_the_pieces_join_to_the_text_and_carry_exactly_the_axes_of_their_characters(
    text: str, spans: list[tuple[Axis, int, int]]
) -> None:
    found = pieces(text, [Evidence(axis, "text", start, end) for axis, start, end in spans], "text")

    assert "".join(piece.text for piece in found) == text
    marked = [piece.axes for piece in found for _ in piece.text]
    wanted = [tuple(a for a in Axis if any(a is axis and s <= i < e for axis, s, e in spans)) for i in range(len(text))]
    assert marked == wanted


@given(st.text(alphabet="ab @_0123456789٠١+x", max_size=60), SPANS)
def test_hiding_leaves_no_handle_and_no_number_whatever_the_evidence_cuts(text: str, spans: list[tuple[Axis, int, int]]) -> None:
    plain = pieces(text, [], "text", hide=True, public_handles=frozenset())
    marked = pieces(
        text, [Evidence(axis, "text", start, end) for axis, start, end in spans], "text", hide=True, public_handles=frozenset()
    )

    assert "".join(piece.text for piece in marked) == "".join(piece.text for piece in plain)
