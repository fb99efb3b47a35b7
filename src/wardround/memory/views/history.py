"""The history in a form that is read: problem by problem with its dates, its medicines and where each comes from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from wardround.memory.conflicts import denies_all
from wardround.memory.timeline import Statement
from wardround.memory.views.entries import Entry, began, entry_of, is_current
from wardround.memory.vocabulary import PREGNANCY, Vocabulary, shipped, treated_by


@dataclass(frozen=True, slots=True)
class ProblemHistory:
    """One problem, and the medicines on record that the knowledge base gives for it: an inference, not a statement of
    the record."""

    problem: Entry
    current: bool
    drugs: tuple[Entry, ...] = ()

    def line(self) -> str:
        """One line, sources in brackets."""
        status = {"active": "", "resolved": ", resolved", "refuted": ", ruled out"}[self.problem.status]
        drugs = "; ".join(_sourced(drug) for drug in self.drugs)
        given = f" Medicines that are given for it: {drugs}." if drugs else ""
        return f"{self.problem.line()}{status} [{'; '.join(self.problem.sources)}].{given}"


@dataclass(frozen=True, slots=True)
class History:
    """Problems in the order in which they began, current ones first; then what belongs to none of them."""

    patient_id: str
    on: str
    problems: tuple[ProblemHistory, ...] = ()
    allergies: tuple[Entry, ...] = ()
    other_drugs: tuple[Entry, ...] = ()
    procedures: tuple[Entry, ...] = ()
    directives: tuple[Entry, ...] = ()
    visits: tuple[Entry, ...] = ()

    def text(self) -> str:
        """The history in words, as Markdown."""
        now = [p.line() for p in self.problems if p.current]
        before = [p.line() for p in self.problems if not p.current]
        parts = (
            ("Allergies", [_sourced(e) for e in self.allergies]),
            ("Problems", now),
            ("Earlier problems", before),
            ("Other medicines", [_sourced(e) for e in self.other_drugs]),
            ("Procedures", [_sourced(e) for e in self.procedures]),
            ("Directives", [_sourced(e) for e in self.directives]),
            ("Visits", [_sourced(e) for e in self.visits]),
        )
        said = (
            f"## {title}\n\n" + "".join(f"- {_one_line(line)}\n" for line in lines)
            for title, lines in parts
            if lines
        )
        return "\n".join(said) or "Nothing is on record.\n"


def history_view(
    statements: Iterable[Statement], *, patient_id: str, on: date, vocabulary: Vocabulary | None = None
) -> History:
    """The history up to a day."""
    words = vocabulary or shipped()
    standing = sorted(statements, key=lambda s: began(s.fact))
    drugs = [s for s in standing if s.fact.kind == "drug" and not denies_all(s.fact)]
    problems = [s for s in standing if s.fact.kind == "problem"]
    histories = [_problem(s, drugs, on, words) for s in problems]
    used = {fact for one in histories for drug in one.drugs for fact in drug.facts}
    return History(
        patient_id=patient_id,
        on=on.isoformat(),
        problems=tuple(sorted(histories, key=lambda p: not p.current)),
        allergies=_of(standing, "allergy"),
        other_drugs=tuple(e for e in map(entry_of, drugs) if used.isdisjoint(e.facts)),
        procedures=_of(standing, "procedure"),
        directives=_of(standing, "directive"),
        visits=_of(standing, "summary"),
    )


def _problem(
    problem: Statement, drugs: Sequence[Statement], on: date, vocabulary: Vocabulary
) -> ProblemHistory:
    slugs = set(vocabulary.meaning(problem.fact).slugs) - {PREGNANCY}
    given = [
        entry_of(drug)
        for drug in drugs
        if any(slugs.intersection(treated_by(vocabulary, one)) for one in vocabulary.meaning(drug.fact).slugs)
        and _in_its_time(problem, drug)
    ]
    return ProblemHistory(entry_of(problem), is_current(problem.fact, on), tuple(given))


def _in_its_time(problem: Statement, drug: Statement) -> bool:
    """Whether a drug's time and a problem's do not exclude each other. A drug begun before the problem was written
    down may still be for it, one ended before it began is not."""
    began_at, ended_at = problem.fact.valid_from, problem.fact.valid_to
    started, stopped = drug.fact.valid_from, drug.fact.valid_to
    if stopped and began_at and stopped.before(began_at):
        return False
    return not (ended_at and started and ended_at.before(started))


def _of(standing: Iterable[Statement], kind: str) -> tuple[Entry, ...]:
    return tuple(entry_of(s) for s in standing if s.fact.kind == kind and s.fact.status != "refuted")


def _sourced(entry: Entry) -> str:
    return f"{entry.line()} [{'; '.join(entry.sources)}]"


def _one_line(text: str) -> str:
    return " ".join(text.split())
