"""The reader and the shipped base agree: what the base says itself of a finding is read as that finding.

Its example answers, its questions and its lay names, plain and negated; nothing else may come out of them, above all
nothing that raises a red flag. What is allowed besides stands in the reviewed lists below, each with its reason.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardround.knowledge import Evidence, load, red_flags_present
from wardround.knowledge.schema import Finding
from wardround.language import Lexicon, Reader

BASE = load()
READER = Reader(Lexicon.build(BASE))
UNAIDED = Reader(dataclasses.replace(Lexicon.build(BASE), examples={}, asked={}))
"""Reads without knowing the base's example answers and questions."""
FINDINGS = [f for f in BASE.content.findings if f.kind != "measurement"]
SAYS = {"yes": True, "no": False, "unsure": None}

SECOND_FINDINGS: Mapping[tuple[str, str], str] = {
    ("finding.chest_pain.pleuritic", "finding.cough"): "it hurts to cough: a cough is named",
    ("finding.chest_pain.tearing", "finding.back_pain"): "the pain goes through to the back",
    ("finding.orthopnoea", "finding.breathlessness"): "breathless lying flat is breathless",
    ("finding.wheeze_heard", "finding.wheeze"): "a wheeze that was heard is a wheeze",
    ("finding.swelling_behind_ear", "finding.ear_pain"): "sore behind the ear",
    ("finding.night_sweats", "finding.sweating"): "sweat at night is sweat",
    ("finding.sweating", "finding.night_sweats"): "drenched in sweat is said of both",
    ("finding.atopy", "finding.sneezing"): "sneezes in spring",
    ("finding.immunosuppressed", "finding.kidney_disease_history"): "a kidney transplant is both",
    ("finding.immunosuppressed", "finding.cancer_history"): "chemotherapy is both",
    ("finding.cancer_history", "finding.immunosuppressed"): "chemotherapy is both",
    ("finding.recent_cold", "finding.runny_nose"): "sniffles are a runny nose",
    ("finding.migraine_history", "finding.headache"): "bad headaches, by no name",
    ("finding.saddle_numbness", "finding.numbness"): "numb down there is numb",
    ("finding.headache.thunderclap", "finding.symptom_onset_sudden"): "at its worst within seconds",
    ("finding.arm_weakness", "finding.symptom_onset_sudden"): "suddenly went weak",
    ("finding.leg_weakness", "finding.fatigue"): "legs that feel tired",
    ("finding.drowsiness", "finding.fatigue"): "more tired than usual",
    ("finding.lip_face_swelling", "finding.poor_sleep"): "slept badly",
    ("finding.flank_pain", "finding.back_pain"): "the back hurts over the kidney",
    ("finding.diarrhoea", "finding.urinary_urgency"): "running to the toilet is said of both",
    ("finding.urinary_urgency", "finding.diarrhoea"): "running to the toilet is said of both",
    ("finding.leg_swelling", "finding.skin_redness"): "a red and swollen leg is both",
    ("finding.skin_redness", "finding.leg_swelling"): "a red and swollen leg is both",
    ("finding.leg_swelling", "finding.skin_redness.warm"): "a red, hot and swollen leg is all three",
    ("finding.skin_redness.warm", "finding.leg_swelling"): "a red, hot and swollen leg is all three",
    ("finding.pregnancy", "finding.vaginal_bleeding"): "pregnant and bleeding is both",
    ("finding.vaginal_bleeding", "finding.pregnancy"): "pregnant and bleeding is both",
    ("finding.previous_ectopic", "finding.pregnancy"): "known fault: a pregnancy lost is read as one",
    ("finding.lung_crackles", "finding.hearing_loss"): "known fault: cannot hear one's own chest",
    ("finding.cold_intolerance", "finding.recent_cold"): "known fault: a cold person, feeling the cold",
    ("finding.runny_nose", "finding.cold_intolerance"): "known fault: it always is, in the cold",
}
"""(asked, also found present): reviewed."""


def _above(slug: str | None) -> Iterator[str]:
    while slug is not None:
        yield slug
        slug = BASE.findings[slug].parent


def _related(a: str, b: str) -> bool:
    return a in _above(b) or b in _above(a)


def _heard(text: str, expecting: tuple[str, ...] = (), reader: Reader = READER) -> dict[str, bool | None]:
    """Present, absent or open, of the patient and of now; yes wins."""
    found: dict[str, bool | None] = {}
    for m in reader.read(text, expecting):
        if m.kind != "finding" or m.id is None or m.about != "patient":
            continue
        if m.past and BASE.findings[m.id].kind not in ("history", "exposure"):
            continue
        value = None if m.uncertain and not m.negated else not m.negated
        if found.get(m.id) is not True:
            found[m.id] = value
    return found


def _alien(finding: Finding, found: Mapping[str, bool | None]) -> set[str]:
    present = {slug for slug, value in found.items() if value is True}
    return {s for s in present if not _related(s, finding.id) and (finding.id, s) not in SECOND_FINDINGS}


