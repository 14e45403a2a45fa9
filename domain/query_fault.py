"""What can be wrong with a watch query, as codes: their words stand in the catalogue (``query_fault.CODE`` and ``.remedy``)."""

from __future__ import annotations

from enum import StrEnum


class QueryFault(StrEnum):
    """One way in which a watch query is wrong (REQUIREMENTS G6, L2)."""

    EMPTY = "empty"
    UNCLOSED_QUOTE = "unclosed_quote"
    UNCLOSED_BRACKET = "unclosed_bracket"
    STRAY_BRACKET = "stray_bracket"
    EMPTY_BRACKETS = "empty_brackets"
    ENDS_EARLY = "ends_early"
    """It ends where a word is expected."""
    NO_WORD_HERE = "no_word_here"
    """An operator stands where a word is expected."""
    SECOND_NEAR = "second_near"
    NEAR_DISTANCE = "near_distance"
    NEAR_SIDES = "near_sides"
    TOO_DEEP = "too_deep"
    EMPTY_PHRASE = "empty_phrase"
    NO_LETTER = "no_letter"
    SHORT_PREFIX = "short_prefix"
    UNKNOWN_FIELD = "unknown_field"
    FIELD_VALUE = "field_value"
    LANGUAGE = "language"
    NO_DEMANDED_WORD = "no_demanded_word"
    """It would match texts that hold none of its words."""
    PRIVATE_ACCOUNT = "private_account"
    REFUSED_WORD = "refused_word"
    PERSONAL_DATA = "personal_data"
    OTHER = "other"
