"""Privacy and fact of standardised patients, as Baichuan-M2 measures its simulator, computed in two independent ways.

Privacy: no clinical fact is said unasked, outside the opening and scripted interruptions. Fact: nothing is said
against what the patient believes. Once from the facts beside the words (`of_utterances`), once by reading the words
alone with `language` (`by_reading`), which finds what a phrase says without meaning to. What fails is listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from wardround.clinical import Mention, UnitError, convert
from wardround.simulation.standardised.asking import Asked, asking_of
from wardround.simulation.standardised.speaking import StandardisedPatient
from wardround.simulation.standardised.utterance import Said, Utterance
from wardround.simulation.standardised.wording import wording_of

_TAKEN: Final = ("drug", "drug_class", "allergen")
_TIMES: Final = ("onset", "duration", "quantity")
_RELATIVE: Final = 0.35
"""By which a spoken time may differ from the days that are meant: `about two months`."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what was said to it."""

    question: str
    said: Utterance


@dataclass(frozen=True, slots=True)
class Interview:
    """One visit's questions and answers."""

    patient: StandardisedPatient
    exchanges: tuple[Exchange, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A reply that said too much, or said something against the patient's belief."""

    kind: Literal["privacy", "fact"]
    case: str
    question: str
    text: str
    what: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares of encounters and of replies without a failure; None where there was none to count."""

    encounters: int
    replies: int
    privacy: float | None
    privacy_of_replies: float | None
    fact: float | None
    fact_of_replies: float | None
    failures: tuple[Failure, ...]


def interview(patient: StandardisedPatient, questions: Iterable[str]) -> Interview:
    """Ask one question after the other."""
    transcript: list[tuple[str, str]] = []
    exchanges = []
    for question in questions:
        said = patient.utter(question, tuple(transcript))
        transcript.append((question, said.text))
        exchanges.append(Exchange(question, said))
    return Interview(patient, tuple(exchanges))


def of_utterances(interviews: Iterable[Interview]) -> Figures:
    """From the facts that stand beside the words."""
    return _figures(interviews, _stated)


def by_reading(interviews: Iterable[Interview]) -> Figures:
    """From the words alone."""
    return _figures(interviews, _read)


def _figures(
    interviews: Iterable[Interview], check: Callable[[Interview, Exchange], Iterator[tuple[str, str]]]
) -> Figures:
    failures: list[Failure] = []
    encounters = replies = 0
    bad: dict[str, tuple[int, int]] = {"privacy": (0, 0), "fact": (0, 0)}
    for one in interviews:
        encounters += 1
        wrong: set[str] = set()
        for exchange in one.exchanges:
            replies += 1
            found = list(check(one, exchange))
            for kind in ("privacy", "fact"):
                if any(k == kind for k, _ in found):
                    wrong.add(kind)
                    bad[kind] = (bad[kind][0], bad[kind][1] + 1)
            failures.extend(
                Failure(
                    "privacy" if k == "privacy" else "fact",
                    one.patient.case.id,
                    exchange.question,
                    exchange.said.text,
                    w,
                )
                for k, w in found
            )
        for kind in wrong:
            bad[kind] = (bad[kind][0] + 1, bad[kind][1])
    shares = {k: (_without(e, encounters), _without(r, replies)) for k, (e, r) in bad.items()}
    return Figures(encounters, replies, *shares["privacy"], *shares["fact"], tuple(failures))


def _without(failed: int, total: int) -> float | None:
    return 1.0 - failed / total if total else None


def _allowed(one: Interview, asked: Asked) -> tuple[set[str], set[str]]:
    """Findings that an answer may speak of, and topics."""
    base = one.patient.understanding.base
    findings = {a for a in asked.about if a in base.findings}
    topics = set(asked.about) - findings
    if "onset" in topics:
        findings.update(asked.of or one.patient.case.presenting)
    if "complaint" in topics:
        findings.update(one.patient.case.presenting)
    if "family" in topics:
        findings.update(f for f in base.findings if f.startswith("finding.family_"))
    return _with_parents(one, findings), topics


def _with_parents(one: Interview, findings: Iterable[str]) -> set[str]:
    base, out = one.patient.understanding.base, set()
    for slug in findings:
        above: str | None = slug
        while above is not None and above in base.findings:
            out.add(above)
            above = base.findings[above].parent
    return out


# --- from the facts beside the words ---------------------------------------------------------------------


def _stated(one: Interview, exchange: Exchange) -> Iterator[tuple[str, str]]:
    findings, topics = _allowed(one, asking_of(one.patient.understanding).about(exchange.question))
    for fact in exchange.said.facts:
        about = fact.about.removeprefix("onset:")
        if (
            about not in findings
            and fact.about not in topics
            and not (fact.about != about and "onset" in topics)
        ):
            yield "privacy", f"{fact.about} = {fact.value}"
    if exchange.said.volunteered and exchange.said.interruption is None:
        yield "privacy", "volunteered without an interruption"
    for fact in (*exchange.said.facts, *exchange.said.volunteered):
        if not _believed(one, fact):
            yield "fact", f"{fact.about} = {fact.value}"


def _believed(one: Interview, fact: Said) -> bool:
    beliefs, social = one.patient.beliefs, one.patient.case.social
    held = {"allergies": beliefs.allergies, "drugs": beliefs.drugs, "problems": beliefs.problems}.get(
        fact.about
    )
    if held is not None:
        return not held if fact.value is False else fact.value in {h.text for h in held}
    if fact.about.startswith("onset:"):
        days = beliefs.onset(fact.about.removeprefix("onset:"))
        return days is not None and fact.value == float(days)
    if fact.about in one.patient.understanding.base.findings:
        return fact.value == beliefs.of(fact.about) and type(fact.value) is type(beliefs.of(fact.about))
    past = one.patient.case.obstetric
    births = past.births if past else 0
    known: dict[str, object] = {
        "family": not beliefs.family, "living": fact.value == social.living, "work": fact.value == social.work,
        "obstetric": fact.value == (float(births) if births else False),
    }  # fmt: skip
    return bool(known.get(fact.about, False))


# --- from the words alone ----------------------------------------------------------------------------------


def _read(one: Interview, exchange: Exchange) -> Iterator[tuple[str, str]]:
    understanding = one.patient.understanding
    asked = asking_of(understanding).about(exchange.question)
    findings, topics = _allowed(one, asked)
    if "complaint" in topics:
        return  # the opening, in the case's own words
    allowed = findings | _with_parents(one, (f.about for f in exchange.said.volunteered))
    too = {n for f in allowed for n in wording_of(understanding).names_too(f)}
    expecting = tuple(f for f in asked.about if f in understanding.base.findings)
    mentions = understanding.reader.read(exchange.said.text, expecting)
    named = [m for m in mentions if m.kind in (*_TAKEN, "condition") and m.about == "patient"]
    for m in mentions:
        if m.about != "patient":
            continue
        if m.kind == "finding":
            if m.id in allowed:
                if not _agrees(one, m):
                    yield "fact", _shown(m)
            elif not (topics & {"drugs", "allergies", "problems"} and _covered(m, named)):
                yield "privacy", _shown(m)
        else:
            yield from _other(one, m, topics, asked, too)


def _other(
    one: Interview, m: Mention, topics: set[str], asked: Asked, too: set[str]
) -> Iterator[tuple[str, str]]:
    """What is no finding: drugs, allergens, illnesses, times."""
    if m.kind in _TIMES:
        if (
            not topics & {"onset", "obstetric", "problems"}
            and not _is_measured(one, asked)
            and m.kind not in too
        ):
            yield "privacy", _shown(m)
        elif "onset" in topics and not _agrees_in_time(one, m, asked):
            yield "fact", _shown(m)
    elif m.kind in _TAKEN:
        if not topics & {"drugs", "allergies", "problems"}:
            if m.id not in too:
                yield "privacy", _shown(m)
        elif not m.negated and not _is_held(one, m, topics):
            yield "fact", _shown(m)
    elif m.kind == "condition":
        if not topics & {"problems", "family", "allergies", "drugs"} and m.id not in too:
            yield "privacy", _shown(m)
        elif "problems" in topics and not m.negated and not _is_problem(one, m):
            yield "fact", _shown(m)


def _agrees(one: Interview, m: Mention) -> bool:
    finding = one.patient.understanding.base.findings[str(m.id)]
    believed = one.patient.beliefs.of(finding.id)
    if finding.answer == "quantity":
        if m.value is None or finding.unit is None:
            return True
        try:
            return believed is not None and abs(convert(m.value, finding.unit).value - believed) < 1e-6
        except UnitError:
            return False
    if (m.uncertain and not m.negated) or (m.past and finding.kind not in ("history", "exposure")):
        return True
    return believed is (not m.negated)


def _covered(m: Mention, named: Sequence[Mention]) -> bool:
    """Whether it is read off the name of a drug or an illness that was asked for (`I take metformin`)."""
    return any(n.start < m.end and m.start < n.end for n in named)


def _is_measured(one: Interview, asked: Asked) -> bool:
    base = one.patient.understanding.base
    return any(base.findings[f].answer == "quantity" for f in asked.about if f in base.findings)


def _agrees_in_time(one: Interview, m: Mention, asked: Asked) -> bool:
    if m.value is None:
        return True
    try:
        days = convert(m.value, "d").value
    except UnitError:
        return False
    meant = [one.patient.beliefs.onset(f) for f in asked.of or one.patient.case.presenting]
    return any(d is not None and abs(days - d) <= max(1.0, _RELATIVE * d) for d in meant)


def _is_held(one: Interview, m: Mention, topics: set[str]) -> bool:
    """Whether it is a drug or an allergen that the patient knows of."""
    understanding, beliefs = one.patient.understanding, one.patient.beliefs
    held = (
        beliefs.drugs
        if "drugs" in topics
        else beliefs.allergies
        if "allergies" in topics
        else beliefs.problems
    )
    ids: set[str] = set()
    for one_held in held:
        ids.update(x.id for x in understanding.reader.read(f"allergic to {one_held.text}") if x.id)
        ids.update(x.id for x in understanding.reader.read(f"I take {one_held.text}.") if x.id)
        slug = one_held.id
        if slug is not None and slug in understanding.base.drugs:
            ids.update((slug, *understanding.base.classes_of(slug)))
    return m.id in ids


def _is_problem(one: Interview, m: Mention) -> bool:
    understanding = one.patient.understanding
    ids = {h.id for h in one.patient.beliefs.problems}
    for held in one.patient.beliefs.problems:
        ids.update(x.id for x in understanding.reader.read(held.text) if x.id)
    return m.id in ids


def _shown(m: Mention) -> str:
    sign = "-" if m.negated else "+"
    value = f" {m.value.value:g} {m.value.unit}" if m.value else ""
    return f"{sign}{m.id or m.kind}{value}"
