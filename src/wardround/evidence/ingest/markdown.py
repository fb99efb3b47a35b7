"""Markdown and plain text into a draft: headings become sections, comments are passed over, places stay the file's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from wardround.evidence.documents import Depth
from wardround.evidence.ingest.drafts import MAX_TITLE, BrokenError, Draft, Part
from wardround.evidence.ingest.front_matter import Said, notes_of, split
from wardround.evidence.ingest.places import place

MAX_BYTES: Final = 20_000_000
_ATX: Final = re.compile(r"[ ]{0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_SETEXT: Final = re.compile(r"[ ]{0,3}(=+|-{3,})[ \t]*$")
_FENCE: Final = re.compile(r"[ ]{0,3}(```+|~~~+)")
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_MARKS: Final = re.compile(r"[*_`]+|!?\[([^\]]*)\]\([^)]*\)")
LOOKS_LIKE: Final = re.compile(r"^#{1,6}[ \t]+\S", re.MULTILINE)


def decoded(data: bytes) -> str:
    """A file's text. Raises BrokenError where it is not UTF-8 (or UTF-16 that says so): a guess could change a dose."""
    if len(data) > MAX_BYTES:
        raise BrokenError(f"it has more than {MAX_BYTES} bytes: split it")
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise BrokenError("it is no UTF-8 text: save it as UTF-8") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\N{REPLACEMENT CHARACTER}")
    if not text.strip():
        raise BrokenError("it is empty")
    return text


def read_text(data: bytes, key: str, name: str, *, marked_up: bool) -> Draft:
    """The draft of a file. `name`: what it is called where it names no title."""
    text = decoded(data)
    said, begins = split(text)
    body = text[begins:].strip("\n")
    if not body.strip():
        raise BrokenError("it has front matter and no text")
    parts, heading = _sections(body) if marked_up else ((Part(body),), None)
    if not any(part.spans is None or part.spans for part in parts):
        raise BrokenError("it has headings and no text")
    title = said.title or heading or _first_line(body) or name
    return drafted(said, key, title, parts)


def drafted(said: Said, key: str, title: str, parts: tuple[Part, ...]) -> Draft:
    """A draft with what its file says of itself."""
    title = " ".join(title.split())[:MAX_TITLE]
    return Draft(
        key=key,
        title=title,
        parts=parts,
        layer=said.layer,
        depth=Depth.FULL_TEXT,
        source=said.source,
        year=said.year,
        jurisdiction=(place(said.jurisdiction) or said.jurisdiction) if said.jurisdiction else None,
        population=said.population,
        url=said.url,
        notes=tuple(notes_of(said)),
    )


def _sections(body: str) -> tuple[tuple[Part, ...], str | None]:
    """One part with everything as it is written would lose the headings: a part for each, and the first heading."""
    parts: list[Part] = []
    path: list[tuple[int, str]] = []
    first: str | None = None
    hidden = [m.span() for m in _COMMENT.finditer(body)]
    for start, text_start, end, level, heading in _headed(body, hidden):
        if level:
            path = [one for one in path if one[0] < level] + [(level, heading)]
            first = first or heading
        spans = tuple(_seen(body, text_start, end, hidden))
        text = body[start:end].rstrip()
        inside = tuple((a - start, min(b - start, len(text))) for a, b in spans)
        if text.strip():
            names = [name for n, (_, name) in enumerate(path) if n or name != first or len(path) == 1]
            parts.append(Part(text, " > ".join(names) or None, None, inside))
    return tuple(parts), first


def _headed(body: str, hidden: list[tuple[int, int]]) -> Iterator[tuple[int, int, int, int, str]]:
    """Runs under one heading: where it begins, where its text does, where it ends, level and words of the heading."""
    begun, text_from, level, heading = 0, 0, 0, ""
    for at, after, found_level, words in _headings(body):
        if any(a <= at < b for a, b in hidden):
            continue
        yield begun, text_from, at, level, heading
        begun, text_from, level, heading = at, after, found_level, words
    yield begun, text_from, len(body), level, heading


def _headings(body: str) -> Iterator[tuple[int, int, int, str]]:
    fence, at, before = "", 0, (0, "")
    for line in body.splitlines(keepends=True):
        bare, after = line.rstrip("\n"), at + len(line)
        opens = _FENCE.match(bare)
        if opens and (not fence or bare.strip().startswith(fence)):
            fence = "" if fence else opens.group(1)
        elif not fence:
            if found := _ATX.match(bare):
                yield at, after, len(found.group(1)), _plain(found.group(2))
            elif (under := _SETEXT.match(bare)) and before[1].strip() and len(before[1]) < 200:
                yield before[0], after, 1 if under.group(1)[0] == "=" else 2, _plain(before[1])
        before = (at, "" if _FENCE.match(bare) or _ATX.match(bare) else bare)
        at = after


def _seen(body: str, start: int, end: int, hidden: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The runs that a reader sees: without comments."""
    for a, b in hidden:
        if start < b and a < end:
            if body[start:a].strip():
                yield start, a
            start = max(start, min(b, end))
    if body[start:end].strip():
        yield start, end


def _plain(words: str) -> str:
    return " ".join(_MARKS.sub(lambda m: m.group(1) or "", words).split())


def _first_line(body: str) -> str | None:
    """A text's first line, where it is short and no sentence."""
    line = body.lstrip().split("\n", 1)[0].strip()
    return line if 2 < len(line) <= 120 and line[-1] not in ".,;:?!" else None
