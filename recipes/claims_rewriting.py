"""Rewriting sentences for training: turned round by direction, negation or number; the same in other words; shortened.

The word lists are the recipe's own: neither the verifier's guard nor the generator of planted errors shares them.
"""

from __future__ import annotations

import random
import re
from typing import Final

_PAIRS: Final = (
    "increase/decrease increases/decreases increased/decreased increasing/decreasing raise/reduce raises/reduces raised/reduced "
    "elevate/lower elevates/lowers elevated/lowered elevation/reduction enhance/impair enhances/impairs enhanced/impaired enhancing/impairing enhancement/impairment "
    "promote/inhibit promotes/inhibits promoted/inhibited promoting/inhibiting promotion/inhibition activate/suppress activates/suppresses activated/suppressed activating/suppressing activation/suppression "
    "upregulate/downregulate upregulates/downregulates upregulated/downregulated upregulation/downregulation up-regulated/down-regulated up-regulation/down-regulation up-regulates/down-regulates "
    "induce/prevent induces/prevents induced/prevented inducing/preventing induction/prevention improve/worsen improves/worsens improved/worsened improving/worsening improvement/worsening "
    "accelerate/delay accelerates/delays accelerated/delayed gain/loss higher/lower highest/lowest high/low more/less greater/smaller longer/shorter better/worse larger/smaller "
    "positive/negative positively/negatively presence/absence present/absent early/late beneficial/harmful protective/detrimental resistant/sensitive resistance/sensitivity "
    "sufficient/insufficient dependent/independent effective/ineffective common/rare stronger/weaker strong/weak strengthen/weaken strengthens/weakens facilitate/block facilitates/blocks facilitated/blocked "
    "stimulate/repress stimulates/represses stimulated/repressed stimulation/repression stabilize/destabilize stabilizes/destabilizes favorable/unfavorable essential/dispensable required/dispensable "
    "significant/insignificant able/unable susceptible/resistant superior/inferior rapid/slow rapidly/slowly frequently/rarely often/rarely cause/prevent causes/prevents caused/prevented "
    "protects/harms maintains/disrupts maintain/disrupt maintenance/disruption many/few most/few majority/minority gained/lost with/without excess/deficiency augments/attenuates augmented/attenuated augment/attenuate "
    "expanded/diminished expand/diminish expansion/contraction growth/regression rise/fall rises/falls allows/prevents allow/prevent enables/abolishes enable/abolish proliferation/death survival/mortality acute/chronic "
    "similar/different same/different correlated/uncorrelated "
)
_OPPOSITE: Final[dict[str, str]] = {}
for _pair in _PAIRS.split():
    _one, _other = _pair.split("/")
    _OPPOSITE.setdefault(_one, _other)
    _OPPOSITE.setdefault(_other, _one)
_SAME: Final[dict[str, list[str]]] = {}
for _group in (
    "increase raise boost augment",
    "increases raises elevates boosts augments enhances",
    "increased raised elevated enhanced augmented heightened",
    "decreases reduces lowers diminishes attenuates",
    "decreased reduced lowered diminished attenuated",
    "decrease reduce lower diminish",
    "inhibits suppresses blocks represses",
    "inhibited suppressed blocked",
    "inhibit suppress block",
    "promotes stimulates facilitates enhances",
    "induces causes triggers elicits",
    "induced caused triggered",
    "prevents blocks averts",
    "improves ameliorates betters",
    "essential necessary required crucial",
    "associated linked correlated",
    "shows demonstrates reveals",
    "risk likelihood chance",
    "mice rodents",
    "individuals people persons subjects",
    "patients people",
    "higher greater elevated",
    "lower smaller reduced",
    "leads results",
    "plays has",
    "regulates controls modulates",
):
    for _word in _group.split():
        _SAME.setdefault(_word, []).extend(other for other in _group.split() if other != _word)

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z-]*")
_BE: Final = re.compile(
    r"\b(is|are|was|were|can|could|may|will|does|do|did|has been|have been)\b(?! not)", re.I
)
_NOT: Final = re.compile(r"\b(is|are|was|were|can|could|may|does|do|did|has|have) not\b|\b(cannot)\b", re.I)
_LACKS: Final = re.compile(r"\b(no|lacks?|lacking|fails? to|failed to)\b")
_HAS: Final = {"lack": "have", "lacks": "has", "lacking": "having"}
_VERB: Final = re.compile(
    r"\b(regulates?|affects?|plays|controls?|mediates?|interacts?|binds?|leads?|results?|contributes?|requires?|depends?|"
    r"modulates?|predicts?|confers?|reduces|increases|decreases|promotes|inhibits|induces|prevents|improves|causes|activates|"
    r"suppresses|enhances|impairs|drives?|targets?|links?|supports?|limits?|triggers?|restores?|protects?|encodes?|produces?|"
    r"expresses?)\b"
)
_LEAD: Final = re.compile(
    r"^(?:(?:here|thus|therefore|moreover|furthermore|in addition|additionally|finally|in conclusion|together|taken together"
    r"|collectively|in summary|however|interestingly|importantly|notably|overall|conclusions?|results?|findings?"
    r"|interpretation|our)[,:]?\s+)*(?:,\s*)?(?:(?:we|our|these|this|the present|the)\s+(?:here\s+|also\s+|further\s+"
    r"|now\s+)?(?:\w+\s+){0,3}?(?:show|shows|showed|demonstrate|demonstrates|demonstrated|report|find|found|suggest|suggests"
    r"|indicate|indicates|indicated|reveal|reveals|revealed|conclude|observed|propose|identify|provide evidence"
    r"|identified)\s+(?:here\s+)?that\s+)?",
    re.I,
)
_NUMBER: Final = re.compile(r"(?<![\w.-])\d+(?:\.\d+)?(?![\w-])")


