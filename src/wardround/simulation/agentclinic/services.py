"""Examination and laboratory of an AgentClinic case: what its text says of our findings and tests, units converted.

A sign that the case does not mention is absent: so its authors meant it ("normal readings"). A value that it does not
give is None, a test that it does not have was not done.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from wardround.care import Understanding
from wardround.harness import JSON, ToolError
from wardround.knowledge import Analyte, Finding, Test
from wardround.simulation.agentclinic.amounts import amount_in, pressures_in
from wardround.simulation.agentclinic.folding import stems, words_of
from wardround.simulation.agentclinic.reading import AgentClinicCase, fields
from wardround.simulation.agentclinic.statements import DENIED

_NOT_DONE: Final = re.compile(
    r"^(?:not (?:provided|specified|mentioned|indicated|performed|assessed|applicable|done|available|tested|given|reported)|pending|n/?a\b|none$|unknown|"
    r"to be|awaiting|expected to|can be considered|optional)",
    re.I,
)
_NEGATIVE: Final = re.compile(
    r"^(?:negative|normal|absent|unremarkable|within (?:normal|reference)|no\b|none\b|clear\b|not (?:detected|seen|present))",
    re.I,
)
_POSITIVE: Final = re.compile(r"^(?:positive|present|reactive|detected|elevated titers?)\b", re.I)
_OTHER_FLUID: Final = re.compile(
    r"urin|csf|cerebrospinal|synovial|pleural|stool|ascit|sweat|amniotic|sputum|aspirat", re.I
)
_NITROGEN: Final = re.compile(r"nitrogen|\bbun\b", re.I)
_FILLER: Final = frozenset(("count", "level", "serum", "plasma", "total", "concentration"))
_BARE: Final = frozenset(("level", "result", "value", "finding"))
_ALSO: Final = {
    "analyte.white_cells": ("leukocyte", "white blood cell", "wbc", "total count wbc"),
    "analyte.urea": ("urea nitrogen", "bun", "blood urea nitrogen"),
    "analyte.calcium": ("ca", "ca2"), "analyte.bicarbonate": ("hco3", "bicarbonate"), "analyte.chloride": ("cl",),
    "analyte.glucose": ("glu", "blood glucose"), "analyte.haematocrit": ("hct",), "analyte.esr": ("esr",),
}  # fmt: skip
"""American and laboratory names that are not the base's own. Ids that a base does not hold are passed over."""
_GENERIC: Final = stems(
    "acute large positive reduced new right left above average abnormal likely single growth pathogen"
)
_VITALS: Final = {
    "finding.temperature": ("temperature", "temp"),
    "finding.heart_rate": ("heart rate", "pulse", "pulse rate", "hr"),
    "finding.respiratory_rate": ("respiratory rate", "respirations", "rr", "breathing rate"),
    "finding.oxygen_saturation": ("oxygen saturation", "spo2", "o2 saturation", "sao2"),
    "finding.weight": ("weight",),
}  # fmt: skip
_PRESSURE: Final = ("finding.systolic_bp", "finding.diastolic_bp")
_PRESSURE_NAMES: Final = ("blood pressure", "bp")


