"""Codes and words by which sensitive entries are known. Codes were looked up in the code lists that the base is checked with.

Tobacco, dementia and delirium are left out though they stand in ICD-10's chapter F: everybody who treats asks for the
first, and consent and safety hang on the others. A pregnancy is never withheld.
"""

from __future__ import annotations

import re
from typing import Final

from wardround.clinical import LOINC, SNOMED
from wardround.knowledge import Sensitivity

ICD10_BLOCKS: Final[tuple[tuple[str, str, Sensitivity | None], ...]] = (
    ("F00", "F09", None),
    ("F17", "F17", None),
    ("F10", "F19", "substance_use"),
    ("F52", "F52", "sexual_health"),
    ("F64", "F66", "sexual_health"),
    ("F00", "F99", "mental_health"),
    ("B20", "B24", "hiv"),
    ("Z21", "Z21", "hiv"),
    ("R75", "R75", "hiv"),
    ("Z11.4", "Z11.4", "hiv"),
    ("Z20.6", "Z20.6", "hiv"),
    ("Z71.7", "Z71.7", "hiv"),
    ("A50", "A64", "sexual_health"),
    ("N97", "N97", "sexual_health"),
    ("N48.4", "N48.4", "sexual_health"),
    ("O04", "O04", "sexual_health"),
    ("T74.2", "T74.2", "sexual_health"),
    ("Y05", "Y05", "sexual_health"),
    ("Z11.3", "Z11.3", "sexual_health"),
    ("Z20.2", "Z20.2", "sexual_health"),
    ("Z64.0", "Z64.0", "sexual_health"),
    ("Z70", "Z70", "sexual_health"),
    ("Z72.5", "Z72.5", "sexual_health"),
    ("G10", "G10", "genetics"),
    ("Z31.5", "Z31.5", "genetics"),
    ("K70", "K70", "substance_use"),
    ("Z50.2", "Z50.3", "substance_use"),
    ("Z71.4", "Z71.5", "substance_use"),
    ("Z72.1", "Z72.2", "substance_use"),
    ("Z86.4", "Z86.4", "substance_use"),
    ("R45", "R45", "mental_health"),
    ("X60", "X84", "mental_health"),
    ("Z00.4", "Z00.4", "mental_health"),
    ("Z03.2", "Z03.2", "mental_health"),
    ("Z09.3", "Z09.3", "mental_health"),
    ("Z13.3", "Z13.3", "mental_health"),
    ("Z50.4", "Z50.4", "mental_health"),
    ("Z54.3", "Z54.3", "mental_health"),
    ("Z81", "Z81", "mental_health"),
    ("Z86.5", "Z86.5", "mental_health"),
    ("Z91.5", "Z91.5", "mental_health"),
)
"""First and last code of a block of ICD-10 (WHO) and what it is; of several blocks that hold a code the first counts."""

