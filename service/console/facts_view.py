"""Facts and laboratory values as a coordinator reads them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _

from service.console import lab_ranges, labels
from service.console.lab_ranges import Mark, Range
from service.enquiries import corrected, fact_values

Facts = Mapping[str, Any]

#: Shown elsewhere, or only there to explain another fact.
_HIDDEN: Final = frozenset({"labs", "spans", "age_detail"})


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact in words; `typed` is how one would type it, None for what is not typed; `is_set` if a coordinator did."""

    key: str
    label: str
    value: str
    typed: str | None
    is_set: bool
    choices: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Lab:
    """One laboratory value, with the unit as the patient wrote it, and what is usual in healthy adults."""

    key: str
    name: str
    value: str
    unit: str
    usual: str
    mark: Mark | None
    typed: str
    is_set: bool


def facts(found: Facts, by_hand: Collection[str] = ()) -> list[Fact]:
    """Each fact that was told; `by_hand` are the keys of those that coordinators set."""
    known = fact_values.KEYS
    return [
        Fact(
            key,
            labels.of(labels.FACTS, key),
            _value(key, value, found),
            fact_values.as_typed(key, value) if key in known else None,
            key in by_hand,
            choices(key),
        )
        for key, value in found.items()
        if key not in _HIDDEN and value not in (None, "", [], {})
    ]


def choices(key: str) -> list[tuple[str, str]]:
    """Codes and labels that a fact is chosen from; none for what is typed."""
    match key:
        case "who":
            return [(code, labels.of(labels.RELATIONS, code)) for code in fact_values.WHO]
        case "sex":
            return [(code, labels.of(labels.SEXES, code)) for code in fact_values.SEXES]
        case "country":
            return labels.countries()
    return []


def missing(found: Facts) -> list[tuple[str, str]]:
    """Key and label of each fact that might be added."""
    return [(key, fact_label(key)) for key in fact_values.KEYS if corrected.fact_of(found, key) is None]


def fact_label(key: str) -> str:
    return labels.of(labels.LAB_TESTS, key.removeprefix("labs.")) if "." in key else labels.of(labels.FACTS, key)


def labs(found: Facts, by_hand: Collection[str] = ()) -> Iterator[Lab]:
    sex, age = found.get("sex"), found.get("age")
    for test, result in (found.get("labs") or {}).items():
        judged = lab_ranges.judge(test, result.get("value"), result.get("unit"), sex=sex, age=age)
        key = f"{fact_values.LAB}{test}"
        yield Lab(
            key=key,
            name=labels.of(labels.LAB_TESTS, test),
            value=plain(result.get("value")),
            unit=result.get("unit") or "",
            usual="; ".join(_usual(one) for one in judged.ranges),
            mark=judged.mark,
            typed=fact_values.as_typed(key, result),
            is_set=key in by_hand,
        )


def sources(found: Facts) -> list[str]:
    """Where the ranges of the values that were told come from."""
    used = {one.source for test in found.get("labs") or {} for one in lab_ranges.ranges_of(test)}
    return [name for key, name in lab_ranges.sources().items() if key in used]


def _usual(one: Range) -> str:
    """A range in words: "women 123–157 g/L", "below 26 µmol/L"."""
    who = f"{labels.of(labels.ADULTS, one.sex)} " if one.sex else ""
    bounds = f"{plain(one.low)}–{plain(one.high)}" if one.low is not None else _("below %(high)s", high=plain(one.high))
    return f"{who}{bounds} {one.unit}".strip()


def plain(value: Any) -> str:
    """Any JSON value in one line."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {plain(part)}" for key, part in value.items() if part is not None)
    if isinstance(value, (list, tuple)):
        return ", ".join(plain(part) for part in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _value(key: str, value: Any, found: Facts) -> str:
    if key == "age" and isinstance(found.get("age_detail"), Mapping):
        return _lasting(found["age_detail"])
    shape = _SHAPES.get(key)
    return shape(value) if shape else plain(value)


def _lasting(value: Any) -> str:
    if not isinstance(value, Mapping):
        return plain(value)
    return f"{plain(value.get('value'))} {labels.of(labels.UNITS, str(value.get('unit')))}"


def _budget(value: Any) -> str:
    if not isinstance(value, Mapping):
        return plain(value)
    amount, currency = value.get("amount"), value.get("currency")
    number = f"{amount:,}" if isinstance(amount, (int, float)) else plain(amount)
    return f"{number} {currency or _('(currency not said)')}"


_SHAPES: Final[Mapping[str, Callable[[Any], str]]] = {
    "who": lambda value: labels.of(labels.RELATIONS, str(value)),
    "sex": lambda value: labels.of(labels.SEXES, str(value)),
    "country": lambda value: labels.country(str(value)),
    "phone_country": lambda value: labels.country(str(value)),
    "duration": _lasting,
    "budget": _budget,
}
