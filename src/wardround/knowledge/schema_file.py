"""What one YAML file of the base may hold: entities by their kind."""

from __future__ import annotations

from wardround.knowledge.schema import (
    Alternative,
    Condition,
    Course,
    CrossReactivity,
    Drug,
    DrugClass,
    Entry,
    Finding,
    Interaction,
    RedFlag,
    Source,
    Test,
)
from wardround.knowledge.schema_guidance import Guidance


class KnowledgeFile(Entry):
    """What any one YAML file may hold."""

    sources: tuple[Source, ...] = ()
    findings: tuple[Finding, ...] = ()
    tests: tuple[Test, ...] = ()
    conditions: tuple[Condition, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    classes: tuple[DrugClass, ...] = ()
    drugs: tuple[Drug, ...] = ()
    cross_reactivity: tuple[CrossReactivity, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    red_flags: tuple[RedFlag, ...] = ()
    courses: tuple[Course, ...] = ()
    guidance: tuple[Guidance, ...] = ()
