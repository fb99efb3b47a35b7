"""Reads the three parts of the Glasgow Coma Scale from what the examiner describes, or from E3V4M5."""

from __future__ import annotations

import re
from typing import Final

from wardround.calculators.from_note.reading import Reading
from wardround.calculators.from_note.text import Note

_SHORT: Final = re.compile(
    r"\bE\s?(?P<eyes>[1-4])\s?,?/?\s?V\s?(?P<voice>[1-5T])\s?,?/?\s?M\s?(?P<motor>[1-6])\b"
)
EYES: Final = (
    "no eye opening",
    "eye opening to pain",
    "eye opening to verbal command",
    "eyes open spontaneously",
)
VOICE: Final = (
    "no verbal response",
    "incomprehensible sounds",
    "inappropriate words",
    "confused",
    "oriented",
    "not testable",
)
MOTOR: Final = (
    "no motor response", "extension to pain", "flexion to pain", "withdrawal from pain", "localizes pain", "obeys commands",
)  # fmt: skip
_PAIN: Final = r"(?:pain\w*|noxious|sternal rub|pressure|nail ?bed|pinch\w*|stimul\w+)"
_VERBAL: Final = r"(?:verbal\w*|voice|command|name|speech|spoken|call\w*|request|sound|prompt\w*|ask\w*)"
_EYES: Final = (
    (0, rf"(?:(?:does not|did not|do not|unable to|not|never|without) open(?:ing)?[^.;,]{{0,15}}eyes?|no eye[- ]open\w*|eyes? (?:do|did) not open|no eye (?:response|movement)|eyes?[^.;,]{{0,20}}(?:remain|stay)\w* (?:closed|shut)[^.;,]{{0,40}}{_PAIN})"),
    (1, rf"(?:open\w*[^.;,]{{0,25}}eyes?[^.;,]{{0,45}}{_PAIN}|eyes?[^.;,]{{0,25}}open\w*[^.;,]{{0,45}}{_PAIN}|eye[- ]open\w*[^.;,]{{0,30}}{_PAIN})"),
    (2, rf"(?:open\w*[^.;,]{{0,25}}eyes?[^.;,]{{0,45}}{_VERBAL}|eyes?[^.;,]{{0,25}}open\w*[^.;,]{{0,45}}{_VERBAL}|eye (?:open\w*|movements?)[^.;,]{{0,30}}{_VERBAL}|{_VERBAL}[^.;,]{{0,20}}(?:he|she|the patient) open\w*[^.;,]{{0,10}}eyes?|(?:ask|told|request)\w*[^.;,]{0,25}open (?:her|his|their) eyes|{_VERBAL}[^.;,]{{0,25}}opening (?:her|his|their) eyes)"),
    (3, r"(?:(?:spontaneous\w*)[^.;,]{0,20}(?:eye|open\w*)|(?:eyes?|open\w*)[^.;,]{0,30}spontaneous\w*|eyes (?:were |are )?(?:wide )?open(?! to)|open eyes)"),
)  # fmt: skip
_VOICE: Final = (
    (0, r"(?:(?:no|without|absent|lack of)[^.;]{0,15}(?:verbal|vocal)[^.;]{0,15}(?:respon\w+|output|sound)|non-?verbal|no (?:speech|vocali\w+|sounds?)|does not (?:speak|vocali\w+)|not (?:speaking|vocali\w+)|mute|verbally unresponsive|unable to speak|no verbal)"),
    (1, r"(?:incomprehensible|unintelligible|moan\w*|groan\w*|grunt\w*|without intelligible|mumbl\w+(?! (?:\w+ )?words))"),
    (2, r"(?:inappropriate (?:words|verbal|speech|respon\w+)|random words|words? (?:that )?(?:do|did|does) not make|nonsensical words|disjointed words|inappropriate)"),
    (3, r"(?:confus\w+|disorient\w+|confabul\w+|not (?:fully )?oriented|oriented only|incorrect\w*[^.;]{0,30}(?:year|date|place|location))"),
    (4, r"(?:(?:alert and |fully |well |is |was )oriented(?! only)|oriented (?:to|x|in|times)|converses normally|speech (?:is|was) (?:clear|coherent|normal)|coherent speech)"),
    (5, r"(?:(?:verbal|speech|voice)[^.;]{0,30}(?:could not|cannot|unable to) be (?:evaluated|assessed|tested)|(?:verbal|speech)[^.;]{0,25}(?:not testable|untestable))"),
)  # fmt: skip
_MOTOR: Final = (
    (0, r"(?:no motor|no movement\w*|(?:does|did) not move|no (?:motor )?respon\w+ to (?:pain\w*|noxious)|flaccid|no response to (?:pain|any|noxious)|without motor|no (?:purposeful |voluntary )?movements?[^.;]{0,60}pain\w*)"),
    (1, r"(?:extens(?:ion|or)[^.;]{0,30}(?:pain\w*|postur\w+|stimul\w+|respon\w+)|decerebrat\w+|extend\w*[^.;]{0,40}(?:pain\w*|stimul\w+))"),
    (2, r"(?:abnormal flexion|decorticat\w+|flexion (?:response )?to pain|flex\w+[^.;]{0,25}pain\w*)"),
    (3, r"(?:withdr[ae]w\w*|with-draw\w*|pull\w* (?:away|back)|mov\w+ [^.;]{0,25}away|retract\w*)"),
    (4, r"(?:locali[sz]\w+|locate the (?:sensation|pain)|push\w*[^.;]{0,25}(?:hand|away)|purposeful\w*|mov\w+ [^.;]{0,25}towards? (?:the )?(?:site|pain|stimul\w+|pinch)|reach\w* (?:for|toward)[^.;]{0,20}(?:pain|stimul))"),
    (5, r"(?:(?:follow\w*|obey\w*)[^.;]{0,25}(?:command|instruction|order|request)\w*|obeys|motor[^.;]{0,15}(?:to command|intact)|moves? [^.;]{0,30}(?:on|to) command|squeez\w+[^.;]{0,30}(?:command|ask\w*|request))"),
)  # fmt: skip
_COMPILED: Final = {
    name: [(level, re.compile(words, re.IGNORECASE)) for level, words in table]
    for name, table in (("eyes", _EYES), ("voice", _VOICE), ("motor", _MOTOR))
}
_LEVELS: Final = {"eyes": EYES, "voice": VOICE, "motor": MOTOR}
_DENIED: Final = re.compile(r"\b(?:no|not|unable to|without|does not|did not|doesn't|didn't|denies|cannot|can't|nor|fails to)\b[^.;,]{0,25}$", re.IGNORECASE)  # fmt: skip


def coma_parts(note: Note) -> list[Reading]:
    """Eyes, voice and movement; a part described in two ways appears twice, for the chooser to doubt."""
    out: list[Reading] = []
    short = _SHORT.search(note.text)
    if short is not None:
        for name, levels in _LEVELS.items():
            level = VOICE.index("not testable") if short[name] == "T" else int(short[name]) - 1
            out.append(Reading(name, levels[level], "", short.start(), short.end()))
        return out
    for name, table in _COMPILED.items():
        out.extend(_part(note, name, table))
    return out


def _part(note: Note, name: str, table: list[tuple[int, re.Pattern[str]]]) -> list[Reading]:
    out = []
    for level, words in table:
        for found in words.finditer(note.text):
            before = note.text[max(0, found.start() - 45) : found.start()]
            if level and _DENIED.search(before):
                continue
            out.append(Reading(name, _LEVELS[name][level], "", found.start(), found.end()))
            break
    return out
