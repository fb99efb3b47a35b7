"""Who reads a record at the command line: `--role`, `--purpose`, `--by`; and what is said of what they do not see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wardround.cli.output import one_line, out, width_of, words
from wardround.harness import ConfigurationError
from wardround.memory import NEEDS, Conflict, Disclosure, Vocabulary, Withheld, conflict_for


@dataclass(frozen=True, slots=True)
class Reader:
    """A known role, why they ask for what is withheld, and who they are."""

    role: str
    purpose: str = ""
    by: str = ""

    @property
    def sees_all(self) -> bool:
        """Whether nothing is withheld from them."""
        return NEEDS[self.role].always

    def conflicts(self, found: Iterable[Conflict], vocabulary: Vocabulary) -> tuple[Conflict, ...]:
        """Contradictions as they may see them."""
        to = Disclosure(self.role, purpose=self.purpose)
        seen = (conflict_for(one, to, vocabulary) for one in found)
        return tuple(one for one in seen if one is not None)


def reader_of(role: str, purpose: str, by: str) -> Reader:
    """The reader whom the options mean."""
    known = "_".join(role.casefold().replace("-", " ").replace("_", " ").split())
    if known not in NEEDS:
        raise ConfigurationError(f"--role: {one_line(role)!r} is none.", fix=f"Use {', '.join(NEEDS)}.")
    reader = Reader(known, one_line(purpose), one_line(by))
    if reader.purpose and not reader.by:
        raise ConfigurationError(
            "--purpose: nobody says it.", fix="Give --by too: it stands in the audit trail."
        )
    return reader


def say_withheld(withheld: Withheld) -> None:
    """What was not shown, in a line; nothing where all was."""
    if withheld:
        out.print(words(one_line(withheld.note()), "yellow"), width=width_of(out))
