"""`but`: what `dataclasses.replace` does, at a tenth of the cost, for frozen dataclasses without slots and checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

T = TypeVar("T")

if TYPE_CHECKING:
    from dataclasses import replace as but  # so that mypy checks names and types of the changes
else:

    def but(instance: T, /, **changes: Any) -> T:
        """The same with these changes. Unlike `replace` it runs no `__init__`, so that nothing is checked again."""
        copy = object.__new__(type(instance))
        _set(
            copy, "__dict__", {**instance.__dict__, **changes}
        )  # a dict's own copy; filling one goes field by field
        return copy

    _set = object.__setattr__


__all__ = ["but"]
