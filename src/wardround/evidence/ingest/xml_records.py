"""Records out of large XML one at a time, with bounds. Declared entities are refused unread; nothing is ever fetched."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import IO, Any, Final, NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from wardround.evidence.ingest.drafts import BrokenError

MAX_DEPTH: Final = 60
MAX_RECORD: Final = 8_000_000
"""Characters and tags of one record."""
CHUNK: Final = 1 << 18


class _Records:
    """Builds the tree of one record at a time, and passes over everything else."""

    def __init__(self, names: Collection[str]) -> None:
        self.names, self.depth, self.inside, self.size = names, 0, 0, 0
        self.builder = TreeBuilder()
        self.done: list[Element] = []
        self.root: str | None = None
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.data
        self.parser.EntityDeclHandler = self.entity
        self.parser.ExternalEntityRefHandler = self.outside

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.root = self.root or tag
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise BrokenError(f"line {self.parser.CurrentLineNumber}: it is nested deeper than {MAX_DEPTH}")
        if not self.inside and tag in self.names:
            self.inside, self.size, self.builder = self.depth, 0, TreeBuilder()
        if self.inside:
            self.grow(20)
            self.builder.start(tag, attributes)

    def end(self, tag: str) -> None:
        if self.inside:
            self.builder.end(tag)
            if self.depth == self.inside:
                self.inside = 0
                self.done.append(self.builder.close())
        self.depth -= 1

    def data(self, text: str) -> None:
        if self.inside:
            self.grow(len(text))
            self.builder.data(text)

    def grow(self, by: int) -> None:
        self.size += by
        if self.size > MAX_RECORD:
            line = self.parser.CurrentLineNumber
            raise BrokenError(f"line {line}: one record has more than {MAX_RECORD} characters")

    def entity(self, name: str, *_: Any) -> NoReturn:
        raise BrokenError(f"it declares the entity {name!r:.40}: entities are refused, write the text itself")

    def outside(self, *_: Any) -> NoReturn:
        raise BrokenError("it refers to another file: that is refused")


def records(data: IO[bytes], names: Collection[str]) -> Iterator[Element]:
    """Every outermost element of these names. Raises BrokenError with the line."""
    reading = _Records(names)
    while chunk := data.read(CHUNK):
        _feed(reading, chunk)
        yield from reading.done
        reading.done = []
    _feed(reading, b"", last=True)


def prove_xml(data: IO[bytes]) -> None:
    """Read all of it, and build nothing: a file that breaks in its middle is refused before anything of it is kept."""
    reading = _Records(())
    while chunk := data.read(CHUNK):
        _feed(reading, chunk)
    _feed(reading, b"", last=True)


def _feed(reading: _Records, chunk: bytes, *, last: bool = False) -> None:
    try:
        reading.parser.Parse(chunk, last)
    except expat.ExpatError as error:
        raise BrokenError(
            f"line {error.lineno}: it is no whole XML ({expat.ErrorString(error.code)}): fetch it again"
        ) from error
    except (UnicodeDecodeError, LookupError, ValueError) as error:
        raise BrokenError(f"its text cannot be decoded ({error}): write it as UTF-8") from error
