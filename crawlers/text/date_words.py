"""The words of dates: months of both calendars as the Gulf, Egypt, the Levant and the Maghreb spell them, and time zones."""

from __future__ import annotations

from typing import Final

_FOLD: Final = str.maketrans("أإآةى", "اااهي")


def _numbered(*rows: str) -> dict[str, int]:
    return {name: number for number, names in enumerate(rows, 1) for name in names.split()}


_GREGORIAN: Final = _numbered(
    "jan january يناير كانون_الثاني جانفي",
    "feb february فبراير شباط فيفري",
    "mar march مارس اذار",
    "apr april ابريل نيسان افريل",
    "may مايو ايار ماي",
    "jun june يونيو يونيه حزيران جوان",
    "jul july يوليو يوليه يوليوز تموز جويليه",
    "aug august اغسطس اب اوت غشت",
    "sep sept september سبتمبر ايلول شتنبر",
    "oct october اكتوبر تشرين_الاول",
    "nov november نوفمبر تشرين_الثاني نونبر",
    "dec december ديسمبر كانون_الاول دجنبر",
)
_HIJRI: Final = _numbered(
    "محرم المحرم muharram",
    "صفر safar",
    "ربيع_الاول",
    "ربيع_الاخر ربيع_الثاني ربيع_ثاني",
    "جمادي_الاولي جمادي_الاول جماد_الاول جماد_اول",
    "جمادي_الاخره جمادي_الثانيه جمادي_الاخر جمادي_الثاني جماد_الاخر جماد_الثاني جماد_ثاني",
    "رجب rajab",
    "شعبان shaban",
    "رمضان ramadan",
    "شوال shawwal",
    "ذو_القعده ذي_القعده ذوالقعده",
    "ذو_الحجه ذي_الحجه ذوالحجه",
)
ZONES: Final = {
    **dict.fromkeys(("gmt", "utc", "ut", "z", "wet"), 0),
    **dict.fromkeys(("bst", "cet", "met", "wat"), 1),
    **dict.fromkeys(("eet", "cest", "mest", "cat"), 2),
    **dict.fromkeys(("ksa", "eest", "eat", "msk"), 3),
    "gst": 4,
    "adt": -3,
    "edt": -4,
    **dict.fromkeys(("est", "cdt"), -5),
    **dict.fromkeys(("cst", "mdt"), -6),
    **dict.fromkeys(("mst", "pdt"), -7),
    "pst": -8,
}
"""Hours east of Greenwich. AST is missing: Arabia's or the Atlantic's, as the source's own zone says."""


def gregorian_month(name: str) -> int | None:
    """The number of a month by its name; a second word that is none of it is passed over."""
    return _number(_GREGORIAN, name)


def hijri_month(name: str) -> int | None:
    """The number of a Hijri month by its name: the two Rabi and the two Jumada only with their second word."""
    return _number(_HIJRI, name)


def _number(months: dict[str, int], name: str) -> int | None:
    words = name.lower().translate(_FOLD).split()
    return months.get("_".join(words[:2])) or months.get(words[0]) if words else None
