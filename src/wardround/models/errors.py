"""What can go wrong between us and a model, named by the remedy; each says what to do next.

ModelError                     anything below; also a model that is asked for in words nobody understands
├── ModelUnavailable           not there, after retries: connection, overload, a missing package, closed
├── ModelTimeout               it did not answer in the time allowed
├── ModelRefused               it will not, and asking again does not mend it: key, address, bad request
│   └── ModelContextTooLong    the prompt does not fit: shorten it and ask again
└── ModelGarbage               it answered, and the answer cannot be read
"""

from __future__ import annotations


class ModelError(Exception):
    """A boundary error of a language model: `message` says what happened, `fix` what to do next."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message, fix)
        self.message = message
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.message} {self.fix}".strip()


class ModelUnavailable(ModelError):
    """The model cannot be reached or run now."""


class ModelTimeout(ModelError):
    """The model did not answer in time."""


class ModelRefused(ModelError):
    """The model refuses this request, and a retry will not change that."""


class ModelContextTooLong(ModelRefused):
    """The prompt is longer than the model's context."""


class ModelGarbage(ModelError):
    """The answer cannot be read."""
