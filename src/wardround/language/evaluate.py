"""Scores the reader against hand-made stand-off annotations: precision, recall and F1 with bootstrap intervals.

A gold file is JSON lines, one passage a line: `file` (below the data folder), `sha256` of its bytes, `part`,
`start` and `end` in characters, `expecting` (ids that the doctor had just asked), and `mentions`, each with
`start`, `end`, `kind`, `id`, `negated`, `uncertain`, `about`, where needed `or` (ids that say the same), and
`asked` (a bare answer such as `No`). All mentions of a passage that the base covers are annotated.

A prediction counts as found where its id is the gold's (or one of `or`) and the spans overlap, each gold mention
once (what was asked may be answered anywhere in the passage); as meant where negation and whom it is about agree too. Left out on both sides: ids that the base does not
hold. Neither for nor against count: parents implied by a child, further ids of a gold mention, and what the
reader adds to the same words (a sick contact). Durations and moments are scored by kind.

Run it: `python -m wardround.language.evaluate GOLD_DIR DATA_DIR`.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wardround.clinical.mention import Mention
from wardround.language.lexicon import Lexicon
from wardround.language.reader import SICK_CONTACT, Reader

if TYPE_CHECKING:
    from wardround.knowledge import KnowledgeBase

_TAG: Final = re.compile(r"<[^<>\n]{1,40}>")
_TIMES: Final = ("duration", "onset", "quantity")
RESAMPLES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Gold:
    """One annotated mention; offsets are those of the passage."""

    start: int
    end: int
    kind: str
    ids: tuple[str, ...]
    negated: bool
    uncertain: bool
    about: str
    asked: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a transcript in which everything is annotated. `text` has the transcriber's tags blanked."""

    file: str
    part: str
    text: str
    expecting: tuple[str, ...]
    mentions: tuple[Gold, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one transcript and one stratum: gold, predicted, found (id and place), meant (and negation and whom)."""

    gold: int = 0
    predicted: int = 0
    found: int = 0
    meant: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.gold + other.gold,
            self.predicted + other.predicted,
            self.found + other.found,
            self.meant + other.meant,
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """A share with its 95 % bootstrap interval over transcripts; None where nothing was there to count."""

    value: float | None
    low: float | None = None
    high: float | None = None


class GoldMismatchError(ValueError):
    """The transcript is not the one that was annotated."""


def passages(gold: Path, data: Path) -> Iterator[Passage]:
    """Every annotated passage with its text. Raises GoldMismatchError where a transcript has changed."""
    for path in sorted(gold.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield _passage(json.loads(line), data)


def _passage(record: dict[str, Any], data: Path) -> Passage:
    raw = (data / record["file"]).read_bytes()
    if hashlib.sha256(raw).hexdigest() != record["sha256"]:
        raise GoldMismatchError(
            f"{record['file']}: sha256 differs from the annotated text: use the same data set"
        )
    start, end = record["start"], record["end"]
    text = _TAG.sub(lambda m: " " * len(m.group()), raw.decode("utf-8")[start:end])
    return Passage(
        record["file"],
        record["part"],
        text,
        tuple(record.get("expecting", ())),
        tuple(_gold(m, start) for m in record["mentions"]),
    )


def _gold(m: dict[str, Any], shift: int) -> Gold:
    ids = () if m["id"] is None else (m["id"], *m.get("or", ()))
    return Gold(
        m["start"] - shift,
        m["end"] - shift,
        m["kind"],
        ids,
        m["negated"],
        m["uncertain"],
        m["about"],
        m.get("asked", False),
    )


def covered(passage: Passage, base: KnowledgeBase) -> tuple[Gold, ...]:
    """The gold mentions that the base has an entity for."""
    return tuple(g for g in passage.mentions if not g.ids or any(i in base for i in g.ids))


@dataclass(frozen=True, slots=True)
class Comparison:
    """How one passage went. `hits` pairs gold with prediction; the others are what was missed and what was wrong."""

    hits: tuple[tuple[Gold, Mention], ...]
    missed: tuple[Gold, ...]
    wrong: tuple[Mention, ...]


def compare(
    gold: Sequence[Gold],
    predicted: Sequence[Mention],
    parents: dict[str, str],
    expecting: tuple[str, ...] = (),
) -> Comparison:
    """Match gold with predictions; the more telling match first."""
    left = list(predicted)
    hits: list[tuple[Gold, Mention]] = []
    missed: list[Gold] = []
    for g in gold:
        anywhere = bool(g.ids) and g.ids[0] in expecting
        candidates = [m for m in left if _same(g, m) and (anywhere or (m.start < g.end and g.start < m.end))]
        if not candidates:
            missed.append(g)
            continue
        best = max(candidates, key=lambda m: (_meant(g, m), min(m.end, g.end) - max(m.start, g.start)))
        left.remove(best)
        hits.append((g, best))
    wrong = [m for m in left if not _neutral(m, gold, predicted, parents)]
    return Comparison(tuple(hits), tuple(missed), tuple(wrong))


def _same(g: Gold, m: Mention) -> bool:
    if not g.ids:
        return m.kind == g.kind and m.id is None
    return m.id in g.ids


def _meant(g: Gold, m: Mention) -> bool:
    about = "family" if (m.id or "").startswith("finding.family_") else m.about
    return g.negated == m.negated and g.about == about


def _neutral(m: Mention, gold: Sequence[Gold], predicted: Sequence[Mention], parents: dict[str, str]) -> bool:
    if m.id == SICK_CONTACT and any(g.about != "patient" for g in gold):
        return True
    for g in gold:
        if m.start < g.end and g.start < m.end and (m.id in g.ids or _family_twin(m, g)):
            return True
    for other in predicted:
        slug = parents.get(other.id or "")
        while slug is not None:
            if slug == m.id and other.start < m.end and m.start < other.end:
                return True
            slug = parents.get(slug)
    return False


def _family_twin(m: Mention, g: Gold) -> bool:
    return g.about == "family" and (m.id or "").startswith("finding.family_")


def strata(gold: Sequence[Gold], result: Comparison) -> dict[str, Counts]:
    """Counts per stratum: coded mentions stated in words, bare answers, times and amounts."""
    out = {"stated": Counts(), "answers": Counts(), "times": Counts()}
    for g in gold:
        out[_stratum(g)] += Counts(gold=1)
    for g, m in result.hits:
        out[_stratum(g)] += Counts(predicted=1, found=1, meant=int(_meant(g, m)))
    for m in result.wrong:
        name = "times" if m.id is None else "stated"
        out[name] += Counts(predicted=1)
    return out


def _stratum(g: Gold) -> str:
    return "answers" if g.asked else "stated" if g.ids else "times"


def score(found: Iterable[Passage], reader: Reader, base: KnowledgeBase) -> dict[str, dict[str, Counts]]:
    """Counts by transcript and stratum."""
    out: dict[str, dict[str, Counts]] = {}
    for passage in found:
        gold = covered(passage, base)
        result = compare(
            gold, reader.read(passage.text, passage.expecting), reader.lexicon.parents, passage.expecting
        )
        here = out.setdefault(passage.file, {"stated": Counts(), "answers": Counts(), "times": Counts()})
        for name, counts in strata(gold, result).items():
            here[name] += counts
    return out


def figures(by_file: Sequence[Counts], seed: int = 0) -> dict[str, Figure]:
    """Precision, recall and F1 by id and place; `accuracy` is how many of the found are meant rightly."""
    draw = random.Random(seed)  # noqa: S311 (a bootstrap, not a secret)
    whole = _shares(sum(by_file, Counts()))
    drawn: dict[str, list[float]] = {name: [] for name in whole}
    for _ in range(RESAMPLES):
        sample = _shares(sum(draw.choices(by_file, k=len(by_file)), Counts()))
        for name, value in sample.items():
            if value is not None:
                drawn[name].append(value)
    return {name: _interval(value, sorted(drawn[name])) for name, value in whole.items()}


def _interval(value: float | None, drawn: list[float]) -> Figure:
    if value is None or not drawn:
        return Figure(value)
    return Figure(value, drawn[int(0.025 * len(drawn))], drawn[min(len(drawn) - 1, int(0.975 * len(drawn)))])


def _shares(c: Counts) -> dict[str, float | None]:
    precision = c.found / c.predicted if c.predicted else None
    recall = c.found / c.gold if c.gold else None
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * c.found / (c.gold + c.predicted) if c.gold + c.predicted else None,
        "accuracy": c.meant / c.found if c.found else None,
    }


def report(gold: Path, data: Path, base: KnowledgeBase) -> dict[str, dict[str, dict[str, Any]]]:
    """Per part and stratum the counts and figures."""
    reader = Reader(Lexicon.build(base))
    found = list(passages(gold, data))
    out: dict[str, dict[str, dict[str, Any]]] = {}
    for part in sorted({p.part for p in found}):
        by_file = score([p for p in found if p.part == part], reader, base)
        out[part] = {}
        for name in ("stated", "answers", "times"):
            counts = [c[name] for c in by_file.values()]
            total = sum(counts, Counts())
            out[part][name] = {
                "transcripts": len(counts),
                "gold": total.gold,
                "predicted": total.predicted,
                **{k: (f.value, f.low, f.high) for k, f in figures(counts).items()},
            }
    return out


def main(arguments: Sequence[str]) -> int:
    """Write the report as JSON to standard output."""
    if len(arguments) != 2:
        sys.stderr.write("usage: python -m wardround.language.evaluate GOLD_DIR DATA_DIR\n")
        return 2
    from wardround.knowledge import load

    result = report(Path(arguments[0]), Path(arguments[1]), load())
    sys.stdout.write(json.dumps(result, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
