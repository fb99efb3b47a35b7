"""From an action to its short form: what of it cannot be filled in again from the visit."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from wardround.care.planner.attending import missing_vitals
from wardround.care.planner.seeing import Seen, Sight
from wardround.care.planner.sourcing import topics
from wardround.care.planner.steps import UNSURE
from wardround.care.planner.taken import is_about_what_is_taken
from wardround.care.shorthand.calls import CONFLICT, ShortCall, ShortTools
from wardround.harness import JSON, Action


def shortened(tools: ShortTools, sight: Sight, seen: Seen, action: Action) -> ShortCall | None:
    """The short form of an action; None where there is none."""
    short = _SHORT.get(action.tool)
    return ShortCall(action.tool, short(tools, sight, seen, action.arguments)) if short else None


def _ask(tools: ShortTools, sight: Sight, seen: Seen, given: JSON) -> JSON:
    return {"about": given.get("about") or CONFLICT}


def _examine(tools: ShortTools, sight: Sight, seen: Seen, given: JSON) -> JSON:
    findings = list(given["findings"])
    return {} if findings == missing_vitals(sight, seen) else {"findings": findings}


def _search(tools: ShortTools, sight: Sight, seen: Seen, given: JSON) -> JSON:
    usual = {t for t in topics(tools.base, seen.chart) if t not in seen.chart.looked_up}
    other = [t for t in given.get("about", ()) if t not in usual and t in tools.base.drugs]
    return {"about": other[0]} if other else {}


def _settle(tools: ShortTools, sight: Sight, seen: Seen, given: JSON) -> JSON:
    known = [dispute.id for dispute in seen.chart.disputes]
    which = known.index(given["conflict"]) if given["conflict"] in known else 0
    return {"conflict": which, "decision": given["decision"]}


def _differential(tools: ShortTools, sight: Sight, seen: Seen, given: JSON) -> JSON:
    return {
        "ranked": [
            f"{tools.names.of(r['condition'])} {hundredths(r['probability'])}" for r in given["ranked"]
        ]
    }


def hundredths(p: float) -> int:
    """1 to 99: nothing is certain, and nothing that is named is impossible."""
    return min(max(round(100 * p), 1), 99)


def _diagnose(tools: ShortTools, sight: Sight, seen: Seen, given: JSON) -> JSON:
    return {"condition": tools.names.of(given["condition"]), "certainty": given.get("certainty", "probable")}


def _advise(tools: ShortTools, sight: Sight, seen: Seen, given: JSON) -> JSON:
    text, flags = given["text"], tools.base.red_flags
    if text == UNSURE:
        return {"say": "unsure"}
    if any(flags[f].patient_text == text for f in seen.chart.addressed if f in flags):
        return {"say": "flag"}
    if is_about_what_is_taken(text):
        return {"say": "taken"}
    return {"say": "safety_net" if given.get("safety_net") else "explain"}


def _only(*names: str) -> Callable[[ShortTools, Sight, Seen, JSON], JSON]:
    """These arguments as they stand."""
    return lambda tools, sight, seen, given: {name: given[name] for name in names}


_SHORT: Mapping[str, Callable[[ShortTools, Sight, Seen, JSON], JSON]] = {
    "ask": _ask,
    "examine": _examine,
    "order_test": _only("test"),
    "recall": _only("topic"),
    "check_prescription": _only("drug"),
    "search_evidence": _search,
    "read_passage": _only(),
    "settle": _settle,
    "differential": _differential,
    "diagnose": _diagnose,
    "prescribe": _only("drug"),
    "stop": _only("drug"),
    "advise": _advise,
    "refer": _only("to", "urgency"),
    "follow_up": _only(),
    "escalate": _only("red_flag"),
    "close": _only("disposition"),
}
