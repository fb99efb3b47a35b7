"""Salts and acids: anion gap and what is made of it, corrected sodium and calcium, osmolality, free water."""

from __future__ import annotations

from collections.abc import Callable

from wardround.calculators.calculator import Answer, Calculator, NotApplicable, Source
from wardround.calculators.common import (
    albumin,
    bicarbonate,
    chloride,
    glucose,
    n,
    sodium,
    urea_nitrogen,
    weight,
)
from wardround.calculators.inputs import FEMALE, Input, age, quantity, sex
from wardround.calculators.values import Values

_IONS: tuple[Input, ...] = (sodium(), chloride(), bicarbonate())
_WITH_ALBUMIN: tuple[Input, ...] = (*_IONS, albumin())
_EMMETT = Source("Emmett M, Narins RG", "Clinical use of the anion gap. Medicine (Baltimore) 56: 38-54", 1977)
_WRENN = Source(
    "Wrenn K", "The delta gap: an approach to mixed acid-base disorders. Ann Emerg Med 19: 1310-1313", 1990
)
_FIGGE = Source("Figge J et al.", "Anion gap and hypoalbuminemia. Crit Care Med 26: 1807-1810", 1998)
_NORMAL_GAP, _NORMAL_BICARBONATE, _NORMAL_ALBUMIN = 12, 24, 4.0


def _gap(v: Values) -> tuple[float, str]:
    na, cl, hco3 = v.number("sodium"), v.number("chloride"), v.number("bicarbonate")
    value = na - cl - hco3
    return value, f"anion gap {n(na)} - ({n(cl)} + {n(hco3)}) = {n(value)}"


def _gap_for_albumin(v: Values) -> tuple[float, str]:
    gap, worked = _gap(v)
    value = gap + 2.5 * (_NORMAL_ALBUMIN - v.number("albumin"))
    return value, f"{worked}; corrected {n(gap)} + 2.5 x (4 - {n(v.number('albumin'))}) = {n(value)}"


def _anion_gap(v: Values) -> Answer:
    value, worked = _gap(v)
    return Answer(value, f"{worked} mmol/L", ("albumin lowers it: correct for a low albumin",))


def _corrected_gap(v: Values) -> Answer:
    value, worked = _gap_for_albumin(v)
    return Answer(value, f"{worked} mmol/L")


def _delta_gap(v: Values) -> Answer:
    gap, worked = _gap(v)
    hco3 = v.number("bicarbonate")
    value = (gap - _NORMAL_GAP) - (_NORMAL_BICARBONATE - hco3)
    return Answer(
        value,
        f"{worked}; ({n(gap)} - 12) - (24 - {n(hco3)}) = {n(value)} mmol/L",
        ("some call the rise of the gap alone (gap - 12) the delta gap: say which is meant",),
    )


def _corrected_delta_gap(v: Values) -> Answer:
    gap, worked = _gap_for_albumin(v)
    return Answer(
        gap - _NORMAL_GAP,
        f"{worked}; {n(gap)} - 12 = {n(gap - _NORMAL_GAP)} mmol/L",
        (
            "the rise of the gap alone: unlike in the delta gap here, the fall of bicarbonate is not taken off",
        ),
    )


def _ratio(v: Values, gap_of: Callable[[Values], tuple[float, str]]) -> Answer | NotApplicable:
    hco3 = v.number("bicarbonate")
    if abs(_NORMAL_BICARBONATE - hco3) < 1e-9:
        return NotApplicable(
            "bicarbonate is 24, its normal value: there is no fall in bicarbonate to divide by"
        )
    gap, worked = gap_of(v)
    value = (gap - _NORMAL_GAP) / (_NORMAL_BICARBONATE - hco3)
    beware = () if gap > _NORMAL_GAP else ("the anion gap is not raised: the ratio says nothing then",)
    return Answer(value, f"{worked}; ({n(gap)} - 12) / (24 - {n(hco3)}) = {n(value)}", beware)


def _delta_ratio(v: Values) -> Answer | NotApplicable:
    return _ratio(v, _gap)


def _corrected_delta_ratio(v: Values) -> Answer | NotApplicable:
    return _ratio(v, _gap_for_albumin)


def _calcium(v: Values) -> Answer:
    ca, alb = v.number("calcium"), v.number("albumin")
    value = ca + 0.8 * (_NORMAL_ALBUMIN - alb)
    return Answer(
        value,
        f"{n(ca)} + 0.8 x (4 - {n(alb)}) = {n(value)} mg/dL",
        ("ionised calcium decides where it can be measured; laboratories have factors of their own",),
    )


def _sodium(v: Values) -> Answer:
    na, glu = v.number("sodium"), v.number("glucose")
    over = max(glu - 100, 0.0)
    value = na + 1.6 * over / 100
    worked = f"{n(na)} + 1.6 x ({n(glu)} - 100) / 100 = {n(value)} mmol/L"
    if over == 0:
        return Answer(value, f"glucose {n(glu)} mg/dL is not over 100: {n(na)} mmol/L stands")
    return Answer(
        value,
        worked,
        ("over 400 mg/dL glucose 2.4 per 100 may fit better (Hillier 1999)",) if glu > 400 else (),
    )


