"""Do ids resolve, to the right kind of thing; do parents precede their children and end somewhere?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from wardround.knowledge.checks.draft import Draft, Problem
from wardround.knowledge.schema import Condition, Contraindication, Drug, Manifestation, TestEffect

_CONDITION = re.compile(r"condition\.[a-z0-9_]+")
_PREFIXES = {
    "findings": "finding.",
    "tests": "test.",
    "conditions": "condition.",
    "alternatives": "condition.",
    "classes": "class.",
    "drugs": "drug.",
    "cross_reactivity": "allergy.",
    "courses": "course.",
}


def check_references(draft: Draft) -> Iterator[Problem]:
    """Every reference of every entity."""
    yield from _names(draft)
    yield from _parents(draft)
    for condition in draft.content.conditions:
        yield from _condition(draft, condition)
    for drug in draft.content.drugs:
        yield from _drug(draft, drug)
    for test in draft.content.tests:
        yield from _contraindications(draft, test.id, test.contraindications)
    for group in draft.content.cross_reactivity:
        for i, (other, _) in enumerate(group.related):
            yield from _known(other, draft.allergies, group.id, f"related.{i}", "cross_reactivity group")
    either = {*draft.drugs, *draft.classes}
    for item in draft.content.interactions:
        for i, slug in enumerate(item.between):
            yield from _known(slug, either, item.id, f"between.{i}", "drug or class")
        for i, slug in enumerate(item.exceptions):
            yield from _known(slug, either, item.id, f"exceptions.{i}", "drug or class")
    yield from _red_flags(draft)


def _known(slug: str | None, known: Collection[str], entity: str, field: str, kind: str) -> Iterator[Problem]:
    if slug is not None and slug not in known:
        yield Problem(entity, field, f"{slug} is no {kind} of the base: add it, or use an id that is there")


def _names(draft: Draft) -> Iterator[Problem]:
    for kind, prefix in _PREFIXES.items():
        for entity in getattr(draft.content, kind):
            if not entity.id.startswith(prefix):
                yield Problem(entity.id, "id", f"begin it with {prefix}")
    seen: dict[str, str] = {}
    for test in draft.content.tests:
        for analyte in test.analytes:
            if not analyte.id.startswith("analyte."):
                yield Problem(test.id, f"analytes.{analyte.id}", "begin its id with analyte.")
            if analyte.id in seen:
                yield Problem(
                    test.id, f"analytes.{analyte.id}", f"stands already in {seen[analyte.id]}: keep one"
                )
            seen[analyte.id] = test.id


def _parents(draft: Draft) -> Iterator[Problem]:
    before: set[str] = set()
    place = {f.id: i for i, f in enumerate(draft.content.findings)}
    for finding in draft.content.findings:
        before.add(finding.id)
        stem = finding.id.rpartition(".")[0]
        if stem in place and finding.parent != stem:
            yield Problem(finding.id, "parent", f"set it to {stem}, whose child its id says it is")
        if finding.parent is None:
            continue
        if finding.parent not in place:
            yield from _known(finding.parent, place, finding.id, "parent", "finding")
        elif draft.findings[finding.parent].answer != "yes_no":
            yield Problem(
                finding.id, "parent", f"{finding.parent} is not answered by yes or no: choose one that is"
            )
        elif _circular(draft, finding.id):
            yield Problem(finding.id, "parent", "is below itself: break the circle")
    for entry in draft.content.classes:
        yield from _known(entry.parent, draft.classes, entry.id, "parent", "class")
        seen, at = {entry.id}, entry.parent
        while at in draft.classes and at is not None:
            if at in seen:
                yield Problem(entry.id, "parent", "is below itself: break the circle")
                break
            seen.add(at)
            at = draft.classes[at].parent


def _circular(draft: Draft, slug: str) -> bool:
    seen: set[str] = set()
    at: str | None = slug
    while at in draft.findings and at is not None:
        if at in seen:
            return True
        seen.add(at)
        at = draft.findings[at].parent
    return False


def _condition(draft: Draft, condition: Condition) -> Iterator[Problem]:
    for i, risk in enumerate(condition.risks):
        if (risk.finding is None) == (risk.condition is None):
            yield Problem(condition.id, f"risks.{i}", "name exactly one of finding and condition")
        yield from _known(risk.finding, draft.findings, condition.id, f"risks.{i}.finding", "finding")
        yield from _known(
            risk.condition, draft.named_conditions, condition.id, f"risks.{i}.condition", "condition"
        )
    for i, shown in enumerate(condition.findings):
        yield from _manifestation(draft, condition, i, shown)
    for i, effect in enumerate(condition.tests):
        yield from _effect(draft, condition, i, effect)
    for i, slug in enumerate(condition.must_not_miss):
        yield from _known(
            slug, draft.named_conditions, condition.id, f"must_not_miss.{i}", "condition or alternative"
        )
        if slug == condition.id:
            yield Problem(condition.id, f"must_not_miss.{i}", "names itself: name what else it could be")
    for i, clue in enumerate(condition.discriminating):
        yield from _known(
            clue.finding, draft.findings, condition.id, f"discriminating.{i}.finding", "finding"
        )
        against = f"discriminating.{i}.against"
        yield from _known(
            clue.against, draft.named_conditions, condition.id, against, "condition or alternative"
        )
    for i, line in enumerate(condition.management):
        drug = line.regimen.drug if line.regimen else None
        yield from _known(drug, draft.drugs, condition.id, f"management.{i}.regimen.drug", "drug")
        allergy = f"management.{i}.if_allergic_to"
        yield from _known(
            line.if_allergic_to, draft.allergies, condition.id, allergy, "cross_reactivity group"
        )
    for i, item in enumerate(condition.monitoring):
        yield from _known(item.test, draft.tests, condition.id, f"monitoring.{i}.test", "test")


def _manifestation(draft: Draft, condition: Condition, i: int, shown: Manifestation) -> Iterator[Problem]:
    field = f"findings.{i} ({shown.finding})"
    finding = draft.findings.get(shown.finding)
    if finding is None:
        yield from _known(shown.finding, draft.findings, condition.id, field, "finding")
    elif shown.p is not None and finding.answer != "yes_no":
        yield Problem(condition.id, field, f"its answer is {finding.answer}: p is only for yes_no")
    elif shown.mean is not None and finding.answer != "quantity":
        yield Problem(condition.id, field, f"its answer is {finding.answer}: mean is only for quantity")
    elif shown.mean is not None and (shown.sd is None or shown.sd <= 0):
        yield Problem(condition.id, field, "give an sd above 0 beside the mean")
    if any(r.finding == shown.finding for r in condition.risks):
        yield Problem(condition.id, field, "stands also in risks, so it would count twice: keep one")
    earlier = condition.findings[:i]
    if any(e.finding == shown.finding and e.who == shown.who for e in earlier):
        yield Problem(condition.id, field, "stands twice for the same people: keep one")


def _effect(draft: Draft, condition: Condition, i: int, effect: TestEffect) -> Iterator[Problem]:
    field = f"tests.{i} ({effect.test or effect.analyte})"
    if (effect.test is None) == (effect.analyte is None):
        yield Problem(condition.id, field, "name exactly one of test and analyte")
    if effect.test is not None:
        test = draft.tests.get(effect.test)
        if test is None:
            yield from _known(effect.test, draft.tests, condition.id, field, "test")
        elif not test.positive:
            yield Problem(
                condition.id, field, "has analytes, not a positive result: give the analyte and a shift"
            )
        if effect.p is None:
            yield Problem(condition.id, field, "give p, how often it is positive")
    if effect.analyte is not None:
        yield from _known(effect.analyte, draft.analytes, condition.id, field, "analyte")
        if effect.shift is None or effect.p is not None:
            yield Problem(condition.id, field, "give a shift (in typical sds) and no p")


def _drug(draft: Draft, drug: Drug) -> Iterator[Problem]:
    for i, slug in enumerate(drug.classes):
        yield from _known(slug, draft.classes, drug.id, f"classes.{i}", "class")
    for i, slug in enumerate(drug.cross_reactivity):
        yield from _known(slug, draft.allergies, drug.id, f"cross_reactivity.{i}", "cross_reactivity group")
    for i, dose in enumerate(drug.doses):
        for slug in _CONDITION.findall(dose.indication):
            yield from _known(slug, draft.named_conditions, drug.id, f"doses.{i}.indication", "condition")
    for i, adverse in enumerate(drug.adverse):
        yield from _known(adverse.finding, draft.findings, drug.id, f"adverse.{i}.finding", "finding")
    for i, item in enumerate(drug.monitoring):
        yield from _known(item.test, draft.tests, drug.id, f"monitoring.{i}.test", "test")
    yield from _contraindications(draft, drug.id, drug.contraindications)


def _contraindications(draft: Draft, entity: str, items: tuple[Contraindication, ...]) -> Iterator[Problem]:
    for i, item in enumerate(items):
        field = f"contraindications.{i}"
        yield from _known(item.condition, draft.named_conditions, entity, f"{field}.condition", "condition")
        yield from _known(item.finding, draft.findings, entity, f"{field}.finding", "finding")
        if all(x is None for x in (item.condition, item.finding, item.egfr_below, item.who)):
            yield Problem(entity, field, "name a condition, finding, egfr_below or who")


def _red_flags(draft: Draft) -> Iterator[Problem]:
    yes_no = {f.id for f in draft.content.findings if f.answer == "yes_no"}
    states = yes_no | {t.id for t in draft.content.tests if t.positive} | draft.named_conditions
    measured = {f.id for f in draft.content.findings if f.answer == "quantity"} | set(draft.analytes)
    for flag in draft.content.red_flags:
        for name in ("all", "any", "none"):
            for i, slug in enumerate(getattr(flag, name)):
                yield from _known(slug, states, flag.id, f"{name}.{i}", "yes/no finding, test or condition")
        for i, limit in enumerate(flag.limits):
            yield from _known(limit.of, measured, flag.id, f"limits.{i}.of", "measured finding or analyte")
            if limit.below is None and limit.above is None:
                yield Problem(flag.id, f"limits.{i}", "give below or above")
        for i, slug in enumerate(flag.means):
            yield from _known(slug, draft.named_conditions, flag.id, f"means.{i}", "condition or alternative")
        if flag.any and flag.at_least > len(flag.any):
            yield Problem(flag.id, "at_least", f"is more than the {len(flag.any)} in any: lower it")
