"""What the tests of the constraints share: charts, orders, and one case of a rule that speaks or keeps silent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from pydantic import BaseModel

from wardround.care import arguments as given
from wardround.care.chart import Allergy, Chart, CurrentDrug, Order, Prescription, Ranked, Statement
from wardround.care.constraints import Rule, clinical_rules
from wardround.care.projection import ClinicProjection
from wardround.harness import (
    Action,
    Budgets,
    Call,
    EventLog,
    MemoryStore,
    Opened,
    Policy,
    Result,
    State,
    SystemClock,
    begin,
)
from wardround.knowledge import Evidence, KnowledgeBase, load

TOOL_OF: dict[type[BaseModel], str] = {
    given.Ask: "ask",
    given.OrderTest: "order_test",
    given.Recall: "recall",
    given.CheckPrescription: "check_prescription",
    given.Diagnose: "diagnose",
    given.Prescribe: "prescribe",
    given.Stop: "stop",
    given.Settle: "settle",
    given.Advise: "advise",
    given.Refer: "refer",
    given.Escalate: "escalate",
    given.Close: "close",
    given.FollowUp: "follow_up",
    given.Report: "report",
}


@cache
def base() -> KnowledgeBase:
    """The shipped knowledge base."""
    return load()


@cache
def rules() -> dict[str, Rule]:
    """Every rule by its id."""
    return {rule.constraint.id: rule for rule in clinical_rules(base())}


@cache
def _opened() -> State[Chart]:
    patient = {"name": "Ann Other", "sex": "female", "age": 40.0}
    header = Opened(
        "patient-1", "episode-1", ("attending",), "attending", "2026-03-01", 1, Budgets(), {},
        {"patient": patient, "complaint": ""},
    )  # fmt: skip
    log = EventLog(MemoryStore(), "encounter-1", SystemClock())
    return begin(log.append("", header, "harness", ()), ClinicProjection(base()))


def state_of(chart: Chart) -> State[Chart]:
    """A real state of an encounter whose chart is this one."""
    return _opened()._replace(domain=chart)


def chart(**changes: Any) -> Chart:
    """A man of 40 with good kidneys whose allergies and drugs are known (there are none), changed."""
    evidence = {
        key: changes.pop(key)
        for key in ("age", "sex", "pregnant", "findings", "unsure", "known_conditions", "tests")
        if key in changes
    }
    sex = evidence.setdefault("sex", "male")
    evidence.setdefault("pregnant", False if sex == "male" else None)
    who = Evidence(**{"age": 40.0, **evidence})
    known = Chart(
        "patient-1",
        "Ann Other",
        "2026-03-01",
        evidence=who,
        allergies_known=True,
        drugs_known=True,
        egfr=95.0,
    )
    return replace(known, **changes)


def woman(**changes: Any) -> Chart:
    """A woman of 30, changed."""
    return chart(**{"sex": "female", "age": 30.0, **changes})


def allergy(text: str, *groups: str, drug: str | None = None, severe: bool = False) -> Allergy:
    """An allergy that event 2 holds."""
    return Allergy(text, groups, drug, severe, "2")


def taking(*drugs: str) -> tuple[CurrentDrug, ...]:
    """Current drugs, by their short names."""
    return tuple(CurrentDrug(d, f"drug.{d}", "3") for d in drugs)


def prescribed(*drugs: str) -> tuple[Prescription, ...]:
    """Drugs that were prescribed in this visit."""
    return tuple(Prescription(f"drug.{d}", {"drug": f"drug.{d}"}, "9") for d in drugs)


def ordered(*tests: str) -> tuple[Order, ...]:
    """Tests that were ordered in this visit."""
    return tuple(Order(f"test.{t}", "8") for t in tests)


def ranked(*conditions: str) -> tuple[Ranked, ...]:
    """A differential."""
    return tuple(Ranked(f"condition.{c}", 0.3) for c in conditions)


def said(text: str = "Come back at once if it gets worse.") -> tuple[Statement, ...]:
    """Something that the patient was told."""
    return (Statement(text, "7"),)


def rx(drug: str, dose: float, unit: str = "mg", **more: Any) -> given.Prescribe:
    """A prescription by mouth, three times a day for five days, of a drug by its short name, changed."""
    known: dict[str, Any] = {
        "route": "oral",
        "per_day": 3,
        "days": 5,
        "indication": "condition.common_cold",
        **more,
    }
    return given.Prescribe(drug=f"drug.{drug}", dose=dose, unit=unit, **known)


def halt(drug: str, **more: Any) -> given.Stop:
    """A stop of a drug by its short name, at once."""
    return given.Stop(drug=f"drug.{drug}", **{"reason": "it does more harm than good", **more})


def lab(name: str) -> given.OrderTest:
    """An order for a test by its short name."""
    return given.OrderTest(test=f"test.{name}", reason="to know")


def close(disposition: Any) -> given.Close:
    """The end of the visit."""
    return given.Close(disposition=disposition, reason="done")


@dataclass(frozen=True)
class Case:
    """What one rule says of one action on one chart. `says` None: it keeps silent. No arguments: the rule forbids.

    `words` stand in the reason.
    """

    rule: str
    what: str
    says: str | None
    chart: Chart
    arguments: BaseModel | None = None
    words: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.rule.removeprefix('care.')}: {self.what}"


def check(case: Case) -> None:
    """The rule says of the case what the case says, with its words."""
    outcome, reason = heard(case)
    assert outcome == case.says, reason
    for words in case.words:
        assert words in reason


def heard(case: Case) -> tuple[str | None, str]:
    """What the rule says and why."""
    rule = rules()[case.rule]
    constraint, state = rule.constraint, state_of(case.chart)
    if case.arguments is None:
        assert constraint.forbid is not None
        reason = constraint.forbid(state)
        return ("forbid", reason) if reason else (None, "")
    tool = TOOL_OF[type(case.arguments)]
    assert constraint.judge is not None
    assert not constraint.tools or tool in constraint.tools
    action = Action(tool, case.arguments.model_dump(mode="json"))
    verdict = constraint.judge(state, action, case.arguments)
    if verdict is None:
        return None, ""
    assert verdict.constraint == case.rule
    assert verdict.outcome in rule.says
    assert (verdict.role == "physician") == (verdict.outcome == "approval")
    return verdict.outcome, verdict.reason


async def does_nothing(call: Call[Any], wants: Any) -> Result:
    """A tool that is never run."""
    return Result({})


class Nobody(Policy):
    """A policy that is never asked."""

    name = "nobody"

    async def decide(self, situation: Any) -> Any:
        raise AssertionError("nobody decides here")

    def read(self, situation: Any, call: Any) -> Any:
        raise AssertionError("nobody decides here")
