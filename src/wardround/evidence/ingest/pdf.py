"""PDF files into drafts, a part for every run under one heading on one page; within bounds of time, memory and pages."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Final

from wardround.evidence.ingest.drafts import MAX_TEXT, BrokenError, Draft, Part
from wardround.evidence.ingest.front_matter import Said
from wardround.evidence.ingest.markdown import drafted
from wardround.evidence.ingest.pdf_layout import Block, Line, Word, blocks_of, lines_of

MAX_BYTES: Final = 300_000_000
SECONDS_A_PAGE: Final = 60.0
SECONDS: Final = 900.0
_WORKER: Final = Path(__file__).with_name("pdf_worker.py")
"""Run by itself: nothing of ours has to be loaded for it."""
_NO_TITLES: Final = ("untitled", "microsoft word", "microsoft powerpoint", "slide 1", ".doc", ".indd", ".qxd")


class PdfReader:
    """One worker process for many files; started when the first comes, and again after one that hung."""

    def __init__(self, seconds_a_page: float = SECONDS_A_PAGE, seconds: float = SECONDS) -> None:
        self.seconds_a_page, self.seconds = seconds_a_page, seconds
        self.worker: subprocess.Popen[str] | None = None
        self.answers: queue.Queue[str | None] = queue.Queue()

    def __enter__(self) -> PdfReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the worker."""
        if self.worker is not None:
            self.worker.kill()
            self.worker.wait()
            for stream in (self.worker.stdin, self.worker.stdout):
                with contextlib.suppress(OSError):
                    if stream is not None:
                        stream.close()
            self.worker = None

    def read(self, path: Path, key: str, said: Said) -> Draft:
        """The draft of a PDF. Raises BrokenError."""
        if path.stat().st_size > MAX_BYTES:
            raise BrokenError(f"it has more than {MAX_BYTES} bytes: split it")
        pages, title = self._pages(path)
        blocks = list(blocks_of(pages))
        if not any(not block.heading for block in blocks):
            raise BrokenError("it has no text in it: a scan, perhaps; run it through text recognition first")
        named = said.title or _heading(pages) or _usable(title) or path.stem.replace("_", " ")
        return drafted(said, key, named, tuple(_parts(blocks)))

    def _pages(self, path: Path) -> tuple[list[tuple[list[Line], float]], str | None]:
        """Lines and height of every page, and the title in the file's own data."""
        self._ask(path)
        pages: list[tuple[list[Line], float]] = []
        end, size = time.monotonic() + self.seconds, 0
        while True:
            answer = self._answer(len(pages) + 1, end)
            if "error" in answer:
                raise BrokenError(str(answer["error"]))
            if "end" in answer:
                return pages, answer["title"]
            words = [Word(*one) for one in answer["words"]]
            size += sum(len(word.text) for word in words)
            if size > MAX_TEXT:
                self.stop()
                raise BrokenError(f"it has more than {MAX_TEXT} characters: split it")
            pages.append((lines_of(words, answer["width"]), answer["height"]))

    def _ask(self, path: Path) -> None:
        """Hand a path to the worker; to a new one where it died meanwhile."""
        for again in (True, False):
            worker = self._started()
            assert worker.stdin is not None
            try:
                worker.stdin.write(json.dumps(str(path)) + "\n")
                worker.stdin.flush()
                return
            except OSError as error:
                self.stop()
                if not again:
                    raise BrokenError(f"nobody is there to read it ({error}): run it again") from error

    def _answer(self, page: int, end: float) -> dict[str, Any]:
        try:
            line = self.answers.get(timeout=max(0.01, min(self.seconds_a_page, end - time.monotonic())))
        except queue.Empty:
            self.stop()
            raise BrokenError(
                f"page {page} takes longer to read than it may: print it to a new PDF"
            ) from None
        if line is None:
            self.stop()
            raise BrokenError(f"reading page {page} broke off: print it to a new PDF")
        found: dict[str, Any] = json.loads(line)
        return found

    def _started(self) -> subprocess.Popen[str]:
        if self.worker is None or self.worker.poll() is not None:
            self.stop()
            self.answers = queue.Queue()
            self.worker = subprocess.Popen(  # noqa: S603 (our own file, by its path)
                [sys.executable, "-P", str(_WORKER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
            )
            threading.Thread(target=_listen, args=(self.worker, self.answers), daemon=True).start()
        return self.worker


def _listen(worker: subprocess.Popen[str], answers: queue.Queue[str | None]) -> None:
    """Hand on what the worker says; None when it says nothing more."""
    assert worker.stdout is not None
    try:
        for line in worker.stdout:
            answers.put(line)
    except ValueError:  # closed while we listened
        return
    answers.put(None)


def _parts(blocks: list[Block]) -> list[Part]:
    """Paragraphs under the same heading on the same page together, with a blank line between. Headings without text
    of their own become text: nothing that a page says is lost."""
    parts: list[Part] = []
    held: list[str] = []
    path: list[Block] = []
    bare: list[Block] = []
    page = 1

    def put() -> None:
        if held:
            parts.append(Part("\n\n".join(held), " > ".join(one.text for one in path) or None, page))
            held.clear()

    def tell_bare(left: list[Block]) -> None:
        parts.extend(Part(one.text, None, one.page) for one in left)

    for block in blocks:
        if held and (block.heading or block.page != page):
            put()
        page = block.page
        if block.heading:
            path = [one for one in path if one.size > block.size * 1.02]
            tell_bare([one for one in bare if one not in path])
            bare = [*(one for one in bare if one in path), block]
            path = [*path, block]
        else:
            bare = []
            held.append(block.text)
    put()
    tell_bare(bare)
    return parts


def _heading(pages: list[tuple[list[Line], float]]) -> str | None:
    """The largest line of the first page with its like, where it stands out and could be a title."""
    lines = pages[0][0] if pages else []
    if not lines:
        return None
    largest = max(line.size for line in lines)
    said = " ".join(line.text for line in lines if line.size > 0.97 * largest)
    others = [line for line in lines if line.size <= 0.97 * largest]
    return said if others and 4 < len(said) <= 200 and any(c.isalpha() for c in said) else None


def _usable(title: str | None) -> str | None:
    plain = (title or "").strip()
    return plain if len(plain) > 3 and not any(one in plain.lower() for one in _NO_TITLES) else None
