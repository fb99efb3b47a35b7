"""`wardround eval hallucination`: how much of what a policy writes is not so, or cannot be shown, by kind of claim.

The rate is (Refuted + 0.5 Uncertain) / claims. What texts say of the patient and the visit is judged against the log;
medicine against the passages that the visit retrieved, and the knowledge base's structured facts and statements. A citation
is a claim too: Supported where its passage was retrieved and bears the sentence out, Refuted where it was not retrieved.
Beside it `planted`: the same texts with doses, directions, drugs, groups and findings changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any, Final

from wardround.care import Clinic, asserts_medicine, passage_of, sentences, soap_note
from wardround.clinical import Fact
from wardround.evaluation.door_facts import known_facts
from wardround.evaluation.intervals import ratio_intervals
from wardround.evaluation.log_claims import LOG, VisitLog
from wardround.evaluation.osce import Told
from wardround.evaluation.planting import planted_note, planted_texts
from wardround.evaluation.supporting import Citation, Judge
from wardround.evaluation.surroundings import surroundings
from wardround.evaluation.visits_played import Cohort, visited, whole
from wardround.evaluation.written import VisitTexts, visit_texts
from wardround.evidence import (
    Claim,
    Judged,
    Kind,
    Passage,
    Verdict,
    VerdictCache,
    Verifier,
    claims,
    hallucination_rate,
    judge_with_sources,
    rate_of,
)
from wardround.knowledge import KnowledgeBase
from wardround.simulation import Consultation

SHOWN: Final = 30
CITED: Final = "citation"
"""Who judges the citations that a policy attached."""


@dataclass(frozen=True, slots=True)
class CaseJudged:
    """One case: its claims with their verdicts, and those of the same texts with planted errors."""

    case: str
    judged: tuple[Judged, ...] = ()
    planted: tuple[Judged, ...] = ()
    error: str | None = None

    def as_json(self) -> dict[str, Any]:
        """One line of `cases.jsonl`."""
        return {
            "case": self.case,
            "error": self.error,
            "claims": [
                {"text": j.claim.text, "kind": j.claim.kind, "verdict": j.verdict, "by": j.by, "why": j.why}
                for j in self.judged
            ],
        }


@dataclass(frozen=True)
class Hallucinations:
    """The report, and the cases that it rests on."""

    report: dict[str, Any]
    cases: tuple[CaseJudged, ...]


async def examine_hallucination(clinic: Clinic, cohort: Cohort, told: Told | None = None) -> Hallucinations:
    """Play and judge. Raises ConfigurationError for what cannot be played at all, never for one case."""
    began = perf_counter()
    visits = await visited(clinic, cohort, told)
    meter, planting = Meter(clinic.base), Meter(clinic.base)
    cases = [CaseJudged(v.name, error=v.error) for v in visits if v.played is None]
    for visit, played in whole(visits):
        texts, note = visit_texts(clinic, played.events), soap_note(clinic.base, played.chart)
        seed = cohort.seed + visit.place
        wrong = planted_texts(clinic.base, texts, seed)
        judged = meter.judged(clinic, played, texts, note)
        planted = planting.judged(clinic, played, wrong, planted_note(clinic.base, note, seed))
        cases.append(CaseJudged(visit.name, judged, planted))
    return Hallucinations(
        {**_report(clinic, cohort, cases, began), "cache": _hits(meter.cache)}, tuple(cases)
    )


class Meter:
    """Judges everything that a visit wrote. Verdicts on medicine are remembered, under the passages that they rest on."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.cache = Verifier(base).new_cache()
        self._base, self._verifier, self._looking = base, Verifier(base), Verifier(base, cache=self.cache)
        self._citing = Judge(base)
        self._claims: dict[str, tuple[Claim, ...]] = {}

    def judged(
        self, clinic: Clinic, played: Consultation, texts: VisitTexts, note: str
    ) -> tuple[Judged, ...]:
        """Every claim of the visit once, in order."""
        log = VisitLog.of(clinic, played.events)
        passages = tuple(passage_of(view) for view in texts.retrieved.values())
        facts = known_facts(clinic, played.events)
        found: dict[tuple[str, Kind], Judged] = {}
        for text in texts.texts:
            for start, end in sentences(text.text):
                for one in self._sentence(log, text.text[start:end], facts, passages):
                    found.setdefault((one.claim.text, one.claim.kind), one)
        for one in (*log.note(note), *map(_as_claim, self._citing.citations(texts))):
            found.setdefault((one.claim.text, one.claim.kind), one)
        return tuple(found.values())

    def _sentence(
        self, log: VisitLog, sentence: str, facts: Sequence[Fact], passages: Sequence[Passage]
    ) -> Iterable[Judged]:
        own = log.about_the_visit(sentence)
        if own is not None:
            return own
        if not asserts_medicine(sentence):
            return ()
        return [self._claim(claim, facts, passages) for claim in self._claims_of(sentence)]

    def _claims_of(self, sentence: str) -> tuple[Claim, ...]:
        known = self._claims.get(sentence)
        if known is None:
            known = self._claims[sentence] = claims(sentence, self._base)
        return known

    def _claim(self, claim: Claim, facts: Sequence[Fact], passages: Sequence[Passage]) -> Judged:
        """With the patient's facts first: what memory holds settles it, and is never remembered for another patient."""
        if claim.kind is Kind.CITATION:
            (one,) = judge_with_sources(self._verifier, (claim,), facts=facts, retrieved=passages)
            return one
        if claim.kind is Kind.PATIENT_FACT:
            (one,) = self._verifier.judge((claim,), facts=facts, retrieved=passages)
            return one
        (known,) = self._looking.judge((claim,), retrieved=passages)
        if known.verdict is Verdict.UNCERTAIN:
            (one,) = self._verifier.judge((claim,), facts=facts, retrieved=passages)
            return one
        return known


