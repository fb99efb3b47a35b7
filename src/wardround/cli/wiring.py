"""Who stands behind the ports: from the words of the command line, or from a header, to patients, reviewers and policies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from rich.console import Console

from wardround.care import DECIDERS, EvidenceService, asks_a_model, policy_named
from wardround.cli.bedside import ConsoleExamination, ConsoleLaboratory
from wardround.cli.casefile import scripted_case
from wardround.cli.people import ConsolePatient, ConsoleReviewer, ScriptedReviewer
from wardround.cli.stores import Place
from wardround.evidence import Library
from wardround.harness import (
    JSON,
    Answering,
    ConfigurationError,
    Event,
    Patient,
    Policy,
    Ports,
    Queue,
    Reviewer,
)
from wardround.knowledge import KnowledgeBase
from wardround.simulation import ScriptedPatient, SimulatedPatient, case_at_the_door, services_for

SCRIPT = "script:"
EVIDENCE = "evidence.sqlite"
"""Where a store keeps the documents that were taken in."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Three words: `patient` is console, simulated or script:FILE; `reviewer` the same, or approve, deny, queue."""

    patient: str
    policy: str
    reviewer: str

    def __post_init__(self) -> None:
        """Every word is checked before anything is opened."""
        if self.patient.startswith(SCRIPT):
            ScriptedPatient.read(script_of(self.patient))
        elif self.patient not in ("console", "simulated"):
            raise ConfigurationError(
                f"--patient: {self.patient!r} is unknown.", fix="Use console, simulated, or script FILE."
            )
        if self.reviewer.startswith(SCRIPT):
            ScriptedReviewer.read(script_of(self.reviewer))
        elif self.reviewer not in ("console", "approve", "deny", "queue"):
            raise ConfigurationError(
                f"--reviewer: {self.reviewer!r} is unknown.", fix="Use console, approve, deny or queue."
            )
        if self.policy not in DECIDERS and not asks_a_model(self.policy):
            raise ConfigurationError(
                f"--policy: {self.policy!r} is unknown.",
                fix=f"Use {', '.join(DECIDERS)}, openai:MODEL or hf:PATH.",
            )

    @property
    def wiring(self) -> dict[str, str]:
        """What the header keeps, so that a resumed visit finds the same people."""
        return {"patient": self.patient, "policy": self.policy, "reviewer": self.reviewer}


@dataclass(frozen=True)
class Shelf:
    """The library of a store that documents were taken into. It is opened when somebody first looks something up."""

    base: KnowledgeBase
    folder: Path

    @property
    def is_there(self) -> bool:
        """Whether anything was ever taken in here."""
        return (self.folder / EVIDENCE).exists()

    @cached_property
    def _service(self) -> EvidenceService:
        return EvidenceService(Library.open(self.base, self.folder), keep=True)

    async def call(self, request: JSON, key: str) -> JSON:
        """As the library answers."""
        return await self._service.call(request, key)


def spoken(option: str, value: str | None, file: str | None = None) -> str | None:
    """`script FILE` in any of its spellings as `script:` with an absolute path; other words as they are."""
    if value is None:
        return None
    word, _, rest = value.partition(":") if value.startswith(SCRIPT) else value.partition(" ")
    if word != "script":
        return value
    path = rest.strip() or file
    if not path:
        raise ConfigurationError(
            f"{option} script: the file is missing.", fix=f"Write `{option} script FILE`."
        )
    return f"{SCRIPT}{Path(path).resolve()}"


def script_of(word: str) -> Path:
    """The file that `script:FILE` names."""
    return Path(word.removeprefix(SCRIPT))


def policy_for(cast: Cast, place: Place) -> Policy:
    """Who decides."""
    return policy_named(cast.policy, place.ward.clinic)


def ports_for(place: Place, cast: Cast, events: list[Event], console: Console) -> Ports:
    """The ports of a visit whose first events are given."""
    ward = place.ward
    base, script = ward.clinic.base, script_of(cast.patient)
    case = None
    if cast.patient == "simulated":
        case = case_at_the_door(ward, events)
    elif cast.patient.startswith(SCRIPT):
        case = scripted_case(ward, events, script)
    services = services_for(ward, events, place.orders, case)
    shelf = Shelf(base, place.path.parent)
    if shelf.is_there:
        services["evidence"] = shelf
    patient: Patient
    if case is None:
        services["examination"] = ConsoleExamination(base, console)
        services["laboratory"] = ConsoleLaboratory(base, console)
        patient = ConsolePatient(console)
    elif cast.patient == "simulated":
        patient = SimulatedPatient(case, ward.clinic.understanding)
    else:
        patient = ScriptedPatient.read(script)
    return Ports(patient, _reviewer(place, cast.reviewer, console), services=services)


def _reviewer(place: Place, word: str, console: Console) -> Reviewer:
    if word.startswith(SCRIPT):
        return ScriptedReviewer.read(script_of(word))
    reviewers: Mapping[str, Any] = {
        "approve": lambda: Answering("approve", "rule: approve"),
        "deny": lambda: Answering("reject", "rule: deny"),
        "queue": Queue,
        "console": lambda: ConsoleReviewer(place.ward.clinic, console),
    }
    reviewer: Reviewer = reviewers[word]()
    return reviewer
