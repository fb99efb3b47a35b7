"""Verdicts: structured facts exact, patient memory, passages under the guard, models only where nothing exact is at stake."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from wardround.clinical import WARDROUND, Coding, Concept, Fact, FactSource, Quantity
from wardround.evaluation.claims_planted import CHANGES, plant
from wardround.evidence import (
    Claim,
    Depth,
    Document,
    Found,
    Judged,
    Kind,
    Layer,
    Library,
    Opinion,
    Passage,
    Verdict,
    Verifier,
    Weighed,
    builtin_passages,
    claims,
    hallucination_rate,
    rate_of,
)
from wardround.knowledge import load

BASE = load()
ALONE = Verifier(BASE)
S, R, U = Verdict.SUPPORTED, Verdict.REFUTED, Verdict.UNCERTAIN


def passage(text: str, name: str = "trial.one") -> Passage:
    document = Document(name, "A trial", Layer.PRIMARY, Depth.ABSTRACT, "A journal, 2020", "test")
    return Passage(f"{name}#0", document, text, 0, len(text))


def judged(text: str, *passages: Passage, verifier: Verifier = ALONE, facts: Sequence[Fact] = ()) -> Judged:
    (one,) = verifier.judge(claims(text, BASE), retrieved=passages, facts=facts)
    return one


def fact(kind: str, slug: str, text: str, status: str = "active", value: Quantity | None = None) -> Fact:
    return Fact(
        id=f"fact-{slug}-{status}", patient_id="p1", kind=kind, concept=Concept(text, (Coding(WARDROUND, slug, text),)),  # type: ignore[arg-type]
        status=status, certainty="confirmed", recorded=datetime(2026, 1, 1, tzinfo=UTC),  # type: ignore[arg-type]
        source=FactSource("event", "1", "e1"), value=value,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Take paracetamol 1 g four times a day.", S),
        ("Take paracetamol 1 g eight times a day.", R),
        ("The maximum of paracetamol is 4 g a day.", S),
        ("The maximum of paracetamol is 8 g a day.", R),
        ("Avoid metformin when the eGFR is below 30.", S),
        ("Avoid metformin when the eGFR is below 60.", R),
        ("Warfarin and ibuprofen can safely be combined.", R),
        ("Warfarin interacts with ibuprofen.", S),
        ("Ramipril is safe in pregnancy.", R),
        ("Ramipril should be avoided in pregnancy.", S),
        ("Normal potassium is 3.5 to 5.3 mmol/L.", S),
        ("Normal potassium is 3.5 to 6.3 mmol/L.", R),
        ("Metformin makes the sky green.", U),
    ],
)
def test_structured_facts_are_exact(text: str, verdict: Verdict) -> None:
    one = judged(text)
    assert (one.verdict, text) == (verdict, text), one.why
    assert one.by == "structure" or verdict is U


SENTENCE = "In adults with gout, colchicine 500 micrograms twice daily reduced flares compared with placebo."


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (SENTENCE, S),
        ("Colchicine 0.5 mg twice a day reduced flares compared with placebo in adults with gout.", S),
        (SENTENCE.replace("500", "800"), R),
        (SENTENCE.replace("micrograms", "mg"), R),
        (SENTENCE.replace("reduced", "increased"), R),
        (SENTENCE.replace("reduced", "did not reduce"), R),
        (SENTENCE.replace("colchicine", "naproxen"), U),
        (SENTENCE.replace("adults", "children"), U),
        (SENTENCE.replace("flares", "fractures"), U),
    ],
)
def test_a_passage_bears_out_what_it_says_and_nothing_else(text: str, verdict: Verdict) -> None:
    one = judged(text, passage(SENTENCE))
    assert one.verdict is verdict, one.why
    if verdict is S:
        assert one.passage == "trial.one#0"
        assert one.span == (0, len(SENTENCE) - 1)


def test_a_bound_that_is_dropped_leaves_the_claim_open() -> None:
    source = passage("Give colchicine to adults only if the kidneys are healthy.")
    assert judged("Give colchicine to adults.", source).verdict is U


def test_a_dose_next_door_does_not_bear_a_dose_out() -> None:
    source = passage("Carbocisteine begins with 750 mg three times daily and is reduced to 1.5 g a day.")
    assert judged("Carbocisteine begins with 750 mg once daily.", source).verdict is not S


PENICILLIN = fact("allergy", "allergy.penicillins", "penicillin")
NO_PENICILLIN = fact("allergy", "allergy.penicillins", "penicillin", "refuted")
POTASSIUM = fact("result", "analyte.potassium", "potassium", value=Quantity(5.9, "mmol/L"))


@pytest.mark.parametrize(
    ("text", "facts", "verdict"),
    [
        ("The patient is allergic to penicillin.", (PENICILLIN,), S),
        ("The patient is not allergic to penicillin.", (PENICILLIN,), R),
        ("The patient is allergic to penicillin.", (NO_PENICILLIN,), R),
        ("The patient is not allergic to penicillin.", (NO_PENICILLIN,), S),
        ("The patient's potassium is 5.9 mmol/L.", (POTASSIUM,), S),
        ("The patient's potassium is 3.9 mmol/L.", (POTASSIUM,), R),
        ("The patient takes warfarin.", (PENICILLIN,), U),
        ("The patient takes warfarin.", (), U),
    ],
)
def test_patient_memory(text: str, facts: tuple[Fact, ...], verdict: Verdict) -> None:
    assert judged(text, facts=facts).verdict is verdict


class Says:
    """A language model that always says the same."""

    def __init__(self, opinion: Opinion | None) -> None:
        self.opinion = opinion

    def read(self, claim: str, passages: Sequence[Passage], /) -> Opinion | None:
        return self.opinion


LOOSE = "Colchicine works well when gout flares in adults, with few side effects."
PARAPHRASE = "Colchicine helps adults whose gout flares."


@pytest.mark.parametrize(
    ("opinion", "verdict"),
    [
        (Opinion("Supported", "trial.one#0", "Colchicine works well"), S),
        (Opinion("Supported", "trial.one#0", "Colchicine works wonders"), U),
        (Opinion("Supported", "trial.two#0", "Colchicine works well"), U),
        (Opinion("Sure", "trial.one#0", "Colchicine works well"), U),
        (None, U),
    ],
)
def test_a_language_model_is_believed_where_its_quotation_stands(
    opinion: Opinion | None, verdict: Verdict
) -> None:
    verifier = Verifier(BASE, reader=Says(opinion))
    assert judged(PARAPHRASE, passage(LOOSE), verifier=verifier).verdict is verdict


def test_no_model_supplies_a_drug_or_a_number_or_a_dose() -> None:
    said_so = Says(Opinion("Supported", "trial.one#0", "Colchicine works well"))

    class Sure:
        def weigh(self, claim: str, sentences: Sequence[str], /) -> Weighed:
            return Weighed(0.0, 0.0, 1.0)

    verifier = Verifier(BASE, reader=said_so, model=Sure())
    for text in ("Naproxen helps adults whose gout flares.", "Colchicine helps 90 % of adults whose gout flares.",
                 "Colchicine 0.5 mg once a day helps adults whose gout flares."):  # fmt: skip
        assert judged(text, passage(LOOSE), verifier=verifier).verdict is not S


def test_what_the_claim_cites_is_looked_up() -> None:
    library = Library.builtin(BASE)
    first = builtin_passages(BASE)[0]
    text = f"{first.text.rstrip('.')} [{first.id}]."
    verifier = Verifier(BASE, library, limit=1)
    assert {one.verdict for one in verifier.judge(claims(text, BASE))} == {S}


def test_found_and_passages_are_both_taken() -> None:
    one = ALONE.judge(claims(SENTENCE, BASE), retrieved=[Found(passage(SENTENCE), 1.0)])
    assert [j.verdict for j in one] == [S]


def test_the_rate() -> None:
    claim = Claim("x y", Kind.DOSE, 0, 3)
    other = Claim("x y", Kind.GENERAL, 0, 3)
    some = [
        Judged(claim, R, "b", "w"),
        Judged(claim, S, "b", "w"),
        Judged(other, U, "b", "w"),
        Judged(other, S, "b", "w"),
    ]
    assert rate_of(some).rate == pytest.approx(1.5 / 4)
    by_kind = hallucination_rate(some)
    assert by_kind[Kind.DOSE].rate == 0.5
    assert by_kind[Kind.GENERAL].rate == 0.25
    assert by_kind[Kind.CITATION].rate is None


def test_planted_errors_are_seen_and_untouched_sentences_are_borne_out() -> None:
    library = Library.builtin(BASE)
    verifier = Verifier(BASE, library)
    texts = [(p.id, p.text) for p in builtin_passages(BASE)]
    planted = plant(BASE, texts, 80, seed=11)
    assert {one.change for one in planted} == set(CHANGES)

    def borne_out(text: str) -> bool:
        return all(one.verdict is S for one in verifier.judge(claims(text, BASE)))

    assert sum(borne_out(one.sentence) for one in planted) >= 0.95 * len(planted)
    assert sum(not borne_out(one.wrong) for one in planted) >= 0.9 * len(planted)


def test_memory_settles_nothing_general() -> None:
    facts = (fact("drug", "drug.warfarin", "warfarin"), fact("drug", "drug.ibuprofen", "ibuprofen"))
    one = judged("Warfarin and ibuprofen can safely be combined.", facts=facts)
    assert (one.verdict, one.by) == (R, "structure")


@pytest.mark.parametrize(("status", "verdict"), [("active", U), ("resolved", S)])
def test_a_drug_that_is_still_taken_was_not_stopped(status: str, verdict: Verdict) -> None:
    facts = (fact("drug", "drug.warfarin", "warfarin", status),)
    assert judged("The patient has stopped warfarin.", facts=facts).verdict is verdict


def test_what_was_retracted_bears_nothing_out() -> None:
    gone = replace(passage(SENTENCE), document=replace(passage(SENTENCE).document, retracted=True))
    assert judged(SENTENCE, gone).verdict is U


def test_the_cache_answers_the_second_time_and_not_for_other_passages() -> None:
    verifier = Verifier(BASE)
    verifier = Verifier(BASE, cache=verifier.new_cache())
    assert judged(SENTENCE, passage(SENTENCE), verifier=verifier).by == "passage"
    again = judged(SENTENCE.replace("500 micrograms", "0.5 mg"), passage(SENTENCE), verifier=verifier)
    assert (again.by, again.verdict) == ("cache", S)
    assert judged(SENTENCE, verifier=verifier).verdict is U
