"""Reads AgentClinic's JSON lines: one OSCE examination a line. What cannot be read is an error that names line and field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final

import orjson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from wardround.clinical import PartialDate, Patient, Sex

DEPTH: Final = 12
LONGEST_LINE: Final = 500_000
_YEARS: Final = {"year": 1.0, "month": 1 / 12, "week": 7 / 365.25, "day": 1 / 365.25, "hour": 0.0}
_AGE: Final = re.compile(
    r"(\d{1,3}(?:\.\d+)?)[\s-]*(year|yr|month|week|day|hour)s?[\s-]*(?:old|of age)?\b", re.I
)
_GESTATION: Final = re.compile(r"^\W*(?:s\W+)?(?:of )?(?:gestation|gestational|pregnan)", re.I)
_FEMALE: Final = re.compile(r"\b(?:female|woman|girl|lady|nulliparous|gravida|mother)\b", re.I)
_MALE: Final = re.compile(r"\b(?:male|man|boy|gentleman|bodybuilder)\b", re.I)
_SHE: Final = re.compile(r"\b(?:she|her|hers)\b", re.I)
_HE: Final = re.compile(r"\b(?:he|his|him)\b", re.I)
_PREGNANT: Final = re.compile(
    r"\b(?:weeks?['’]? (?:of )?gestation|weeks? pregnant|pregnant|gravida\s+\d)", re.I
)
_NEWBORN: Final = re.compile(r"\bnewborn|neonate\b", re.I)


class AgentClinicError(ValueError):
    """A file of cases that cannot be read. The message names the line, the field and the fix."""


def _tree(value: Any, depth: int = 0) -> Any:
    """Nested mappings with text at the leaves; numbers become text, an empty leaf is none."""
    if depth > DEPTH:
        raise ValueError(f"nested deeper than {DEPTH} levels: flatten it")
    if isinstance(value, dict):
        return {str(key): _tree(child, depth + 1) for key, child in value.items()}
    if isinstance(value, list):
        return [_tree(child, depth + 1) for child in value]
    if value is None or isinstance(value, bool):
        return ""
    return str(value)


Tree = Annotated[Any, BeforeValidator(_tree)]
Text = Annotated[str, Field(min_length=1, max_length=20_000)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)


class _Symptoms(_Entry):
    Primary_Symptom: Text
    Secondary_Symptoms: list[str] = []


class _Actor(_Entry):
    model_config = ConfigDict(extra="allow", str_strip_whitespace=True)
    Demographics: Text
    History: Text
    Symptoms: _Symptoms


class _Examination(_Entry):
    Objective_for_Doctor: Text
    Patient_Actor: _Actor
    Physical_Examination_Findings: Tree = {}
    Test_Results: Tree = {}
    Correct_Diagnosis: Text


class _Line(_Entry):
    OSCE_Examination: _Examination


@dataclass(frozen=True)
class AgentClinicCase:
    """One case. `sections` are the patient's other texts by name (`Past_Medical_History`); trees have text leaves."""

    id: str
    objective: str
    demographics: str
    history: str
    primary: str
    secondary: tuple[str, ...]
    sections: Mapping[str, tuple[str, ...]]
    examination: Mapping[str, Any]
    tests: Mapping[str, Any]
    diagnosis: str

    @property
    def complaint(self) -> str:
        """The opening words: the chief symptom."""
        return self.primary if self.primary.endswith((".", "!", "?")) else f"{self.primary}."

    @cached_property
    def age(self) -> float | None:
        """Years, as the demographics say; 0 for a newborn; None where nothing is said."""
        for found in _AGE.finditer(self.demographics):
            if not _GESTATION.search(self.demographics[found.end() : found.end() + 20]):
                return float(found[1]) * _YEARS[found[2].lower().replace("yr", "year")]
        return 0.0 if _NEWBORN.search(self.demographics) else None

    @cached_property
    def sex(self) -> Sex:
        """As the demographics say, else by the pronouns of the history."""
        if _FEMALE.search(self.demographics):
            return "female"
        if _MALE.search(self.demographics):
            return "male"
        she, he = len(_SHE.findall(self.history)), len(_HE.findall(self.history))
        return "unknown" if she == he else "female" if she > he else "male"

    @property
    def pregnant(self) -> bool | None:
        """True where the demographics say so of a woman; else not known."""
        if self.sex != "female" or self.age is None or self.age < 10:
            return False if self.sex == "male" else None
        return True if _PREGNANT.search(self.demographics) else None

    def patient(self, on: date) -> Patient:
        """Demographics for a visit on a day."""
        born = None if self.age is None else PartialDate.of(on - timedelta(days=round(self.age * 365.25) + 1))
        return Patient(self.id, f"Patient {self.id.rpartition('-')[2]}", born, self.sex)


def read_agentclinic(path: Path) -> list[AgentClinicCase]:
    """Every case of a file, in order. Raises AgentClinicError."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise AgentClinicError(
            f"{path}: cannot be read ({error.strerror or error}): give a JSONL file."
        ) from error
    cases = [_case(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not cases:
        raise AgentClinicError(f"{path}: holds no case: give a file with one OSCE_Examination a line.")
    return cases


def _case(path: Path, number: int, line: bytes) -> AgentClinicCase:
    where = f"{path.name}, line {number}"
    if len(line) > LONGEST_LINE:
        raise AgentClinicError(f"{where}: longer than {LONGEST_LINE} bytes: give one case a line.")
    try:
        given = _Line.model_validate(orjson.loads(line)).OSCE_Examination
    except orjson.JSONDecodeError as error:
        raise AgentClinicError(f"{where}: is no JSON ({error}): give one JSON object a line.") from error
    except ValidationError as error:
        fault = error.errors()[0]
        field = ".".join(map(str, fault["loc"])) or "the line"
        raise AgentClinicError(f"{where}: {field}: {fault['msg']}: mend this field.") from error
    actor = given.Patient_Actor
    for field in ("Physical_Examination_Findings", "Test_Results"):
        if not isinstance(getattr(given, field), dict):
            raise AgentClinicError(f"{where}: OSCE_Examination.{field}: is no mapping: give named fields.")
    return AgentClinicCase(
        f"agentclinic-{number}", given.Objective_for_Doctor, actor.Demographics, actor.History,
        actor.Symptoms.Primary_Symptom, tuple(s.strip() for s in actor.Symptoms.Secondary_Symptoms if s.strip()),
        _sections(where, actor.model_extra or {}), given.Physical_Examination_Findings, given.Test_Results,
        given.Correct_Diagnosis,
    )  # fmt: skip


def _sections(where: str, extra: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    try:
        return {name: tuple(leaves(_tree(value))) for name, value in extra.items()}
    except (ValueError, RecursionError) as error:
        raise AgentClinicError(f"{where}: OSCE_Examination.Patient_Actor: {error}") from error


def leaves(tree: Any) -> Iterator[str]:
    """The texts of a tree, in order; empty ones are left out."""
    for _, text in fields(tree):
        yield text


def fields(tree: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text with the names that lead to it."""
    if isinstance(tree, Mapping):
        for name, child in tree.items():
            yield from fields(child, (*path, name))
    elif isinstance(tree, list | tuple):
        for child in tree:
            yield from fields(child, path)
    elif isinstance(tree, str) and tree.strip():
        yield path, tree.strip()
