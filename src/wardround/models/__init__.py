"""Language models behind one protocol. The door of the room: what is not here is private to it."""

from wardround.models.errors import (
    ModelContextTooLong,
    ModelError,
    ModelGarbage,
    ModelRefused,
    ModelTimeout,
    ModelUnavailable,
)
from wardround.models.hugging_face import HuggingFaceModel
from wardround.models.openai_compatible import Limits, OpenAICompatibleModel
from wardround.models.opening import open_model
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
    "Backoff",
    "Completion",
    "HuggingFaceModel",
    "LanguageModel",
    "Limits",
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
    "open_model",
]
