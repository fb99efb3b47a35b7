"""The laboratory values that the calculators ask for: how notes name them, their units and what a living body can have.

`units` maps a unit, lower-case and without blanks, to the factor that leads to `unit`. `plausible` is wide: it is there to
find slips, not illness. The factors are those of the molar masses that the equations use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_ELECTROLYTE: Final = {
    "mmol/l": 1.0, "meq/l": 1.0, "mmol": 1.0, "meq": 1.0, "mmole/l": 1.0, "mmoles/l": 1.0, "meql/l": 1.0, "mequiv/l": 1.0, "mm/l": 1.0,
    "mm": 1.0, "meq/ml": 1.0, "mmol/ml": 1.0, "mgq/l": 1.0, "mval/l": 1.0, "meg/l": 1.0, "mmo/l": 1.0, "mml/l": 1.0, "mol/l": 1.0,
}  # fmt: skip
_MASS: Final = {
    "mg/dl": 1.0,
    "mg%": 1.0,
    "mg/100ml": 1.0,
    "mgdl": 1.0,
    "mg.dl": 1.0,
    "mg/l": 0.1,
    "g/l": 100.0,
    "mg/ml": 100.0,
}
_ENZYME: Final = {
    "u/l": 1.0, "iu/l": 1.0, "units/l": 1.0, "unit/l": 1.0, "u/dl": 10.0, "iu/dl": 10.0, "ui/l": 1.0, "u": 1.0, "iu": 1.0, "u/ml": 1.0,
    "units": 1.0, "mu/ml": 1.0, "iu/ml": 1.0, "ukat/l": 60.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Analyte:
    """One laboratory value. `bare` is the unit taken where none stands beside a number that it makes plausible."""

    name: str
    labels: str
    unit: str
    units: dict[str, float]
    plausible: tuple[float, float]
    bare: tuple[float, float] | None = None
    count: bool = False
    fluids: tuple[float, float] | None = None
    """What urine and other fluids can have, where that is more."""

    @property
    def anywhere(self) -> tuple[float, float]:
        """What any fluid of the body can have."""
        return self.fluids or self.plausible


ANALYTES: Final = (
    Analyte("creatinine", r"creatinine(?! (?:clearance|kinase|phosphokinase|ratio|excretion))|creatine(?! kinase| phospho)|s\.?cr|cr(?=[\s:=(,]{1,3}\d)|cr(?= (?:levels?|concentrations?|was|of|is|value)\b)",
            "mg/dL", {"mg/dl": 1.0, "mg%": 1.0, "mg/100ml": 1.0, "mgdl": 1.0, "umol/l": 1 / 88.4, "mmol/l": 1000 / 88.4,
                      "umol/dl": 1 / 8.84, "mg/l": 0.1, "um": 1 / 88.4, "umol": 1 / 88.4, "mcmol/l": 1 / 88.4, "micromol/l": 1 / 88.4}, (0.08, 40.0), (0.1, 18.0), fluids=(0.08, 700.0)),
    Analyte("sodium", r"(?<!corrected )sodium(?! (?:bicarb|chlor|valpro|nitro|phos|hydrox|channel|lact|citrate|gluco|load|intake|excretion|restrict|polyst|tetradecyl|oxybate|ferric|heparin|thio))|na\+?(?=[\s:=(+,]{0,3}[\s:=(]\d)|na\+|na(?= (?:levels?|concentrations?|was|of|is|value)\b)",
            "mmol/L", _ELECTROLYTE | {"mg/dl": 1.0}, (90.0, 200.0), (90.0, 200.0), fluids=(1.0, 500.0)),
    Analyte("potassium", r"potassium(?! (?:chlor|phos|citrate|iod|channel|supp|bin|replac|gluc|hydrox))|k\+?(?=[\s:=(+,]{0,3}[\s:=(]\d)|k\+|k(?= (?:levels?|concentrations?|was|of|is|value)\b)",
            "mmol/L", _ELECTROLYTE, (1.0, 12.0), (1.0, 12.0)),
    Analyte("chloride", r"(?<!sodium )(?<!potassium )(?<!calcium )(?<!ammonium )(?:chlorides?|chlorine)(?! channel)|c[li]-?(?=[\s:=(,-]{0,3}[\s:=(]\d)|c[li]-|cl(?= (?:levels?|concentrations?|was|of|is|value)\b)",
            "mmol/L", _ELECTROLYTE | {"mg/dl": 1.0}, (40.0, 170.0), (40.0, 170.0)),
    Analyte("bicarbonate", r"(?<!sodium )(?<!potassium )bicarbonates?(?! (?:infus|therap|drip|treat|buffer|dialys))|bicarb|h?co3-?|hco-3|total co2|tco2|total carbon dioxide"
            r"|(?<!pressure of )(?<!end-tidal )(?<!tidal )carbon dioxide(?! (?:partial|tension|pressure|level|insuff|narc|retent))|(?<![a-z])co2",
            "mmol/L", _ELECTROLYTE | {"mmhg": 1.0} , (1.0, 70.0), (1.0, 70.0)),
    Analyte("calcium", r"(?<!corrected )(?<!ionized )(?<!ionised )(?<!urine )(?<!urinary )(?<!free )calcium(?! (?:channel|carb|gluc|chlor|supp|ant|score|cit|acet|oxal|phos|pyro|depo|stone|intake|excret|block))|ca(?:2\+|\+\+|\+2|2 \+)|ca(?=[\s:=(]{1,3}\d)",
            "mg/dL", {"mg/dl": 1.0, "mg%": 1.0, "mmol/l": 4.008, "mg/l": 0.1, "meq/l": 2.004, "mgdl": 1.0}, (3.0, 25.0), (5.0, 20.0)),
    Analyte("albumin", r"(?<!micro)(?<!pre)(?<!urine )(?<!urinary )albumin(?! (?:infus|transf|cobalt|ratio|to creat|excret|gradient|dialys|replac|20|25|5 ?%))|alb(?=[\s:=(]{1,3}\d)",
            "g/dL", {"g/dl": 1.0, "g%": 1.0, "g/l": 0.1, "mg/dl": 0.001, "mg/l": 0.0001, "g/100ml": 1.0, "mg/ml": 0.1, "umol/l": 0.00665}, (0.3, 7.5), (0.5, 6.5)),
    Analyte("glucose", r"(?<!urine )(?<!csf )glucose(?! (?:intoler|toler|meter|monitor|metab|control|infus|transp|uptake|6|solution|level control))|blood sugars?|(?:fbs|fbg|fpg|rbs|rbg)\b|glyc(?:a?emia)|sugars? level",
            "mg/dL", {"mg/dl": 1.0, "mg%": 1.0, "mmol/l": 18.0182, "mg/l": 0.1, "mgdl": 1.0, "g/l": 100.0, "mm": 18.0182}, (5.0, 3000.0), (60.0, 1500.0)),
    Analyte("bun", r"(?:serum |blood )?(?:urea|urine)[\s-]nitrogen|bun(?![a-z])", "mg/dL", {"mg/dl": 1.0, "mg%": 1.0, "mmol/l": 2.8014, "mg/l": 0.1, "mgdl": 1.0}, (1.0, 350.0), (1.0, 200.0)),
    Analyte("urea", r"(?:blood |serum )?urea(?![\s-]*(?:nitrogen|cycle|plasma|breath|cream|:|clear|kinetic))", "mg/dL",
            {"mg/dl": 1.0, "mg%": 1.0, "mmol/l": 6.006, "mg/l": 0.1, "g/l": 100.0}, (3.0, 700.0)),
    Analyte("bilirubin", r"(?<!direct )(?<!conjugated )(?<!indirect )(?<!unconjugated )(?:total )?(?:serum )?bilirubin(?![a-z])(?! (?:in the urine|direct|conj|indirect|uncon))|t\.? ?bili?|tbil|bili(?=[\s:=(]{1,3}\d)",
            "mg/dL", {"mg/dl": 1.0, "mg%": 1.0, "umol/l": 1 / 17.104, "mmol/l": 1000 / 17.104, "mg/l": 0.1, "umol": 1 / 17.104, "mgdl": 1.0}, (0.05, 60.0), (0.1, 40.0)),
    Analyte("inr", r"(?:international normali[sz]ed ratio|inr|prothrombin time[- ]inr|pt[-/ ]inr)(?:\s?\(inr\))?", "1", {"": 1.0}, (0.5, 20.0), (0.5, 20.0)),
    Analyte("ast", r"aspartate (?:amino)?[\s-]?(?:trans(?:aminase|ferase))(?:\s?\((?:ast|got|sgot)\))?|(?<![a-z])ast(?![a-z])|s?got(?![a-z])|aspartate transaminase", "U/L", _ENZYME, (1.0, 40000.0), (1.0, 40000.0)),
    Analyte("alt", r"ala(?:nine|nin) (?:amino)?[\s-]?(?:trans(?:aminase|ferase))(?:\s?\((?:alt|gpt|sgpt)\))?|alanine transferase|(?<![a-z])alt(?![a-z])|s?gpt(?![a-z])", "U/L", _ENZYME, (1.0, 40000.0), (1.0, 40000.0)),
    Analyte("platelets", r"platelets?(?! (?:aggreg|transf|conc|dysf|inhib|activ|funct|rich|derived|factor|clump|trans|agent))(?:\s?counts?)?|plt|thrombocytes?(?:\s?counts?)?|plts|thrombocytopa?enia", "/uL", {}, (1000.0, 3_000_000.0), count=True),
    Analyte("wbc", r"(?:total )?(?:white (?:blood )?(?:cells?|counts?)|white blood corpuscles?|leu[ck]ocytes?|wbcs?|wcc|total leu[ck]ocytes?|leu[ck]ocytosis|tlc|leu[ck]openia)(?:\s?\(wbcs?\))?(?:\s?counts?)?", "/uL", {}, (50.0, 800_000.0), count=True),
    Analyte("hemoglobin", r"(?<!mean corpuscular )(?<!glycated )(?<!glycosylated )ha?emoglobin(?! (?:a1c|a1|h|s|f|e)\b)(?:\s?\((?:hgb|hb)\))?|hgb|hb(?![a-z0-9])", "g/dL", {"g/dl": 1.0, "g%": 1.0, "gm%": 1.0, "g/l": 0.1, "mmol/l": 1.611, "mg/dl": 1.0, "g/100ml": 1.0}, (1.0, 27.0), (1.0, 27.0)),
    Analyte("hematocrit", r"ha?ematocrit|hct|packed cell volume|pcv", "%", {"%": 1.0, "l/l": 100.0}, (3.0, 80.0), (10.0, 75.0)),
    Analyte("ph", r"(?<![a-z])ph(?![a-z])", "1", {"": 1.0}, (6.4, 7.95), (6.4, 7.95)),
    Analyte("pao2", r"(?:arterial )?partial (?:arterial )?(?:oxygen )?pressure of (?:arterial )?oxygen|pa?o2|partial oxygen pressure", "mm[Hg]", {"mmhg": 1.0, "torr": 1.0, "kpa": 7.50062, "mm": 1.0, "": 1.0}, (10.0, 700.0), (30.0, 700.0)),
    Analyte("paco2", r"(?:arterial )?partial pressure of (?:arterial )?carbon dioxide|pa?co2|carbon dioxide partial pressure", "mm[Hg]", {"mmhg": 1.0, "torr": 1.0, "kpa": 7.50062, "mm": 1.0}, (5.0, 200.0), (12.0, 200.0)),
    Analyte("fio2", r"fraction of inspired oxygen|inspired oxygen fraction|fio2|fi02", "%", {"%": 1.0}, (20.0, 100.0), (20.0, 100.0)),
    Analyte("a_a_gradient", r"(?:a-a|alveolar[- ]arterial|a-a)[- ]?(?:oxygen )?gradient", "mm[Hg]", {"mmhg": 1.0, "": 1.0, "torr": 1.0}, (0.0, 700.0), (0.0, 700.0)),
    Analyte("total_cholesterol", r"(?<!hdl )(?<!ldl )(?<!hdl-)(?<!ldl-)(?<!density lipoprotein )(?<!-density lipoprotein )(?<!lipoprotein-)(?<!lipoprotein )(?:total )?(?:serum )?cholesterol(?! (?:ester|embol|crystal|gall|to hdl|ratio|remnant|lower|drug))|(?<![a-z])tc(?=[\s:=(]{1,3}\d)", "mg/dL",
            {"mg/dl": 1.0, "mg%": 1.0, "mmol/l": 38.665, "g/l": 100.0, "mgdl": 1.0, "mg/l": 0.1}, (20.0, 1500.0), (60.0, 1500.0)),
    Analyte("hdl", r"high[- ]density lipoproteins?(?:[- ]cholesterol)?|hdl(?:[- ]?c(?:holesterol)?)?(?![a-z])", "mg/dL", {"mg/dl": 1.0, "mg%": 1.0, "mmol/l": 38.665, "g/l": 100.0, "mgdl": 1.0}, (2.0, 200.0), (10.0, 200.0)),
    Analyte("ldl", r"low[- ]density lipoproteins?(?:[- ]cholesterol)?|(?<!v)ldl(?:[- ]?c(?:holesterol)?)?(?![a-z])", "mg/dL", {"mg/dl": 1.0, "mg%": 1.0, "mmol/l": 38.665, "g/l": 100.0, "mgdl": 1.0}, (2.0, 800.0), (10.0, 800.0)),
    Analyte("triglycerides", r"triglycerides?|triacylglycerols?|(?<![a-z])tgs?(?=[\s:=(]{1,3}\d)|trigs", "mg/dL", {"mg/dl": 1.0, "mg%": 1.0, "mmol/l": 88.57, "g/l": 100.0, "mgdl": 1.0}, (10.0, 15000.0), (20.0, 15000.0)),
    Analyte("insulin", r"(?:fasting |serum |plasma )?insulin(?! (?:resist|pump|glarg|aspart|lispro|infus|therap|treat|inject|dose|requir|sensit|depend|deg|det|dri|regimen|reg|secr|lik|at a|was (?:start|init|adm)|with|like|growth))", "u[iU]/mL",
            {"uu/ml": 1.0, "uiu/ml": 1.0, "milliinternationalunits/l": 1.0, "miu/l": 1.0, "mu/l": 1.0, "mu/ml": 1.0, "miu/ml": 1.0, "u/ml": 1.0, "pmol/l": 1 / 6.0, "uiu/l": 1.0, "ui/ml": 1.0, "uu/l": 1.0}, (0.1, 3000.0)),
)  # fmt: skip
BY_NAME: Final = {one.name: one for one in ANALYTES}
