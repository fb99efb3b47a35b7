"""From a word as written to the keys that the lexicon matches: case, spelling, contraction, inflection and synonym away.

The same function makes the keys of the lexicon's phrases and of what people write, so that both meet; it need
not give words, only equal keys for what should match. Numbers in words become digits.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final


def listed(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


DROPPED: Final = listed(
    "a an the um uh uhm umm er erm eh oh ohh ah ahh hm hmm mm mmm well just really quite very so pretty "
    "rather actually basically honestly literally totally truly super extremely incredibly absolutely "
    "seriously of be is am are was were been being isn do does did doing done this that these those some "
    "any completely particularly especially please yeah yes yep ok okay alright"
)
"""Never matched: gone from phrases and from text alike."""

SUBJECTS: Final = listed("i he she it we they you there my his her our their your its me him them us who")
"""Start a new clause after a comma or `and`. Gone from phrases; may stand between the words of one in a text."""

LOOSE: Final = listed(
    "to like bit little lot bad badly severe terrible horrible awful nasty mild slight slightly sharp "
    "dull constant constantly left right both side also still always sometimes often usually now then "
    "more much too kind kinda sort sorta own up get got have had has having go guess mean know say feel "
    "felt feeling such terribly awfully whole entire today most even ever lately recently currently too "
    "weird strange funny new nice real big intense awfully occasional occasionally mostly mainly maybe "
    "probably only again at over about around in on into from for with when while inside across"
)
"""May stand unmatched between the words of a phrase (`my chest really hurts`), never at its ends."""

_IRREGULAR: Final = {
    "ate": "eat", "eaten": "eat", "slept": "sleep", "threw": "throw", "thrown": "throw", "lost": "lose",
    "losing": "lose", "got": "get", "gotten": "get", "gone": "go", "went": "go", "goes": "go", "going": "go",
    "had": "have", "has": "have", "having": "have", "felt": "feel", "woke": "wake", "woken": "wake", "swollen": "swell",
    "swole": "swell", "swelled": "swell", "fell": "fall", "fallen": "fall", "taken": "take", "took": "take",
    "said": "say", "came": "come", "kept": "keep", "told": "tell", "saw": "see", "seen": "see", "bled": "bleed",
    "drank": "drink", "drunk": "drink", "began": "begin", "begun": "begin", "broke": "break", "broken": "break",
    "feet": "foot", "teeth": "tooth", "bitten": "bite", "thought": "think", "brought": "bring",
    "stung": "sting", "shook": "shake", "shaken": "shake", "ran": "run", "tore": "tear", "torn": "tear",
    "caught": "catch", "spat": "spit", "dying": "die", "bent": "bend",
    "stood": "stand", "lying": "lie", "laying": "lie", "lay": "lie", "laid": "lie", "children": "child",
    "men": "man", "women": "woman", "diagnoses": "diagnosis",
    "red": "red", "bed": "bed", "need": "need", "needs": "need", "feed": "feed", "blood": "blood", "speed": "speed",
    "bleed": "bleed", "during": "during", "morning": "morning", "evening": "evening", "thing": "thing",
    "nothing": "nothing", "something": "something", "anything": "anything", "everything": "everything",
    "sting": "sting", "spring": "spring", "ring": "ring", "bring": "bring", "sing": "sing", "yes": "yes", "gas": "gas", "pus": "pus", "us": "us", "always": "always", "diabetes": "diabetes",
    "perhaps": "perhaps", "sometimes": "sometimes", "weighed": "weigh", "weighing": "weigh",
    "died": "die", "dies": "die", "hundred": "100", "cities": "city", "series": "series", "species": "species", "since": "since",
    "as": "as",
    "spotting": "spotting", "stuffed": "stuffed", "banging": "banging",
}  # fmt: skip
"""Also words whose inflected form means something else than their stem: spotting is no spots, stuffed is no stuff."""

_SAME: Final = {
    word: key
    for key, words in {
        "pain": "pain ache hurt sore achy painful pains discomfort soreness",
        "abdomen": "abdomen abdominal tummy belly stomach tum gut",
        "pee": "pee wee urinate piss peeing",
        "urine": "urine urinary",
        "poo": "poo poop stool faeces feces",
        "vomit": "vomit puke barf emesis",
        "itch": "itch itchy itchiness pruritic",
        "swell": "swell swollen puffy puffiness swelling",
        "difficult": "difficult difficulty trouble hard struggle issue problem",
        "cannot": "cannot unable",
        "not": "not no never without nor",
        "mother": "mother mum mom mam mummy mommy mama",
        "father": "father dad daddy papa",
        "toilet": "toilet bathroom loo washroom restroom",
        "numb": "numb numbness",
        "weak": "weak weakness weaker",
        "stiff": "stiff stiffness",
        "tingle": "tingle tingly",
        "tight": "tight tightness tighter",
        "dizzy": "dizzy dizziness",
        "red": "red redness reddish",
        "heavy": "heavy heaviness",
        "sleepy": "sleepy sleepiness",
        "breathless": "breathless breathlessness",
        "nausea": "nausea nauseous nauseated nauseating queasy",
        "smell": "smell smelly",
        "fast": "fast faster",
        "low": "low lower",
        "kid": "kid child",
        "physician": "physician doctor doc",
        "everything": "everything all",
        "medicine": "medicine medication med meds",
        "tumor": "tumor tumour",
        "someone": "someone somebody anyone anybody everyone everybody people",
    }.items()
    for word in words.split()
}  # fmt: skip

_NOT: Final = re.compile(r"^(.+)n['’]?t$")
_NEGATED: Final = {
    "do": "", "does": "", "did": "", "have": "have", "has": "have", "had": "have", "is": "", "are": "", "ai": "",
    "was": "", "were": "", "would": "would", "should": "should", "wo": "will", "must": "must", "need": "need",
}  # fmt: skip
_BARE: Final = listed("dont doesnt didnt havent hasnt hadnt isnt arent wasnt werent wont wouldnt")
_CANNOT: Final = listed("can't cant cannot can’t couldn't couldn’t couldnt unable")
_SHORT: Final = {
    "'ve": "have", "'ll": "will", "'d": "would", "'s": "", "'m": "", "'re": "", "'em": "", "'cause": "because",
}  # fmt: skip

_UNITS: Final = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS: Final = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
NUMBER_WORDS: Final[dict[str, float]] = {
    **{w: float(i) for i, w in enumerate(_UNITS)},
    **{w: float(20 + 10 * i) for i, w in enumerate(_TENS)},
    "hundred": 100.0, "half": 0.5, "quarter": 0.25, "dozen": 12.0, "couple": 2.0,
}  # fmt: skip
VAGUE: Final = listed("few several many numerous")
"""Stand where a number would, without being one."""


def fold(word: str) -> str:
    """Lower case, straight apostrophe, no accents."""
    word = word.lower().replace("’", "'").replace("µ", "u").replace("μ", "u")
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def keys(word: str) -> tuple[str, ...]:
    """The keys of one written word: none for a dropped word, several for a contraction."""
    word = fold(word)
    if word in DROPPED:
        return ()
    if word in _CANNOT:
        return ("cannot",)
    if word in _BARE or "'" in word:
        return _contraction(word)
    return (key(word),)


def keyed(text: str) -> frozenset[str]:
    """The keys of a text's words."""
    return frozenset(key(w) for w in text.split())


