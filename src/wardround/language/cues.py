"""The words around a mention that say how it is meant: negated, uncertain, past, or about somebody else.

Language, not medicine: nothing here names a finding. Cues are phrases in the same trie as the lexicon's, so
that the longest match decides: in `no appetite` there is no cue, in `no change in` the cue changes nothing.
"""

from __future__ import annotations

from typing import Final

from wardround.language.words import keyed, listed

PHRASES: Final[dict[str, tuple[str, ...]]] = {
    "negate": (
        "no", "not", "never", "without", "nor", "none", "denies", "denying", "negative for", "free of",
        "absence of", "nobody", "no one", "no sign of", "no signs of", "no evidence of", "no history of", "not had", "neither", "lack of",
        "nothing like", "zero", "nope", "nah", "stopped having", "have not had", "no problems with", "no issues with",
        "no trouble with", "don't have any problems with", "declines",
        "nothing in the way of", "nothing by way of", "can't remember ever", "cannot remember ever", "don't remember ever",
        "can't recall ever", "don't recall ever",
    ),
    "negate_back": (
        "negative", "absent", "ruled out", "not present", "is denied", "excluded", "has been ruled out", "was negative",
    ),
    "nothing": (
        "no change", "no change in", "no changes in", "not only", "no doubt", "no wonder", "no matter",
        "not to mention", "not go away", "not going away", "not gone away", "not gone", "not getting better",
        "not get better", "not better", "not improved", "not improving", "not helping", "not help", "not helped",
        "not stopping", "not stop", "not settle", "not bad", "not too bad", "not as bad", "not so bad", "not worse",
        "not getting worse", "no better", "no worse", "no relief", "not sleep off", "not shake off", "not cleared",
        "not prone to", "not because", "no more than", "not gotten better", "not changed", "not be allowed",
        "not really help", "not the best", "nothing helps", "nothing makes", "not react to", "not stopped",
        "not mind", "not ignore", "nothing to worry about", "nothing to do with", "think about",
        "nobody knows", "no one knows", "nobody can tell", "no one can tell", "nobody could tell", "no one could tell",
        "nobody told me", "no one told me", "nobody believes", "no one believes", "nobody can explain", "no one can explain", "not the first time", "no longer than", "never mind", "not long ago",
    ),
    "negate_next": ("nothing to",),
    "doubt_denied": (
        "don't think", "do not think", "don't believe", "not think", "doubt", "not that I know", "not that I am aware",
        "not that I've noticed",
    ),
    "uncertain": (
        "maybe", "might", "may", "may be", "perhaps", "possibly", "possible", "probably", "probable", "I think",
        "I guess", "I suppose", "I believe", "I reckon", "could be", "not sure",
        "unsure", "I'm not sure", "don't know if", "don't know", "don't remember if", "don't remember whether", "don't recall if",
        "can't remember if", "can't say if", "couldn't say if", "haven't noticed if", "haven't noticed whether", "do not know whether", "not certain", "wonder if",
        "wondering if", "wondering whether", "worried about", "worried that", "worried I", "afraid of", "afraid that",
         "looks like", "seems like", "suspected", "suspect", "suspicion of", "query", "if", "whether",
        "likely", "apparently", "I feel like I might", "potential", "can't tell if", "hard to say if", "in case",
        "rule out", "concerned about", "test for", "tested for", "risk of", "thought I had", "as if I had",
        "what if it is",
    ),
    "past": (
        "used to", "used to have", "used to get", "previous", "previously", "prior", "in the past", "as a kid",
        "as a child", "as a baby", "as a toddler", "as an infant", "as a boy", "as a girl", "as a youngster", "as a teenager", "as a young man", "as a young woman", "when I was a kid",
        "when I was a child", "when I was little", "when I was younger", "when I was young", "when I was small",
        "in my teens", "in my twenties", "in my thirties", "in my forties", "in my youth", "childhood", "back in",
        "years back", "anymore", "no longer", "last year", "long time ago", "years ago", "resolved",
        "went away", "gone away", "gone now", "cleared up", "grew out of", "recovered from", "past history of",
        "in college", "in school", "at school", "remote history of", "ex", "former", "formerly", "quit", "gave up",
        "given up", "stopped",
    ),
    "no_longer": ("not anymore", "no longer have", "no longer", "not have anymore"),
    "contrast": (
        "but", "however", "although", "though", "except", "except for", "apart from", "other than", "besides",
        "aside from", "because", "because of", "due to", "whereas", "yet", "until", "then again", "instead", "cause",
        "otherwise",
    ),
    "family": (
        "mother", "father", "brother", "sister", "brothers", "sisters", "parent", "parents", "grandmother",
        "grandfather", "grandma", "grandpa", "grandad", "granddad", "nan", "nana", "granny", "gran", "grandparent",
        "grandparents", "aunt", "auntie", "uncle", "cousin", "sibling", "siblings", "twin", "family", "relative",
        "relatives", "mother's side", "father's side", "side of the family", "son", "daughter", "child", "baby",
        "kid", "niece", "nephew", "grandson", "granddaughter", "family history", "family history of",
        "runs in the family", "run in the family", "in the family", "in my family", "maternal", "paternal",
    ),
    "other": (
        "husband", "wife", "partner", "boyfriend", "girlfriend", "friend", "friends", "colleague", "coworker",
        "co-worker", "roommate", "flatmate", "housemate", "neighbour", "neighbor", "boss", "teacher", "spouse", "ex-wife",
        "fiance", "fiancee", "classmate", "mother-in-law", "father-in-law", "stepmother", "stepfather", "stepson",
        "somebody", "someone", "lodger", "people at work", "everyone at work", "carer", "coworkers", "colleagues",
    ),
    "told": (
        "told", "said", "says", "thinks", "thought", "noticed", "tells me", "reckons", "wants", "made me", "makes me",
        "suggested", "insisted", "asked", "brought me", "saying",
    ),
    "self": ("I", "myself", "me"),
    "and": ("and", "plus"),
    "allergy": ("can't take", "cannot take", "can't have", "can't tolerate", "reaction to", "reacted to", "react to",
                "react badly to", "came out in a rash with", "come out in a rash with"),
}  # fmt: skip

NO_WORDS: Final = listed("no nope nah none not never")
PAST_VERBS: Final = listed("had got caught suffered was were")
RELATIVES: Final = listed("who that which whose")
COMPANY: Final = keyed("with to by from at for see visit call tell")
"""Before `my mother` these make her company, not the one who is ill."""
CHILDREN: Final = listed("son daughter child children baby kid kids boy girl toddler infant")
ALLERGY_WORDS: Final = listed(
    "allergic allergy allergies allergen anaphylaxis anaphylactic intolerant intolerance hypersensitivity"
)
