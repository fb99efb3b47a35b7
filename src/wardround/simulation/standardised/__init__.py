"""Standardised patients: personalities, beliefs, phrasings and interruptions over a case, and what they are measured by."""

from wardround.simulation.standardised.bank import PHRASINGS, PhraseBankError, Phrasing
from wardround.simulation.standardised.beliefs import Beliefs, Held
from wardround.simulation.standardised.interruptions import Mode, mode_of
from wardround.simulation.standardised.personality import manner_of, manners
from wardround.simulation.standardised.speaking import StandardisedPatient
from wardround.simulation.standardised.utterance import Said, Utterance
from wardround.simulation.standardised.wording import Wording, wording_of

__all__ = [
    "PHRASINGS",
    "Beliefs",
    "Held",
    "Mode",
    "PhraseBankError",
    "Phrasing",
    "Said",
    "StandardisedPatient",
    "Utterance",
    "Wording",
    "manner_of",
    "manners",
    "mode_of",
    "wording_of",
]
