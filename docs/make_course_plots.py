"""Draws docs/courses/*.svg and writes docs/courses.md from the courses of the knowledge base. Run it after one changed.

python docs/make_course_plots.py [DOCS]
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from course_svg import Arm, Bars, Floats, Panel, picture

from wardround.knowledge import Course, CourseExample, CourseVariable, KnowledgeBase, load
from wardround.simulation.courses import CourseModel, Taking, Treatment, model_of

PATIENTS, DAYS, AGE, LOOK = 150, 732, 62.0, 10
COLOURS = {"none": "#7a8190", "right": "#1f7a4d", "wrong": ("#c8452f", "#d08a1c")}
MOST_PANELS, MOST_BARS = 3, 4
LOGARITHM = "logarithm of "
INTRO = """# Courses of disease

<!-- Written by docs/make_course_plots.py from the knowledge base: change the data, not this page. -->

Each chronic illness of the simulated patients is a small model that advances day by day: a handful of hidden
variables, each with a set point that drifts (the natural history), a time in which it gets there, and a wander about
it. What is really prescribed acts on them by drug or class and dose (half of the greatest effect from the dose of
half effect, four fifths of it from four times that), with a delay, multiplied by how much of it is taken and by how
well this patient responds. Things happen at a hazard that follows the state and the drugs, and leave their mark.
Findings and results at a visit are drawn from the state of that day, home measurements and late results between
visits. Unwanted effects come from the drugs' own entries.

The pictures show {patients} simulated patients each: the line is the median, the band holds eight in ten, the green
field is where treatment wants the value. The bars say what is to be expected of
a hundred patients in a year.

These are models for training and examination, not predictions. Figures that a trial or review is named for are
recalled from it, not read again while writing; all others are estimates by the authors, marked so in the data
(`src/wardround/knowledge/data/courses`), and held to the trials by tests
(`tests/simulation/test_courses_medicine.py`).
"""


@dataclass(frozen=True)
class Lived:
    """What became of the patients of one arm: values (patients by days by variables), and events a year."""

    values_BDV: Floats  # noqa: N815 (dimension suffixes)
    rates: Mapping[str, float]


def live(model: CourseModel, treatment: Treatment, days: int) -> Lived:
    """The same patients under one treatment. How often what happens is to be expected: the mean of its hazard."""
    passes = any(event.ends for event in model.course.events)
    paths, sums, looks = [], dict.fromkeys((e.id for e in model.course.events), 0.0), 0
    for seed in range(PATIENTS):
        rng, path = np.random.default_rng(seed), []
        state = model.begin(rng, 30.0 if passes else AGE)
        for start in range(0, days, LOOK):
            state, _, some = model.trace(state, min(LOOK, days - start), treatment, rng=rng)
            path.append(some)
            if not state.over:
                looks += 1
                for name, hazard in model.hazards(state, treatment).items():
                    sums[name] += hazard
        paths.append(np.concatenate(path))
    return Lived(np.array(paths), {name: total / looks for name, total in sums.items()})


def arm_names(course: Course) -> list[tuple[Arm, Treatment]]:
    """No treatment, the right one, and what is wrong."""
    arms: list[tuple[Arm, Treatment]] = [(Arm("untreated", COLOURS["none"], "5 3"), ())]  # type: ignore[arg-type]
    wrong = iter(COLOURS["wrong"])
    for example in course.examples:
        colour = str(COLOURS["right"]) if example.kind == "right" else next(wrong)
        arms.append((Arm(words(example), colour), tuple(Taking.of(r) for r in example.regimens)))
    return arms


def words(example: CourseExample) -> str:
    """`right: metformin 1000 mg x 2, dapagliflozin 10 mg`."""
    base = load()
    drugs = []
    for r in example.regimens:
        times = f" x {r.per_day:g}" if r.per_day > 1 else " once a week" if r.per_day < 0.2 else ""
        unit = {"ug": "\u00b5g", "[iU]": "units"}.get(r.dose.unit, r.dose.unit)
        drugs.append(f"{base.named(r.drug)} {r.dose.value:g} {unit}{times}")
    return f"{example.kind}: {' + '.join(drugs)}"


def panel(variable: CourseVariable, place: int, lived: list[Lived]) -> Panel:
    """One variable; logarithms are shown as what they are the logarithm of."""
    log = variable.name.startswith(LOGARITHM)
    bands = [np.percentile(one.values_BDV[:, :, place], [10, 50, 90], axis=0) for one in lived]
    target = variable.target
    if log:
        bands = [np.exp(band) for band in bands]
        target = tuple(None if x is None else float(np.exp(x)) for x in target) if target else None  # type: ignore[assignment]
    unit = {"{score}": "", "1": "", "{INR}": "", "mm[Hg]": "mmHg", "mL/min/{1.73m2}": "mL/min", "d": "days"}
    shown = unit.get(variable.unit, variable.unit)
    name = variable.name.removeprefix(LOGARITHM)
    name = name if name[:2].isupper() or name[1:2].isupper() else name[:1].upper() + name[1:]
    return Panel(f"{name}{f', {shown}' if shown else ''}", bands, target, log)


def told_apart(lived: list[Lived], place: int) -> float:
    """How far the treatments move a variable apart, in the width of its band."""
    medians = np.array([np.median(one.values_BDV[:, :, place], axis=0) for one in lived])
    spread = float(np.mean([one.values_BDV[:, :, place].std(axis=0).mean() for one in lived]))
    return float(np.ptp(medians, axis=0).mean()) / (spread or 1.0)


def draw(model: CourseModel, to: Path) -> None:
    """One course's picture."""
    course = model.course
    named = arm_names(course)
    passes = any(event.ends for event in course.events)
    days = 238 if passes else DAYS
    lived = [live(model, treatment, days) for _, treatment in named]
    apart = sorted(range(len(course.variables)), key=lambda i: (i > 0, -told_apart(lived, i)))
    kept = sorted([i for i in apart if course.variables[i].per == "year"][:MOST_PANELS])
    panels = [panel(course.variables[i], i, lived) for i in kept]
    events = [e for e in course.events if e.care != "none"]
    most = sorted(events, key=lambda e: -max(one.rates[e.id] for one in lived))[:MOST_BARS]
    bars = Bars(
        "What is to be expected", [e.name for e in most], [[one.rates[e.id] for one in lived] for e in most]
    )
    name = load().named(course.condition)
    unit, per = ("weeks", 7.0) if passes else ("months", 365.25 / 12)
    svg = picture(name, [arm for arm, _ in named], panels, bars if most else None, unit, per)
    to.write_text(svg, "utf-8")