@dataclass(frozen=True)
class AgentClinicExamination:
    """Signs and measurements as the case's examination has them."""

    case: AgentClinicCase
    understanding: Understanding

    async def call(self, request: JSON, key: str) -> JSON:
        """Values by finding."""
        base = self.understanding.base
        return {"values": {slug: self._value(base.findings[slug]) for slug in request["findings"]}}

    def _value(self, finding: Finding) -> bool | float | None:
        if finding.answer == "quantity":
            return self._measured(finding)
        return self._signs.get(finding.id, False)

    def _measured(self, finding: Finding) -> float | None:
        names = _PRESSURE_NAMES if finding.id in _PRESSURE else _VITALS.get(finding.id, (finding.name,))
        wanted = {words_of(name) for name in names}
        for path, text in self._fields:
            if not path or words_of(path[-1]) not in wanted:
                continue
            value: float | None
            if finding.id in _PRESSURE:
                both = pressures_in(text)
                value = both[_PRESSURE.index(finding.id)] if both else None
            else:
                value = amount_in(text, str(finding.unit))
            low, high = finding.plausible or (float("-inf"), float("inf"))
            if value is not None and low <= value <= high:
                return round(value, 1)
        return None

    @cached_property
    def _fields(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        return tuple(fields(self.case.examination))

    @cached_property
    def _signs(self) -> dict[str, bool]:
        """What the texts say is there, or not; what is there wins."""
        found: dict[str, bool] = {}
        for path, text in self._fields:
            named = path[-1].replace("_", " ") if path else ""
            for m in (
                *self.understanding.reader.read(text),
                *self.understanding.reader.read(f"{named}: {text}"),
            ):
                if m.kind == "finding" and m.id and m.about == "patient" and not m.uncertain:
                    found[m.id] = found.get(m.id, False) or not m.negated
        return found


@dataclass(frozen=True)
class AgentClinicLaboratory:
    """Results as the case has them."""

    case: AgentClinicCase
    understanding: Understanding

    async def call(self, request: JSON, key: str) -> JSON:
        """A final result, at once: values in our units, and the case's own words."""
        test = self.understanding.base.tests.get(request["test"])
        if test is None:
            raise ToolError(f"test: {request['test']!r} is not done here.", fix="Use the id of a test.")
        result = self._of_analytes(test) if test.analytes else self._of_whole(test)
        return {"status": "final", "result": result}

    @cached_property
    def _fields(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        return tuple((p, t) for p, t in fields(self.case.tests) if not _NOT_DONE.match(t))

    def _of_analytes(self, test: Test) -> JSON:
        values: JSON = {}
        said: dict[str, None] = {}
        for analyte in test.analytes:
            for path, text in self._of(analyte, test):
                said[f"{path[-1].replace('_', ' ')}: {text}"] = None
                value = self._in_unit(analyte, path, text)
                if value is not None and analyte.id not in values:
                    values[analyte.id] = {"value": float(f"{value:.4g}"), "unit": analyte.unit}
        if not said:
            return self._of_whole(test) | {"positive": None}
        return {"analytes": values, "positive": None, "text": "; ".join(said)}

    def _of(self, analyte: Analyte, test: Test) -> list[tuple[tuple[str, ...], str]]:
        """The fields that are named as the analyte is, in the same fluid."""
        names = {_telling(n) for n in (analyte.name, *analyte.synonyms, *_ALSO.get(analyte.id, ()))}
        return [(p, t) for p, t in self._fields if _telling(_named(p)) in names and _is_same_fluid(p, test)]

    @staticmethod
    def _in_unit(analyte: Analyte, path: tuple[str, ...], text: str) -> float | None:
        of = analyte.id
        if of == "analyte.urea" and _NITROGEN.search(_named(path)):
            of = "analyte.urea_nitrogen"
        value = amount_in(text, analyte.unit, of)
        low, high = analyte.plausible
        return value if value is not None and low <= value <= high else None

    def _of_whole(self, test: Test) -> JSON:
        """Everything below the field that is named as the test is."""
        names = [words_of(n) for n in (test.name, *test.synonyms)]
        texts = [
            (path, text)
            for path, text in self._fields
            if self._is_named(path, names) and (not test.analytes or _is_same_fluid(path, test))
        ]
        if not texts:
            return {"analytes": {}, "positive": None, "text": "Not done: no result is on hand."}
        said = "; ".join(f"{path[-1].replace('_', ' ')}: {text}" for path, text in texts)
        return {"analytes": {}, "positive": _verdict(test, texts), "text": said}

    @staticmethod
    def _is_named(path: tuple[str, ...], names: list[tuple[str, ...]]) -> bool:
        """Whether one name on the way, or the whole way, holds all words of one of the test's names."""
        here = [frozenset(words_of(part.replace("_", " "))) for part in path]
        whole = frozenset().union(*here) if here else frozenset()
        return any(
            (len(name) > 1 and frozenset(name) <= whole) or frozenset(name) in here for name in names if name
        )


def _is_same_fluid(path: tuple[str, ...], test: Test) -> bool:
    """Glucose in urine is not glucose in blood."""
    own = _OTHER_FLUID.search(f"{test.name} {test.specimen or ''}")
    return (_OTHER_FLUID.search(" ".join(path)) is None) == (own is None)


def _named(path: tuple[str, ...]) -> str:
    """What a field is called: the last name on the way that says something."""
    for name in reversed(path):
        if words_of(name.replace("_", " ")) not in {(bare,) for bare in _BARE}:
            return name.replace("_", " ")
    return ""


def _telling(name: str) -> frozenset[str]:
    """The words of a name but for `serum`, `total`, `count`."""
    words = frozenset(words_of(name))
    return words - _FILLER or words


def _verdict(test: Test, texts: list[tuple[tuple[str, ...], str]]) -> bool | None:
    """Positive where a text shows what the base calls positive, negative where all say so outright, else unknown."""
    if not test.positive:
        return None
    wanted = stems(test.positive) - _GENERIC
    for path, text in texts:
        if _POSITIVE.match(text) and (len(texts) == 1 or wanted & stems(path[-1].replace("_", " "))):
            return True
        if any(wanted & stems(part) for part in re.split(r"[,;.]", text) if not DENIED.search(part)):
            return True
    return False if all(_NEGATIVE.match(text) for _, text in texts) else None
