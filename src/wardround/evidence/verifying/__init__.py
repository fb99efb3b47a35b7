"""Claims against the knowledge base, the patient's memory and passages."""

from wardround.evidence.verifying.pair_model import pair_model
from wardround.evidence.verifying.ports import ClaimReader, Opinion, PairModel, Weighed
from wardround.evidence.verifying.rate import Rate, hallucination_rate, rate_of
from wardround.evidence.verifying.verifier import Verifier

__all__ = [
    "ClaimReader",
    "Opinion",
    "PairModel",
    "Rate",
    "Verifier",
    "Weighed",
    "hallucination_rate",
    "pair_model",
    "rate_of",
]
