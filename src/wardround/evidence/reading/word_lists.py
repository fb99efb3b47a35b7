"""The guard's words: what turns a statement round, whom it is for, and what may be left out without changing it.

Language, not medicine: no drug and no disease is named here; those come from the knowledge base.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


def listed(words: str) -> frozenset[str]:
    """The words of a line."""
    return frozenset(words.split())


SILENT: Final = listed(
    "a an the of to in on at by for from as and that this these those it its they them their he she his her we our you your "
    "i my me who whom whose which be is are was were been being am has have had do does did will would shall there here so "
    "also then thus therefore with into onto about any some such own very quite rather too just both each per s t re ve ll d "
    "please remember note e g i.e eg ie etc s' however since because due"
)
"""Words that may come and go."""

NEGATIONS: Final = listed(
    "not no nor neither never none nobody nothing without cannot can't won't isn't aren't wasn't weren't don't doesn't didn't "
    "shouldn't mustn't couldn't wouldn't hasn't haven't hadn't needn't lack lacks lacking lacked fail fails failed absent absence "
    "unable hardly scarcely free"
)
LIMITS: Final = listed(
    "if unless only except when where until till while whenever once-if provided alone sole solely even before after without "
    "below above under over less more than least most up max maximum min minimum exceed exceeds beyond within outside during"
)
"""Words that bound a statement: one that is dropped leaves a wider statement than the source made."""

_AXES: Final = (
    ("increase increases increased increasing raise raises raised rise rises rising rose elevate elevates elevated grow grows climb "
     "double doubles doubled escalate escalated heighten heightened boost boosts enhance enhances enhanced augment augments up upward "
     "upwards gain gains greater larger higher more heavier strengthen strengthens potentiate potentiates worsens-up",
     "decrease decreases decreased decreasing reduce reduces reduced reducing reduction lower lowers lowered lowering fall falls fell "
     "falling drop drops dropped decline declines declined halve halves halved diminish diminishes diminished lessen cut cuts down "
     "downward downwards lose loses loss smaller less fewer lighter weaken weakens attenuate attenuates blunt blunts shrink"),
    ("high highest maximum maximal most top", "low lowest minimum minimal least bottom"),
    ("above over exceeds exceed exceeding beyond > \u2265", "below under beneath within-under < \u2264"),
    ("before prior preceding", "after following afterwards once-after"),
    ("early earlier earliest soon sooner immediately urgently promptly", "late later latest delayed delay eventually"),
    ("long longer longest lengthen prolong prolongs prolonged prolongation", "short shorter shortest shorten shortens shortened brief"),
    ("give gives given giving use uses used using offer offers offered start starts started starting begin begins begun continue "
     "continues continued prescribe prescribes prescribed take takes taken taking choose chosen prefer prefers preferred recommend "
     "recommends recommended advise advised add adds added allow allowed permitted indicated suitable appropriate safe restart resume",
     "avoid avoids avoided avoiding withhold withheld stop stops stopped stopping discontinue discontinued omit omitted refuse "
     "contraindicated forbid forbidden prohibited discourage discouraged unsuitable inappropriate unsafe dangerous cease ceased "
     "suspend suspended withdraw withdrawn"),
    ("improve improves improved improving improvement better benefit benefits beneficial helps help helpful relieve relieves relieved "
     "ease eases protect protects protective favourable favorable effective",
     "worsen worsens worsened worsening worse harm harms harmful aggravate aggravates unfavourable unfavorable ineffective useless "
     "deteriorate deteriorates detrimental"),
    ("cause causes caused causing induce induces induced provoke provokes trigger triggers promote promotes activate activates "
     "stimulate stimulates",
     "prevent prevents prevented preventing inhibit inhibits inhibited suppress suppresses suppressed block blocks blocked"),
    ("common commonly usual usually often frequent frequently likely probable typical typically",
     "rare rarely unusual unusually uncommon seldom infrequent infrequently unlikely improbable atypical"),
    ("always all every everyone mandatory must required necessary essential need needs needed",
     "never none optional unnecessary dispensable needless"),
    ("positive present presence confirm confirms confirmed rule-in", "negative absent absence exclude excludes excluded"),
    ("strong stronger strongly severe major serious marked", "weak weaker weakly mild minor trivial slight"),
    ("fast faster rapid rapidly quick quickly abrupt abruptly sudden suddenly", "slow slower slowly gradual gradually"),
    ("acute", "chronic"), ("systolic", "diastolic"), ("left", "right"), ("proximal", "distal"), ("upper", ""),
    ("open", "closed"), ("full empty-not", "empty"), ("morning", "evening night bedtime"), ("first initial initially", "last final finally"),
    ("same similar equal", "different unlike unequal"), ("sensitive susceptible", "resistant resistance"),
    ("gain", "loss"), ("inside", "outside"), ("with", "without"), ("can able possible", "unable impossible"),
    ("old older elderly", "young younger"), ("normal", "abnormal"), ("reversible", "irreversible"), ("primary", "secondary"),
    ("single", "multiple several many"),
)  # fmt: skip


def _signed() -> Mapping[str, tuple[tuple[int, int], ...]]:
    signed: dict[str, list[tuple[int, int]]] = {}
    for axis, (ups, downs) in enumerate(_AXES):
        for sign, words in ((1, ups), (-1, downs)):
            for word in words.split():
                signed.setdefault(word, []).append((axis, sign))
    return {word: tuple(places) for word, places in signed.items()}


DIRECTIONS: Final = _signed()
"""A word's places: which axis, and which end of it."""

