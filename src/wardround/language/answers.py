"""Short answers to what was just asked: yes, no, not really, I think so, for three days, about 38.5.

An answer says something only about findings that the text does not itself name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

HEAD: Final = 240
"""An answer stands within so many characters of the beginning."""
_HESITATION: Final = re.compile(
    r"(?:[\W_]|(?:um+|uh+m?|er+m?|oh+|ah+|hm+|mm+|eh|well|so|like|actually|honestly|ok|okay|right|now|and|but|i mean|"
    r"oh god|gosh|doctor|doc)\b(?!['’-]))*",
    re.IGNORECASE,
)
_UNSURE: Final = (
    r"maybe|perhaps|possibly|probably|(?:i'?m )?not (?:too |entirely |quite |really )?sure|unsure|i think so|"
    r"i believe so|i guess(?: so)?|i suppose(?: so)?|(?:i )?(?:really )?(?:don'?t|do not|couldn'?t) (?:really )?(?:know|remember|recall|say|tell)|"
    r"hard to (?:say|tell)|sort of|kind of|kinda|(?:it |that |yeah it |they )?(?:might|could) (?:be|have)|no idea|dunno|it depends|i'?d say so|"
    r"can'?t (?:say|tell|remember|be sure)|i (?:haven'?t|didn'?t|have not|did not) (?:really )?(?:notice|check|look|measure|count)\w*(?: \w+)? (?:if|whether)"
)
_DOUBTED_NO: Final = r"(?:i )?(?:really )?(?:don'?t|do not) (?:really )?(?:think|believe) (?:so|i|that|it)|probably not|i (?:guess|suppose) not|maybe not|not (?:that i|as far as i) (?:can )?(?:think|remember|recall) of"
_NO: Final = (
    r"no|nope|nah|naw|never|none|negative|neither|nothing (?:like that|at all|really|that i\S* \w+|else|i'?ve noticed|new)|"
    r"nothing(?=\W*$)|not at all|not really|not particularly|not especially|not usually|not normally|not currently|"
    r"not (?:right )?now|not yet|not so far|not lately|not recently|not much|not (?:that|as far as) i\S*(?: \w+){1,3}|not today|"
    r"(?:i|it|they|he|she|we|that) (?:don'?t|doesn'?t|didn'?t|haven'?t|hasn'?t|hadn'?t|isn'?t|wasn'?t|aren'?t|weren'?t|do not|does not|did not|have not|has not|am not|is not|was not)(?=\W*$|\s*[,.;!]|\s+(?:really|no)\b|\s+notice)|"
    r"i'?m not(?=\W*$|\s*[,.;!])|i (?:haven'?t|didn'?t|have not|did not) notice\w*|haven'?t (?:noticed|had)|actually not|not"
    r"(?=\W*$|\s*[,.;!])"
)
_OVER: Final = r"not any ?more|not any longer|no longer"
_ONCE: Final = r"(?:i |it )?used to|in the past|i did(?= (?:before|once|when))|previously|years ago"
_YES: Final = (
    r"yes|yeah|yea|yep|yup|yah|ya|yess+|aye|uh-?huh|mhm+|mm-?hmm+|sure|correct|exactly|definitely|absolutely|of course|"
    r"certainly|indeed|true|i do|i have|i did|i am|i was|i've (?:been|had|got)|it (?:does|is|did|has)|they (?:do|are|did|have)|"
    r"he (?:does|is|has|did)|she (?:does|is|has|did)|that'?s (?:right|correct|true|it)|a (?:little|tiny) ?bit|a little|a bit|"
    r"a lot|sometimes|occasionally|often|quite (?:a bit|a lot|often)|all the time|every (?:day|night|time)|constantly|"
    r"once in a ?while|every now and (?:then|again)|now and (?:then|again)|both|all of (?:them|those|that)|very much(?: so)?|"
    r"some(?=\W*$)|slightly|i'?m afraid so"
)
_CUE: Final = re.compile(
    rf"(?:(?P<over>{_OVER})|(?P<doubted>{_DOUBTED_NO})|(?P<unsure>{_UNSURE})|(?P<no>{_NO})|(?P<once>{_ONCE})|"
    rf"(?P<yes>{_YES}))(?![\w'’])",
    re.IGNORECASE,
)
_STRONG: Final = re.compile(r"(?:(?P<yes>yes|yeah|yep|yup)|(?P<no>no|nope|nah))(?![\w'’-])", re.IGNORECASE)
_TAIL: Final = re.compile(
    r"(?:^|[\s,.;])(?:(?P<yes>yes|yeah|yep|yup)|(?P<no>no|nope|nah))\W*$", re.IGNORECASE
)
_TURN: Final = re.compile(
    r"[.!?;]\W*(?:(?:um+|uh+)\W+)*(?:well|actually|although|i guess)\b|\b(?:but|except|well)\b", re.IGNORECASE
)
_WEAK: Final = re.compile(
    r"a (?:little|tiny)(?: bit)?|a bit|sometimes|occasionally|often|slightly|at times|now and (?:then|again)",
    re.IGNORECASE,
)
_RESERVE: Final = re.compile(
    r"\b(?:but|perhaps|maybe|i (?:suppose|guess)|that'?s all|nothing (?:much|more|serious)|like everyone|not really)\b",
    re.IGNORECASE,
)
"""`A bit stiff, nothing much`: after a weak yes such words leave it open."""
_SENTENCE: Final = re.compile(r"[.!?\n]")
_BOTH: Final = re.compile(r"both|all of", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """`text[start:end]` says yes, or no, or that it is not known; `every` where it is of all that was asked."""

    start: int
    end: int
    negated: bool = False
    uncertain: bool = False
    past: bool = False
    every: bool = False


def answer_in(text: str) -> Answer | None:
    """The answer that a text begins or ends with."""
    begin = text[:HEAD]
    at = _skip(begin, 0)
    found = _CUE.match(begin, at)
    if found is None:
        return _at_end(text)
    answer = _first(found)
    while True:
        at = _skip(begin, found.end())
        following = _STRONG.match(begin, at) or _CUE.match(begin, at)
        if following is None or at == found.end():
            break
        if _SENTENCE.search(begin, found.end(), at) and following.lastgroup in ("yes", "no"):
            break
        answer = _then(answer, following)
        found = following
    if (
        not answer.negated
        and _WEAK.fullmatch(begin, answer.start, answer.end)
        and _RESERVE.search(begin, answer.end)
    ):
        return replace(answer, uncertain=True)
    return _turned(text, answer)


def _skip(text: str, at: int) -> int:
    found = _HESITATION.match(text, at)
    return found.end() if found else at


def _first(found: re.Match[str]) -> Answer:
    kind = found.lastgroup
    return Answer(
        *found.span(),
        negated=kind in ("no", "doubted", "over"),
        uncertain=kind in ("unsure", "doubted"),
        past=kind in ("over", "once"),
        every=_BOTH.match(found.group()) is not None,
    )


def _then(answer: Answer, following: re.Match[str]) -> Answer:
    """`Yeah, no`, `No, I don't think so`, `Maybe. Yeah`: what follows at once refines the first word."""
    later = _first(following)
    kind = following.lastgroup
    strong = _STRONG.match(following.group()) is not None
    if (kind in ("unsure", "doubted") and answer.negated == later.negated) or kind == "unsure":
        return Answer(answer.start, answer.end, answer.negated, True, answer.past, answer.every)
    if kind == "over":
        return Answer(answer.start, following.end(), True, answer.uncertain, True)
    if later.every and not answer.negated:
        return replace(answer, every=True)
    if strong and later.negated != answer.negated:
        return Answer(
            answer.start, following.end(), later.negated, answer.uncertain, answer.past, answer.every
        )
    return answer


def _turned(text: str, answer: Answer) -> Answer:
    """`No. Well, when it's cold, yeah`: the last word counts, with doubt."""
    tail = _TAIL.search(text[-40:])
    if (
        tail is None
        or (tail.lastgroup == "no") == answer.negated
        or len(text) - 40 + tail.start() <= answer.end
    ):
        return answer
    if not _TURN.search(text, answer.end):
        return answer
    return Answer(answer.start, answer.end, not answer.negated, True, answer.past, answer.every)


def _at_end(text: str) -> Answer | None:
    shift = max(0, len(text) - 40)
    tail = _TAIL.search(text[-40:])
    if tail is None:
        return None
    group = tail.lastgroup or "yes"
    return Answer(shift + tail.start(group), shift + tail.end(group), negated=group == "no")