CODES: Final[dict[tuple[str, str], Sensitivity]] = {
    **{
        (SNOMED, code): "mental_health"
        for code in (
            "171207006",  # Depression screening
            "192127007",  # Child attention deficit disorder
            "225337009",  # Suicide Risk Assessment
            "304822001",  # Psychodynamic Interpersonal Therapy
            "36923009",  # Major depression, single episode
            "370143000",  # Major depression disorder
            "385892002",  # Mental health screening
            "405783006",  # Psychological assessment
            "47505003",  # Posttraumatic stress disorder
            "715252007",  # Depression screening using PHQ-9 score
            "718347000",  # Mental health care plan
            "736254008",  # Psychiatry care plan
            "737434004",  # Major depressive disorder clinical management plan
            "76168009",  # Group psychotherapy
            "79094001",  # Initial psychiatric interview with mental status and evaluation
            "88848003",  # Psychiatric follow-up
        )
    },
    **{
        (SNOMED, code): "substance_use"
        for code in (
            "226138001",  # Alcohol-free diet
            "24165007",  # Alcoholism counseling
            "266707007",  # Drug addiction therapy
            "313071005",  # Counseling for substance abuse
            "408935001",  # Substance abuse prevention education
            "408936000",  # Substance abuse prevention management
            "55680006",  # Drug overdose
            "5602001",  # Opioid abuse
            "60112009",  # Drug addiction counseling
            "7200002",  # Alcoholism
        )
    },
    (SNOMED, "165829005"): "sexual_health",  # Gonorrhea infection test
    (SNOMED, "269828009"): "sexual_health",  # Syphilis infection test
    (SNOMED, "310861008"): "sexual_health",  # Chlamydia antigen test
    (SNOMED, "243077000"): "sexual_health",  # Recommendation to limit sexual activity
    (SNOMED, "31676001"): "hiv",  # Human immunodeficiency virus antigen test
    (LOINC, "55277-8"): "hiv",  # HIV status
    (LOINC, "56888-1"): "hiv",  # HIV 1+2 Ab+HIV1 p24 Ag Ser Ql EIA
    (LOINC, "7917-8"): "hiv",  # HIV1 Ab Ser Ql
    (LOINC, "29893-5"): "hiv",  # HIV1 Ab Ser Ql EIA
    (LOINC, "20447-9"): "hiv",  # HIV1 RNA # SerPl PCR
    (LOINC, "25836-8"): "hiv",  # HIV1 RNA # any specimen PCR
    (LOINC, "24467-3"): "hiv",  # CD3+CD4+ Cells # Bld
    (LOINC, "44261-6"): "mental_health",  # PHQ-9, total
    (LOINC, "55758-7"): "mental_health",  # PHQ-2, total
    (LOINC, "75443-2"): "mental_health",  # Mental health Outpatient Note
    (LOINC, "84215-3"): "mental_health",  # Mental health Telehealth Note
    (LOINC, "76690-7"): "sexual_health",  # Sexual orientation
    (LOINC, "36902-5"): "sexual_health",  # C trach+GC DNA any specimen Ql PCR
    (LOINC, "43304-5"): "sexual_health",  # C trach rRNA any specimen Ql PCR
    (LOINC, "6357-8"): "sexual_health",  # C trach DNA Ur Ql PCR
    (LOINC, "43305-2"): "sexual_health",  # N gonorrhoea rRNA any specimen Ql PCR
    (LOINC, "24111-7"): "sexual_health",  # N gonorrhoea DNA any specimen Ql PCR
    (LOINC, "20507-0"): "sexual_health",  # RPR Ser Ql
    (LOINC, "31147-2"): "sexual_health",  # RPR Ser-Titr
    (LOINC, "5292-8"): "sexual_health",  # VDRL Ser Ql
    (LOINC, "22461-8"): "sexual_health",  # Reagin Ab Ser Ql
    (LOINC, "22587-0"): "sexual_health",  # T pallidum Ab Ser Ql
    (LOINC, "24110-9"): "sexual_health",  # T pallidum Ab Ser Ql EIA
    (LOINC, "21636-6"): "genetics",  # BRCA1 gene Mut Anal Bld/T
    (LOINC, "21639-0"): "genetics",  # BRCA1 gene Mut Tested Bld/T
    (LOINC, "38404-0"): "genetics",  # CFTR Mut Anal Bld/T
    (LOINC, "24349-3"): "substance_use",  # Drugs of Abuse 5 Pnl Ur
    (LOINC, "28245-9"): "substance_use",  # Abuse Status
    (LOINC, "5643-2"): "substance_use",  # Ethanol SerPl-mCnc
    (LOINC, "5640-8"): "substance_use",  # Ethanol Bld-mCnc
    (LOINC, "3426-4"): "substance_use",  # THC Ur Ql
    (LOINC, "3397-7"): "substance_use",  # Cocaine Ur Ql
    (LOINC, "3879-4"): "substance_use",  # Opiates Ur Ql
}
"""Codes that stand for themselves. What the knowledge base holds is known through it."""