def _as_claim(cited: Citation) -> Judged:
    """A citation as the claim that its passage was read and says so. What holds no claim is left open with the rest."""
    claim = Claim(
        f"{cited.sentence} [{cited.passage}]", Kind.CITATION, 0, len(cited.sentence), (cited.passage,)
    )
    if not cited.retrieved:
        return Judged(claim, Verdict.REFUTED, CITED, "the passage was not retrieved before", cited.passage)
    if cited.right:
        return Judged(claim, Verdict.SUPPORTED, CITED, cited.why, cited.passage)
    why = cited.why if cited.quoted else "the words that are quoted do not stand in the passage"
    return Judged(claim, Verdict.UNCERTAIN, CITED, why, cited.passage)


def _report(clinic: Clinic, cohort: Cohort, cases: Sequence[CaseJudged], began: float) -> dict[str, Any]:
    scored = [c for c in cases if c.error is None]
    judged = [j for case in scored for j in case.judged]
    planted = [j for case in scored for j in case.planted]
    names = ("rate", *map(str, Kind))
    rows = [_row(case) for case in scored]
    return {
        "task": "hallucination",
        "policy": cohort.policy,
        "split": cohort.split,
        "n": len(scored),
        "unscored": len(cases) - len(scored),
        **_figures(judged),
        **_by_subject(judged),
        "ci95": ratio_intervals(rows, names, cohort.seed),
        "planted": {
            **_figures(planted),
            **_by_subject(planted),
        },
        "by_judge": dict(Counter(j.by for j in judged)),
        "not_supported": _worst(judged),
        "errors": [{"case": c.case, "why": c.error} for c in cases if c.error][:SHOWN],
        "seconds": round(perf_counter() - began, 2),
        "config": asdict(cohort),
        "seed": cohort.seed,
        "knowledge": clinic.base.version[:16],
        **surroundings(),
    }


def _hits(cache: VerdictCache) -> dict[str, Any]:
    """How often a verdict on medicine had been reached before, on the same passages."""
    hits, asked = cache.exact + cache.meaning, cache.exact + cache.meaning + cache.missed
    rate = round(hits / asked, 4) if asked else None
    return {"exact": cache.exact, "meaning": cache.meaning, "missed": cache.missed, "hit_rate": rate}


def _figures(judged: Sequence[Judged]) -> dict[str, Any]:
    kinds = {str(kind): [j for j in judged if j.claim.kind is kind] for kind in Kind}
    return {**_counted(judged), "by_kind": {kind: _counted(own) for kind, own in kinds.items()}}


def _by_subject(judged: Sequence[Judged]) -> dict[str, Any]:
    """What is said of medicine, what of the visit, and the citations."""
    return {
        "medicine": _counted([j for j in judged if j.by not in (LOG, CITED)]),
        "visit": _counted([j for j in judged if j.by == LOG]),
        "citations": _counted([j for j in judged if j.by == CITED]),
    }


def _counted(judged: Sequence[Judged]) -> dict[str, Any]:
    rate = rate_of(judged)
    return {
        "rate": None if rate.rate is None else round(rate.rate, 4),
        "claims": rate.claims,
        "refuted": rate.refuted,
        "uncertain": rate.uncertain,
    }


def _row(case: CaseJudged) -> dict[str, tuple[float, float]]:
    """One case's share of each rate: what counts against it, and of how many claims."""
    rates = {"rate": rate_of(case.judged)}
    rates |= {str(kind): rate for kind, rate in hallucination_rate(case.judged).items()}
    return {name: (rate.refuted + 0.5 * rate.uncertain, rate.claims) for name, rate in rates.items()}


def _worst(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """What was not supported, the commonest first."""
    wrong = [j for j in judged if j.verdict is not Verdict.SUPPORTED]
    count = Counter((j.claim.text, str(j.claim.kind), str(j.verdict)) for j in wrong)
    why = {j.claim.text: j.why for j in wrong}
    return [
        {"claim": text, "kind": kind, "verdict": verdict, "times": times, "why": why[text]}
        for (text, kind, verdict), times in count.most_common(SHOWN)
    ]
