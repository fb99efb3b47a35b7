"""`wardround simulate case`: a generated case, shown or printed whole; its record as a FHIR bundle."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson

from wardround.cli.output import one_line, out, print_json, words
from wardround.harness import ConfigurationError, StoreError
from wardround.knowledge import KnowledgeBase, load
from wardround.simulation import (
    Case,
    CaseError,
    SplitError,
    Tier,
    TierError,
    case_to_json,
    generate,
    record_of,
)
from wardround.simulation.courses import CourseError

TIERS: tuple[Tier, ...] = ("easy", "moderate", "hard")
SHOWN = 12


@contextmanager
def asked_for() -> Iterator[None]:
    """What a simulation refuses because of what it was asked for, as an error of the command line."""
    try:
        yield
    except (CaseError, SplitError, TierError, CourseError) as error:
        raise ConfigurationError(f"{error}.", fix="See `wardround simulate --help`.") from error


def condition_of(base: KnowledgeBase, said: str | None) -> str | None:
    """A condition's id from an id or a name."""
    if said is None:
        return None
    found = said if said in base.conditions else base.slug_for(None, None, said, kinds=("condition",))
    if found is None or found not in base.conditions:
        fix = "Give an id such as condition.asthma; `wardround knowledge show` knows its name."
        raise ConfigurationError(f"condition: {said!r} is none that the base infers.", fix=fix)
    return found


def tier_of(said: str | None) -> Tier | None:
    """A tier from its name."""
    if said is None:
        return None
    for tier in TIERS:
        if tier == said:
            return tier
    raise ConfigurationError(f"--tier: {said!r} is unknown.", fix="Use easy, moderate or hard.")


def generated(base: KnowledgeBase, condition: str | None, tier: str | None, index: int) -> Case:
    """A case of the train split. Raises ConfigurationError for one that cannot be."""
    with asked_for():
        return generate(base, "train", index, tier=tier_of(tier), condition=condition_of(base, condition))


def show(condition: str | None, tier: str | None, index: int, record: Path | None, as_json: bool) -> None:
    """Print the case; write the record where it is wanted."""
    base = load()
    case = generated(base, condition, tier, index)
    written = _write(record, base, case) if record is not None else None
    if as_json:
        print_json({**orjson.loads(orjson.dumps(case_to_json(case))), "record": written})
        return
    age = f"{case.age:.0f} years" if case.age is not None else "age unknown"
    out.print(words(f"{case.name}, {age}, {case.sex} ({case.id}, {case.tier})", "bold"))
    out.print(words(f"“{one_line(case.complaint)}”", "green"))
    for title, ids in (
        ("has", case.active),
        ("presents with", case.presenting),
        (
            "also there",
            [f for f, v in case.findings.items() if v is True and f not in case.presenting][:SHOWN],
        ),
        ("distractors", case.distractors),
        ("red flags", case.red_flags),
        ("tests to do", case.essential),
    ):
        if ids:
            out.print(words(f"{title}: {', '.join(base.named(i) if i in base else i for i in ids)}"))
    for title, texts in (
        ("takes", case.drugs),
        ("allergic to", case.allergies),
        ("known for", case.problems),
    ):
        if texts:
            out.print(words(f"{title}: {', '.join(texts)}"))
    if written is not None:
        out.print(words(f"record {written}", "dim"), soft_wrap=True)


def _write(path: Path, base: KnowledgeBase, case: Case) -> str:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(orjson.dumps(record_of(base, case), option=orjson.OPT_INDENT_2) + b"\n")
    except OSError as error:
        raise StoreError(
            f"--record: {path} cannot be written: {error.strerror}.", fix="Give a writable path."
        ) from error
    return str(path.resolve())
