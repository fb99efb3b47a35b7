"""`Verifier.judge`: each claim Supported, Refuted or Uncertain, with who says so, why, and on which characters of what.

In this order: patient memory; a passage that says it; a structured fact that settles it; a passage that says the
opposite; a language model's answer where one is given, checked against the passage it names; the pair network. Nothing
found is Uncertain. A dose is never settled by a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final

from wardround.clinical import Fact
from wardround.evidence.cache import Cached, VerdictCache
from wardround.evidence.claims import Claim, Judged, Kind, Verdict
from wardround.evidence.documents import Found, Passage
from wardround.evidence.reading.structure import Part, Reader, Structure
from wardround.evidence.reading.terms import terms
from wardround.evidence.verifying.agreement import compare
from wardround.evidence.verifying.exchanged import exchanged
from wardround.evidence.verifying.key_index import KeyIndex
from wardround.evidence.verifying.passages import Held, Passages
from wardround.evidence.verifying.patient_facts import remembered
from wardround.evidence.verifying.ports import ClaimReader, Library, Opinion, PairModel
from wardround.evidence.verifying.statements import Statement, statements
from wardround.evidence.verifying.structured import against
from wardround.evidence.verifying.together import told_together
from wardround.knowledge import KnowledgeBase

LIMIT: Final = 8
_STATEMENTS: Final = 12
_SWAPS: Final = 3
_MODEL_SUPPORTS: Final = 0.9
_MODEL_REFUTES: Final = 0.9
_MODEL_SHARE: Final = 0.5
"""Share of the claim's parts that a passage must have before a model may speak for it."""
_NEVER_BY_MODEL: Final = frozenset({Kind.DOSE, Kind.PATIENT_FACT})
_TELLING: Final = 4
"""Parts that a claim must have before a piece of a longer statement bears it out."""
_OF_A_PATIENT: Final = frozenset({Kind.PATIENT_FACT, Kind.DIAGNOSIS})
"""What memory may settle; of doses only one that it holds itself."""
_EXACT: Final = (Part.QUANTITY, Part.DRUG, Part.NAME, Part.POPULATION, Part.ROUTE)


