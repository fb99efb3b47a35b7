"""What is the matter with a scripted patient: a case file beside the script, so that findings and results fit its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from wardround.care import Ward
from wardround.harness import Event
from wardround.knowledge import UnknownEntityError, sample_patient
from wardround.simulation import Case, ScriptError, case_at_the_door


class CaseFile(BaseModel):
    """`truth` is a condition; findings, analytes and tests are stated by id, the others drawn as in that condition."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    truth: str
    findings: dict[str, bool | float] = {}
    analytes: dict[str, float] = {}
    tests: dict[str, bool] = {}


def beside(script: Path) -> Path:
    """`maria.script.txt` has its case in `maria.case.json`."""
    return script.with_name(f"{script.name.split('.', 1)[0]}.case.json")


def scripted_case(ward: Ward, events: Sequence[Event], script: Path) -> Case:
    """The case of a scripted visit; drawn from complaint and record where no file states it."""
    drawn, path = case_at_the_door(ward, events), beside(script)
    if not path.is_file():
        return drawn
    stated, base = read_case(path), ward.clinic.base
    for field in ("findings", "analytes", "tests"):
        unknown = [slug for slug in getattr(stated, field) if slug not in base]
        if unknown:
            raise ScriptError(
                f"case {path}, {field}: {unknown[0]!r} is unknown: use an id of the knowledge base."
            )
    try:
        sample = sample_patient(base, stated.truth, np.random.default_rng(drawn.seed))
    except UnknownEntityError as error:
        raise ScriptError(f"case {path}, truth: {error}.") from error
    return replace(
        drawn,
        truth=stated.truth,
        findings={**sample.findings, **stated.findings},
        analytes={**sample.analytes, **stated.analytes},
        tests={**sample.tests, **stated.tests},
    )


def read_case(path: Path) -> CaseFile:
    """Read a case file. Raises ScriptError that names the field."""
    try:
        return CaseFile.model_validate(orjson.loads(path.read_bytes()))
    except (OSError, orjson.JSONDecodeError) as error:
        raise ScriptError(f"case {path}: cannot be read ({error}): give a JSON file.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ScriptError(f"case {path}, {where}: {first['msg']}: mend that field.") from error
