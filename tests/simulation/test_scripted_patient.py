"""A scripted patient: lines in order, patterns wherever they fit, errors that name the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from wardround.harness import Question
from wardround.simulation import ScriptedPatient, ScriptError


def script(tmp_path: Path, text: str) -> ScriptedPatient:
    path = tmp_path / "maria.txt"
    path.write_text(text)
    return ScriptedPatient.read(path)


async def say(patient: ScriptedPatient, *questions: str) -> list[str]:
    """Answers to these questions, asked one after the other."""
    transcript: list[tuple[str, str]] = []
    for text in questions:
        answer = await patient.reply(Question(text, "key", tuple(transcript)))
        transcript.append((text, answer))
    return [answer for _, answer in transcript]


async def test_lines_answer_in_order_and_then_there_is_nothing_to_add(tmp_path: Path) -> None:
    patient = script(tmp_path, "# Maria\nYes.\n\nNo.\n")
    assert await say(patient, "a?", "b?", "c?") == ["Yes.", "No.", "I have nothing to add."]


async def test_a_pattern_answers_every_question_that_it_fits_and_uses_up_no_line(tmp_path: Path) -> None:
    patient = script(tmp_path, "/fever|hot/ No fever.\nYes.\nNo.\n")
    said = await say(patient, "Any FEVER?", "a?", "Do you feel hot?", "b?")
    assert said == ["No fever.", "Yes.", "No fever.", "No."]


async def test_the_first_pattern_that_fits_counts(tmp_path: Path) -> None:
    patient = script(tmp_path, "/pain in your chest/ No.\n/pain/ Yes.\n")
    assert await say(patient, "pain in your chest?", "pain in your toe?") == ["No.", "Yes."]


@pytest.mark.parametrize(
    ("text", "line"),
    [("Yes.\n# next\n/fever(/ No.\n", 3), ("/fever/\n", 1), ("Yes.\n/fever No.\n", 2)],
)
def test_a_broken_line_is_named(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(ScriptError, match=rf"maria\.txt, line {line}:"):
        script(tmp_path, text)


def test_a_script_that_is_not_there_or_is_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match=r"nobody\.txt: cannot be read"):
        ScriptedPatient.read(tmp_path / "nobody.txt")
    (tmp_path / "image.txt").write_bytes(b"\x89PNG\xff")
    with pytest.raises(ScriptError, match="UTF-8"):
        ScriptedPatient.read(tmp_path / "image.txt")
