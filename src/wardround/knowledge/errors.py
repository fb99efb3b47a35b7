"""The room's two errors: what is wrong with the base itself, and what was asked of it wrongly."""

from __future__ import annotations


class KnowledgeInvalidError(Exception):
    """The base cannot be used as written. `errors` names every file, entity, field and fix."""

    def __init__(self, errors: tuple[str, ...]) -> None:
        self.errors = errors
        shown = "\n".join(f"  {e}" for e in errors[:20])
        rest = f"\n  and {len(errors) - 20} more" if len(errors) > 20 else ""
        super().__init__(f"the knowledge base has {len(errors)} errors:\n{shown}{rest}")


class UnknownEntityError(LookupError):
    """An id that the base does not hold, or a value that it cannot take; the message says which and what to do."""
