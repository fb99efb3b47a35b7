"""What the patient takes already: a drug that must no longer be given, or that may bring the very complaint.

Stopping is proposed where the base's own absolute limit holds, or where a drug begun lately accounts for the complaint
and nothing else does better; never where stopping at once does harm of its own: then a physician looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from wardround.care.chart import Chart, CurrentDrug
from wardround.care.constraints.formulary import Formulary
from wardround.care.constraints.stopping import abrupt_harm, no_longer_allowed
from wardround.care.planner.complaint import CLEARLY_ABOVE, explains, troubles
from wardround.care.planner.seeing import SURE_ENOUGH, Seen, Sight, decided, differential_of, leading
from wardround.clinical import PartialDate
from wardround.harness import Decision, Situation
from wardround.knowledge import Adverse, Drug, KnowledgeBase, may_hold

LATER = 14
"""So many days after an effect's usual onset people may still come about it for the first time."""
TYPICAL = 0.05
"""From this probability on an effect is usual of a drug."""
BETTER = 0.5
"""A condition this likely explains a complaint better than a drug does that was begun lately."""
UNTIL_SEEN = "Do not stop it by yourself before a doctor has looked at it."
"""How every advice of this kind ends."""


@dataclass(frozen=True, slots=True)
class Since:
    """For how many days a drug is taken: exactly, or at least (a record gives its last renewal, a patient's word the day
    on which it was said)."""

    days: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Suspect:
    """A drug that may bring what the patient comes about. `lately`: begun within the effect's usual time."""

    taken: CurrentDrug
    drug: Drug
    effect: Adverse
    finding: str
    lately: bool


def look_at_what_is_taken(sight: Sight, seen: Seen, situation: Situation) -> Decision | None:
    """Stop what must no longer be taken; say of what may bring the complaint that it may, and propose to stop it."""
    chart = seen.chart
    if chart.red_flags:
        return None
    book = formulary_of(sight.projection.base)
    for taken in _known(book, chart):
        drug = book.drugs[str(taken.drug)]
        reason = no_longer_allowed(book, chart, drug)
        if reason is not None:
            thought = f"{drug.name} is taken and must not be any more: {reason}"
            step = _stop(book, seen, situation, taken, thought, reason) or _say(
                seen, _not_right(drug), thought
            )
            if step is not None:
                return step
    for suspect in suspects(sight, chart):
        step = _on(book, seen, situation, suspect)
        if step is not None:
            return step
    return None


def sent_for_a_drug(sight: Sight, seen: Seen, situation: Situation) -> Decision | None:
    """A physician for whoever takes what they must not, and cannot just stop."""
    chart = seen.chart
    asked = any(tool == "refer" for tool, _ in seen.refused) or "refer" not in situation.mask.tools
    return None if chart.referrals or chart.red_flags or asked else referral_for_a_drug(sight, seen)


def referral_for_a_drug(sight: Sight, seen: Seen) -> Decision | None:
    """The referral of whoever takes what they must not, and cannot just stop."""
    chart, book = seen.chart, formulary_of(sight.projection.base)
    for taken in _known(book, chart):
        drug = book.drugs[str(taken.drug)]
        reason, harm = no_longer_allowed(book, chart, drug), abrupt_harm(book, chart, drug.id)
        if reason is not None and harm is not None:
            why = f"{reason} It is not to be stopped at once: {harm}."[:2000]
            return decided("refer", why, (taken.event,), to="physician", urgency="urgent", reason=why)
    return None


def is_about_what_is_taken(text: str) -> bool:
    """Whether an advice is one of this module's, which explains no diagnosis."""
    return text.endswith(UNTIL_SEEN)


def suspects(sight: Sight, chart: Chart) -> tuple[Suspect, ...]:
    """Taken drugs that bring a finding of the complaint, begun lately first; none where a condition explains it better."""
    base = sight.projection.base
    named, book = troubles(base, chart), formulary_of(base)
    found = [
        Suspect(taken, drug, effect, str(effect.finding), since is not None and since.exact)
        for taken in _known(book, chart)
        for drug in (book.drugs[str(taken.drug)],)
        for since in (_days_taken(chart, taken),)
        for effect in drug.adverse
        if effect.finding in named and _fits(base, chart, effect, since)
    ]
    if not found:
        return ()
    best, p = leading(sight.projection, chart, differential_of(sight.projection, chart))
    p = p if explains(base, chart, best) else 0.0
    kept = [s for s in found if p < (BETTER if s.lately else SURE_ENOUGH)]
    return tuple(sorted(kept, key=lambda s: (not s.lately, -s.effect.p)))


