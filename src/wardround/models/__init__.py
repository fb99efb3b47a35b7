"""Language models behind one protocol. The door of the room: what is not here is private to it."""

from wardround.models.completions import CompletionsModel
from wardround.models.errors import (
    ModelContextTooLong,
    ModelError,
    ModelGarbage,
    ModelRefused,
    ModelTimeout,
    ModelUnavailable,
)
from wardround.models.local.model import LocalModel
from wardround.models.local.taught import TAUGHT, taught
from wardround.models.masks import (
    CallStyle,
    Grammar,
    Masking,
    Masks,
    as_bool,
    bitsets,
    call_grammar,
    grammar_of,
    schema_grammar,
    style_of,
)
from wardround.models.openai_compatible import Limits, OpenAICompatibleModel
from wardround.models.opening import MINI, open_model
from wardround.models.protocol import (
    Completion,
    LanguageModel,
    Message,
    Request,
    ToolCall,
    ToolSpec,
)
from wardround.models.retry import Backoff
from wardround.models.scripted import ScriptedModel

__all__ = [
    "MINI",
    "TAUGHT",
    "Backoff",
    "CallStyle",
    "Completion",
    "CompletionsModel",
    "Grammar",
    "LanguageModel",
    "Limits",
    "LocalModel",
    "Masking",
    "Masks",
    "Message",
    "ModelContextTooLong",
    "ModelError",
    "ModelGarbage",
    "ModelRefused",
    "ModelTimeout",
    "ModelUnavailable",
    "OpenAICompatibleModel",
    "Request",
    "ScriptedModel",
    "ToolCall",
    "ToolSpec",
    "as_bool",
    "bitsets",
    "call_grammar",
    "grammar_of",
    "open_model",
    "schema_grammar",
    "style_of",
    "taught",
]
