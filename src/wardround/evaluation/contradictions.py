"""`wardround eval contradictions`: visits of patients with planted contradictions, stale facts and corrections.

The same patients, seeds and policy three times: with memory, without any, and with one that overwrites. At the door of
every visit it is asked what the visit was given: what is true and there, what is lost, what came back, what leaked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from time import perf_counter
from typing import Any, Final

from wardround.care import Chart, Clinic, Ward, naming_of
from wardround.evaluation.cases import SPLITS, check_split, person_at
from wardround.evaluation.intervals import intervals, means
from wardround.evaluation.overwriting import overwriting_memory
from wardround.evaluation.policies import policy_for
from wardround.evaluation.surroundings import surroundings
from wardround.harness import (
    ConfigurationError,
    Event,
    MemoryStore,
    Observed,
    begin,
    fold,
    seed_of,
)
from wardround.harness import Patient as PatientPort
from wardround.memory import Memory
from wardround.rewards import score_episode
from wardround.simulation import REVIEWER, Case, StandardisedPatient
from wardround.simulation.episode import (
    COMES,
    EpisodeOfCare,
    Plants,
    PlayedVisit,
    Telling,
    Volunteering,
    planted,
)

ARMS: Final = ("ours", "none", "overwriting")
FAULTS: Final = ("lost", "stale", "resurrected", "leaked")
MOST_VISITS: Final = 12
SHOWN_FAULTS: Final = 20
Told = Callable[[int, int], None]
"""How many episodes are done, of how many."""


@dataclass(frozen=True, slots=True)
class ContradictionsConfig:
    """`seed` chooses the patients and decides all that is drawn."""

    policy: str = "planner"
    patients: int = 24
    visits: int = 6
    split: str = "heldout-seeds"
    seed: int = 0

    def __post_init__(self) -> None:
        """Every field is checked before anything is played."""
        if self.split not in SPLITS:
            raise ConfigurationError(f"--split: {self.split!r} is unknown.", fix=f"Use {', '.join(SPLITS)}.")
        if self.patients < 1:
            raise ConfigurationError("--patients: there is nobody to play.", fix="Give 1 or more.")
        if not 2 <= self.visits <= MOST_VISITS:
            raise ConfigurationError(
                f"--visits: {self.visits} shows nothing.", fix=f"Give 2 to {MOST_VISITS}."
            )


@dataclass(frozen=True, slots=True)
class Probe:
    """One thing that a door was asked: whether it was right, and what was wrong else."""

    what: str
    right: bool
    fault: str = ""
    """lost, stale (never gone), resurrected (gone at an earlier door) or leaked."""


@dataclass(frozen=True, slots=True)
class _Door:
    arm: str
    place: int
    visit: int
    score: float | None
    probes: tuple[Probe, ...]


async def examine_contradictions(
    clinic: Clinic, config: ContradictionsConfig, told: Told | None = None
) -> dict[str, Any]:
    """Play and ask. The report is plain JSON."""
    began = perf_counter()
    check_split(clinic.base, config.split, config.visits)
    doors: list[_Door] = []
    for arm in ARMS:
        memory = (
            overwriting_memory(naming_of(clinic))
            if arm == "overwriting"
            else Memory(naming=naming_of(clinic))
        )
        for place in range(config.patients):
            doors += await _episode(clinic, config, arm, memory, place)
            if told is not None:
                told(ARMS.index(arm) * config.patients + place + 1, len(ARMS) * config.patients)
        memory.close()
    arms = {arm: _arm([d for d in doors if d.arm == arm], config) for arm in ARMS}
    return {
        "task": "contradictions",
        "n": config.patients,
        "unscored": 0,
        "ci95": arms["ours"]["ci95"],
        "policy": config.policy,
        "patients": config.patients,
        "visits": config.visits,
        "arms": arms,
        "paired": _paired(doors, config),
        "seconds": round(perf_counter() - began, 2),
        "config": asdict(config),
        "seed": config.seed,
        "knowledge": clinic.base.version[:16],
        **surroundings(),
    }


async def _episode(
    clinic: Clinic, config: ContradictionsConfig, arm: str, memory: Memory, place: int
) -> list[_Door]:
    """All visits of one patient with one memory, and what each door was given."""
    plants = planted(clinic.base, person_at(clinic.base, config.split, config.seed, place))
    telling = Telling(plants)

    def speaks(case: Case, visit: int, home: Mapping[str, float]) -> PatientPort:
        patient = StandardisedPatient(case, clinic.understanding, visit, home=dict(home))
        return Volunteering(patient, telling, visit)

    care = EpisodeOfCare(
        Ward(clinic, MemoryStore(), memory),
        plants.person,
        policy_for(config.policy, clinic)(plants.person),
        seed=seed_of(config.seed, plants.person.id) % 2**31,
        memory=arm != "none",
        diagnosed=True,
        reviewer=REVIEWER,
        speaks=speaks,
        incoming=plants.incoming,
    )
    episode = await care.play(config.visits)
    scores = score_episode(clinic, episode).visits
    doors, gone = [], set[str]()
    for visit, score in zip(episode.visits, scores, strict=True):
        probes = tuple(_dated(p, gone) for p in _probes(clinic, plants, telling, memory, visit))
        gone |= {p.what for p in probes if p.right}
        doors.append(_Door(arm, place, visit.number, score.total, probes))
    return doors


def _dated(probe: Probe, gone: set[str]) -> Probe:
    """What should be gone and is there has come back only where an earlier door was without it."""
    stale = probe.fault == "resurrected" and probe.what not in gone
    return replace(probe, fault="stale") if stale else probe


# --- what a door was given ---------------------------------------------------------------------------------


def door_chart(clinic: Clinic, events: Sequence[Event]) -> Chart:
    """What a visit knew before anybody said or did anything."""
    state = begin(events[0], clinic.projection)
    for event in events[1:]:
        if not isinstance(event.body, Observed) or event.branch:
            break
        state = fold(state, event, clinic.projection)
    return state.domain


def _probes(
    clinic: Clinic, plants: Plants, telling: Telling, memory: Memory, visit: PlayedVisit
) -> Iterator[Probe]:
    door, n, told = door_chart(clinic, visit.events), visit.number, telling.told
    allergies = [a for a in door.allergies if plants.group in a.groups]
    yield Probe("the allergy that is true", bool(allergies), "" if allergies else "lost")
    if told.get("repeated", n) < n and allergies:
        yield Probe("said twice, known once", len(allergies) == 1)
    if told.get("wrong", n) < n:
        back = any(plants.wrong_group in a.groups or a.drug == plants.wrong for a in door.allergies)
        yield Probe("the entry that was corrected", not back, "resurrected" if back else "")
    if told.get("stopped", n) < n:
        back = any(d.drug == plants.drug for d in door.drugs)
        yield Probe("the drug that was stopped elsewhere", not back, "resurrected" if back else "")
    if n >= COMES["value"]:
        analyte, value = plants.value
        seen = _latest(door, analyte)
        yield Probe("the latest value", seen == value, "" if seen == value else "lost")
    if n >= COMES["retracted"]:
        analyte, value = plants.mistaken
        back = value in _values(door, analyte)
        yield Probe("the result that was retracted", not back, "resurrected" if back else "")
    if n >= COMES["over"]:
        back = plants.condition in door.evidence.known_conditions
        yield Probe("the problem that is over", not back, "resurrected" if back else "")
    own = {f.id for f in memory.facts(patient_id=plants.person.id, superseded=True)}
    strange = [v for v in door.recalled.values() if v["id"] not in own]
    if strange and any(v["id"] in _everybody(memory) for v in strange):
        yield Probe("nobody else's", False, "leaked")
    else:
        yield Probe("nobody else's", True)


def _everybody(memory: Memory) -> set[str]:
    return {f.id for p in memory.patients() for f in memory.facts(patient_id=p, superseded=True)}


def _values(door: Chart, analyte: str) -> list[float]:
    """The values that were recalled of an analyte, the latest by when it was measured last."""
    found = [v for v in door.recalled.values() if v["slug"] == analyte and isinstance(v["value"], dict)]
    return [float(v["value"]["number"]) for v in sorted(found, key=lambda v: str(v["from"]))]


def _latest(door: Chart, analyte: str) -> float | None:
    return next(reversed(_values(door, analyte)), None)


# --- the report --------------------------------------------------------------------------------------------


def _arm(doors: Sequence[_Door], config: ContradictionsConfig) -> dict[str, Any]:
    faults = Counter(p.fault for d in doors for p in d.probes if p.fault)
    wrong = Counter(f"visit {d.visit}: {p.what}" for d in doors for p in d.probes if not p.right)
    rows = [_row(d) for d in doors]
    names = ("score", "recalled_right")
    return {
        **_figures(rows, names, config.seed),
        **{name: faults.get(name, 0) for name in FAULTS},
        "probes": sum(len(d.probes) for d in doors),
        "by_visit": [_visit([d for d in doors if d.visit == n], n, config) for n in _numbers(doors)],
        "wrong": dict(wrong.most_common(SHOWN_FAULTS)),
    }


def _visit(doors: Sequence[_Door], number: int, config: ContradictionsConfig) -> dict[str, Any]:
    faults = Counter(p.fault for d in doors for p in d.probes if p.fault)
    return {
        "visit": number,
        "n": len(doors),
        **_figures([_row(d) for d in doors], ("score", "recalled_right"), config.seed),
        **{name: faults.get(name, 0) for name in FAULTS},
    }


def _figures(rows: Sequence[dict[str, float | None]], names: Sequence[str], seed: int) -> dict[str, Any]:
    return {**means(rows, names), "ci95": intervals(rows, names, seed)}


def _row(door: _Door) -> dict[str, float | None]:
    return {"score": door.score, "recalled_right": sum(p.right for p in door.probes) / len(door.probes)}


def _numbers(doors: Sequence[_Door]) -> list[int]:
    return sorted({d.visit for d in doors})


def _paired(doors: Sequence[_Door], config: ContradictionsConfig) -> dict[str, Any]:
    """Ours less each other arm, patient by patient over the later visits, where there is something to remember."""
    found: dict[str, Any] = {}
    mine = _by_patient([d for d in doors if d.arm == "ours"])
    for arm in ARMS[1:]:
        theirs = _by_patient([d for d in doors if d.arm == arm])
        rows = [
            {name: _less(mine[p][name], theirs[p][name]) for name in ("score", "recalled_right")}
            for p in sorted(mine.keys() & theirs.keys())
        ]
        found[f"ours less {arm}"] = _figures(rows, ("score", "recalled_right"), config.seed)
    return found


def _by_patient(doors: Sequence[_Door]) -> dict[int, dict[str, float | None]]:
    found = {}
    for place in {d.place for d in doors}:
        rows = [_row(d) for d in doors if d.place == place and d.visit > 1]
        found[place] = means(rows, ("score", "recalled_right"))
    return found


def _less(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b
