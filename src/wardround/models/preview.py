"""Tells a listener what a model says while it says it: no thoughts, and after a cut stream nothing twice."""

from __future__ import annotations

from collections.abc import Callable

from wardround.models.written import SAY, THINK, clean


class Preview:
    """Tells `on_text` visible text as it comes; a thought is known by standing first.

    When an attempt is broken off, the next one is heard in silence as far as it repeats what was told; where it
    parts from it, the rest stays untold: the completion alone counts.
    """

    def __init__(self, on_text: Callable[[str], None] | None) -> None:
        self._on_text = on_text
        self._told: list[str] = []
        self.restart()

    def restart(self, *, opened: bool = False) -> None:
        """A new attempt begins. `opened`: inside a thought already."""
        self._behind, self._at, self._held = "".join(self._told), 0, ""
        self._phase = "thought" if opened else "start"

    def hear(self, piece: str) -> None:
        """More of the answer."""
        if self._on_text is None or self._phase == "silent":
            return
        self._held += clean(piece)
        if self._phase == "start":
            begun = self._held.lstrip()
            if begun.startswith(THINK):
                self._phase = "thought"
            elif not THINK.startswith(begun):
                self._phase = "said"
        if self._phase == "thought":
            _, closed, after = self._held.partition(SAY)
            self._held, self._phase = (after, "gap") if closed else (self._held[1 - len(SAY) :], "thought")
        if self._phase == "gap" and self._held.strip():
            self._held, self._phase = self._held.lstrip(), "said"
        if self._phase == "said":
            self._say(self._on_text)

    def end(self) -> None:
        """The answer is over: what was held back in doubt is said."""
        if self._on_text is not None and self._phase == "start":
            self._say(self._on_text)

    def _say(self, on_text: Callable[[str], None]) -> None:
        held, self._held = self._held, ""
        known = min(len(held), len(self._behind) - self._at)
        if held[:known] != self._behind[self._at : self._at + known]:
            self._phase = "silent"
            return
        self._at += known
        if held[known:]:
            self._told.append(held[known:])
            on_text(held[known:])
