"""The units that are known: UCUM's atoms, how else people write them, and what pint is told they are worth.

Conventional units have the values of UCUM, month and year its Julian ones (30.4375 and 365.25 days). Ours: the
international unit and the equivalent are kinds of their own, and so are fields of view, pH, and 1.73 m2 of body
surface, so that a clearance per 1.73 m2 is never taken for one that is not.
"""

from __future__ import annotations

from fractions import Fraction


def _table(pairs: str) -> dict[str, str]:
    """`key value` pairs, separated by commas."""
    return dict(pair.split() for pair in pairs.split(","))


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PREFIXES = _table(
    "T tera, G giga, M mega, k kilo, h hecto, da deca, d deci, c centi, m milli, u micro, n nano, p pico, f femto"
)
HUGE = ("T", "G", "M")
TAKE_HUGE = ("[iU]", "U", "Pa", "Hz", "J", "cal", "W", "Bq", "V")
"""UCUM allows the megagram. In medicine "Mg" is a slip for mg, a thousand million times less: it is refused."""

# UCUM atom, pint's name of it. Those of METRIC take prefixes.
METRIC = _table(
    "m metre, g gram, s second, K kelvin, mol mole, L litre, l litre, Pa pascal, bar bar, m[Hg] metre_of_mercury, "
    "m[H2O] metre_of_water, J joule, cal calorie, W watt, Hz hertz, kat katal, U enzyme_unit, "
    "[iU] international_unit, eq equivalent, osm osmole, Bq becquerel, Gy gray, Sv sievert, V volt, t tonne"
)
PLAIN = _table(
    "min minute, h hour, d day, wk week, mo month, a year, % percent, [ppth] per_thousand, [ppm] per_million, "
    "[ppb] per_billion, [lb_av] pound, [oz_av] ounce, [in_i] inch, [ft_i] foot, [pH] ph_unit, "
    "[HPF] high_power_field, [LPF] low_power_field, [diop] dioptre, [foz_us] fluid_ounce, "
    "{1.73_m2} standard_body_surface, 10* ten, 10^ ten"
)
# How atoms are written elsewhere, and UCUM's way.
ALIASES = _table(
    "[IU] [iU], [iu] [iU], IU [iU], iU [iU], Eq eq, Osm osm, mmHg mm[Hg], cmH2O cm[H2O], mcg ug, cc mL, gm g, "
    "°C Cel, degC Cel, °F [degF], degF [degF], lb [lb_av], lbs [lb_av], oz [oz_av], in [in_i], ft [ft_i], "
    "sec s, hr h"
)
# The same for units that are written as a whole.
WHOLE = _table("bpm /min, (score) {score}, pH [pH], K/uL 10*3/uL, M/uL 10*6/uL, C Cel, F [degF]")
# Scale and offset to kelvin.
TEMPERATURES = {
    "K": (Fraction(1), Fraction(0)),
    "Cel": (Fraction(1), Fraction("273.15")),
    "[degF]": (Fraction(5, 9), Fraction("459.67") * Fraction(5, 9)),
}

EXAMPLES = _words(
    "mg/dL g/L g/dL mg/L ug/L ng/mL pg/mL mmol/L umol/L nmol/L pmol/L meq/L U/L ukat/L [iU]/L m[iU]/L 10*9/L 10*3/uL "
    "/uL mm[Hg] kPa Cel [degF] kg g [lb_av] mg ug cm m [in_i] /min /s s min h d wk mo a mL L mL/min "
    "mL/min/{1.73_m2} mg/g mg/mmol % mmol/mol kg/m2 mosm/kg fL pg"
)
"""What a message may offer instead."""

DEFINITIONS = """
tera- = 1e12; giga- = 1e9; mega- = 1e6; kilo- = 1e3; hecto- = 1e2; deca- = 1e1; deci- = 1e-1; centi- = 1e-2
milli- = 1e-3; micro- = 1e-6; nano- = 1e-9; pico- = 1e-12; femto- = 1e-15
metre = [length]; gram = [mass]; second = [time]; kelvin = [temperature]; mole = [substance]; volt = [potential]
international_unit = [international_unit]; equivalent = [equivalent]; osmole = [osmole]; ph_unit = [ph]
high_power_field = [high_power_field]; low_power_field = [low_power_field]; standard_body_surface = [body_surface]
ten = 10; percent = 1e-2; per_thousand = 1e-3; per_million = 1e-6; per_billion = 1e-9
litre = 1e-3 * metre ** 3; minute = 60 * second; hour = 3600 * second; day = 86400 * second; week = 604800 * second
month = 2629800 * second; year = 31557600 * second; tonne = 1e6 * gram; hertz = 1 / second
pascal = 1e3 * gram / metre / second ** 2; bar = 1e5 * pascal; joule = pascal * metre ** 3; watt = joule / second
metre_of_mercury = 133322 * pascal; metre_of_water = 9806.65 * pascal; calorie = 4.184 * joule
katal = mole / second; enzyme_unit = 1e-6 * mole / minute; becquerel = 1 / second; gray = joule / 1e3 / gram
sievert = joule / 1e3 / gram; pound = 453.59237 * gram; ounce = 28.349523125 * gram; inch = 2.54e-2 * metre
foot = 0.3048 * metre; dioptre = 1 / metre; fluid_ounce = 29.5735295625e-6 * metre ** 3
"""
"""pint's language, separated by semicolons and line ends."""
