"""Whether a citation holds: the passage was retrieved before, its words stand in it, and it bears the sentence out.

The judge is the verifier of the evidence room, with the cited passage alone before it: what another source says, or the
knowledge base, helps no citation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from wardround.care import asserts_medicine, passage_of, sentences
from wardround.evaluation.written import VisitTexts, Written
from wardround.evidence import Claim, Passage, Verdict, Verifier, claims
from wardround.harness import JSON
from wardround.knowledge import KnowledgeBase


@dataclass(frozen=True, slots=True)
class Citation:
    """One citation as it was judged. `verdict` is None where the sentence holds no claim that could be judged."""

    place: str
    event: str
    sentence: str
    passage: str
    retrieved: bool
    quoted: bool
    verdict: Verdict | None
    why: str
    source: JSON = field(default_factory=dict)

    @property
    def right(self) -> bool:
        """Retrieved, quoted as it stands, and bearing the sentence out."""
        return self.retrieved and self.quoted and self.verdict is Verdict.SUPPORTED


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that asserts medicine, and whether it cites, and whether what it cites bears all of it out."""

    place: str
    text: str
    cited: bool
    borne_out: bool


class Judge:
    """Judges citations over one knowledge base. What was judged once is remembered: visits repeat themselves."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base, self._verifier = base, Verifier(base)
        self._claims: dict[str, tuple[Claim, ...]] = {}
        self._judged: dict[tuple[str, str, str], tuple[Verdict, str]] = {}

    def citations(self, visit: VisitTexts) -> Iterator[Citation]:
        """Every citation of a visit."""
        for text in visit.texts:
            for cite in text.cites:
                yield self._citation(visit, text, cite)

    def sentences(self, visit: VisitTexts, places: frozenset[str]) -> Iterator[Sentence]:
        """Every sentence of these places that asserts medicine."""
        for text in visit.texts:
            if text.place not in places:
                continue
            for start, end in sentences(text.text):
                words = text.text[start:end]
                if not asserts_medicine(words):
                    continue
                cites = [
                    c
                    for c in text.cites
                    if not c["supports"] or c["supports"] in words or words in c["supports"]
                ]
                passages = [p for c in cites if (p := visit.retrieved.get(c["passage"])) is not None]
                yield Sentence(text.place, words, bool(cites), self._all_borne_out(words, passages))

    def _citation(self, visit: VisitTexts, text: Written, cite: JSON) -> Citation:
        name, sentence = str(cite["passage"]), str(cite["supports"] or text.text)
        at = visit.arrived.get(name)
        retrieved = at is not None and at <= visit.places[text.event]
        view = visit.retrieved.get(name)
        if view is None:
            return Citation(text.place, text.event, sentence, name, False, False, None, "not retrieved")
        same = [c["passage"] for c in text.cites if c["supports"] == cite["supports"]]
        others = [p for other in same if (p := visit.retrieved.get(other)) is not None]
        verdict, why = self._sentence(sentence, view, others)
        quoted = str(cite["quote"]) in view["text"]
        return Citation(text.place, text.event, sentence, name, retrieved, quoted, verdict, why, view)

    def _sentence(self, sentence: str, view: JSON, others: list[JSON]) -> tuple[Verdict | None, str]:
        """Refuted where the passage refutes a claim of the sentence. Supported where it bears one out, and what is cited
        for the same sentence bears out the rest. None where there is no claim."""
        passage = passage_of(view)
        judged = [self._claim(claim, passage) for claim in self._claims_of(sentence)]
        if not judged:
            return None, "no claim in it"
        for verdict, why in judged:
            if verdict is Verdict.REFUTED:
                return verdict, why
        supported = [why for verdict, why in judged if verdict is Verdict.SUPPORTED]
        if supported and self._all_borne_out(sentence, others):
            return Verdict.SUPPORTED, supported[0]
        return Verdict.UNCERTAIN, next(
            (why for verdict, why in judged if verdict is not Verdict.SUPPORTED), "not all of it is borne out"
        )

    def _all_borne_out(self, sentence: str, passages: list[JSON]) -> bool:
        said = self._claims_of(sentence)
        held = [passage_of(p) for p in passages]
        return bool(said) and all(
            any(self._claim(claim, passage)[0] is Verdict.SUPPORTED for passage in held) for claim in said
        )

    def _claims_of(self, sentence: str) -> tuple[Claim, ...]:
        known = self._claims.get(sentence)
        if known is None:
            known = self._claims[sentence] = claims(sentence, self._base)
        return known

    def _claim(self, claim: Claim, passage: Passage) -> tuple[Verdict, str]:
        """The passage's own verdict: what something else settles is, for this citation, uncertain."""
        key = (claim.text, passage.id, passage.text)
        known = self._judged.get(key)
        if known is None:
            (one,) = self._verifier.judge((claim,), retrieved=(passage,))
            by_it = one.passage == passage.id or one.verdict is Verdict.REFUTED
            known = (
                (one.verdict, one.why)
                if by_it
                else (Verdict.UNCERTAIN, f"the passage does not say it; {one.why}")
            )
            self._judged[key] = known
        return known
