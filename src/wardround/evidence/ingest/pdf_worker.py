"""A process of its own that reads PDFs with pdfplumber: what hangs, or eats memory, dies here and nowhere else.

Reads a path a line, as JSON; answers a page a line, then `{"end": ...}` or `{"error": ...}`.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sys
from typing import Any, Final

MEMORY: Final = 3 * 1024**3
MAX_PAGES: Final = 3_000
MAX_WORDS: Final = 60_000
"""Words of one page."""

BLANK: Final = 0.15
"""White of so many times a letter's size parts words; a fixed number of points glues small print together."""


def main() -> int:
    """Serve until standard input ends."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    logging.disable(logging.CRITICAL)
    for line in sys.stdin:
        try:
            _read(json.loads(line))
        except MemoryError:
            _say({"error": f"it needs more than {MEMORY} bytes of memory to be read"})
        except RecursionError:
            _say({"error": "it is nested too deeply"})
        except Exception as error:  # noqa: BLE001 - a parser of hostile files raises anything; the file is refused
            _say({"error": _reason(error)})
    return 0


def _read(path: str) -> None:
    import pdfplumber

    with pdfplumber.open(path) as pdf:
        if len(pdf.pages) > MAX_PAGES:
            _say({"error": f"it has {len(pdf.pages)} pages, more than {MAX_PAGES}: split it"})
            return
        if not pdf.doc.is_extractable:
            _say({"error": "its owner forbids copying text out of it: ask for a copy that allows it"})
            return
        for page in pdf.pages:
            words = page.extract_words(extra_attrs=["size", "fontname"], x_tolerance_ratio=BLANK)
            if len(words) > MAX_WORDS:
                _say({"error": f"page {page.page_number} has more than {MAX_WORDS} words"})
                return
            _say(
                {"width": float(page.width), "height": float(page.height), "words": [_word(w) for w in words]}
            )
            page.close()
        title = pdf.metadata.get("Title") if isinstance(pdf.metadata, dict) else None
        _say({"end": True, "title": title if isinstance(title, str) else None})


def _word(word: dict[str, Any]) -> list[Any]:
    bold = "bold" in str(word["fontname"]).lower() or "black" in str(word["fontname"]).lower()
    text = str(word["text"]).encode("utf-8", "replace").decode()
    return [text, *(round(float(word[k]), 2) for k in ("x0", "x1", "top", "bottom", "size")), bold]


def _reason(error: Exception) -> str:
    """What happened, in words; pdfplumber wraps what pdfminer raises."""
    inner = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
    name = type(inner).__name__
    if "Password" in name:
        return "it is encrypted: save a copy without a password"
    if isinstance(inner, ModuleNotFoundError):
        return f"{inner.name} is not installed: pip install 'wardround[documents]'"
    return f"it is no PDF that can be read ({name}: {str(inner)[:100]})".replace("\n", " ").replace(
        ": )", ")"
    )


def _say(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
