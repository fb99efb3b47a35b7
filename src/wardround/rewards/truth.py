"""What a case really asks for: the flags that can be found, where the patient belongs, the lines that fit this person."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from wardround.care import VITALS, Chart
from wardround.knowledge import (
    Condition,
    Evidence,
    KnowledgeBase,
    RedFlag,
    Stratum,
    Test,
    Treatment,
    Who,
    may_hold,
    possible_in,
    red_flags_present,
)
from wardround.simulation import Case, Taker, objections

Belongs = Literal["emergency", "hospital", "specialist", "home"]
"""Where a patient belongs after the visit: at once to the emergency service, admitted, referred, or at home."""
URGENT: Final = ("minutes", "hours")
FERTILE: Final = (12.0, 51.0)
SENT: Final = ("emergency", "admitted", "handed_over")
"""Dispositions by which somebody else takes over at once."""
_ORDER: Final = {"first": 0, "second": 1, "third": 2}


@dataclass(frozen=True)
class Truth:
    """Everything about a case that verifiers look up. Made once for a case, by `truth_of`."""

    base: KnowledgeBase
    case: Case
    condition: Condition
    at_bedside: tuple[RedFlag, ...]
    """Red flags that asking and examining would find, as this patient tells it, and that there is reason to look for:
    the complaint, the truth, what must not be missed beside it, or vital signs lead there. Others count once known."""
    flags: tuple[RedFlag, ...]
    """Those, and what the essential tests would raise."""
    essential: tuple[str, ...]
    """Essential tests that may be done in this person."""
    belongs: Belongs
    taker: Taker | None
    """None where age or sex is unknown: then nobody can say which drug fits."""

    @property
    def urgent(self) -> tuple[RedFlag, ...]:
        """Flags that leave minutes or hours."""
        return tuple(flag for flag in self.flags if flag.act_within in URGENT)

    @property
    def emergency(self) -> bool:
        """Whether the patient must be sent on at once."""
        return self.belongs == "emergency"

    @property
    def known_without_tests(self) -> bool:
        """Whether it is an emergency before any test."""
        return self.condition.urgency == "emergency" or any(f.act_within in URGENT for f in self.at_bedside)

    def knowing(self, raised: Iterable[str]) -> Truth:
        """The same once these red flags are known, whether or not anybody had to look for them."""
        have = {flag.id for flag in self.flags}
        new = tuple(self.base.red_flags[f] for f in raised if f in self.base.red_flags and f not in have)
        if not new:
            return self
        more = replace(self, at_bedside=(*self.at_bedside, *new), flags=(*self.flags, *new))
        return replace(more, belongs=_belongs(more))

    def concerns(self, who: Who) -> bool:
        """Whether a value is meant for this person."""
        return may_hold(who, self.case.age, self.case.sex, self.case.pregnant)

    def lines(self, kind: str, condition: str | None = None) -> tuple[Treatment, ...]:
        """Lines of management of one kind that are meant for this very person, the first line first."""
        entry = self.base.conditions.get(condition or self.condition.id)
        fitting = [t for t in entry.management if t.kind == kind and self._meant(t)] if entry else []
        return tuple(sorted(fitting, key=lambda t: _ORDER[t.line]))

    def drug_lines(self, condition: str | None = None) -> tuple[Treatment, ...]:
        """Drug lines that nothing forbids to this person beside what is taken."""
        return tuple(t for t in self.lines("drug", condition) if self.fits(t))

    def fits(self, line: Treatment) -> bool:
        """Whether nothing forbids a drug line to this person."""
        if line.regimen is None or self.taker is None:
            return False
        return not objections(self.base, self.taker, line.regimen, self.case.known_drugs)

    def _meant(self, line: Treatment) -> bool:
        if line.if_allergic_to is not None:
            groups = {group for allergy in self.case.known_allergies for group in allergy.groups}
            if line.if_allergic_to not in groups:
                return False
        return self.concerns(line.who)


def _in_sight(base: KnowledgeBase, case: Case, flag: RedFlag) -> bool:
    """Whether there is a reason to look for a red flag. Nobody who comes for a check-up is asked about everything."""
    said: set[str] = set()
    for slug in case.presenting:
        entry = base.findings.get(slug)
        while entry is not None:
            said.add(entry.id)
            entry = base.findings.get(entry.parent or "")
    likely = {case.truth, *case.active, *base.conditions[case.truth].must_not_miss}
    measured = any(limit.of in VITALS for limit in flag.limits)
    return measured or not said.isdisjoint((*flag.all, *flag.any)) or not likely.isdisjoint(flag.means)


@functools.lru_cache(maxsize=256)
def _truth(base: KnowledgeBase, key: _ByIdentity) -> Truth:
    case = key.case
    condition = base.conditions[case.truth]
    told = as_told(base, case)
    essential = tuple(t for t in case.essential if not _forbidden(base.tests[t], case))
    at_bedside = tuple(f for f in red_flags_present(base, told) if _in_sight(base, case, f))
    tested = red_flags_present(base, _with_results(base, case, told, essential))
    flags = tuple(f for f in tested if f in at_bedside or _in_sight(base, case, f))
    truth = Truth(base, case, condition, at_bedside, flags, essential, "home", _taker(case))
    return replace(truth, belongs=_belongs(truth))


@dataclass(frozen=True, slots=True, eq=False)
class _ByIdentity:
    """A case as a key: cases hold mappings, which cannot be hashed."""

    case: Case

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByIdentity) and self.case is other.case

    def __hash__(self) -> int:
        return id(self.case)


def truth_of(base: KnowledgeBase, case: Case) -> Truth:
    """What this case asks for, kept. Raises ValueError where the base does not know what is the matter."""
    if case.truth not in base.conditions:
        raise ValueError(
            f"case {case.id}, truth: {case.truth!r} is no condition of this base: use its own version"
        )
    return _truth(base, _ByIdentity(case))


def as_told(base: KnowledgeBase, case: Case) -> Evidence:
    """What asking everything and examining everything would give: what is asked as it is told, what is examined as it is."""
    found = {}
    for slug in case.findings:
        entry = base.findings.get(slug)
        if entry is None:
            continue
        value = case.findings[slug] if entry.examined else case.told(slug)
        if value is not None:
            found[slug] = value
    for slug in list(found):
        entry = base.findings[slug]
        if not entry.examined and entry.parent is not None and found.get(entry.parent) is False:
            found[slug] = False
    return replace(case.evidence(), findings=found)


def _with_results(base: KnowledgeBase, case: Case, told: Evidence, tests: Iterable[str]) -> Evidence:
    analytes = dict(told.analytes)
    results = dict(told.tests)
    for test in tests:
        entry = base.tests[test]
        analytes.update({a.id: case.analytes[a.id] for a in entry.analytes if a.id in case.analytes})
        if entry.positive is not None:
            results[test] = case.tests.get(test, False)
    return replace(told, analytes=analytes, tests=results)


def _forbidden(test: Test, case: Case) -> bool:
    """Whether this person must not have a test."""
    conditions = {*case.active, *(p.condition for p in case.known_problems if p.active)}
    egfr = case.analytes.get("analyte.egfr")
    contrast = test.risk == "contrast"
    allergic = contrast and any("allergy.iodinated_contrast" in a.groups for a in case.known_allergies)
    return allergic or any(
        against.severity == "absolute"
        and (against.condition is None or against.condition in conditions)
        and (against.finding is None or case.findings.get(against.finding) is True)
        and (against.egfr_below is None or (egfr is not None and egfr < against.egfr_below))
        and (against.who is None or may_hold(against.who, case.age, case.sex, case.pregnant))
        for against in test.contraindications
    )


def _taker(case: Case) -> Taker | None:
    if case.age is None or case.sex not in ("female", "male"):
        return None
    return Taker(
        Stratum(case.age, "female" if case.sex == "female" else "male", case.pregnant),
        case.findings.get("finding.breastfeeding") is True,
        float(case.findings.get("finding.weight", 70.0)),
        case.analytes.get("analyte.egfr", 90.0),
        frozenset((*case.active, *(p.condition for p in case.known_problems if p.active))),
        case.findings,
        case.known_allergies,
    )


def _belongs(truth: Truth) -> Belongs:
    if truth.condition.urgency == "emergency" or truth.urgent:
        return "emergency"
    for kind, where in (("admission", "hospital"), ("referral", "specialist")):
        if any(line.line == "first" for line in truth.lines(kind)):
            return "hospital" if where == "hospital" else "specialist"
    return "home"


def dangers_beside(truth: Truth) -> tuple[str, ...]:
    """What must not be missed beside the truth, in this very person."""
    case = truth.case
    return tuple(
        m
        for m in truth.condition.must_not_miss
        if m != truth.condition.id and possible_in(truth.base, m, case.age, case.sex, case.pregnant)
    )


def useful_tests(truth: Truth) -> frozenset[str]:
    """Tests that nobody may call waste: for the truth, for what must not be missed, for whatever else is active."""
    base, case = truth.base, truth.case
    wanted = {effect.test or base.test_of(str(effect.analyte)) for effect in truth.condition.tests}
    others = (*dangers_beside(truth), *case.active, *(p.condition for p in case.known_problems if p.active))
    for slug in others:
        entry = base.conditions.get(slug)
        if entry is None:
            continue
        wanted |= {e.test or base.test_of(str(e.analyte)) for e in entry.tests if e.essential}
        wanted |= {m.test for m in entry.monitoring if m.test is not None}
    wanted |= {m.test for m in truth.condition.monitoring if m.test is not None}
    for drug in (*(k.drug for k in case.known_drugs), *_offered(truth)):
        wanted |= {m.test for m in base.drugs[drug].monitoring if m.test is not None}
    for flag in truth.flags:
        for slug in (c for c in flag.means if c in base.conditions):
            wanted |= {
                e.test or base.test_of(str(e.analyte)) for e in base.conditions[slug].tests if e.essential
            }
    if fertile(case):
        wanted.add("test.pregnancy_test")
    return frozenset(test for test in wanted if test in base.tests)


def _offered(truth: Truth) -> tuple[str, ...]:
    return tuple(t.regimen.drug for t in truth.lines("drug") if t.regimen is not None and t.line == "first")


def fertile(case: Case) -> bool:
    """Whether a pregnancy is possible by sex and age."""
    return case.sex == "female" and case.age is not None and FERTILE[0] <= case.age < FERTILE[1]


def sent_on(chart: Chart, *, soon: bool = False) -> bool:
    """Whether the patient was handed to somebody who acts at once; with `soon`, or to anybody at all."""
    if chart.disposition in SENT or (chart.disposition == "referred" and soon):
        return True
    return any(soon or r["urgency"] in ("emergency", "urgent") for r in chart.referrals)