def _contraction(word: str) -> tuple[str, ...]:
    if (found := _NOT.match(word)) and found[1] in _NEGATED:
        auxiliary = _NEGATED[found[1]]
        return (key(auxiliary), "not") if auxiliary else ("not",)
    for ending, meant in _SHORT.items():
        if word.endswith(ending) and len(word) > len(ending):
            head = word[: -len(ending)]
            first = () if head in DROPPED else (key(head),)
            return (*first, *((key(meant),) if meant else ()))
    plain = word.replace("'", "")
    return () if plain in DROPPED else (key(plain),)


def key(word: str) -> str:
    """The key of one folded word that is neither dropped nor a contraction."""
    if word in NUMBER_WORDS:
        value = NUMBER_WORDS[word]
        return str(int(value)) if value == int(value) else word
    if (same := _SAME.get(word)) is not None:
        return same
    if (irregular := _IRREGULAR.get(word)) is not None:
        return _SAME.get(irregular, stem(irregular) if irregular != word else word)
    stemmed = stem(british(word))
    return _SAME.get(stemmed, _STEMMED_SAME.get(stemmed, stemmed))


def british(word: str) -> str:
    """One spelling for British and American: the shorter."""
    for old, new in (
        ("oea", "ea"),
        ("ae", "e"),
        ("oe", "e"),
        ("ph", "f"),
        ("sation", "zation"),
        ("yse", "yze"),
    ):
        if old in word and len(word) > 4:
            word = word.replace(old, new)
    if len(word) > 5:
        word = re.sub(r"our(s|ed|ing|less)?$", r"or\1", word)
        word = re.sub(r"is(e|es|ed|ing)$", r"iz\1", word)
        word = re.sub(r"([aeiou])ll(ed|ing|er)$", r"\1l\2", word)
        word = re.sub(r"tre(s?)$", r"ter\1", word)
    return word


def stem(word: str) -> str:
    """Plural, -ing, -ed, -ness and a final e or doubled consonant away."""
    n = len(word)
    if n < 4 or not word.isalpha():
        return word
    if n > 6 and word.endswith("ness"):
        word = word[:-4]
        return word[:-1] + "y" if word.endswith("i") else stem(word) if len(word) > 4 else word
    if word.endswith("ies") and n > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    if word.endswith("ied") and len(word) > 4:
        return word[:-3] + "y"
    for ending in ("ing", "ed"):
        if word.endswith(ending):
            head = word[: -len(ending)]
            if len(head) >= 3 and any(c in "aeiouy" for c in head):
                word = head
                break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] in "bdgklmnprt":
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


_STEMMED_SAME: Final = {stem(british(word)): key_ for word, key_ in _SAME.items() if len(word) > 3}

SUBJECT_KEYS: Final = frozenset(key(w) for w in SUBJECTS)
TOLERATED_KEYS: Final = SUBJECT_KEYS | frozenset(key(w) for w in LOOSE)
