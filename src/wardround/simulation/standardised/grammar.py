"""The little English that answers need: whose words they are, the question's verb taken up, lay names by part of speech."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Person = Literal["self", "she", "he", "they"]
Part = Literal["thing", "words"]

_AUX: Final = ["do", "does", "did", "have", "has", "had", "are", "is", "was", "were", "can", "could"]
_ASKED: Final = re.compile(
    rf"(?:^|[,.;]\s*)(?P<aux>{'|'.join(_AUX)})\s+(?P<who>\w+)(?P<rest>[^?]*)", re.IGNORECASE
)
_PEOPLE: Final = re.compile(
    r"\b(?:anybody|anyone|somebody|someone|nobody|parent|brother|sister|family|others?|people|relative)\b",
    re.I,
)
_NEGATED: Final = {
    "do": "don't", "does": "doesn't", "did": "didn't", "have": "haven't", "has": "hasn't", "had": "hadn't",
    "are": "aren't", "is": "isn't", "was": "wasn't", "were": "weren't", "can": "can't", "could": "couldn't",
    "am": "'m not",
}  # fmt: skip
_PLURAL: Final = frozenset(("do", "have", "are", "were"))
_THIRD: Final = {"do": "does", "have": "has", "are": "is", "were": "was"}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who answers: the patient, or somebody who speaks for her, him or them."""

    person: Person = "self"

    @property
    def side(self) -> Literal["own", "carer"]:
        """Which frames are spoken."""
        return "own" if self.person == "self" else "carer"

    @property
    def words(self) -> dict[str, str]:
        """What a carer's frame has for the patient."""
        he = self.person
        forms = {
            "she": ("she", "her", "her", "has", "is", "was"),
            "he": ("he", "him", "his", "has", "is", "was"),
        }.get(he, ("they", "them", "their", "have", "are", "were"))
        named = dict(zip(("he", "him", "his", "has", "is", "was"), forms, strict=True))
        return named | {"He": named["he"].capitalize(), "s": "" if he == "they" else "s"}


def echo(question: str, speaker: Speaker) -> tuple[str, str] | None:
    """`Do you smoke?` gives (`I do`, `I don't`); None where the question has no verb that can be taken up."""
    found = _ASKED.search(question)
    if found is None or _PEOPLE.search(f"{found['who']} {found['rest'][:60]}"):
        return None
    aux, who = found["aux"].lower(), found["who"].lower()
    if who == "you":
        return _of_patient(aux, speaker)
    if who == "there":
        return f"there {aux}", f"there {_NEGATED[aux]}"
    subject = "they" if aux in _PLURAL else "it"
    return f"{subject} {aux}", f"{subject} {_NEGATED[aux]}"


def _of_patient(aux: str, speaker: Speaker) -> tuple[str, str]:
    if speaker.person == "self":
        aux = {"are": "am", "were": "was"}.get(aux, aux)
        return f"I {aux}", f"I{_NEGATED[aux]}" if aux == "am" else f"I {_NEGATED[aux]}"
    aux = aux if speaker.person == "they" else _THIRD.get(aux, aux)
    return f"{speaker.person} {aux}", f"{speaker.person} {_NEGATED[aux]}"