_ROUTES: Final = {
    "oral": "oral orally mouth", "intravenous": "intravenous intravenously iv vein", "intramuscular": "intramuscular im muscle",
    "subcutaneous": "subcutaneous subcutaneously skin", "inhaled": "inhaled inhaler inhalation inhalers nebuliser nebulised",
    "topical": "topical topically cream ointment", "rectal": "rectal rectally", "vaginal": "vaginal vaginally",
    "sublingual": "sublingual tongue", "nasal": "nasal intranasal",
}  # fmt: skip
ROUTES: Final = {word: route for route, words in _ROUTES.items() for word in words.split()}

_POPULATIONS: Final = {
    "child": "child children childhood paediatric pediatric boys girls boy girl kids schoolchildren youngsters",
    "infant": "infant infants baby babies neonate neonates neonatal newborn newborns toddler toddlers",
    "adolescent": "adolescent adolescents teenager teenagers teenage",
    "adult": "adult adults grown-ups",
    "older": "older elderly aged old-age frail frailty seniors geriatric pensioners",
    "young": "young younger youth",
    "woman": "woman women female females",
    "man": "man men male males",
    "pregnant": "pregnant pregnancy pregnancies gestation antenatal trimester expecting",
    "breastfeeding": "breastfeeding breastfeed breastfed lactation lactating breast-feeding nursing",
    "postmenopausal": "postmenopausal menopausal menopause", "premenopausal": "premenopausal",
    "smoker": "smoker smokers", "athlete": "athlete athletes",
    "mouse": "mouse mice murine", "rat": "rat rats", "human": "human humans",
    "outpatient": "outpatient outpatients ambulatory", "inpatient": "inpatient inpatients hospitalised hospitalized",
}  # fmt: skip
POPULATIONS: Final = {word: group for group, words in _POPULATIONS.items() for word in words.split()}

_SAME: Final = (
    "people persons person patients patient individuals individual anyone those-who somebody someone everyone-with",
    "doctor physician clinician gp", "drug medicine medication medicines drugs medications", "dose doses dosing dosage",
    "kidney kidneys renal", "liver hepatic", "heart cardiac", "lung lungs pulmonary", "blood serum plasma",
    "treat treats treated treatment treatments therapy", "see consult visit", "check checks checked monitor monitors monitored measure measured monitoring",
    "illness disease disorder", "show shows showed shown demonstrate demonstrates demonstrated find finds found reveal reveals",
    "link linked associated association associate correlate correlates correlated", "daily day", "about approximately around roughly",
    "may might could can", "should ought", "risk chance likelihood", "usual standard normal-dose", "start starts started begin begins begun commence",
    "stop stops stopped discontinue discontinued cease", "avoid avoided avoids", "give given gives administer administered",
)  # fmt: skip
SAME: Final = {word: group.split()[0] for group in _SAME for word in group.split()}
"""Words that say one thing, each under the first of them. None of them turns a statement round."""

NUMBER_WORDS: Final[Mapping[str, float]] = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fourteen": 14, "fifteen": 15, "sixteen": 16, "eighteen": 18, "twenty": 20, "thirty": 30,
    "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "half": 0.5, "once": 1,
    "twice": 2, "thrice": 3,
}  # fmt: skip
