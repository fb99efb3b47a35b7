"""`--out DIR` of `eval record`: the report, and every question with its right answer and what memory said.

Held-out wordings are not kept: see `held_out`.
"""

from __future__ import annotations

from pathlib import Path

import orjson

from wardround.evaluation.keeping import write_whole
from wardround.evaluation.record.examine import COUNTED, RecordResults


def keep_record(folder: Path, done: RecordResults) -> None:
    """Write `result.json` and `questions.jsonl`. Raises StoreError where that cannot be done."""
    told = [r for r in done.replies if r.way in COUNTED]
    lines = b"".join(orjson.dumps({**r.as_json(), "right": r.right}) + b"\n" for r in told)
    write_whole(folder / "questions.jsonl", lines)
    write_whole(folder / "result.json", orjson.dumps(done.report, option=orjson.OPT_INDENT_2) + b"\n")
