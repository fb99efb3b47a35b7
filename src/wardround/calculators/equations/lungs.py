"""The lungs: how much less oxygen the arteries hold than the alveoli."""

from __future__ import annotations

from wardround.calculators.calculator import Answer, Calculator, Source
from wardround.calculators.common import n
from wardround.calculators.errors import InputError
from wardround.calculators.inputs import age, quantity
from wardround.calculators.values import Values

_PRESSURE, _WATER, _QUOTIENT = 760, 47, 0.8


def _gradient(v: Values) -> Answer:
    fio2, pao2, paco2 = v.number("fio2"), v.number("pao2"), v.number("paco2")
    alveolar = fio2 / 100 * (_PRESSURE - _WATER) - paco2 / _QUOTIENT
    value = alveolar - pao2
    if value < -10:
        raise InputError(
            "pao2", f"{n(pao2)} is more than the alveoli can hold ({n(alveolar)}): check it and fio2"
        )
    worked = (
        f"{n(fio2 / 100)} x (760 - 47) - {n(paco2)} / 0.8 = {n(alveolar)}; - {n(pao2)} = {n(value)} mm[Hg]"
    )
    years = v.maybe("age")
    meaning = f"expected on room air at this age: up to {n(years / 4 + 4)}" if years is not None else None
    return Answer(
        value, worked, ("at sea level; the expected value rises with the oxygen that is breathed",), meaning
    )


LUNGS = (
    Calculator(
        id="alveolar-arterial-gradient",
        title="Alveolar-arterial gradient of oxygen",
        inputs=(
            quantity("fio2", "inspired oxygen", "%", 20, 100, bare=True, also=("FiO₂",)),
            quantity("pao2", "arterial oxygen pressure", "mm[Hg]", 10, 700, units=("kPa",)),
            quantity(
                "paco2", "arterial carbon dioxide pressure", "mm[Hg]", 5, 200, units=("kPa",), also=("PaCO₂",)
            ),
            age(optional=True),
        ),
        formula="inspired oxygen x (760 - 47) - PaCO2 / 0.8 - PaO2, in mm Hg at sea level",
        unit="mm[Hg]",
        source=Source("West JB", "Respiratory Physiology: The Essentials, 9th edition", 2012),
        work=_gradient,
    ),
)
