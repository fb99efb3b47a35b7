"""The door of the room: its names, what they promise when misused, and that opening it loads nothing heavy."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

import wardround.models as models
from wardround.models import Message, ModelError, ModelRefused, OpenAICompatibleModel, Request, open_model


def test_the_door_is_explicit() -> None:
    assert models.__all__ == [
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
    assert all(hasattr(models, name) for name in models.__all__)


def test_opening_the_door_loads_nothing_heavy_and_no_medicine() -> None:
    heavy = {"torch", "transformers", "openai", "httpx", "numpy", "pydantic"}
    code = (
        "import sys, wardround.models; "
        f"print(*sorted({heavy!r} & set(sys.modules)), "
        "*sorted(name for name in sys.modules if name.startswith('wardround.') "
        "and not name.startswith('wardround.models')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["wardround.records"]


@pytest.mark.parametrize("spec", ["", "gpt-5", "openai:", "hf: ", "anthropic:x", ":x", "OPENAI:x"])
def test_a_spec_that_names_no_model_is_told_the_two_that_do(spec: str) -> None:
    with pytest.raises(ModelError, match=r"openai:NAME .* hf:PATH"):
        open_model(spec)


def test_opens_an_endpoint_by_name_colons_included(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    model = open_model("openai:llama3:8b")
    assert isinstance(model, OpenAICompatibleModel)
    assert model.name == "openai:llama3:8b"


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(models.ModelUnavailable, match=r"pip install 'wardround\[ml\]'"):
        open_model("hf:anything")


def test_errors_say_what_happened_and_what_to_do_and_travel_between_processes() -> None:
    error = pickle.loads(pickle.dumps(ModelRefused("It refuses.", "Ask another.")))  # own bytes
    assert (str(error), error.message, error.fix) == (
        "It refuses. Ask another.",
        "It refuses.",
        "Ask another.",
    )
    assert issubclass(models.ModelContextTooLong, ModelRefused)
    assert all(
        issubclass(kind, ModelError)
        for kind in (models.ModelUnavailable, models.ModelTimeout, ModelRefused, models.ModelGarbage)
    )


@pytest.mark.parametrize(
    "wrong", [{"max_tokens": 0}, {"temperature": -0.1}, {"temperature": float("nan")}, {"stop": ("",)}]
)
def test_a_request_that_means_nothing_is_not_made(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Request((Message("user", "Hello"),), **wrong)  # type: ignore[arg-type]