def _fits(base: KnowledgeBase, chart: Chart, effect: Adverse, since: Since | None) -> bool:
    """Whether the effect comes at this time, and is usual of the drug or brings the finding clearly more often than chance;
    both, where nobody knows since when it is taken."""
    if since is not None and since.days > effect.onset_days[1] + LATER:
        return False
    exact = since is not None and since.exact
    if since is not None and exact and since.days < effect.onset_days[0]:
        return False
    who, finding = chart.evidence, base.findings[str(effect.finding)]
    chance = [b.p for b in finding.background if may_hold(b.who, who.age, who.sex, who.pregnant)]
    least = CLEARLY_ABOVE * max(chance, default=0.0)
    return effect.p >= (min(least, TYPICAL) if exact else max(least, TYPICAL))


def _on(book: Formulary, seen: Seen, situation: Situation, suspect: Suspect) -> Decision | None:
    """First the patient hears it; then, where it was begun lately, a stop is proposed."""
    name, what = suspect.drug.name, book.named(suspect.finding)
    thought = f"{what[:1].upper()}{what[1:]} can come from {name} ({suspect.effect.effect}), which is taken."
    step = _say(seen, _may_come_from(book, suspect), thought)
    if step is not None or not suspect.lately:
        return step
    return _stop(book, seen, situation, suspect.taken, thought, _why_suspected(book, suspect))


def _not_right(drug: Drug) -> str:
    return f"Your {drug.name} may no longer be right for you, and a doctor has to look at it soon."


def _may_come_from(book: Formulary, suspect: Suspect) -> str:
    what = book.named(suspect.finding)
    return f"{what[:1].upper()}{what[1:]} can come from your {suspect.drug.name}."


def _why_suspected(book: Formulary, suspect: Suspect) -> str:
    what, name = book.named(suspect.finding), suspect.drug.name
    return (
        f"{what} may be an adverse effect of {name}, begun shortly before; nothing found explains it better"
    )


def saying_about_taken(sight: Sight, seen: Seen) -> Decision | None:
    """What is to be said of what the patient takes and was not said yet."""
    chart, book = seen.chart, formulary_of(sight.projection.base)
    drugs = (book.drugs[str(taken.drug)] for taken in _known(book, chart))
    texts = [_not_right(drug) for drug in drugs if no_longer_allowed(book, chart, drug) is not None]
    texts += [_may_come_from(book, suspect) for suspect in suspects(sight, chart)]
    return next((step for text in texts if (step := _say(seen, text, "")) is not None), None)


def stopping(sight: Sight, seen: Seen, drug: str) -> Decision | None:
    """The proposal to stop a drug that is taken, and why; None where nothing speaks against it."""
    chart, book = seen.chart, formulary_of(sight.projection.base)
    taken = next((one for one in _known(book, chart) if one.drug == drug), None)
    if taken is None:
        return None
    reason = no_longer_allowed(book, chart, book.drugs[drug])
    if reason is None:
        lately = (s for s in suspects(sight, chart) if s.lately and s.drug.id == drug)
        reason = next((_why_suspected(book, suspect) for suspect in lately), None)
    return decided("stop", "", (taken.event,), drug=drug, reason=reason[:2000]) if reason else None


def _stop(
    book: Formulary, seen: Seen, situation: Situation, taken: CurrentDrug, thought: str, reason: str
) -> Decision | None:
    drug = str(taken.drug)
    tried = ("stop", drug) in seen.refused or "stop" in seen.failed or "stop" not in situation.mask.tools
    if tried or abrupt_harm(book, seen.chart, drug) is not None:
        return None
    return decided("stop", thought, (taken.event,), drug=drug, reason=reason[:2000])


def _say(seen: Seen, text: str, thought: str) -> Decision | None:
    said = f"{text} {UNTIL_SEEN}"
    if ("advise", "") in seen.refused or any(s.text == said for s in seen.chart.advice):
        return None
    return decided("advise", thought, text=said)


def _known(book: Formulary, chart: Chart) -> list[CurrentDrug]:
    """What is taken and the base knows, each drug once."""
    return list({d.drug: d for d in reversed(chart.drugs) if d.drug in book.drugs}.values())[::-1]


def _days_taken(chart: Chart, taken: CurrentDrug) -> Since | None:
    """Since how many days it is taken; None where nothing says so. Only of what was prescribed here is it exact."""
    fact = chart.recalled.get(taken.event, {})
    if not fact.get("from"):
        return None
    days = (date.fromisoformat(chart.date) - PartialDate.parse(fact["from"]).earliest().date()).days
    return Since(days, fact["source"]["kind"] == "event" and fact["certainty"] == "confirmed")


@lru_cache(maxsize=4)
def formulary_of(base: KnowledgeBase) -> Formulary:
    """The look-ups over a base, made once."""
    return Formulary(base)