SPECIALTIES: Final[dict[str, Sensitivity]] = {
    "psychiatry": "mental_health",
    "sexual health": "sexual_health",
}
"""Specialties all of whose conditions are of one category, where their codes do not say another."""
TESTS: Final[dict[str, Sensitivity]] = {
    "test.hiv_test": "hiv",
    "test.phq9": "mental_health",
    "test.gad7": "mental_health",
    "test.epds": "mental_health",
    "test.audit_c": "substance_use",
    "test.urine_drug_screen": "substance_use",
    "test.chlamydia_gonorrhoea_naat": "sexual_health",
}
DRUG_CLASSES: Final[dict[str, Sensitivity]] = {
    "class.ssri": "mental_health",
    "class.snri": "mental_health",
    "class.tetracyclic": "mental_health",
    "class.mood_stabiliser": "mental_health",
    "class.antipsychotic": "mental_health",
    "class.integrase_inhibitor": "hiv",
    "class.nrti": "hiv",
    "class.pde5_inhibitor": "sexual_health",
    "class.alcohol_abstinence": "substance_use",
}
"""Classes whose drugs tell what they are for. Whoever treats sees every drug; whoever does not, sees these not."""
DRUG_WORDS: Final[dict[Sensitivity, re.Pattern[str]]] = {
    "substance_use": re.compile(
        r"\b(?:methadone|buprenorphine|naltrexone|acamprosate|disulfiram|nalmefene)\b", re.I
    ),
    "hiv": re.compile(
        r"\b(?:zidovudine|lamivudine|abacavir|tenofovir|emtricitabine|efavirenz|nevirapine|darunavir|atazanavir"
        r"|lopinavir|dolutegravir|raltegravir|bictegravir)\b",
        re.I,
    ),
    "mental_health": re.compile(
        r"\b(?:clozapine|chlorpromazine|ziprasidone|lithium|zuclopenthixol|flupentixol|amisulpride)\b", re.I
    ),
}