_NOUN: Final = re.compile(
    r"(?:pains?|aches?|\w+aches?|cramps?|swelling|rash|cough|fever|temperature|sweats?|chills|discharge|bleeding|"
    r"lumps?|spots|itching|burning|numbness|tingling|weakness|dizziness|stiffness|wheeze|wheezing|nausea|vomiting|"
    r"diarrhoea|constipation|heartburn|indigestion|palpitations|blackouts?|tiredness|appetite|breath|breathlessness|"
    r"sickness|shakes|shivers|needles|vision|nose|throat|ulcers?|blisters?|bruises|bruising|hives|weals|phlegm|"
    r"migraines?|fits?|seizures?|trouble|problems|soreness|redness|tenderness|tightness|cold|flu|sneezing|hoarseness|"
    r"thirst|snoring|tremor|jaundice|anxiety|incontinence|urine|stools?|disease|infections?|lights|lines|eczema|"
    r"hay fever|asthma|epilepsy|depression|diabetes|cancer)$",
    re.IGNORECASE,
)
_OPENS_A_THING: Final = re.compile(
    r"^(?:pains?|aches?|swelling|numbness|tingling|trouble|problems?|difficulty|blood|bleeding|burning|itching|loss|"
    r"stiffness|weakness|cramps?|pressure|tenderness|redness|spots|fear|thoughts|ringing|shortness)\s+"
    r"(?:in|of|on|at|with|under|behind|around|between|when|to|from|after|the|my)\b",
    re.IGNORECASE,
)
_NOT_A_THING: Final = re.compile(
    r"^(?:.* (?:is|are|was|were|has|have|feels?|hurts?|keeps?|looks?|won't|can't|doesn't|runs?|went|gets?|goes)\b.*|"
    r"i|it|it's|they|he|she|his|her|we|you|my|this|that|feel\w*|\w+ed (?:up|out|for|by|to)|prone|broke|woke|started|spitting|hurts|worse|sharp|sticks|"
    r"running a|screaming|pouring|dripping|pregnant|weeks|took|nurse|after|hot and|suddenly|burning to|itchy and|have|having|had|get\w*|got|lost|been|can't|cannot|couldn't|"
    r"not|don't|never|take|takes|taking|on|off|out|woke|wakes?|brought|keeps?|went|gone|going|came|comes|coming|wearing|"
    r"bringing|coughing|passing|losing|put|pulling|tugging|rubbing|struggling|full|always|too|so|very|more|less|all|as|like|no)\b",
    re.IGNORECASE,
)
_DENIED: Final = re.compile(r"\b(?:no|not|never|none|without|nothing|\w+n['’]t|cannot)\b", re.IGNORECASE)
_ARTICLE: Final = re.compile(r"^(?:an?|some|any) ", re.IGNORECASE)
_OTHERS: Final = re.compile(r"\b(?:he|she|his|her|him|hers|our|we|us|baby|mum's|dad's)\b", re.IGNORECASE)
_OWN: Final = re.compile(r"\b(?:i|me|i'm|i've|i'd|my|mine|myself)\b", re.IGNORECASE)
_PERSON_OF: Final[dict[str, Person]] = {
    "he": "he", "him": "he", "his": "he", "himself": "he", "she": "she", "her": "she", "hers": "she", "herself": "she",
}  # fmt: skip
_PRONOUNS: Final = re.compile(rf"\b(?:{'|'.join(_PERSON_OF)})\b", re.IGNORECASE)


def part_of(lay: str) -> Part:
    """Whether a lay name can stand after `I have` (thing) or not (words)."""
    if (
        _NOT_A_THING.match(lay) is None
        and _DENIED.search(lay) is None
        and (_NOUN.search(lay) or _OPENS_A_THING.match(lay))
    ):
        return "thing"
    return "words"


def bare(thing: str) -> str:
    """Without its article: `a bad headache` after `any`."""
    return _ARTICLE.sub("", thing)


def said_by(lay: str, speaker: Speaker) -> str | None:
    """The lay name in this speaker's mouth: a carer says `her chest` for `my chest`; None where it can't be turned."""
    if _OTHERS.search(lay):
        return None
    if speaker.person == "self":
        return lay
    turned = re.sub(r"\bmy\b", speaker.words["his"], lay, flags=re.IGNORECASE)
    return None if _OWN.search(turned) else turned


def fits(answer: str, speaker: Speaker) -> bool:
    """Whether an example answer of the base can be said by this speaker of the patient: a carer never says I."""
    of_patient = {w.lower() for w in _PRONOUNS.findall(answer)}
    if speaker.person == "self":
        return not of_patient
    return _OWN.search(answer) is None and all(_PERSON_OF[w] == speaker.person for w in of_patient)


def capital(text: str) -> str:
    """With a capital at the beginning."""
    return text[:1].upper() + text[1:]


def joined(parts: tuple[str, ...] | list[str]) -> str:
    """`a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def lasting(days: int) -> str:
    """So many days as people say it: `three days`, `about two weeks`."""
    if 330 <= days < 460:
        return "about a year"
    for size, word, low in ((365.25, "years", 700), (30.44, "months", 59), (7, "weeks", 14)):
        if days >= low:
            return f"about {_NUMBERS.get(round(days / size), str(round(days / size)))} {word}"
    if days >= 7:
        return "about a week" if days < 10 else "a week and a half"
    return "a day" if days <= 1 else f"{_NUMBERS[days]} days"


_NUMBERS: Final = dict(
    enumerate(("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"))
)  # fmt: skip