def _osmolality(v: Values) -> Answer:
    na, bun, glu = v.number("sodium"), v.number("bun"), v.number("glucose")
    value = 2 * na + bun / 2.8 + glu / 18
    return Answer(value, f"2 x {n(na)} + {n(bun)} / 2.8 + {n(glu)} / 18 = {n(value)} mosm/kg")


def _water_share(years: float, of: str) -> tuple[float, str]:
    if years < 18:
        return 0.6, "child"
    if years < 65:
        return (0.5, "adult woman") if of == FEMALE else (0.6, "adult man")
    return (0.45, "woman of 65 or more") if of == FEMALE else (0.5, "man of 65 or more")


_SLOWLY = (
    "an estimate of the volume, not of its speed: a clinician sets the rate, sodium falls by 10 mmol/L in 24 hours at most unless "
    "it rose within hours; losses that go on come on top"
)


def _free_water(v: Values) -> Answer:
    na, kilograms = v.number("sodium"), v.number("weight")
    share, who = _water_share(v.number("age"), v.choice("sex"))
    value = share * kilograms * (na / 140 - 1)
    worked = f"{who}: {share} x {n(kilograms)} kg x ({n(na)} / 140 - 1) = {n(value)} L"
    beware = "sodium is below 140: there is no deficit, a negative figure is water in excess"
    return Answer(value, worked, (beware if value < 0 else _SLOWLY,))


def _one(
    id: str,
    title: str,
    inputs: tuple[Input, ...],
    formula: str,
    unit: str,
    source: Source,
    work: object,
    number: int,
) -> Calculator:
    assert callable(work)
    return Calculator(
        id=id,
        title=title,
        inputs=inputs,
        formula=formula,
        unit=unit,
        source=source,
        work=work,
        medcalc=number,
    )


SALTS = (
    _one(
        "anion-gap",
        "Anion gap",
        _IONS,
        "sodium - (chloride + bicarbonate)",
        "mmol/L",
        _EMMETT,
        _anion_gap,
        39,
    ),
    _one(
        "albumin-corrected-anion-gap",
        "Anion gap, corrected for albumin",
        _WITH_ALBUMIN,
        "anion gap + 2.5 x (4 - albumin in g/dL)",
        "mmol/L",
        _FIGGE,
        _corrected_gap,
        65,
    ),
    _one(
        "delta-gap",
        "Delta gap",
        _IONS,
        "(anion gap - 12) - (24 - bicarbonate)",
        "mmol/L",
        _WRENN,
        _delta_gap,
        63,
    ),
    _one(
        "delta-ratio",
        "Delta ratio",
        _IONS,
        "(anion gap - 12) / (24 - bicarbonate)",
        "1",
        _WRENN,
        _delta_ratio,
        64,
    ),
    _one(
        "albumin-corrected-delta-gap",
        "Delta gap, corrected for albumin",
        _WITH_ALBUMIN,
        "anion gap corrected for albumin - 12",
        "mmol/L",
        _FIGGE,
        _corrected_delta_gap,
        66,
    ),
    _one(
        "albumin-corrected-delta-ratio",
        "Delta ratio, corrected for albumin",
        _WITH_ALBUMIN,
        "(anion gap corrected for albumin - 12) / (24 - bicarbonate)",
        "1",
        _FIGGE,
        _corrected_delta_ratio,
        67,
    ),
    _one(
        "corrected-calcium",
        "Calcium, corrected for albumin",
        (
            quantity(
                "calcium", "total serum calcium", "mg/dL", 2, 25, analyte="analyte.calcium", units=("mmol/L",)
            ),
            albumin(),
        ),
        "calcium in mg/dL + 0.8 x (4 - albumin in g/dL)",
        "mg/dL",
        Source(
            "British Medical Journal",
            "Correcting the calcium (0.02 mmol/L for 1 g/L of albumin). BMJ 1: 598",
            1977,
        ),
        _calcium,
        7,
    ),
    _one(
        "corrected-sodium",
        "Sodium, corrected for glucose",
        (sodium(), glucose()),
        "sodium + 1.6 for every 100 mg/dL of glucose over 100",
        "mmol/L",
        Source(
            "Katz MA",
            "Hyperglycemia-induced hyponatremia: calculation of expected serum sodium depression. N Engl J Med 289: 843-844",
            1973,
        ),
        _sodium,
        26,
    ),
    _one(
        "serum-osmolality",
        "Serum osmolality, calculated",
        (sodium(), urea_nitrogen(), glucose()),
        "2 x sodium + urea nitrogen / 2.8 + glucose / 18",
        "mosm/kg",
        Source(
            "Smithline N, Gardner KD",
            "Gaps: anionic and osmolal. JAMA 236: 1594-1597",
            1976,
        ),
        _osmolality,
        30,
    ),
    _one(
        "free-water-deficit",
        "Free water deficit",
        (age(), sex(), weight(), sodium()),
        (
            "share of water x weight x (sodium / 140 - 1); share 0.6 for children and men, 0.5 for women and for men "
            "from 65, 0.45 for women from 65"
        ),
        "L",
        Source("Adrogue HJ, Madias NE", "Hypernatremia. N Engl J Med 342: 1493-1499", 2000),
        _free_water,
        38,
    ),
)