class Verifier:
    """Judges claims with one knowledge base and one library. `library` None: with what is given at each call alone."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        library: Library | None = None,
        *,
        model: PairModel | None = None,
        reader: ClaimReader | None = None,
        limit: int = LIMIT,
        cache: VerdictCache | None = None,
    ) -> None:
        """`cache` (of `new_cache`) belongs to this verifier: another library gives other verdicts."""
        self._base = knowledge
        self._library = library
        self._model = model
        self._llm = reader
        self._limit = limit
        self._cache = cache
        self._terms = terms(knowledge)
        self._reader = Reader(self._terms)
        self._passages = Passages(knowledge, self._reader)

    @property
    def reader(self) -> Reader:
        """Takes statements apart as this verifier does."""
        return self._reader

    def new_cache(self) -> VerdictCache:
        """An empty cache of verdicts that reads claims as this verifier does."""
        return VerdictCache(self._reader)

    def judge(
        self,
        claims: Sequence[Claim],
        *,
        facts: Sequence[Fact] = (),
        retrieved: Sequence[Found | Passage] = (),
    ) -> tuple[Judged, ...]:
        """A verdict on each claim, in order. `facts` are what is remembered of the patient whom the text is about."""
        given = tuple(one.passage if isinstance(one, Found) else one for one in retrieved)
        judged = [self._judge(claim, facts, given) for claim in claims]
        seen = [
            self._beside(one, judged[max(0, place - 1) : place + 2])
            if one.verdict is Verdict.UNCERTAIN
            else one
            for place, one in enumerate(judged)
        ]
        return told_together(self._base, self._reader, seen)

    def _beside(self, one: Judged, around: Sequence[Judged]) -> Judged:
        """An open claim against the passages that bear its neighbours out: a source often says both, one behind the other."""
        if self._library is None or one.claim.kind is Kind.PATIENT_FACT:
            return one
        named = dict.fromkeys(
            j.passage for j in around if j.by == "passage" and j.verdict is Verdict.SUPPORTED
        )
        found = [p for id_ in named if id_ is not None and (p := self._library.passage(id_)) is not None]
        held = self._passages.hold(self._reader.read(one.claim.text), found)
        return (
            _by_passage(one.claim, held[0], Verdict.SUPPORTED)
            if held and held[0].agreement.borne_out
            else one
        )

    def _judge(self, claim: Claim, facts: Sequence[Fact], given: Sequence[Passage]) -> Judged:
        said = self._reader.read(claim.text)
        known = remembered(self._base, self._terms, said, facts) if facts else None
        if known is not None and (claim.kind in _OF_A_PATIENT or (claim.kind is Kind.DOSE and known.exact)):
            return Judged(claim, known.verdict, "memory", known.why, passage=known.fact)
        return self._by_evidence(claim, said, given)

    def _by_evidence(self, claim: Claim, said: Structure, given: Sequence[Passage]) -> Judged:
        """From the cache where it is there. What was cited and given is part of what a verdict rests on."""
        if self._cache is None:
            return self._looked_at(claim, said, given)
        version = " ".join((self._base.version, claim.kind, *sorted({*claim.cites, *(p.id for p in given)})))
        hit = self._cache.get(claim.text, version)
        if hit is None:
            one = self._looked_at(claim, said, given)
            kept = Cached(one.verdict, one.by, one.why, one.passage, one.span, one.confidence)
            self._cache.put(claim.text, version, kept)
            return one
        c = hit.cached
        return Judged(claim, c.verdict, "cache", f"{c.by}: {c.why}", c.passage, c.span, c.confidence)

    def _looked_at(self, claim: Claim, said: Structure, given: Sequence[Passage]) -> Judged:
        passages = self._looked_up(claim, given)
        held = self._passages.hold(said, passages)
        if held and held[0].agreement.borne_out:
            return _by_passage(claim, held[0], Verdict.SUPPORTED)
        settled = against(self._base, said)
        turned = next((h for h in held if h.refutes and h.agreement.verbatim), None)
        if settled is not None and not (turned and not settled.exact):
            return Judged(claim, settled.verdict, "structure", settled.why, passage=settled.entry)
        own = self._statement(claim, said)
        if own is not None:
            return own
        if settled is not None:
            return Judged(
                claim, Verdict.UNCERTAIN, "structure", f"{settled.why}; a passage differs", settled.entry
            )
        if held and held[0].refutes:
            return _by_passage(claim, held[0], Verdict.REFUTED)
        other = next((why for h in held[:_SWAPS] if (why := exchanged(self._base, said, h))), None)
        if other is not None:
            return Judged(claim, Verdict.REFUTED, "structure", other[0], other[1])
        return self._by_model(claim, said, passages, held) or _open(claim, held)

    def _looked_up(self, claim: Claim, given: Sequence[Passage]) -> tuple[Passage, ...]:
        """What was given, what the claim cites, and what the library finds, each once; nothing that was retracted."""
        found: dict[str, Passage] = {p.id: p for p in given}
        if self._library is not None:
            for id_ in claim.cites:
                cited = self._library.passage(id_)
                if cited is not None:
                    found.setdefault(cited.id, cited)
            for one in self._library.search(claim.text, limit=self._limit):
                found.setdefault(one.passage.id, one.passage)
        return tuple(p for p in found.values() if not p.document.retracted)

    @cached_property
    def _statements(self) -> tuple[Statement, ...]:
        return tuple(statements(self._base))

    @cached_property
    def _index(self) -> KeyIndex:
        return KeyIndex([self._reader.read(s.text) for s in self._statements])

    def _statement(self, claim: Claim, said: Structure) -> Judged | None:
        """A sentence of the knowledge base that says it."""
        for place in self._index.nearest(said, _STATEMENTS):
            one = self._statements[place]
            if one.whole or len(said.tokens) < _TELLING:
                whole = self._reader.read(one.text)
                few = len(said.tokens) < _TELLING and len(whole.tokens) > len(said.tokens) + 1
                borne_out = not few and compare(said, whole).borne_out
            else:
                held = self._passages.hold_text(said, one.id, one.text)
                borne_out = held is not None and held.agreement.borne_out
            if borne_out:
                return Judged(
                    claim, Verdict.SUPPORTED, "structure", f"the base says: {one.text}", passage=one.id
                )
        return None

    # --- models -------------------------------------------------------------------------------------------

    def _by_model(
        self, claim: Claim, said: Structure, passages: Sequence[Passage], held: Sequence[Held]
    ) -> Judged | None:
        if claim.kind in _NEVER_BY_MODEL or not passages:
            return None
        if self._llm is not None and (opinion := self._llm.read(claim.text, passages)) is not None:
            checked = self._checked(claim, said, opinion, passages)
            if checked is not None:
                return checked
        return self._by_network(claim, said, passages, held) if self._model is not None else None

    def _checked(
        self, claim: Claim, said: Structure, opinion: Opinion, passages: Sequence[Passage]
    ) -> Judged | None:
        """A language model's answer counts where its quotation stands in the passage, and what is exact agrees with it."""
        passage = next((p for p in passages if p.id == opinion.passage), None)
        at = passage.text.find(opinion.quote) if passage is not None and opinion.quote.strip() else -1
        if passage is None or at < 0 or opinion.verdict not in (Verdict.SUPPORTED, Verdict.REFUTED):
            return None
        verdict = Verdict(opinion.verdict)
        if verdict is Verdict.SUPPORTED and not self._may_speak(said, passage):
            return None
        span = (at, at + len(opinion.quote))
        why = f"a language model quotes: {opinion.quote}"
        return Judged(claim, verdict, "model", why, passage.id, span, opinion.confidence)

    def _by_network(
        self, claim: Claim, said: Structure, passages: Sequence[Passage], held: Sequence[Held]
    ) -> Judged | None:
        assert self._model is not None
        by_id = {h.passage: h for h in held}
        for passage in passages:
            near = by_id.get(passage.id)
            if near is None or near.agreement.share < _MODEL_SHARE or not self._may_speak(said, passage):
                continue
            units = [
                u for u in self._passages.units(passage.id, passage.text) if u.structure.text in passage.text
            ]
            weighed = self._model.weigh(claim.text, [u.structure.text for u in units])
            span = (near.unit.start, near.unit.end)
            if (
                weighed.supported >= _MODEL_SUPPORTS
                and not near.agreement.verbatim
                and not near.agreement.clash
            ):
                why = "the pair network reads it so"
                return Judged(claim, Verdict.SUPPORTED, "model", why, passage.id, span, weighed.supported)
            if weighed.refuted >= _MODEL_REFUTES and near.agreement.clash:
                why = f"the pair network reads the opposite; {near.agreement.clash[0]}"
                return Judged(claim, Verdict.REFUTED, "model", why, passage.id, span, weighed.refuted)
        return None

    def _may_speak(self, said: Structure, passage: Passage) -> bool:
        """Whether everything exact in the claim stands in the passage: no model supplies a number or a drug."""
        there = self._reader.read(passage.text).keys
        exact = said.of(*_EXACT)
        return all(token.key in there for token in exact)


def _by_passage(claim: Claim, held: Held, verdict: Verdict) -> Judged:
    text = held.unit.structure.text
    why = f"it says: {text}" if verdict is Verdict.SUPPORTED else f"{held.agreement.clash[0]}: {text}"
    return Judged(claim, verdict, "passage", why, held.passage, (held.unit.start, held.unit.end))


def _open(claim: Claim, held: Sequence[Held]) -> Judged:
    """Nothing settles it. The nearest passage is named, with what is not accounted for."""
    if not held or held[0].agreement.share < _MODEL_SHARE:
        return Judged(claim, Verdict.UNCERTAIN, "passage", "no passage speaks of it")
    near = held[0]
    differs = (*near.agreement.clash, *near.agreement.open)
    why = f"the nearest passage differs: {'; '.join(differs[:3])}"
    return Judged(claim, Verdict.UNCERTAIN, "passage", why, near.passage, (near.unit.start, near.unit.end))
