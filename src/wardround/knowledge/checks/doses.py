"""Do doses agree with their own limits, and does every unit convert?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from wardround.clinical import is_unit
from wardround.knowledge.checks.draft import Draft, Problem
from wardround.knowledge.schema import Condition, Drug

_IN_BASE_UNIT: Final = {
    "kg": ("g", 1e3), "g": ("g", 1.0), "mg": ("g", 1e-3), "ug": ("g", 1e-6), "ng": ("g", 1e-9),
    "L": ("L", 1.0), "mL": ("L", 1e-3), "[iU]": ("[iU]", 1.0), "mmol": ("mol", 1e-3),
    "{puff}": ("{puff}", 1.0), "{spray}": ("{spray}", 1.0), "{tablet}": ("{tablet}", 1.0),
    "{drop}": ("{drop}", 1.0), "{patch}": ("{patch}", 1.0),
}  # fmt: skip
_ROUNDING: Final = 1.001


def in_base_unit(value: float, unit: str) -> tuple[float, str] | None:
    """A dose in g, L, mol, international units or countable things; None where the unit is no dose unit."""
    if unit not in _IN_BASE_UNIT:
        return None
    base, factor = _IN_BASE_UNIT[unit]
    return value * factor, base


def check_doses(draft: Draft) -> Iterator[Problem]:
    """Drugs, and the regimens that conditions give."""
    for drug in draft.content.drugs:
        yield from _drug(drug)
    for condition in draft.content.conditions:
        yield from _regimens(draft, condition)


def check_units(draft: Draft) -> Iterator[Problem]:
    """Every unit is one that `clinical` converts."""
    units = [(a.id, "unit", a.unit) for a in draft.analytes.values()]
    units += [(f.id, "unit", f.unit) for f in draft.content.findings if f.unit]
    for entity, field, unit in units:
        if not is_unit(unit):
            yield Problem(entity, field, f"{unit!r} does not convert: write a UCUM unit")


def _drug(drug: Drug) -> Iterator[Problem]:
    most = in_base_unit(drug.max_daily.value, drug.max_daily.unit)
    if most is None:
        yield Problem(drug.id, "max_daily.unit", _unit_fix(drug.max_daily.unit))
    for i, dose in enumerate(drug.doses):
        if not 0 < dose.low <= dose.high:
            yield Problem(drug.id, f"doses.{i}", "give low above 0 and not above high")
        if not 0 < dose.per_day[0] <= dose.per_day[1]:
            yield Problem(drug.id, f"doses.{i}.per_day", "give the fewest first, above 0")
        high = in_base_unit(dose.high, dose.unit)
        if high is None:
            yield Problem(drug.id, f"doses.{i}.unit", _unit_fix(dose.unit))
        elif most is not None and high[1] == most[1] and high[0] * dose.per_day[0] > most[0] * _ROUNDING:
            total = f"{dose.high * dose.per_day[0]:g} {dose.unit}"
            yield Problem(drug.id, f"doses.{i}", f"high * per_day = {total} is above max_daily: mend either")
        if dose.route not in drug.routes:
            yield Problem(
                drug.id, f"doses.{i}.route", f"{dose.route} is not among its routes {list(drug.routes)}"
            )
    for i, renal in enumerate(drug.renal):
        if renal.max_daily is not None and renal.max_daily > drug.max_daily.value * _ROUNDING:
            yield Problem(drug.id, f"renal.{i}.max_daily", "is above max_daily: mend either")
        if renal.action == "reduce" and renal.max_daily is None and not renal.note:
            yield Problem(drug.id, f"renal.{i}", "say how much less: max_daily or a note")
    child = drug.paediatric
    if child is not None:
        if not 0 < child.mg_per_kg_day[0] <= child.mg_per_kg_day[1] or child.divided < 1:
            yield Problem(
                drug.id, "paediatric", "give mg_per_kg_day as low, high above 0 and divided of at least 1"
            )
        if most is not None and most[1] == "g" and child.max_daily_mg > most[0] * 1e3 * _ROUNDING:
            yield Problem(
                drug.id, "paediatric.max_daily_mg", "a child's cap is above the adult max_daily: mend either"
            )


def _regimens(draft: Draft, condition: Condition) -> Iterator[Problem]:
    for i, line in enumerate(condition.management):
        if line.regimen is None or (drug := draft.drugs.get(line.regimen.drug)) is None:
            continue
        field, regimen = f"management.{i}.regimen ({drug.id})", line.regimen
        if regimen.route not in drug.routes:
            yield Problem(
                condition.id, field, f"route {regimen.route} is not among the drug's {list(drug.routes)}"
            )
        given = in_base_unit(regimen.dose.value, regimen.dose.unit)
        most = in_base_unit(drug.max_daily.value, drug.max_daily.unit)
        if given is None:
            yield Problem(condition.id, field, _unit_fix(regimen.dose.unit))
            continue
        if most is None or given[1] != most[1]:
            yield Problem(
                condition.id,
                field,
                f"{regimen.dose.unit} does not compare with the drug's {drug.max_daily.unit}",
            )
        elif given[0] * regimen.per_day > most[0] * _ROUNDING:
            total = f"{regimen.dose.value * regimen.per_day:g} {regimen.dose.unit}"
            most_shown = f"{drug.max_daily.value:g} {drug.max_daily.unit}"
            yield Problem(
                condition.id, field, f"{total} a day is above the drug's max_daily {most_shown}: mend either"
            )


def _unit_fix(unit: str) -> str:
    return f"{unit!r} is no dose unit: use one of {', '.join(_IN_BASE_UNIT)}"