def _flags(found: Mapping[str, bool | None], aside: str) -> set[str]:
    """The red flags that fire on what was read, but for those that the asked finding is itself part of."""
    known = {slug: value for slug, value in found.items() if value is not None}
    own = set(_above(aside)) if found.get(aside) is True else set()
    return {
        flag.id
        for flag in red_flags_present(BASE, Evidence(findings=known))
        if own.isdisjoint((*flag.all, *flag.any))
    }


def _answers(finding: Finding) -> Iterator[tuple[str, str]]:
    for kind in SAYS:
        for text in getattr(finding.answers, kind):
            yield kind, text


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda f: f.id)
def test_an_example_answer_means_what_the_base_says_and_nothing_else(finding: Finding) -> None:
    wrong = []
    for kind, text in _answers(finding):
        asked, unasked = _heard(text, (finding.id,)), _heard(text)
        if asked.get(finding.id) is not SAYS[kind]:
            wrong.append((kind, text, f"read as {asked.get(finding.id)}"))
        for found in (asked, unasked):
            if alien := _alien(finding, found):
                wrong.append((kind, text, f"also {sorted(alien)}"))
            if flags := _flags(found, finding.id):
                wrong.append((kind, text, f"raises {sorted(flags)}"))
        if kind == "no" and unasked.get(finding.id) is True:
            wrong.append((kind, text, "read as present when not asked"))
    assert not wrong


def test_without_knowing_the_examples_nearly_all_are_still_read_rightly() -> None:
    """A floor some 0.01 below the figure in docs/language.md; no example may be read as its opposite."""
    right = total = 0
    opposite = []
    for finding in FINDINGS:
        for kind, text in _answers(finding):
            value = _heard(text, (finding.id,), UNAIDED).get(finding.id)
            total += 1
            right += value is SAYS[kind]
            if (kind, value) in (("yes", False), ("no", True)):
                opposite.append((finding.id, text))
    assert not opposite
    assert right / total >= 0.92


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda f: f.id)
def test_a_question_of_the_base_names_what_it_asks_and_claims_nothing(finding: Finding) -> None:
    found = _heard(finding.ask)
    assert finding.id in found
    assert True not in found.values()


UNREAD: Mapping[str, str] = {
    "the pill": "only after `on`: any tablet is a pill",
    "in the family way": "left out: `family` is a cue, and `the family` is said of relatives",
    "fitting": "left out alone: fitting a kitchen is no seizure",
    "always cold": "`cold` is read only as the phrase is written",
    "feel the cold": "`have` before it makes it another phrase",
    "feeling the cold": "`have` before it makes it another phrase",
}
"""Lay names that are read not at all, or not after `I have`."""


def _lay(finding: Finding) -> tuple[str, ...]:
    return tuple(dict.fromkeys((finding.name, *finding.lay)))


@pytest.mark.parametrize("carrier", ["I have {}.", "I've had {} for two days", "{}", "It's {}, doctor."])
@pytest.mark.parametrize("finding", FINDINGS, ids=lambda f: f.id)
def test_a_lay_name_means_its_finding_and_no_other(finding: Finding, carrier: str) -> None:
    beside = (finding.parent,) if finding.parent else ()
    wrong = []
    for name in _lay(finding):
        text = carrier.format(name)
        found = _heard(text, beside)
        if found.get(finding.id, False) is False and name not in UNREAD:
            wrong.append((text, "not read"))
        if alien := _alien(finding, _heard(text)):
            wrong.append((text, f"also {sorted(alien)}"))
        if flags := _flags(_heard(text), finding.id):
            wrong.append((text, f"raises {sorted(flags)}"))
    assert not wrong


_DENIED = re.compile(r"\b(?:no|not|never|none|without|nothing|hardly|stop|less|\w+n[’']t)\b", re.IGNORECASE)
_NO_THING = re.compile(
    r"^(?:(?:\w+ )?(?:had|felt|i|i[’'](?:m|ve|d)|it|it[’']s|they|they[’']d|he|she|my|his|her|we|you)|voice|period|only|worse|prone|ate|gone|wakes?|woke|have|having|feel\w*|get\w*|got|goes|going)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\b(?:is|are|was|were|has|keeps|leaves|gained|gains|treated|taken|born|dribble|leak|od[’']d|on methotrexate)\b",
    re.IGNORECASE,
)
THINGS = [
    (finding, name)
    for finding in FINDINGS
    for name in _lay(finding)
    if not _DENIED.search(name) and not _NO_THING.match(name) and not _CLAUSE.search(name)
]
"""Names after which a denial can be said: things, not clauses, and not denied already."""
DENIALS = [
    "no {}", "I don't have any {}", "I have no {}.", "No, no {}", "I haven't had any {} at all", "never had {}",
    "I've not noticed any {}", "there isn't any {}", "nobody has seen {}", "No one noticed any {}", "denies {}",
    "without any {}", "I do not have {}", "I did not have {}.", "there has never been any {}", "none of that, no {}",
]  # fmt: skip


@pytest.mark.parametrize("denial", DENIALS)
def test_a_name_denied_is_never_present(denial: str) -> None:
    wrong = []
    for finding, name in THINGS:
        text = denial.format(name)
        present = {s for s, value in _heard(text).items() if value is True}
        if present:
            wrong.append((finding.id, text, sorted(present)))
    assert not wrong