_WORDS: Final[dict[Sensitivity, tuple[str, ...]]] = {
    "mental_health": (
        r"(?<!\bst )(?<!\bst-)(?<!segment )(?<!respiratory )(?<!marrow )(?<!immune )\b(?:anti)?depress(?:i|e)\w*",
        r"\banxi(?:ety|ous)\b|\bpanic\b|\bphobi[ac]\w*|\w+phobia\b(?<!photophobia)(?<!hydrophobia)",
        r"\bbipolar\b(?! (?:hip|hemi|prosth|cauter|diatherm|forceps|electr|lead|pac))|\b(?:hypo)?mani[ac]\w*",
        r"\bpsych(?!o?somatic)\w+|\bschizo\w+|\bdelusion\w*|\bhallucinat\w*|\bparanoi\w*",
        r"\bsuicid\w*|\bparasuicid\w*|\bself[- ]?(?:harm|injur|poison)\w*|\bkill (?:my|him|her|them)sel\w+",
        r"\bpost[- ]?traumatic stress|\bptsd\b|\bobsessive\b|\bocd\b|\bpersonality disorder",
        r"\beating disorder|\banorexia nervosa|\bbulimi\w*|\battention[- ]deficit|\badhd\b|\bautis\w+",
        r"\bmental(?:ly)? (?:health|illness|ill|disorder|disease|state|status)|\bnervous breakdown|\bmoods?\b",
        r"\bphq-?[29]\b|\bgad-?7\b|\bepds\b|\bedinburgh postnatal|\belectroconvulsive",
        r"抑郁|忧郁症|焦虑|双相|躁狂|精神(?:病|分裂|科|障碍|疾病)|自杀|自残|自伤|惊恐发作|强迫症|厌食症|心理(?:治疗|疾病|障碍)",
    ),
    "sexual_health": (
        r"\bsexual(?:ly|ity)?\b|\b(?:unprotected|anal|oral|casual|paid) sex\b|\bsex (?:work\w*|with|partner\w*)",
        r"\bchlamydia\b(?! (?:pneumon|psittac))|\bgonor\w*|\bgonococc\w*|\bsyphili\w*|\btreponem\w*",
        r"\bgenital (?:herpes|wart|ulcer|discharge)\w*|\b(?:ano)?genital warts?|\btrichomon\w*|\bvenereal\b",
        r"\berectile\b|\bimpotence\b|\blibido\b|\binfertil\w+|\btransgender\b|\bgender (?:dysphoria|identity)",
        r"\btermination of pregnancy|\b(?:induced|medical|therapeutic) abortion|\brape[d]?\b",
        r"梅毒|淋病|性病|性传播|衣原体|尖锐湿疣|生殖器疱疹|阳痿|勃起|不育|不孕|人工流产|堕胎|变性",
    ),
    "hiv": (
        r"\bhiv\w*|\bhuman immunodeficiency|\bacquired immun\w+ deficien\w*|(?-i:\bAIDS\b)|\banti-?retroviral\w*",
        r"\b(?:pre|post)-?exposure prophylaxis|(?-i:\bPrEP\b)|\bcd4\b|艾滋|人类?免疫缺陷",
    ),
    "genetics": (
        r"\bbrca ?-?[12]?\b|\bhuntington\w*|\bgenes?\b|\bgerm-?line\b|\bpathogenic variant|\bexome\b|\bgenome\b",
        r"\bgenetic (?:test|carrier|predispos|suscept|counsel|screen|variant|mutat|risk|disorder|disease)\w*",
        r"\bgenetically\b|\bcarrier (?:status|of an? \w+ (?:mutation|variant))|\bcystic fibrosis carrier",
        r"\blynch syndrome|\bli-fraumeni|\bfamilial (?:adenomatous|alzheimer)\w*|\bfactor v leiden|\bkaryotyp\w*",
        r"基因|遗传(?:病|性|检测|咨询)|染色体|亨廷顿",
    ),
    "substance_use": (
        r"(?<!non-)(?<!non )(?<!isopropyl )\balcohol\w*(?! (?:wipe|swab|rub|gel|pad))|\b(?:heavy|binge|problem) drink\w*",
        r"\bdrinks? (?:too much|heavily|daily|every day)|\bintoxicat\w*|\boverdos\w*|\baddict\w*|\bdetox\w*",
        r"\b(?:drug|substance|opioid|opiate|cannabis|benzodiazepine|stimulant|solvent)s? "
        r"(?:(?:ab|mis)?use|dependen\w+|addict\w*|withdrawal)\b|\b(?:mis|ab)uses? (?:of )?(?:drug|substance|opioid)s?",
        r"\bcocaine\b|\bheroin\b|\bcannabis\b|\bmarijuana\b|\bmeth?amphetamine\b|\becstasy\b|\bmdma\b|\blsd\b|\bketamine use",
        r"\b(?:inject|recreational|illicit|street)(?:s|ed|ing)? drugs?\b|\bintravenous drug us\w+|\bneedle exchange",
        r"(?-i:\bAUDIT(?:-C)?\b)|\bdrug screen|\bdrugs of abuse|酗酒|酒精|饮酒|吸毒|毒品|海洛因|大麻|可卡因|药物滥用|成瘾|戒毒",
    ),
}
WORDS: Final[dict[Sensitivity, re.Pattern[str]]] = {
    category: re.compile("|".join(patterns), re.I) for category, patterns in _WORDS.items()
}
"""Words, English and Chinese. Too many rather than too few: what is withheld can be asked for."""
CATEGORY_NAMES: Final[dict[Sensitivity, str]] = {
    "mental_health": "mental health",
    "sexual_health": "sexual health",
    "hiv": "HIV",
    "genetics": "genetics",
    "substance_use": "substance use",
}