def section(base: KnowledgeBase, course: Course) -> str:
    """One course in words: what it models, the picture, why which treatment, and what it rests on."""
    slug = course.id.removeprefix("course.")
    lines = [
        f"\n## {base.named(course.condition)}\n",
        course.about,
        "",
        f"![{base.named(course.condition)}](courses/{slug}.svg)",
        "",
    ]
    lines += ["| variable | at diagnosis | untreated | wanted |", "| --- | --- | --- | --- |"]
    lines += [_row(v) for v in course.variables]
    lines += ["", *(f"- {words(e).capitalize()}. {e.why}" for e in course.examples)]
    cited = _cited(course)
    lines += [
        "",
        "Figures recalled from: " + "; ".join(_title(base, s) for s in cited) + "." if cited else "",
    ]
    return "\n".join(lines).rstrip() + "\n"


def _row(v: CourseVariable) -> str:
    unit = (
        {"1": "", "{score}": "", "{INR}": ""}.get(v.unit, f" {v.unit}")
        .replace("mm[Hg]", "mmHg")
        .replace("{1.73m2}", "1.73 m\u00b2")
    )
    drift = f"{v.drift:+g}{unit} a {v.per}" if v.drift else "steady"
    low, high = v.target or (None, None)
    wanted = (
        "" if v.target is None else f"{low:g} to {high:g}" if low is not None and high is not None
        else f"at least {low:g}" if low is not None else f"at most {high:g}"
    )  # fmt: skip
    return f"| {v.name} | {v.start[0]:g} \u00b1 {v.start[1]:g}{unit} | {drift} | {wanted} |"


def _cited(course: Course) -> list[str]:
    items = [*course.variables, *course.responses, *course.events, *course.readings, *course.signs]
    found = [item.source for item in items]
    found += [p.source for v in course.variables for p in v.pulls]
    found += [f.source for e in course.events for f in e.under]
    return [s for s in dict.fromkeys(found) if s is not None]


def _title(base: KnowledgeBase, source: str) -> str:
    entry = base.sources[source]
    return f"{entry.body}, *{entry.title}*" + (f" ({entry.year})" if entry.year else "")


def main(docs: Path) -> None:
    """Every course of the base."""
    base = load()
    (docs / "courses").mkdir(exist_ok=True)
    courses = sorted(base.courses.values(), key=lambda c: base.named(c.condition).lower())
    for course in courses:
        draw(model_of(base, course.condition), docs / "courses" / f"{course.id.removeprefix('course.')}.svg")
    page = INTRO.format(patients=PATIENTS) + "".join(section(base, c) for c in courses)
    (docs / "courses.md").write_text(page, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
