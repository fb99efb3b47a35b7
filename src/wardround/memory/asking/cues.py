"""What words of a question hint at: cues by name, each a pattern over what is left of a sentence."""

from __future__ import annotations

import re
from functools import lru_cache

_EXTREME = r"(?:very |single |all-time )?"
CUES: dict[str, str] = {
    # how it asks
    "yesno": r"^(?:(?:so|and|but|please|tell me|can you tell me|do you know|i wonder|check),? )?(?:if |whether )?"
    r"(?:was|were|is|are|has|have|had|did|does|do|can|any|ever)\b"
    r"|\bis it (?:true|correct|right|the case)\b|[,»] ?(?:was|were|is|are|has|have|had|did|does|do) |^(?:if|whether)\b|\b(?:tell me|say|know|check|see|find out|determine) (?:if|whether)\b",
    "true_that": r"\b(?:is it|would it be) (?:true|correct|right|accurate|the case|so)\b|\bis that so\b",
    "when": r"^(?:(?:so|and|since|from|tell me|say),? )?when\b|\b(?:which|what) (?:calendar )?(?:day|date)\b|\b(?:date|day)\b(?= (?:of|on|when|with|«event»))"
    r"|[,»] ?when\b|\bwhen$|\b(?:at|from) (?:what|which) (?:point|time|moment)\b|\b(?:which|what) was the (?:day|date)\b|\bwhat (?:was|is) the (?:first|last|latest|earliest|most recent) (?:day|date)|\bsince when\b|\bgive the (?:day|date)\b|\bdates?\b",
    "count": r"\bhow (?:many|often|frequently)\b|\b(?:number|count|tally|total|frequency) of\b|(?<!what )(?<!which )\bnumber\b|^count\b|\bin how many\b",
    "days": r"\bdays?\b|\bhow long\b",
    "how_long": r"\bhow long\b|\bhow many days\b|\bnumber of days\b|\bduration\b|\blength\b",
    "age": r"\bhow old\b|\bhow many years (?:had|has|have)\b|\b(?:what|which) age\b|\bage\b|\baged\b|\byears old\b",
    "list": r"^(?:list|enumerate)\b|, (?:list|enumerate)\b|\b(?:all|every|each|everything|complete|full|series|history)\b",
    "each": r"\b(?:all|every|each|everything|complete|full|series|history|enumerate)\b",
    "in_order": r"\b(?:oldest|earliest|first) to (?:the )?(?:newest|latest|last|most recent)\b|\bin (?:order|sequence)\b|\bchronolog|\bby date\b|\bone by one\b",
    "negated": r"\b(?:not|no|without|except|excluding|besides|nor|none|lacking|other than|apart from|rather than)\b|n't\b",
    "what": r"\b(?:what|which|who|name|give|list|show|tell|enumerate)\b",
    # order in time
    "first": r"\b(?:first|earliest|initial|initially|oldest|original|originally|for the first time|baseline|at (?:the )?(?:outset|start|beginning)|to begin with|starting (?:value|point))\b|\bsince when\b|\bfrom (?:when|(?:which|what) (?:day|date)) on",
    "last": r"\b(?:last|latest|most recent|most recently|more recent|more recently|newest|final|recently|current|up-to-date|freshest)\b",
    "next": r"\b(?:next|subsequent|following|afterwards|after that|thereafter)\b",
    "begin": r"\b(?:begin|began|begun|begins|start|started|starts|onset|commence|commenced|set in|appear|appeared|develop|developed|arise|arose)\b",
    "end": r"\b(?:rid of|shake off|shook off|recover|recovered|cured|healed|gone|end|ended|ends|resolve|resolved|resolves|resolution|stop|stopped|stops|stopping|cease|ceased|discontinued|discontinue|cleared|clear up"
    r"|abate|abated|finish|finished|come off|came off|go away|went away|gone away|get over|got over|taken off|over with|terminate|terminated|quit|withdrawn)\b|› over\b",
    "ever": r"\b(?:ever|at any (?:time|point)|at all|any|anywhere|once)\b",
    "never": r"\b(?:never|not ever|n't ever|at no (?:time|point))\b|\bno (?:record|entry|trace|sign|mention|evidence) of\b|\b(?:is|are|was|were|has|have) there (?:been )?no\b|\bthere (?:is|are|was|were|has been|have been|exists?) no\b|\b(?:absent|missing|nowhere|nobody|no one|lacks?|lacking|not once|no such)\b|\bno (?:single )?‹\d+›|\bwithout (?:any|ever)\b|\bno (?:prescription|measurement|diagnosis|vaccination|test|reading|value|result|visit|procedure|vaccine)s?\b",
    "still": r"\b(?:still|currently|now|presently|at present|active|ongoing|current|persists?|continues?|going on)\b|«now»",
    "two": r"\b(?:last two|two (?:most recent|latest|last|newest)|(?:latest|most recent|newest|final) two|last and the (?:one before|previous|second last)"
    r"|(?:last|latest|newest)\b.*\b(?:one before|previous one|the one before it)|latest and the (?:one before|previous)|last (?:one )?and the one before|previous two)\b|\blast pair\b|«nth-last» and (?:the )?(?:last|latest)|(?:last|latest) and (?:the )?«nth-last»",
    # values
    "mean": r"\b(?:mean|average|averaged|averages|on average|averaging)\b",
    "median": r"\bsplits?\b.*\bhalf\b|\b(?:median|middle|midpoint|50th percentile)\b|\bhalf of\b.*\b(?:below|above|under|over)\b",
    "high": rf"\b{_EXTREME}(?:highest|maximum|maximal|max|peak|peaked|greatest|largest|biggest|top|worst high|how high|record high|at its height|upper extreme)\b",
    "low": rf"\b{_EXTREME}(?:lowest|minimum|minimal|min|least|smallest|to what low|nadir|bottom|trough|how low|record low|bottomed|lower extreme|low point)\b",
    "range": r"\b(?:range|spread|how far apart|how wide|span)\b|\b(?:difference|distance|gap|apart|interval)\b.*\b(?:highest|maximum|max|peak|largest|lowest|minimum|min)\b"
    r"|(?:highest|maximum|max|peak|largest)\b.*\b(?:minus|less)\b",
    "trend": r"\b(?:trend|trends|trending|tend(?:s|ed)? to (?:rise|fall|go|grow|drop|increase|decrease)|rising|falling|steady|stable|which way|what direction|which direction|upwards?|downwards?|direction|tendency|going up|going down"
    r"|gone up|gone down|go up|go down|heading|headed|moving|evolve|evolved|evolution|develop(?:ed|ing)? over time|increasing|decreasing|climbing|dropping|on the (?:rise|decline|increase)|plateau\w*|flat|constant|unchanged|declining|upward|downward)\b"
    r"|\bup,? (?:or )?(?:down|the same)\b|\bstay(?:ing|ed|s)? (?:level|flat|the same|put|about the same)\b"
    r"|\bhow (?:has|have|did|does|do|is|was) .*\b(?:develop|evolv|chang|progress|behav|mov|do|com)(?:e|ed|ing|es|ment|ne)?\b(?: (?:over|with|through|across) (?:the )?(?:time|years))?",
    "yearly": r"\b(?:from (?:one )?year to (?:the next|year)|year over year|in a year|over a year|(?:per|every) (?:12|twelve) months|per year|a year|per annum|annual|annually|yearly|each year|every year|year on year|per-year)\b",
    "percent": r"\b(?:percent|percentage|per cent|percentages|proportionally|in relative terms|relative change|percentwise)\b|%",
    "change": r"\b(?:change|changed|changes|differ|differed|difference|increase|increased|decrease|decreased|rise|risen|rose|fall|fell|fallen|gain|gained|lose|lost|shift|shifted"
    r"|higher or lower|lower or higher|more or less|less or more|bigger or smaller|smaller or bigger|larger or smaller|drop|dropped|grow|grown|grew|go up|gone up|gone down|move|moved|altered|alter|delta|net|slope|rate|compare|compares|compared|comparison|subtract|minus)\b",
    "rate": r"\b(?:slope|rate|fast|quickly|speed|pace|gradient)\b",
    "unit": r"\bunits?\b|\b(?:measured|expressed|given|recorded|reported) in (?:what|which)$|\b(?:measured|expressed|recorded|reported|quoted|stated|given|noted|written) in$",
    "values": r"\b(?:values|readings|results|measurements|entries|observations|figures|numbers|levels)\b",
    "distinct": r"\beach (?:value |one )?(?:only |just )?once\b|\b(?:once each|without repe\w+|no repe\w+)\b|\b(?:different|distinct|unique|various|separate|kinds of values|possible)\b",
    "had_values": r"\b(?:what|which) values (?:has|have|did|does|do|occur|appear|exist|were seen|are seen)\b|\bwhat (?:has|have) .*(?:been recorded as|said|read)\b",
    "gap": r"\bwithout (?:any |an? |being )?‹\d+›|\bbetween (?:two|any two|its|consecutive|successive|neighbouring|adjacent|one)\b|\b(?:go|gone|went|going) without\b|\b(?:time|period|days?) between\b|\b(?:gaps?|intervals?|stretch|pause|unmeasured|untested|unchecked|without (?:a |any |being )?(?:measure\w*|reading|test\w*|value|check\w*)|wait|break)\b",
    "between": r"\b(?:between|apart|consecutive|successive|neighbouring|adjacent|in a row)\b",
    "longest": r"\blongest\b",
    "big": r"\b(?:biggest|largest|maximum|greatest|widest|longest|at (?:the )?most|most days|maximal|highest number)\b",
    "elapsed": r"\b(?:ago|since|elapsed|passed|gone by|been|old|back)\b",
    # two things
    "together": r"\b(?:both|same day|same days|together|same date|same dates|jointly|coincide|alongside|share)\b",
    "or": r"\bor\b",
    "precede": r"\b(?:followed by|precede|preceded|precedes|predate|predated|predates|before|earlier than|prior to|ahead of)\b",
    "succeed": r"\b(?:follow|followed(?! by)|follows|after|later than|succeed|succeeded|postdate|postdated)\b",
    "how_high": r"\bhow (?:high|low|much|big|large|great) (?:was|is|were)\b",
    "come": r"\b(?:come|came|precede|preceded|predate|predated|earlier|happen|happened|before|prior|follow|followed|later|after|sooner|comes)\b",
    "earlier": r"\b(?:older|oldest|first|earlier|earliest|sooner|before|preceded|preceding)\b",
    "later": r"\b(?:up to date|up-to-date|last|more recent|more recently|most recent|most recently|latest|later|newer|newest)\b",
    # what it is about
    "problem": r"\b(?:treated for|ill with|c[ao]me down with|wrong with|diagnos\w*|problems?|conditions?|illness(?:es)?|diseases?|disorders?|episodes?|ailments?|suffer\w*|complaints?|bouts?)\b",
    "drug": r"\b(?:prescri\w*|drugs?|medicines?|medications?|meds|pills?|tablets?|taking|take|takes|took(?! place)|pharmaceuticals?)\b",
    "drugs": r"\b(?:drugs?|medicines?|medications?|meds|pills?|tablets?|prescriptions?)\b",
    "procedure": r"\b(?:procedures?|undergo|underwent|undergone|undergoing|operations?|operated|surger\w+|interventions?)\b",
    "immunization": r"\b(?:vaccin\w*|immuni[sz]\w*|jabs?|shots?|inoculat\w*|boosters?)\b",
    "allergy": r"\ballerg\w*|\breacts? (?:badly )?to\b",
    "visit": r"\b(?:at the (?:clinic|hospital|doctor'?s)|trips?|come in|came in|coming in|show up|turn up|visits?|visited|encounters?|seen|appointments?|attend\w*|consultations?|contacts?|see (?:a|the|any) (?:doctor|clinician))\b",
    "result": r"\b(?:measure\w*|test\w*|examinations?|bloods|panels?|work-?up|readings?|results?|labs?|laboratory|values?|checked|levels?|taken|investigations?|observations?|parameters?|recorded|numbers?)\b",
    "born": r"\b(?:c[ao]me into the world|born|birth|birthday|birthdate|dob)\b",
    "died": r"\b(?:life end|lose (?:her|his|their) life|lost (?:her|his|their) life|die|died|dies|death|deceased|dead|pass away|passed away|passing)\b",
    "allergic": r"\ballergic\b",
    "present": r"^(?:does|is|do|are)\b|\bhas (?:she|he|they|the patient) got\b|, (?:does|is|do|are) ",
    "past": r"\b(?:was|were|did|has|have|had|ever)\b|\b(?:is|are) there (?:any|an?|ever)\b",
    "there": r"\bthere\b",
    "record": r"\b(?:record|records|file|among|listed|noted|on the list)\b",
    "then_what": r"[,»›] (?:and )?what (?:was it|is it|(?:was|is) the (?:value|result|reading|figure)$|came|did it|value$|was found)",
    "to_thing": r"«event»,? (?:to|until|till)\b",
    "ago": r"\bago\b",
    "one": r"\bone\b",
    "sex": r"\b(?:sex|gender|male or female|female or male|man or (?:a )?woman|woman or (?:a )?man)\b",
    "critical": r"\b(?:critical|criticality|serious|dangerous|risky|risk)\b",
    "have": r"\b(?:have|has|had|having|got|suffer|suffers|suffering|suffered|living with|with)\b",
    "on_drug": r"\bon ‹\d+›|\b(?:taking|take|takes|took(?! place)|being taken|in use|taken|using|use|uses|receiving|treated with|under treatment with|being given|being treated)\b|\bon\b(?! (?:record|file|the (?:record|same|whole)|average|which|what|how))",
    "act": r"\b(?:diagnosed|prescribed|new|newly|began|begun|started|done|performed|given|received|undergone|recorded|added|made|carried out|administered|issued|picked up|begin|undergo|get|got|vaccinat\w+|immuni[sz]\w+)\b",
    "active": r"\b(?:active|current|currently|ongoing|open|in force|live)\b",
    "kind_of": r"\b(?:kind|type|sort)\b",
    "thing": r"‹\d+›",
    "done_then": r"\b(?:measured|taken|recorded|done|obtained|made|drawn|performed|tested|checked|registered|noted|dated|from|the same day|that very day|that day) «time»",
    "standing": r"\b(?:known|available|current|valid|stand|stood|standing|in force|up to then|until then|most recent|latest|last|had last|so far|back then|at that (?:time|point))\b",
    "value": r"\b(?:value|reading|result|level|measurement|figure)\b",
}


@lru_cache(maxsize=1)
def _compiled() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(pattern) for name, pattern in CUES.items()}


def cues_in(rest: str) -> set[str]:
    """The names of all cues that words hold."""
    return {name for name, pattern in _compiled().items() if pattern.search(rest)}
