"""Whether a case is whole and in agreement with itself: every problem in words, none for a case that can be played."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from wardround.clinical import RecordError, read_bundle
from wardround.knowledge import KnowledgeBase, Regimen, Stratum, possible_in, red_flags_present
from wardround.simulation.agreement import PREGNANCY_TEST
from wardround.simulation.case import Case
from wardround.simulation.expectations import backgrounds, layout, stratum_of
from wardround.simulation.medicines import Taker, objections
from wardround.simulation.people import PREGNANCY
from wardround.simulation.record_of_case import record_of
from wardround.simulation.results import CREATININE, filtration
from wardround.simulation.splits import HELDOUT_CONDITIONS
from wardround.simulation.surroundings import CHILD
from wardround.simulation.vital_signs import DIASTOLIC, EGFR, SYSTOLIC, WEIGHT

CLOSE: Final = 0.02
"""Of an eGFR, for what rounding does to it."""


def validate_case(base: KnowledgeBase, case: Case) -> list[str]:
    """Everything that is wrong; empty for a sound case."""
    return [problem for check in CHECKS for problem in check(base, case)]


def _conditions(base: KnowledgeBase, case: Case) -> Iterator[str]:
    if not case.active or case.active[0] != case.truth:
        yield f"active: the truth, {case.truth}, does not come first"
    for condition in case.active:
        if condition not in base.conditions:
            yield f"active: the base does not infer {condition}"
        elif not possible_in(base, condition, case.age, case.sex, case.pregnant or None):
            yield f"active: {condition} cannot be in this person"
    if case.split in ("train", "heldout-seeds"):
        met = {*case.active, *(p.condition for p in case.known_problems)}
        for condition in sorted(met & set(HELDOUT_CONDITIONS)):
            yield f"active: {condition} is held out"
    if case.split == "heldout-conditions" and case.truth not in HELDOUT_CONDITIONS:
        yield f"truth: {case.truth} is not held out"


def _person(base: KnowledgeBase, case: Case) -> Iterator[str]:
    if case.age is None or not case.name or case.sex not in ("female", "male"):
        yield "name, birth, sex: one of them is missing"
        return
    if case.pregnant and case.sex != "female":
        yield "pregnant: in a man"
    if case.age < CHILD and case.social.carer is None:
        yield "social.carer: a child comes alone"
    if (case.social.smoking == "current") != (case.findings.get("finding.smoker") is True):
        yield "social.smoking: it is not what finding.smoker says"
    if (case.obstetric is not None and case.obstetric.weeks is not None) != case.pregnant:
        yield "obstetric.weeks: not what pregnant says"
    assert case.birth is not None
    dated = [
        *(p.since for p in case.known_problems),
        *(a.since for a in case.known_allergies),
        *(d.since for d in case.known_drugs),
        *(r.on for r in case.past_results),
        *(v.on for v in case.past_visits),
    ]
    if any(not case.birth <= day <= case.on for day in dated):
        yield "known_*, past_*: something is dated outside the person's life"


def _findings(base: KnowledgeBase, case: Case) -> Iterator[str]:
    """Everything that can be asked has an answer; children stand under present parents alone."""
    for slug in case.findings.keys() - base.findings.keys():
        yield f"findings: {slug} is unknown"
    for finding in base.findings.values():
        value = case.findings.get(finding.id)
        due = finding.parent is None or case.findings.get(finding.parent) is True
        if finding.answer == "yes_no":
            if due and not isinstance(value, bool):
                yield f"findings: {finding.id} has no answer"
            elif not due and value is not None:
                yield f"findings: {finding.id} without {finding.parent}"
        elif finding.answer == "quantity" and finding.normal is not None:
            low, high = finding.plausible or (float("-inf"), float("inf"))
            if value is None or isinstance(value, bool) or not low <= value <= high:
                yield f"findings: {finding.id} is {value}"
    if case.findings.get(PREGNANCY, case.pregnant) != case.pregnant:
        yield f"findings: {PREGNANCY} is not what pregnant says"
    high, low = case.findings.get(SYSTOLIC, 120.0), case.findings.get(DIASTOLIC, 80.0)
    if not low < high:
        yield f"findings: the diastolic pressure, {low:g}, is not below the systolic one, {high:g}"


def _possible(base: KnowledgeBase, case: Case) -> Iterator[str]:
    """Nothing is present that the base says cannot be in people of this age and sex."""
    if case.age is None:
        return
    at = layout(base)
    stratum = stratum_of(base, case.age, case.sex == "female", case.pregnant)
    chance = backgrounds(base, stratum).tolist()
    for slug, value in case.findings.items():
        if value is True and slug in at.binary_at and chance[at.binary_at[slug]] <= 0.0:
            yield f"findings: {slug} cannot be in this person"


def _results(base: KnowledgeBase, case: Case) -> Iterator[str]:
    for analyte in base.analytes.values():
        value = case.analytes.get(analyte.id)
        if value is None or not analyte.plausible[0] <= value <= analyte.plausible[1]:
            yield f"analytes: {analyte.id} is {value}"
    for test in base.tests.values():
        if test.positive and not isinstance(case.tests.get(test.id), bool):
            yield f"tests: {test.id} has no result"
    if case.tests.get(PREGNANCY_TEST, case.pregnant) != case.pregnant:
        yield f"tests: {PREGNANCY_TEST} is not what pregnant says"
    for test_id in case.essential:
        if test_id not in base.tests:
            yield f"essential: {test_id} is unknown"
    values = case.analytes
    if case.age is not None and CREATININE in values and EGFR in values:
        made = filtration(values[CREATININE], case.age, case.sex)
        held = min(made, base.analytes[EGFR].plausible[1])
        if abs(values[EGFR] - held) > CLOSE * held:
            yield f"analytes: an eGFR of {values[EGFR]:g} with a creatinine of {values[CREATININE]:g}"
    if values.get("analyte.neutrophils", 0.0) > values.get("analyte.white_cells", 1e9):
        yield "analytes: more neutrophils than white cells"


def _complaint(base: KnowledgeBase, case: Case) -> Iterator[str]:
    if not case.complaint.strip() or not case.presenting:
        yield "complaint: there is none"
    for slug in case.presenting:
        if case.findings.get(slug) is not True:
            yield f"presenting: {slug} is not present"
        if case.told(slug) is not True:
            yield f"presenting: the patient does not tell of {slug}"
    for slug, days in case.onset_days.items():
        parent = base.findings[slug].parent
        if case.findings.get(slug) is not True or days < 0:
            yield f"onset_days: {slug} is absent, or still to come"
        if parent is not None and days > case.onset_days.get(parent, days):
            yield f"onset_days: {slug} is older than {parent}"


def _telling(base: KnowledgeBase, case: Case) -> Iterator[str]:
    """Whatever is asked has words for the answer."""
    for slug in case.telling.unsure:
        if not base.findings[slug].answers.unsure:
            yield f"telling.unsure: the base has no words for not being sure of {slug}"
    for slug in case.telling.denied:
        if case.findings.get(slug) is not True:
            yield f"telling.denied: {slug} is not present"
        for child in base.children(slug):
            if case.findings.get(child) is True and child not in case.telling.denied:
                yield f"telling.denied: {child} is told, {slug} is not"


def _drugs(base: KnowledgeBase, case: Case) -> Iterator[str]:
    """Every drug on the record may be taken by this person, in its dose, beside the others."""
    if case.age is None or case.sex not in ("female", "male"):
        return
    taker = Taker(
        Stratum(case.age, "female" if case.sex == "female" else "male", case.pregnant),
        case.findings.get("finding.breastfeeding") is True,
        float(case.findings.get(WEIGHT, 70.0)),
        case.analytes.get(EGFR, 90.0),
        frozenset((*case.active, *(p.condition for p in case.known_problems if p.active))),
        case.findings,
        case.known_allergies,
    )
    for at, drug in enumerate(case.known_drugs):
        given = {
            "drug": drug.drug,
            "dose": {"value": drug.dose, "unit": drug.unit},
            "route": drug.route,
            "per_day": drug.per_day,
        }
        for reason in objections(base, taker, Regimen.model_validate(given), case.known_drugs[:at]):
            yield f"known_drugs: {drug.text}: {reason}"


def _flags(base: KnowledgeBase, case: Case) -> Iterator[str]:
    held = tuple(flag.id for flag in red_flags_present(base, case.evidence(tests=True)))
    if held != case.red_flags:
        yield f"red_flags: {held} hold, {case.red_flags} are said"


def _words(base: KnowledgeBase, case: Case) -> Iterator[str]:
    for field, words, known in (
        ("allergies", case.allergies, case.known_allergies),
        ("drugs", case.drugs, case.known_drugs),
        ("problems", case.problems, case.known_problems),
    ):
        if words != tuple(k.text for k in known):
            yield f"{field}: the words are not those of known_{field}"


def _record(base: KnowledgeBase, case: Case) -> Iterator[str]:
    """The bundle is read whole and gives back what the case says."""
    try:
        record = read_bundle(record_of(base, case))
    except RecordError as error:
        yield f"record: {error}"
        return
    if record.withheld or record.unknown or record.patient != case.patient:
        yield "record: something of it is withheld, unknown, or of somebody else"
    expected = {
        "problem": sorted((p.text, "active" if p.active else "resolved") for p in case.known_problems),
        "allergy": sorted((a.text, "active") for a in case.known_allergies),
        "drug": sorted((d.text, "active") for d in case.known_drugs),
        "result": sorted((base.named(r.of), "active") for r in case.past_results),
    }
    for kind, said in expected.items():
        read = sorted((f.concept.text, f.status) for f in record.facts if f.kind == kind)
        if read != said:
            yield f"record: {kind}: {read} is read, {said} was said"
    if sum(1 for f in record.facts if f.kind == "summary") != len(case.past_visits):
        yield "record: not every visit is read"


CHECKS: Final[tuple[Callable[[KnowledgeBase, Case], Iterator[str]], ...]] = (
    _conditions,
    _person,
    _findings,
    _possible,
    _results,
    _complaint,
    _telling,
    _drugs,
    _flags,
    _words,
    _record,
)
