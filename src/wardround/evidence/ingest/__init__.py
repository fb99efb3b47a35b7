"""Documents from outside into the store: PubMed, corpora of records, PDF, Markdown, text, and folders of any of these."""

from wardround.evidence.ingest.drafts import Draft, Part, Settings
from wardround.evidence.ingest.layouts import read_corpus
from wardround.evidence.ingest.places import place
from wardround.evidence.ingest.run import Ingested, Trouble, take_in

__all__ = ["Draft", "Ingested", "Part", "Settings", "Trouble", "place", "read_corpus", "take_in"]
