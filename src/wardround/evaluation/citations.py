"""`wardround eval citations`: whether what a policy cites was retrieved in that very visit and bears its sentence out.

Precision is the share of citations that hold (retrieved before, quoted as it stands, the cited passage alone bears the
sentence out); recall the share of sentences asserting medicine that their citations bear out whole; coverage the share
that cites at all. Beside it `planted`: the same sentences with a dose, direction, drug or group changed, which their
citations must no longer bear out, and `shuffled`: each citation moved to another passage of the same visit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from time import perf_counter
from typing import Any, Final

from wardround.care import Clinic
from wardround.evaluation.intervals import ratio_intervals
from wardround.evaluation.osce import Told
from wardround.evaluation.planting import planted_texts
from wardround.evaluation.supporting import Citation, Judge, Sentence
from wardround.evaluation.surroundings import surroundings
from wardround.evaluation.visits_played import Cohort, visited, whole
from wardround.evaluation.written import VisitTexts, visit_texts
from wardround.harness import Returned

PLACES: Final = frozenset(("advise", "safety_net", "prescribe", "stop", "refer", "follow_up", "escalate"))
"""Answers, plans and letters: where every sentence that asserts medicine should cite."""
FIGURES: Final = ("precision", "recall", "coverage")
SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class CasesCited:
    """One case: its citations and sentences, judged, in three forms."""

    case: str
    citations: tuple[Citation, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    planted: tuple[Citation, ...] = ()
    shuffled: tuple[Citation, ...] = ()
    refused: int = 0
    searches: int = 0
    passages: int = 0
    error: str | None = None

    def as_json(self) -> dict[str, Any]:
        """One line of `cases.jsonl`."""
        return {
            "case": self.case,
            "error": self.error,
            "refused": self.refused,
            "citations": [{**asdict(c), "source": None, "right": c.right} for c in self.citations],
            "without": [s.text for s in self.sentences if not s.cited],
        }


@dataclass(frozen=True)
class CitationsFound:
    """The report, and the cases that it rests on."""

    report: dict[str, Any]
    cases: tuple[CasesCited, ...]


async def examine_citations(clinic: Clinic, cohort: Cohort, told: Told | None = None) -> CitationsFound:
    """Play and judge. Raises ConfigurationError for what cannot be played at all, never for one case."""
    began = perf_counter()
    visits = await visited(clinic, cohort, told)
    judge = Judge(clinic.base)
    cases = [CasesCited(v.name, error=v.error) for v in visits if v.played is None]
    for visit, played in whole(visits):
        texts = visit_texts(clinic, played.events)
        searches = sum(
            1 for e in played.events if isinstance(e.body, Returned) and e.body.tool == "search_evidence"
        )
        wrong = planted_texts(clinic.base, texts, cohort.seed + visit.place)
        cases.append(
            CasesCited(
                visit.name,
                tuple(judge.citations(texts)),
                tuple(judge.sentences(texts, PLACES)),
                tuple(judge.citations(wrong)),
                tuple(judge.citations(_shuffled(texts))),
                len(texts.refused),
                searches,
                len(texts.retrieved),
            )
        )
    return CitationsFound(_report(clinic, cohort, cases, began), tuple(cases))


def _shuffled(visit: VisitTexts) -> VisitTexts:
    """Every citation of the next passage that was retrieved, whole: retrieved, and about something else."""
    names = list(visit.retrieved)
    if len(names) < 2:
        return replace(visit, texts=())
    after = dict(zip(names, [*names[len(names) // 2 :], *names[: len(names) // 2]], strict=True))
    texts = tuple(
        replace(
            t,
            cites=tuple(
                {**c, "passage": after.get(c["passage"], c["passage"]), "quote": ""} for c in t.cites
            ),
        )
        for t in visit.texts
    )
    return replace(visit, texts=texts)


def _report(clinic: Clinic, cohort: Cohort, cases: Sequence[CasesCited], began: float) -> dict[str, Any]:
    scored = [c for c in cases if c.error is None]
    every = [c for case in scored for c in case.citations]
    said = [s for case in scored for s in case.sentences]
    rows = [_row(case) for case in scored]
    return {
        "task": "citations",
        "policy": cohort.policy,
        "split": cohort.split,
        "n": len(scored),
        "unscored": len(cases) - len(scored),
        **_figures(every, said),
        "ci95": ratio_intervals(rows, FIGURES, cohort.seed),
        "citations": len(every),
        "not_retrieved": sum(1 for c in every if not c.retrieved),
        "not_quoted": sum(1 for c in every if c.retrieved and not c.quoted),
        "refused": sum(case.refused for case in scored),
        "retracted": sum(1 for c in every if c.source.get("retracted")),
        "sentences": len(said),
        "searches_per_visit": _mean([case.searches for case in scored]),
        "passages_per_visit": _mean([case.passages for case in scored]),
        "by_place": _by(every, lambda c: c.place),
        "by_layer": _by(every, lambda c: str(c.source.get("layer"))),
        "by_depth": _by(every, lambda c: str(c.source.get("depth"))),
        "by_grade": _by(every, lambda c: str(c.source.get("grade"))),
        "by_source": _by(every, _corpus),
        "planted": _others([c for case in scored for c in case.planted]),
        "shuffled": _others([c for case in scored for c in case.shuffled]),
        "wrong": [
            {"sentence": c.sentence, "passage": c.passage, "verdict": c.verdict, "why": c.why}
            for c in every
            if not c.right
        ][:SHOWN],
        "without_source": dict(Counter(s.text for s in said if not s.cited).most_common(SHOWN)),
        "errors": [{"case": c.case, "why": c.error} for c in cases if c.error][:SHOWN],
        "seconds": round(perf_counter() - began, 2),
        "config": asdict(cohort),
        "seed": cohort.seed,
        "knowledge": clinic.base.version[:16],
        **surroundings(),
    }


def _figures(every: Sequence[Citation], said: Sequence[Sentence]) -> dict[str, float | None]:
    return {
        "precision": _share([c.right for c in every]),
        "recall": _share([s.borne_out for s in said]),
        "coverage": _share([s.cited for s in said]),
    }


def _row(case: CasesCited) -> Mapping[str, tuple[float, float]]:
    """One case's share of each figure: what counts, and of how many."""
    return {
        "precision": (sum(c.right for c in case.citations), len(case.citations)),
        "recall": (sum(s.borne_out for s in case.sentences), len(case.sentences)),
        "coverage": (sum(s.cited for s in case.sentences), len(case.sentences)),
    }


def _others(every: Sequence[Citation]) -> dict[str, Any]:
    """How the same meter reads what is wrong on purpose."""
    return {"citations": len(every), "precision": _share([c.right for c in every])}


def _by(every: Iterable[Citation], of: Callable[[Citation], str]) -> dict[str, Any]:
    groups: dict[str, list[Citation]] = {}
    for one in every:
        groups.setdefault(of(one), []).append(one)
    return {name: _others(group) for name, group in sorted(groups.items())}


def _corpus(citation: Citation) -> str:
    """Whether it is an entry of the knowledge base, a passage of the built-in guidance, or of a document taken in."""
    first = citation.passage.split(".")[0]
    return {"entry": "entries", "guidance": "guidance"}.get(first, "documents")


def _share(right: Sequence[bool]) -> float | None:
    return round(sum(right) / len(right), 4) if right else None


def _mean(values: Sequence[int]) -> float | None:
    return round(sum(values) / len(values), 2) if values else None
