"""The phrase bank: training and held-out sentences share nothing, both are read rightly, and none says more than it must."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from standardised_people import BASE, UNDERSTANDING

from wardround.knowledge import Finding
from wardround.simulation.standardised import PHRASINGS, PhraseBankError, Phrasing, wording_of
from wardround.simulation.standardised.bank import DATA, Manner, bank, read_bank
from wardround.simulation.standardised.framing import POLARITIES, Polarity
from wardround.simulation.standardised.grammar import Speaker, echo, lasting, part_of, said_by

WORDING = wording_of(UNDERSTANDING)
ASKED = [f for f in BASE.content.findings if f.answer == "yes_no" and not f.examined]
SPEAKERS = (Speaker(), Speaker("she"), Speaker("he"), Speaker("they"))
WANTED = {"yes": True, "no": False, "unsure": None}


def _sentences(phrasing: Phrasing, speaker: Speaker) -> Iterator[tuple[Finding, Polarity, str]]:
    for finding in ASKED:
        for polarity in POLARITIES:
            for text in WORDING.sentences(finding.id, polarity, phrasing, speaker):
                yield finding, polarity, text


def _plain(text: str) -> str:
    return re.sub(r"[^a-z{}]+", " ", text.lower()).strip()


def _frames(phrasing: str) -> set[str]:
    """Every frame of a phrasing, of answers and of topics."""
    answers = yaml.safe_load((DATA / "answers.yaml").read_text())[phrasing]
    topics = yaml.safe_load((DATA / "topics.yaml").read_text())[phrasing]
    found: list[str] = []
    waiting: list[object] = [answers, topics]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            waiting.extend(here.values())
        elif isinstance(here, list):
            waiting.extend(here)
        else:
            found.append(str(here))
    return {_plain(frame) for frame in found if frame != "{list}"}


def test_training_and_held_out_share_no_frame() -> None:
    assert not _frames("training") & _frames("held_out")


def test_no_held_out_sentence_is_an_answer_of_the_base() -> None:
    base = {_plain(text) for f in BASE.content.findings for p in POLARITIES for text in getattr(f.answers, p)}
    for speaker in SPEAKERS[:2]:
        for _, _, text in _sentences("held-out", speaker):
            assert _plain(text) not in base


def test_held_out_frames_are_not_the_base_s_answers_with_another_name_in_them() -> None:
    """`Yes, I have wheezing` with the name cut out is no held-out frame."""
    cut = set()
    for finding in ASKED:
        for polarity in POLARITIES:
            for text in getattr(finding.answers, polarity):
                for name in (finding.name, *finding.lay):
                    if name.lower() in text.lower():
                        cut.add(_plain(text.lower().replace(name.lower(), "{thing}")))
    held_out = {f for f in _frames("held_out") if "{thing}" in f}
    assert cut
    assert not held_out & cut


@pytest.mark.parametrize("speaker", SPEAKERS[:2], ids=lambda s: s.person)
def test_both_phrasings_are_read_rightly_and_nearly_equally_well(speaker: Speaker) -> None:
    recall = {}
    for phrasing in PHRASINGS:
        right = total = 0
        for finding, polarity, text in _sentences(phrasing, speaker):
            read = UNDERSTANDING.of_answer(finding.ask, finding.id, text)["findings"][finding.id]
            total += 1
            right += read is WANTED[polarity]
        recall[phrasing] = right / total
    assert min(recall.values()) >= 0.96, recall
    assert recall["training"] - recall["held-out"] <= 0.03, recall


@pytest.mark.parametrize("phrasing", PHRASINGS)
def test_no_answer_is_read_as_its_opposite(phrasing: Phrasing) -> None:
    wrong = []
    for speaker in SPEAKERS[:2]:
        for finding, polarity, text in _sentences(phrasing, speaker):
            read = UNDERSTANDING.of_answer(finding.ask, finding.id, text)["findings"][finding.id]
            if (polarity, read) in (("yes", False), ("no", True)):
                wrong.append((finding.id, polarity, text))
    assert not wrong


@pytest.mark.parametrize("phrasing", PHRASINGS)
@pytest.mark.parametrize("finding", ASKED, ids=lambda f: f.id)
def test_a_sentence_says_nothing_of_another_finding(finding: Finding, phrasing: Phrasing) -> None:
    own, slug = {finding.id}, finding.parent
    while slug is not None:
        own.add(slug)
        slug = BASE.findings[slug].parent
    for polarity in POLARITIES:
        for text in WORDING.sentences(finding.id, polarity, phrasing, Speaker()):
            for m in UNDERSTANDING.reader.read(text, (finding.id,)):
                assert m.kind != "finding" or m.about != "patient" or m.id in own, text


def test_answers_of_the_base_that_say_more_are_listed_and_never_said() -> None:
    leaking = {f.id: set(WORDING.leaking(f.id)) for f in ASKED}
    for finding, _, text in _sentences("training", Speaker()):
        assert text not in leaking[finding.id], text


@pytest.mark.parametrize("speaker", SPEAKERS, ids=lambda s: s.person)
@pytest.mark.parametrize("phrasing", PHRASINGS)
def test_every_frame_is_filled(phrasing: Phrasing, speaker: Speaker) -> None:
    for _, _, text in _sentences(phrasing, speaker):
        assert "{" not in text
        assert text[0] == text[0].upper()


def test_a_carer_speaks_in_the_third_person() -> None:
    own = re.compile(r"\b(?:my|myself|I (?:have|am|had|get|do)|I'm not(?! sure| certain))\b")
    for phrasing in PHRASINGS:
        for _, _, text in _sentences(phrasing, Speaker("she")):
            assert not own.search(text), text
    assert any(" she " in text for _, _, text in _sentences("training", Speaker("she")))
    assert not any(
        re.search(r"\b(?:he|his)\b", text) for _, _, text in _sentences("training", Speaker("she"))
    )
    assert said_by("pain in my ear", Speaker("he")) == "pain in his ear"
    assert said_by("I can't breathe", Speaker("he")) is None
    assert said_by("pulling at her ear", Speaker()) is None


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        ("Do you smoke?", "I do", "I don't"),
        ("Are you pregnant, or could you be?", "I am", "I'm not"),
        ("Is your nose running?", "it is", "it isn't"),
        ("Have your legs or ankles become swollen?", "they have", "they haven't"),
        ("If you press a clear glass on the spots, do they stay?", "they do", "they don't"),
        ("Is there numbness between your legs?", "there is", "there isn't"),
    ],
)
def test_the_verb_of_a_question_is_taken_up(question: str, yes: str, no: str) -> None:
    assert echo(question, Speaker()) == (yes, no)


def test_a_carer_takes_it_up_for_the_patient_and_of_relatives_nobody_does() -> None:
    assert echo("Do you smoke?", Speaker("she")) == ("she does", "she doesn't")
    assert echo("Are you dizzy?", Speaker("they")) == ("they are", "they aren't")
    assert echo("Does anybody in your close family have thyroid trouble?", Speaker()) is None
    assert echo("How bad is the pain?", Speaker()) is None


def test_lay_names_are_told_apart() -> None:
    things = ("stomach ache", "pain in my knee", "blood in my pee", "night sweats", "sore throat")
    others = (
        "heart racing",
        "off my food",
        "can't sleep",
        "had a fit",
        "prone to migraine",
        "hands are always cold",
        "no appetite",
    )
    assert [part_of(lay) for lay in things] == ["thing"] * 5
    assert all(part_of(lay) != "thing" for lay in others)


@pytest.mark.parametrize(("days", "said"), [(1, "a day"), (3, "three days"), (8, "about a week"), (21, "about three weeks"),
                                            (91, "about three months"), (365, "about a year"), (1100, "about three years")])  # fmt: skip
def test_time_is_said_as_people_say_it(days: int, said: str) -> None:
    assert lasting(days) == said


def _idle_texts() -> Iterator[str]:
    known = bank()
    for manner in known.manners.manners:
        yield from (*manner.before, *manner.after, *manner.after_yes, *manner.after_no)
    cut_in = known.interruptions
    yield from (*known.manners.asks_again, *cut_in.worries, *cut_in.questions)
    yield from (*cut_in.carer.worries, *cut_in.carer.questions)
    yield from (*known.answers.again, *known.answers.nothing_more, *known.answers.not_understood)
    yield from (*known.answers.not_known.own, *known.answers.not_known.carer)


@pytest.mark.parametrize("text", list(dict.fromkeys(_idle_texts())))
def test_what_stands_around_answers_carries_no_clinical_fact(text: str) -> None:
    assert not UNDERSTANDING.reader.read(text)


@pytest.mark.parametrize("manner", [m for m in bank().manners.manners if m.wraps], ids=lambda m: m.name)
def test_a_manner_does_not_turn_an_answer_round(manner: Manner) -> None:
    cough = "finding.cough"
    for answer, polarity, after in (
        ("No, no cough.", False, (*manner.after, *manner.after_no)),
        ("Yes, I have a cough.", True, (*manner.after, *manner.after_yes)),
        ("No, I don't.", False, (*manner.after, *manner.after_no)),
        ("Yes, I do.", True, (*manner.after, *manner.after_yes)),
    ):
        for before in ("", *manner.before):
            for behind in ("", *after):
                text = f"{before}{answer}{behind}"
                assert UNDERSTANDING.of_answer("", cough, text)["findings"][cough] is polarity, text


def test_a_broken_bank_is_named(tmp_path: Path) -> None:
    for path in DATA.glob("*.yaml"):
        (tmp_path / path.name).write_text(path.read_text())
    assert read_bank(tmp_path).manners.manners
    good = (tmp_path / "manners.yaml").read_text()
    (tmp_path / "manners.yaml").write_text(good.replace("wraps: 0.8", "wraps: 8"))
    with pytest.raises(PhraseBankError, match="wraps"):
        read_bank(tmp_path)
    (tmp_path / "manners.yaml").write_text("manners: [")
    with pytest.raises(PhraseBankError, match=r"manners\.yaml: cannot be read"):
        read_bank(tmp_path)
    (tmp_path / "manners.yaml").unlink()
    with pytest.raises(PhraseBankError, match=r"manners\.yaml"):
        read_bank(tmp_path)
