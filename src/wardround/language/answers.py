"""Short answers to what was just asked: yes, no, not really, I think so, for three days, about 38.5.

An answer says something only about findings that the text does not itself name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

HEAD: Final = 240
"""An answer stands within so many characters of the beginning."""
_LEAD: Final = (
    r"(?:now |since |as |if )?(?:that )?you (?:ask|mention (?:it|that)|say (?:it|that))|funny you should (?:ask|say|mention)(?: it| that)?|"
    r"to be (?:perfectly |quite |totally )?honest(?: with you)?|to tell (?:you )?the truth|if i['’]?m (?:being )?honest|"
    r"i(?:['’]d| would)? (?:must|have to) (?:admit|say|confess)|"
    r"i(?:['’]d| would) say(?=,? (?:yes|yeah|no|nope|i (?:do|have|am|did|don|haven|didn)|it |they |there )\b)|i(?:['’]d| would) say so(?=,? (?:yes|yeah)\b)|let me (?:think|see)|let['’]?s see|"
    r"as a matter of fact|as it happens|in fact|frankly|too right|good question|(?:fortunately|thankfully|luckily|mercifully|sadly)(?=,)|goodness|my goodness|dear|dear me"
)
"""What people say before they answer: `to be honest, I do`; `let me think`."""
_HESITATION: Final = re.compile(
    r"(?:[\W_]|(?:um+|uh+m?|er+m?|oh+|ah+|hm+|mm+|eh|well|so|like|actually|honestly|ok|okay|right|now|and|but|i mean|"
    rf"oh god|gosh|doctor|doc|{_LEAD})\b(?!['’-]))*",
    re.IGNORECASE,
)
_UNSURE: Final = (
    r"maybe|perhaps|possibly|probably|(?:i'?m )?not (?:too |entirely |quite |really )?sure|unsure|i think so|"
    r"i believe so|i guess(?: so)?|i suppose(?: so)?|(?:i )?(?:really )?(?:don'?t|do not|couldn'?t) (?:really )?(?:know|remember|recall|say|tell)|"
    r"hard to (?:say|tell)|sort of|kind of|kinda|(?:it |that |yeah it |they )?(?:might|could) (?:be|have)|no idea|dunno|it depends|i'?d say so|"
    r"can'?t (?:say|tell|remember|be sure)|i (?:haven'?t|didn'?t|have not|did not) (?:really )?(?:notice|check|look|measure|count)\w*(?: \w+)? (?:if|whether)"
)
_DOUBTED_NO: Final = r"(?:i )?(?:really )?(?:don'?t|do not) (?:really )?(?:think|believe) (?:so|(?:i|we)(?:['’]ve)?|that|it)|probably not|i (?:guess|suppose) not|maybe not|not (?:that i|as far as i) (?:can )?(?:think|remember|recall) of"
_NO: Final = (
    r"(?:thankfully|fortunately|luckily|happily|mercifully|certainly|definitely|absolutely|of course|obviously) (?:not|no|never)|"
    r"i (?:can['’]?t|cannot) say (?:that )?(?:i|it|they|he|she|we|there) (?:do|does|did|have|has|had|am|is|are|was|were|can)\b|"
    r"(?:i|we)['’]?d (?:tell you|have (?:said|told you)|know|notice) if (?:i|we|it|he|she|they|there)\b[^.?!;]{0,80}?,? but no|"
    r"no|nope|nah|naw|never|none|negative|neither|nothing (?:like that|of (?:the|that) (?:sort|kind)|at all|really|that i\S* \w+|else|i'?ve noticed|new)|"
    r"not in the (?:slightest|least)|not as such|not to my knowledge|not that (?:comes|springs) to mind|"
    r"nothing(?=\W*$)|not at all|not really|not particularly|not especially|not usually|not normally|not currently|"
    r"not (?:right )?now|not yet|not so far|not lately|not recently|not much|not (?:that|(?:as|so) far as) (?:i|we)\b\S*(?: \w+){1,3}|not today|"
    r"(?:i|it|they|he|she|we|that|there) (?:don'?t|doesn'?t|didn'?t|haven'?t|hasn'?t|hadn'?t|isn'?t|wasn'?t|aren'?t|weren'?t|can'?t|cannot|couldn'?t|do not|does not|did not|have not|has not|am not|is not|was not)(?=\W*$|\s*[,.;!]|\s+(?:really|no)\b|\s+notice)|"
    r"i'?m not(?=\W*$|\s*[,.;!])|i (?:haven'?t|didn'?t|have not|did not) notice\w*|haven'?t (?:noticed|had)|actually not|not"
    r"(?=\W*$|\s*[,.;!])"
)
_OVER: Final = r"not any ?more|not any longer|no longer"
_ONCE: Final = r"(?:i |it )?used to|in the past|i did(?= (?:before|once|when))|previously|years ago"
_YES: Final = (
    r"yes|yeah|yea|yep|yup|yah|ya|yess+|aye|uh-?huh|mhm+|mm-?hmm+|sure|correct|exactly|definitely|absolutely|of course|"
    r"certainly|indeed|true|i do|i have|i did|i am|i was|i've (?:been|had|got)|it (?:does|is|did|has)|they (?:do|are|did|have)|"
    r"he (?:does|is|has|did)|she (?:does|is|has|did)|(?:i|it|they|he|she|we) (?:can|could|was|were)(?=\W*$|\s*[,.;!]|\s+(?:actually|indeed|all right)\b)|"
    r"there (?:is|are|was|were|has|have)(?=\W*$|\s*[,.;!]|\s+(?:actually|indeed|all right)\b)|that'?s (?:right|correct|true|it)|a (?:little|tiny) ?bit|a little|a bit|"
    r"a lot|sometimes|occasionally|often|quite (?:a bit|a lot|often)|all the time|every (?:day|night|time)|constantly|"
    r"once in a ?while|every now and (?:then|again)|now and (?:then|again)|both|all of (?:them|those|that)|very much(?: so)?|"
    r"some(?=\W*$)|slightly|you(?:['’]ve| have) hit the nail on the head|i'?m afraid so|spot on|that i (?:do|have|am|did|was)(?=\W*$|\s*[,.;!])|"
    r"i['’]d be lying if i said (?:no|otherwise|not)"
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
_OPEN: Final = re.compile(
    r"(?:i|it|they|he|she)\b.* (?:do|does|have|has|had|is|are|am|was|got|been)|i['’]ve \w+", re.IGNORECASE
)
_CLOSED: Final = re.compile(
    r"\W*$|\s*[,.;:!?]|\s+(?:indeed|actually|really|sometimes|too|yes|and|but|for|since|all right)\b",
    re.IGNORECASE,
)
_ALONE: Final = re.compile(
    r"\W*$|\s*[.;!?]|,? (?:no|yes|thank \w+|touch wood|really|as far as i (?:know|can tell))\b", re.IGNORECASE
)
_NEXT_SENTENCE: Final = re.compile(r"[.!?\n]\s+")


@dataclass(frozen=True, slots=True)
class Answer:
    """`text[start:end]` says yes, or no, or that it is not known; `every` where it is of all that was asked.

    `open`: a yes whose sentence goes on (`I have ...`), so that it may be about what follows instead.
    """

    start: int
    end: int
    negated: bool = False
    uncertain: bool = False
    past: bool = False
    every: bool = False
    open: bool = False


def answer_in(text: str) -> Answer | None:
    """The answer that a text, or a sentence after an idle one, begins with; else the one that it ends with."""
    begin = text[:HEAD]
    found = _CUE.match(begin, _skip(begin, 0)) or _later(begin)
    if found is None:
        return _at_end(text)
    answer = _first(found)
    if _OPEN.fullmatch(found.group()) and not answer.negated and not _CLOSED.match(begin, found.end()):
        answer = replace(answer, open=True)
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


def _later(text: str) -> re.Match[str] | None:
    """`Let me tell you. I do`: a plain yes or no, or a sentence that is nothing else, after idle ones."""
    for mark in _NEXT_SENTENCE.finditer(text):
        at = _skip(text, mark.end())
        found = _CUE.match(text, at)
        if found is None:
            continue
        plain = _STRONG.match(text, at) is not None
        if plain or (found.lastgroup in ("yes", "no") and _ALONE.match(text, found.end())):
            return found
    return None


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