def has_something_to_turn(text: str) -> bool:
    """Whether a direction, a negation or a number stands in it."""
    return bool(directions(text) or _NOT.search(text) or _NUMBER.search(text))


def directions(text: str) -> list[re.Match[str]]:
    """The words that have an opposite."""
    return [m for m in _WORD.finditer(text) if m.group().lower() in _OPPOSITE]


def swap_direction(text: str, rng: random.Random, only: str | None = None) -> tuple[str, str] | None:
    """One of them turned round, and which it was."""
    found = [m for m in directions(text) if only is None or m.group().lower() == only]
    if not found:
        return None
    m = rng.choice(found)
    put = _OPPOSITE[m.group().lower()]
    return text[: m.start()] + _like(put, m.group()) + text[m.end() :], m.group().lower()


def negate(text: str, rng: random.Random) -> str | None:
    """A negation put in, or taken out where there is one."""
    m = _NOT.search(text)
    if m is not None:
        if m[2]:
            return f"{text[: m.start()]}can{text[m.end() :]}"
        if m[1].lower() in ("does", "do", "did"):
            return text[: m.start()].rstrip() + text[m.end() :]
        return text[: m.start()] + m[1] + text[m.end() :]
    m = _LACKS.search(text)
    if m is not None and rng.random() < 0.8:
        word = m.group()
        if word == "no":
            return text[: m.start()] + rng.choice(["a", "some"]) + text[m.end() :]
        if word in _HAS:
            return text[: m.start()] + _HAS[word] + text[m.end() :]
        return text[: m.start()].rstrip() + text[m.end() :]
    places = [*list(_BE.finditer(text))[:2], *list(_VERB.finditer(text))[:1]]
    if not places:
        return None
    m = rng.choice(places)
    return (
        f"{text[: m.end()]} not{text[m.end() :]}" if _BE.fullmatch(m.group()) else _verb_negated(text, m, rng)
    )


def _verb_negated(text: str, m: re.Match[str], rng: random.Random) -> str:
    verb = m.group()
    one = verb.endswith("s") and not verb.endswith("ss")
    base = verb[:-1] if one else verb
    drawn = rng.random()
    if drawn < 0.6:
        put = "does not" if one else "do not"
    elif drawn < 0.8:
        put = "fails to" if one else "fail to"
    else:
        put = "is not able to" if one else "are unable to"
    return f"{text[: m.start()]}{put} {base}{text[m.end() :]}"


def reworded(text: str, rng: random.Random, share: float = 0.5) -> str:
    """A share of the words that have a synonym replaced by one."""

    def put(m: re.Match[str]) -> str:
        others = _SAME.get(m.group().lower())
        return _like(rng.choice(others), m.group()) if others and rng.random() < share else m.group()

    return _WORD.sub(put, text)


def shortened(text: str, rng: random.Random) -> str:
    """Without what leads in (`We show that`) and, by chance, without asides."""
    text = re.sub(r"\s*\([^()]*\)|\s*\[[^\[\]]*\]", "", text)
    text = _LEAD.sub("", text, count=1)
    if rng.random() < 0.5:
        text = re.sub(
            r",\s+(?:which|whereas|while|although|suggesting|indicating|and thus|but)\b.*$", ".", text
        )
    if rng.random() < 0.4:
        text = re.sub(
            r"\b(significantly|markedly|strongly|substantially|highly|also|further|clearly|specifically)\s+",
            "",
            text,
        )
    if rng.random() < 0.3:
        text = re.sub(r"^(?:In|By|Using|Among|During|After)\b[^,]{3,80},\s*", "", text)
    text = text.strip(" ,;")
    return text[:1].upper() + text[1:]


def renumbered(text: str, rng: random.Random) -> str | None:
    """One number made another."""
    found = list(_NUMBER.finditer(text))
    if not found:
        return None
    m = rng.choice(found)
    value = float(m.group())
    other = rng.choice([value * 2, value * 10, value / 2, value + 5, value * 3, value * 1.5 + 1, value / 10])
    put = str(round(other)) if "." not in m.group() and round(other) != value else f"{other:.1f}"
    return None if put == m.group() else text[: m.start()] + put + text[m.end() :]


def _like(put: str, word: str) -> str:
    return put[0].upper() + put[1:] if word[0].isupper() else put
