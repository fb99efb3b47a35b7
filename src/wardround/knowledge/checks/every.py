"""All checks, one after the other, as one report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from wardround.knowledge.checking import Report
from wardround.knowledge.checks.codes import check_icd10, check_lists, uncoded
from wardround.knowledge.checks.courses import check_courses
from wardround.knowledge.checks.doses import check_doses, check_units
from wardround.knowledge.checks.draft import Draft, Problem
from wardround.knowledge.checks.grades import check_grades, grade_shares
from wardround.knowledge.checks.guidance import check_guidance, unguided
from wardround.knowledge.checks.medicine import check_medicine
from wardround.knowledge.checks.oracle import check_oracle
from wardround.knowledge.checks.references import check_references
from wardround.knowledge.errors import KnowledgeInvalidError
from wardround.knowledge.knowledge import KnowledgeBase
from wardround.knowledge.loader import KINDS, Origin, parse, read_sources


def check_everything(base_dir: Path, codes_dir: Path | None, *, oracle: bool) -> Report:
    """See `wardround.knowledge.check`."""
    try:
        sources = read_sources(base_dir)
    except KnowledgeInvalidError as error:
        return Report(error.errors, {}, {}, {}, {}, "")
    content, origins, errors = parse(sources)
    draft = Draft(content)
    references = list(check_references(draft))
    problems = [
        *references,
        *check_grades(draft),
        *check_medicine(draft),
        *check_doses(draft),
        *check_units(draft),
        *check_courses(draft),
        *check_guidance(draft),
    ]
    problems += check_icd10(draft)
    if codes_dir is not None:
        problems += check_lists(draft, codes_dir)
    sound = not any(p.field == "parent" for p in references)  # a circle of parents would never end
    if oracle and sound and not errors:
        problems += check_oracle(KnowledgeBase(sources.digest, content))
    return Report(
        errors=(*errors, *_written(problems, draft, origins)),
        uncoded=uncoded(draft),
        unguided=unguided(draft),
        grades=grade_shares(draft),
        counts={**{kind: len(getattr(content, kind)) for kind in KINDS}, "analytes": len(draft.analytes)},
        version=sources.digest,
    )


def _written(problems: Iterable[Problem], draft: Draft, origins: Mapping[str, Origin]) -> list[str]:
    """`file: entity: field: what to do`; an analyte is written where its test is."""
    home = {a.id: origins[t.id] for t in draft.content.tests for a in t.analytes if t.id in origins}
    lines = []
    for problem in problems:
        origin = origins.get(problem.entity) or home.get(problem.entity)
        lines.append(f"{origin.file if origin else '?'}: {problem.entity}: {problem.field}: {problem.fix}")
    return lines
