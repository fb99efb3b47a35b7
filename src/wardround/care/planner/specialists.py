"""The consulted specialists: tests by their value, a check of safety, a look at the drugs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from wardround.care.advice_on_drugs import what_is_known
from wardround.care.chart import Chart, not_to_be_missed, share
from wardround.care.citing import sentences
from wardround.care.constraints.pathways import pathways_against
from wardround.care.entries import interaction_id, renal_sentence
from wardround.care.evidence_tools import kidneys_against
from wardround.care.planner.dangers import tests_due
from wardround.care.planner.seeing import Seen, Sight, decided, differential_of, in_words, leading
from wardround.care.planner.treatment import candidates, treated
from wardround.harness import Decision, Situation
from wardround.knowledge import KnowledgeBase, Posterior, Renal, Treatment, possible_red_flags, test_values

MAX_TESTS = 4
MAX_LINES = 3
LONGEST_LINE = 300
WORTH_TESTING = 0.08
"""Bits per unit of cost below which a test is not ordered."""
LIKELY = 0.3
"""From this probability on, what is essential for a diagnosis is ordered."""
SETTLED = 0.8
"""From this probability on, only what is essential for the diagnosis is ordered."""
IN_QUESTION = 0.03
"""Conditions below this probability are not tested for."""


def investigate(sight: Sight, situation: Situation) -> Decision:
    """Order what tells most for its cost, and the essential tests of what is likely; then report."""
    seen = sight.of(situation)
    choice = next_test(sight, seen, situation)
    if choice is not None:
        return choice
    ordered = {order.test for order in seen.chart.orders}
    belief = differential_of(sight.projection, seen.chart)
    done = (
        ", ".join(sight.projection.base.named(t) for t in sorted(ordered)) or "no test is worth its cost here"
    )
    said = f"Tests: {done}. {in_words(sight.projection, belief)}"
    return decided("report", said, findings=said, recommend=[], concerns=[])


def next_test(sight: Sight, seen: Seen, situation: Situation) -> Decision | None:
    """What to order now; None where nothing is worth its cost, or nothing may be ordered."""
    if "order_test" not in situation.mask.tools or "order_test" in seen.failed:
        return None
    ordered = {order.test for order in seen.chart.orders}
    choice = _test_for_danger(sight, seen, ordered)
    return _next_test(sight, seen, ordered) if choice is None and len(ordered) < MAX_TESTS else choice


def why_tested(sight: Sight, seen: Seen, test: str) -> str:
    """What ordering this test rests on: a danger, a likely diagnosis, or what it tells."""
    base, chart = sight.projection.base, seen.chart
    why = tests_due(sight.projection, chart).get(test)
    if why is not None:
        return why
    belief = differential_of(sight.projection, chart)
    likely, p = leading(sight.projection, chart, belief)
    if p >= LIKELY and test in _essential(base, likely):
        return _for_likely(base, likely, p)
    without = _left_out(base, seen, {order.test for order in chart.orders}) - {test}
    values = test_values(base, chart.evidence, _in_question(belief), without=without)
    bits = next((value.bits for value in values if value.id == test), 0.0)
    return _for_bits(base, belief, bits)


def _essential(base: KnowledgeBase, condition: str) -> list[str]:
    effects = base.conditions[condition].tests
    return [effect.test or base.test_of(str(effect.analyte)) for effect in effects if effect.essential]


def _left_out(base: KnowledgeBase, seen: Seen, ordered: set[str]) -> set[str]:
    refused = {what for tool, what in seen.refused if tool == "order_test"}
    return ordered | refused | {t.id for t in base.tests.values() if t.risk == "invasive"}


def _for_likely(base: KnowledgeBase, likely: str, p: float) -> str:
    return f"essential where {base.named(likely)} is likely ({share(p)})"


def _for_bits(base: KnowledgeBase, belief: Posterior, bits: float) -> str:
    return f"tells {bits:.2f} bits between {', '.join(base.named(c) for c, _ in belief.top(3))}"


def _test_for_danger(sight: Sight, seen: Seen, ordered: set[str]) -> Decision | None:
    """What settles a danger comes first, and is not counted against the others."""
    for test, why in tests_due(sight.projection, seen.chart).items():
        if test not in ordered and ("order_test", test) not in seen.refused:
            name = sight.projection.base.named(test)
            return decided("order_test", f"{name}: {why}.", test=test, reason=why)
    return None


def _next_test(sight: Sight, seen: Seen, ordered: set[str]) -> Decision | None:
    base, chart = sight.projection.base, seen.chart
    belief = differential_of(sight.projection, chart)
    likely, p = leading(sight.projection, chart, belief)
    without = _left_out(base, seen, ordered)
    if p >= LIKELY:
        for test in _essential(base, likely):
            if test not in without:
                reason = _for_likely(base, likely, p)
                return decided("order_test", f"{base.named(test)} is {reason}.", test=test, reason=reason)
    if p >= SETTLED:
        return None
    for value in test_values(base, chart.evidence, _in_question(belief), without=without):
        if value.per_cost < WORTH_TESTING:
            return None
        reason = _for_bits(base, belief, value.bits)
        return decided("order_test", f"{base.named(value.id)} {reason}.", test=value.id, reason=reason)
    return None


def _in_question(belief: Posterior) -> Posterior:
    """The belief with only those conditions that the complaint made likelier and that remain likely enough to matter."""
    matters = [
        p >= IN_QUESTION and belief.lift(c) > 1.0 for c, p in zip(belief.conditions, belief.p_C, strict=True)
    ]
    return replace(belief, p_C=np.where(matters, belief.p_C, 0.0))


def look_after_safety(sight: Sight, situation: Situation) -> Decision:
    """Which dangers are open, and which alternatives must not be missed."""
    seen = sight.of(situation)
    if situation.mask.obligation:
        return Decision(situation.mask.obligation[1], "A red flag is open.")
    base, chart = sight.projection.base, seen.chart
    belief = differential_of(sight.projection, chart)
    open_flags = [base.red_flags[f].name for f in chart.open_red_flags]
    begun = [p.flag.name for p in possible_red_flags(base, chart.evidence) if p.missing == 1][:4]
    danger = sorted({m for c, p in belief.top(3) if p > 0.05 for m in not_to_be_missed(base, chart, c)})
    names = ", ".join(base.named(m) for m in danger) or "none"
    said = f"Must not be missed here: {names}. Open red flags: {', '.join(open_flags) or 'none'}."
    concerns = [f"One answer short of: {name}" for name in begun]
    return decided("report", said, findings=said, recommend=[], concerns=concerns)


def look_after_drugs(sight: Sight, situation: Situation) -> Decision:
    """What speaks for and against the drugs of the working diagnosis."""
    seen = sight.of(situation)
    base, chart = sight.projection.base, seen.chart
    lines = candidates(base, chart)
    check = next_check(sight, seen, situation)
    if check is not None:
        return check
    concerns, recommend = [], []
    for line in lines[:MAX_LINES]:
        if line.regimen is None:
            continue
        drug = base.drugs[line.regimen.drug]
        known = what_is_known(base, chart, drug)
        recommend.append(_whole_sentences(line.text))
        concerns += [
            f"{drug.name} with {base.named(i['with'])}: {i['effect']}"[:300] for i in known["interactions"]
        ]
        concerns += [_at_this_egfr(drug.name, line, chart) for line in drug.renal if _holds(line, chart)]
        against = pathways_against(base, chart, drug)
        concerns += [_whole_sentences(p.guidance.text) for p in against if f"{p.id}#0" in chart.passages]
    said = f"{len(recommend)} possible drug lines looked at; {len(concerns)} concerns."
    return decided("report", said, findings=said, recommend=recommend[:12], concerns=concerns[:12])


def next_check(sight: Sight, seen: Seen, situation: Situation) -> Decision | None:
    """The next drug of the working diagnosis to look up; None where that was done, or it is treated already."""
    base, chart = sight.projection.base, seen.chart
    wanted = _to_check(base, seen, candidates(base, chart))
    if wanted is None or treated(base, chart) or "check_prescription" not in situation.mask.tools:
        return None
    return decided(
        "check_prescription", f"Doses and limits of {base.named(wanted)} for this patient.", drug=wanted
    )


def _to_check(base: KnowledgeBase, seen: Seen, lines: Sequence[Treatment]) -> str | None:
    """The first drug; then whichever of the others has something against it that was not looked up yet."""
    drugs = [line.regimen.drug for line in lines[:MAX_LINES] if line.regimen is not None]
    if not drugs or "check_prescription" in seen.failed:
        return None
    if "check_prescription" not in seen.done:
        return drugs[0]
    refused = {what for tool, what in seen.refused if tool == "check_prescription"}
    held = seen.chart.passages.keys()
    return next((d for d in drugs if d not in refused and not _against(base, seen.chart, d) <= held), None)


def _against(base: KnowledgeBase, chart: Chart, drug: str) -> frozenset[str]:
    """The passages that speak against a drug in this patient."""
    known = what_is_known(base, chart, base.drugs[drug])
    ids = {interaction_id(i["id"], drug, i["with"]) for i in known["interactions"]}
    ids |= {view["id"] for view in kidneys_against(base, chart, base.drugs[drug])}
    return frozenset(ids | {f"{p.id}#0" for p in pathways_against(base, chart, base.drugs[drug])})


def _holds(line: Renal, chart: Chart) -> bool:
    return chart.egfr is not None and chart.egfr < line.egfr_below


def _at_this_egfr(drug: str, line: Renal, chart: Chart) -> str:
    """The base's line, and the value that it meets."""
    return _whole_sentences(f"{renal_sentence(drug, line)} The eGFR is {chart.egfr:g}.")


def _whole_sentences(text: str) -> str:
    """As many sentences as a recommendation holds; of a longer one its beginning, said to be that."""
    if len(text) <= LONGEST_LINE:
        return text
    ends = [end for _, end in sentences(text) if end <= LONGEST_LINE]
    return text[: ends[-1]] if ends else f"{text[: LONGEST_LINE - 1]}…"
