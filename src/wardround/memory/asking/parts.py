"""A sentence while it is taken apart: what is understood is cut out, and every letter remembers where it stood."""

from __future__ import annotations

from dataclasses import dataclass, field

from wardround.memory.asking.lexicon import Mention


@dataclass
class Parts:
    """A sentence while it is taken apart. `origin` is where each letter stood in the whole; -1 for marks."""

    text: str
    mentions: list[Mention] = field(default_factory=list)
    origin: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.origin = list(range(len(self.text)))

    @property
    def low(self) -> str:
        """In lower case, letter by letter, so that places stay."""
        return "".join(one.lower() if len(one.lower()) == 1 else one for one in self.text)

    def cut(self, start: int, end: int, mark: str = "") -> None:
        """Take a part out, leaving a mark; blanks are put in order around it."""
        mark = f" {mark} " if mark else ""
        text = self.text[:start] + mark + self.text[end:]
        origin = self.origin[:start] + [-1] * len(mark) + self.origin[end:]
        kept = [at for at, one in enumerate(text) if not (one == " " and _loose(text, at))]
        self.text = "".join(text[at] for at in kept)
        self.origin = [origin[at] for at in kept]


def _loose(text: str, at: int) -> bool:
    """Whether a blank stands at either end, before another blank, or before a mark of punctuation."""
    after = text[at + 1 : at + 2]
    return not after or at == 0 or after in " ,:?.;)"
