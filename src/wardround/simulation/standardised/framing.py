"""Every sentence that the bank and the base can make for a finding: example answers, and frames filled with lay names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from wardround.knowledge import Finding
from wardround.simulation.standardised.bank import Frames, Phrasing, bank
from wardround.simulation.standardised.grammar import Speaker, bare, capital, echo, fits, part_of, said_by

Polarity = Literal["yes", "no", "unsure"]
POLARITIES: Final[tuple[Polarity, ...]] = ("yes", "no", "unsure")
_TAKEN_UP: Final = ("{echo}", "{not}", "{Echo}", "{Not}")


def polarity_of(value: bool | float | None) -> Polarity:
    """A measured value is a yes."""
    return "unsure" if value is None else "no" if value is False else "yes"


def examples(finding: Finding, polarity: Polarity, speaker: Speaker) -> tuple[str, ...]:
    """The base's own answers that this speaker can give."""
    texts: tuple[str, ...] = getattr(finding.answers, polarity)
    return tuple(t for t in texts if fits(t, speaker))


def framed(finding: Finding, polarity: Polarity, phrasing: Phrasing, speaker: Speaker) -> tuple[str, ...]:
    """Frames of a phrasing, filled. `{value}` stands where the answer is a number."""
    polar = bank().answers.of(phrasing, speaker.side)
    if finding.answer == "quantity" and polarity == "yes":
        return polar.value
    frames: Frames = getattr(polar, polarity)
    return tuple(dict.fromkeys(_filled(finding, frames, phrasing, speaker)))


def _filled(finding: Finding, frames: Frames, phrasing: Phrasing, speaker: Speaker) -> Iterator[str]:
    words = dict(speaker.words)
    taken_up = echo(finding.ask, speaker)
    if taken_up is not None:
        yes, no = taken_up
        words |= {"echo": yes, "not": no, "Echo": capital(yes), "Not": capital(no)}
    for frame in frames.plain:
        if taken_up is not None or not any(word in frame for word in _TAKEN_UP):
            yield capital(frame.format_map(words))
    things = frames.histories if finding.kind in ("history", "exposure") else frames.things
    for lay in lay_names(finding, phrasing, speaker):
        is_thing = part_of(lay) == "thing"
        name = bare(lay) if is_thing else lay
        named = {"thing": name, "Thing": capital(name), "words": name, "Words": capital(name)}
        for frame in things if is_thing else frames.words:
            yield capital(frame.format_map(words | named))


def lay_names(finding: Finding, phrasing: Phrasing, speaker: Speaker) -> tuple[str, ...]:
    """Lay names for a speaker; held out: those that no example answer of the base contains, while there are any."""
    said = (said_by(lay, speaker) for lay in finding.lay)
    names = tuple(name for name in said if name)
    if phrasing == "training":
        return names
    answers = finding.answers
    known = " ".join((*answers.yes, *answers.no, *answers.unsure)).lower()
    return tuple(n for n in names if n.lower() not in known) or names
