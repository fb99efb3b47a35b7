"""Patient memory: facts with when they were true, when they were learnt, and from where. Nothing overwrites."""

from wardround.memory.brief import Brief, brief_of, known_on
from wardround.memory.codec import fact_from_json, fact_to_json
from wardround.memory.errors import RememberingError
from wardround.memory.facts import Memory

__all__ = ["Brief", "Memory", "RememberingError", "brief_of", "fact_from_json", "fact_to_json", "known_on"]
