"""NEWS2, qSOFA, SIRS, the Glasgow Coma Scale, Apgar."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from wardround.calculators.calculator import Answer, Calculator, NotApplicable, Source
from wardround.calculators.errors import InputError
from wardround.calculators.inputs import age, choice, quantity, yes_no
from wardround.calculators.scores.common import (
    GCS_TOTAL,
    HEART_RATE,
    RESPIRATORY_RATE,
    SATURATION,
    SCORE,
    SYSTOLIC,
    TEMPERATURE,
    WHITE_CELLS,
    criterion,
)
from wardround.calculators.scores.points import Tally, at_least
from wardround.calculators.values import Values

_EYES: Final = (
    "no eye opening",
    "eye opening to pain",
    "eye opening to verbal command",
    "eyes open spontaneously",
)
_VOICE: Final = (
    "no verbal response",
    "incomprehensible sounds",
    "inappropriate words",
    "confused",
    "oriented",
)
_MOTOR: Final = (
    "no motor response",
    "extension to pain",
    "flexion to pain",
    "withdrawal from pain",
    "localizes pain",
    "obeys commands",
)


def _gcs(values: Values) -> Answer:
    tally = Tally()
    eyes, voice, motor = (values.choice(name) for name in ("eyes", "voice", "motor"))
    tally.add(_EYES.index(eyes) + 1, "eyes")
    testable = voice in _VOICE
    tally.add(_VOICE.index(voice) + 1 if testable else 1, "voice")
    tally.add(_MOTOR.index(motor) + 1, "movement")
    return tally.answer(warnings=() if testable else ("the voice could not be tested: counted as 1, say so",))


GCS: Final = Calculator(
    id="glasgow-coma-scale",
    title="Glasgow Coma Scale",
    inputs=(
        choice("eyes", "best eye response", _EYES, also=("best eye response",)),
        choice("voice", "best verbal response", (*_VOICE, "not testable"), also=("best verbal response",)),
        choice("motor", "best motor response", _MOTOR, also=("best motor response",)),
    ),
    formula="eyes 1-4 + voice 1-5 + movement 1-6",
    unit=SCORE,
    source=Source(
        "Teasdale G, Jennett B, Lancet 2: 81-84", "Assessment of coma and impaired consciousness", 1974
    ),
    work=_gcs,
    medcalc=21,
)


def _sirs(values: Values) -> Answer:
    tally = Tally()
    temperature, cells = values.number("temperature"), values.number("white_cells")
    tally.met(temperature > 38 or temperature < 36, 1, "temperature")
    tally.met(values.number("heart_rate") > 90, 1, "heart rate above 90")
    carbon_dioxide = values.maybe("paco2")
    fast = values.number("respiratory_rate") > 20 or (carbon_dioxide is not None and carbon_dioxide < 32)
    tally.met(fast, 1, "respiratory rate above 20 or PaCO2 below 32")
    bands = values.maybe("band_cells")
    tally.met(cells > 12 or cells < 4 or (bands is not None and bands > 10), 1, "white cells")
    return tally.answer("two or more criteria: SIRS" if tally.total >= 2 else None)


SIRS: Final = Calculator(
    id="sirs",
    title="SIRS criteria",
    inputs=(
        TEMPERATURE,
        HEART_RATE,
        RESPIRATORY_RATE,
        quantity(
            "paco2",
            "arterial carbon dioxide pressure",
            "mm[Hg]",
            5,
            250,
            units=("kPa",),
            optional=True,
            also=("paco2", "PaCO₂"),
        ),
        WHITE_CELLS,
        quantity("band_cells", "immature band cells", "%", 0, 100, bare=True, optional=True),
    ),
    formula="one point each: temperature > 38 or < 36 Cel, heart rate > 90, respiratory rate > 20 or PaCO2 < 32 mmHg, "
    "white cells > 12 or < 4 x 10^9/L or over 10% bands",
    unit=SCORE,
    source=Source("Bone RC and others, Chest", "Definitions for sepsis and organ failure (ACCP/SCCM)", 1992),
    work=_sirs,
    medcalc=51,
)


_NOT_ALONE: Final = "a low score rules no sepsis out: the Surviving Sepsis Campaign (2021) advises against it as the only screen; for adults"


def _qsofa(values: Values) -> Answer:
    tally = Tally()
    tally.met(_altered(values), 1, "altered mentation")
    tally.met(values.number("respiratory_rate") >= 22, 1, "respiratory rate 22 or more")
    tally.met(values.number("systolic_bp") <= 100, 1, "systolic 100 or less")
    return tally.answer("two or more: high risk" if tally.total >= 2 else None, warnings=(_NOT_ALONE,))


def _altered(values: Values) -> bool:
    """By the Glasgow Coma Scale, or as the examiner says it; the two may not contradict each other."""
    if not values.has("altered_mentation"):
        return values.number("gcs") < 15
    altered = values.yes("altered_mentation")
    if values.has("gcs") and (values.number("gcs") < 15) is not altered:
        raise InputError(
            "altered_mentation",
            f"a Glasgow Coma Scale of {values.number('gcs'):g} says the opposite: give the one that is right",
        )
    return altered


QSOFA: Final = Calculator(
    id="qsofa",
    title="quick SOFA",
    inputs=(
        RESPIRATORY_RATE,
        SYSTOLIC,
        replace(GCS_TOTAL, instead=("altered_mentation",)),
        yes_no(
            "altered_mentation",
            "altered mentation (Glasgow Coma Scale below 15; on ACVPU anything but alert)",
            optional=True,
            unsaid=None,
        ),
    ),
    formula="one point each: respiratory rate >= 22, systolic <= 100 mmHg, altered mentation (Glasgow Coma Scale < 15)",
    unit=SCORE,
    source=Source(
        "Singer M and others, JAMA", "Third International Consensus Definitions for Sepsis (Sepsis-3)", 2016
    ),
    work=_qsofa,
)

_ALERT: Final = ("alert", "new confusion", "voice", "pain", "unresponsive")


_NO_PREGNANCY: Final = "not for pregnant women; it adds to a clinician's judgement and does not replace it"
_SECOND_SCALE: Final = "the second scale for saturation is used only where a competent clinician has prescribed the target of 88-92%"


def _news2(values: Values) -> Answer | NotApplicable:
    if values.number("age") < 16:
        return NotApplicable("NEWS2 is for patients from 16 years of age")
    tally = Tally()
    tally.add(
        at_least(values.number("respiratory_rate"), ((25, 3), (21, 2), (12, 0), (9, 1)), 3), "respiration"
    )
    tally.add(_saturation(values), "saturation")
    tally.met(values.yes("oxygen"), 2, "oxygen")
    tally.add(at_least(values.number("systolic_bp"), ((220, 3), (111, 0), (101, 1), (91, 2)), 3), "systolic")
    tally.add(
        at_least(values.number("heart_rate"), ((131, 3), (111, 2), (91, 1), (51, 0), (41, 1)), 3), "pulse"
    )
    tally.met(values.choice("consciousness") != "alert", 3, "not alert")
    temperature = round(values.number("temperature"), 1)
    tally.add(at_least(temperature, ((39.1, 2), (38.1, 1), (36.1, 0), (35.1, 1)), 3), "temperature")
    single = any(line.endswith("+3") for line in tally.shown)
    low = "low-medium: one parameter scores 3" if single else "low"
    meaning = "high" if tally.total >= 7 else "medium" if tally.total >= 5 else low
    second = (_SECOND_SCALE,) if values.yes("hypercapnic_target") else ()
    return tally.answer(meaning, warnings=(_NO_PREGNANCY, *second))


def _saturation(values: Values) -> float:
    saturation = values.number("oxygen_saturation")
    if not values.yes("hypercapnic_target"):
        return at_least(saturation, ((96, 0), (94, 1), (92, 2)), 3)
    if values.yes("oxygen") and saturation >= 93:
        return at_least(saturation, ((97, 3), (95, 2)), 1)
    return at_least(saturation, ((88, 0), (86, 1), (84, 2)), 3)


NEWS2: Final = Calculator(
    id="news2",
    title="National Early Warning Score 2",
    inputs=(
        age(),
        RESPIRATORY_RATE,
        SATURATION,
        criterion("hypercapnic_target", "hypercapnic respiratory failure: target saturation 88-92%"),
        criterion("oxygen", "breathes supplemental oxygen"),
        SYSTOLIC,
        HEART_RATE,
        choice("consciousness", "consciousness (ACVPU)", _ALERT, words=(("confused", "new confusion"),)),
        TEMPERATURE,
    ),
    formula="0-3 points each for respiration, saturation (scale 2 at target 88-92%), systolic pressure, pulse, "
    "consciousness, temperature; oxygen 2",
    unit=SCORE,
    source=Source(
        "Royal College of Physicians",
        "National Early Warning Score (NEWS) 2: standardising the assessment of acute-illness severity in the NHS",
        2017,
    ),
    work=_news2,
)

_APGAR: Final = (
    ("appearance", "colour", ("blue or pale", "blue extremities", "pink")),
    ("pulse", "heart rate", ("absent", "below 100", "100 or more")),
    ("grimace", "reaction to stimulation", ("none", "grimace", "cry or pull away")),
    ("activity", "muscle tone", ("limp", "some flexion", "active")),
    ("respiration", "breathing", ("absent", "weak or irregular", "strong cry")),
)


def _apgar(values: Values) -> Answer:
    tally = Tally()
    for name, label, choices in _APGAR:
        tally.add(choices.index(values.choice(name)), label)
    return tally.answer()


APGAR: Final = Calculator(
    id="apgar",
    title="Apgar score of the newborn",
    inputs=tuple(choice(name, label, choices) for name, label, choices in _APGAR),
    formula="0-2 points each: colour, heart rate, reaction, tone, breathing",
    unit=SCORE,
    source=Source(
        "Apgar V, Curr Res Anesth Analg 32: 260-267",
        "A proposal for a new method of evaluation of the newborn infant",
        1953,
    ),
    work=_apgar,
)

CALCULATORS: Final = (GCS, SIRS, QSOFA, NEWS2, APGAR)
