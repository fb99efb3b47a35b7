"""Facts from words: from a conversation, from a document, and with a language model whose every word is checked."""

from wardround.care.extraction.found import Extraction, Page, Refused
from wardround.care.extraction.with_model import extract_with_model
from wardround.care.extraction.written import extract_document

__all__ = ["Extraction", "Page", "Refused", "extract_document", "extract_with_model"]