@given(
    st.lists(st.sampled_from(THINGS), min_size=2, max_size=4),
    st.sampled_from([", ", " or ", " and ", ", no ", ", and no ", " nor ", ". No "]),
    st.sampled_from(["No ", "I don't have any ", "I haven't had ", "Denies ", "Never had ", "Nobody noticed any "]),
    st.sampled_from(["", ".", " at all", ", no", "."]),
)  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_a_list_denied_is_denied_throughout(
    things: list[tuple[Finding, str]], joint: str, denial: str, end: str
) -> None:
    text = denial + joint.join(name for _, name in things) + end
    found = _heard(text)
    assert True not in found.values(), (text, found)


@given(
    st.sampled_from(THINGS),
    st.sampled_from(["No, I don't have any {}.", "No. I haven't had any {}", "Nope, no {}", "Not really, no {}"]),
)  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_a_denial_of_what_was_asked_answers_no(thing: tuple[Finding, str], said: str) -> None:
    finding, name = thing
    found = _heard(said.format(name), (finding.id,))
    assert found.get(finding.id) is False or name in UNREAD, found
    assert not _flags(found, "")


@pytest.mark.parametrize(
    "text",
    ["nobody knows why I have a cough", "no one can tell me why I have this cough", "I've taken nothing for the cough",
     "I've had nothing to eat since the cough began", "no bad cough? no, a bad cough", "nothing helps the cough"],
)  # fmt: skip
def test_nobody_and_nothing_do_not_deny_everything(text: str) -> None:
    assert _heard(text).get("finding.cough") is True


def _flags_of(text: str) -> set[str]:
    return _flags(_heard(text), "finding.cough")


@pytest.mark.parametrize(
    "text",
    ["No, I don't wake up breathless.", "I didn't wake up", "I do not wake at night", "I hurt myself lifting a box",
     "I think I hurt myself", "I cut myself on a knife", "my kids don't wake up", "It was like being hit over the head",
     "it shoots down to my foot", "nobody called it a stroke", "No one in my house has chest pain",
     "Nothing to suggest a heart attack", "I'm not suicidal", "I don't want to hurt myself"],
)  # fmt: skip
def test_no_false_red_flag(text: str) -> None:
    assert _flags_of(text) == set()
    assert True not in {v for s, v in _heard(text).items() if "suicid" in s}


@pytest.mark.parametrize(
    "text",
    ["I feel suicidal", "I don't want to live", "I don't want to be here", "I do not want to be here any more",
     "I've been thinking about hurting myself", "I want to hurt myself", "I hope I don't wake up",
     "I've been cutting myself", "I just want to go to sleep and not wake up"],
)  # fmt: skip
def test_suicidal_words_are_heard(text: str) -> None:
    assert _heard(text).get("finding.suicidal_thoughts") is True
    assert "redflag.suicidal_thoughts" in _flags_of(text)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("It burns when I pass urine", "finding.dysuria"),
        ("burning when I pass urine", "finding.dysuria"),
        ("I've had blurred vision", "finding.vision_loss"),
        ("my vision went blurry", "finding.vision_loss"),
        ("I've been going a lot", "finding.urinary_frequency"),
        ("I've been around someone sick", "finding.sick_contact"),
        ("my heart is beating really fast", "finding.palpitations"),
        ("I'm just out of energy", "finding.fatigue"),
        ("I'm all stuffy", "finding.nasal_congestion"),
        ("I don't feel like doing anything", "finding.loss_of_interest"),
        ("I have an ulcer on my leg", "finding.skin_wound"),
        ("I have hip pain", "finding.joint_pain"),
    ],
)
def test_said_in_transcripts(text: str, slug: str) -> None:
    assert _heard(text).get(slug) is True


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("there are white spots at the back", "finding.vaginal_bleeding"),
        ("I banged my head", "finding.headache"),
        ("I'm spitting stuff up", "finding.nasal_congestion"),
        ("I have cold hands", "finding.recent_cold"),
        ("I have hip pain", "finding.immobility_or_surgery"),
        ("the pain goes down my leg", "finding.dysuria"),
        ("no period pain", "finding.missed_period"),
        ("it doesn't go down my arm", "finding.chest_pain"),
        ("I don't feel like anything is broken", "finding.loss_of_interest"),
        ("my periods are very heavy", "finding.obesity"),
    ],
)
def test_words_that_only_look_alike(text: str, slug: str) -> None:
    assert _heard(text).get(slug) is not True


@pytest.mark.parametrize(
    ("said", "finding"),
    [
        ("No, my tummy doesn't hurt.", "abdominal_pain"),
        ("my head isn't hurting", "headache"),
        ("my chest never hurts", "chest_pain"),
        ("my leg isn't swollen", "leg_swelling"),
        ("my back has not been hurting", "back_pain"),
    ],
)
def test_a_denial_between_the_site_and_its_symptom_denies(said: str, finding: str) -> None:
    reader = Reader(Lexicon.build(load()))
    assert [(m.id, m.negated) for m in reader.read(said)] == [(f"finding.{finding}", True)]
