"""Which care pathways apply to what is known of a patient. What is unknown makes none apply."""

from __future__ import annotations

from typing import Any

import pytest

from wardround.knowledge import Evidence, Guidance, KnowledgeBase, Then, load, pathways, pathways_applying
from wardround.knowledge.schema_file import KnowledgeFile

Content = dict[str, Any]


def _base(content: Content, when: list[Content], **then: str) -> KnowledgeBase:
    passage = {
        "id": "guidance.test.rule", "text": "A rule that is tested here and nowhere else.", "about": ["drug.one"],
        "layer": "guideline", "asks": "safety", "population": "all", "jurisdiction": "UK", "source": "book",
        "grade": "recalled", "rule": {"when": when, "then": then or {"avoid": "class.pills"}},
    }  # fmt: skip
    plain = {k: v for k, v in passage.items() if k != "rule"} | {"id": "guidance.test.plain"}
    return KnowledgeBase("test", KnowledgeFile.model_validate({**content, "guidance": [plain, passage]}))


@pytest.mark.parametrize(
    ("when", "evidence", "applies"),
    [
        ([{"analyte": "analyte.marker", "above": 10}], Evidence(analytes={"analyte.marker": 10.1}), True),
        ([{"analyte": "analyte.marker", "above": 10}], Evidence(analytes={"analyte.marker": 10.0}), False),
        ([{"analyte": "analyte.marker", "above": 10}], Evidence(), False),
        ([{"analyte": "analyte.marker", "below": 10, "above": 5}], Evidence(analytes={"analyte.marker": 7.0}), True),
        ([{"analyte": "analyte.marker", "below": 10, "above": 5}], Evidence(analytes={"analyte.marker": 4.0}), False),
        ([{"finding": "finding.itch"}], Evidence(findings={"finding.itch": True}), True),
        ([{"finding": "finding.itch"}], Evidence(findings={"finding.itch": False}), False),
        ([{"finding": "finding.temperature", "above": 38}], Evidence(findings={"finding.temperature": 39.0}), True),
        ([{"finding": "finding.temperature", "above": 0}], Evidence(findings={"finding.temperature": True}), False),
        ([{"condition": "condition.alpha"}], Evidence(known_conditions=frozenset({"condition.alpha"})), True),
        ([{"condition": "condition.alpha"}], Evidence(known_conditions=frozenset({"condition.beta"})), False),
        ([{"test": "test.scan"}], Evidence(tests={"test.scan": True}), True),
        ([{"test": "test.scan"}], Evidence(tests={"test.scan": False}), False),
        ([{"pregnant": True}], Evidence(pregnant=True), True),
        ([{"pregnant": True}], Evidence(pregnant=None), False),
        ([{"pregnant": False}], Evidence(sex="female", age=30, pregnant=False), True),
        ([{"pregnant": False}], Evidence(sex="female", age=30), False),
        ([{"pregnant": False}], Evidence(sex="female", age=70), True),
        ([{"pregnant": False}], Evidence(sex="male", age=30), True),
        ([{"pregnant": False}], Evidence(sex="female", age=30, pregnant=True), False),
        ([{"sex": "female"}], Evidence(sex="female"), True),
        ([{"sex": "female"}], Evidence(sex="unknown"), False),
        ([{"age_below": 16}], Evidence(age=15.9), True),
        ([{"age_below": 16}], Evidence(age=16), False),
        ([{"age_above": 65}], Evidence(age=65), True),
        ([{"age_above": 65}], Evidence(age=None), False),
        ([{"age_above": 12, "age_below": 55}], Evidence(age=60), False),
        ([{"drug": "drug.two"}], Evidence(), True),
        ([{"drug": "class.square"}], Evidence(), True),
        ([{"drug": "drug.three"}], Evidence(), False),
        ([{"drug": "drug.two"}, {"pregnant": True}], Evidence(), False),
        ([{"drug": "drug.two"}, {"pregnant": True}], Evidence(pregnant=True), True),
    ],
)  # fmt: skip
def test_all_conditions_must_be_known_to_hold(
    content: Content, when: list[Content], evidence: Evidence, applies: bool
) -> None:
    found = pathways_applying(_base(content, when), evidence, drugs=("drug.two",))
    assert [p.id for p in found] == (["guidance.test.rule"] if applies else [])


def test_a_class_stands_for_its_drugs(content: Content) -> None:
    base = _base(content, [{"pregnant": True}])
    pathway = pathways(base)["guidance.test.rule"]
    assert pathway.drugs == {"drug.one", "drug.one_two"}
    assert (pathway.action, pathway.target) == ("avoid", "class.pills")
    mother = Evidence(pregnant=True)
    assert pathways_applying(base, mother, of="drug.one") == (pathway,)
    assert pathways_applying(base, mother, of="drug.two") == ()


def test_words_are_about_no_drug(content: Content) -> None:
    base = _base(content, [{"drug": "drug.one"}], monitor="test.blood")
    (pathway,) = pathways_applying(base, Evidence(), drugs=("drug.one", "drug.unheard_of"))
    assert (pathway.action, pathway.target, pathway.drugs) == ("monitor", "test.blood", frozenset())
    assert Then(do="rest").target == "rest"


def test_metformin_and_the_kidneys() -> None:
    base = load()

    def told(egfr: float | None) -> set[tuple[str, str]]:
        known = {} if egfr is None else {"analyte.egfr": egfr}
        found = pathways_applying(base, Evidence(70, "male", analytes=known), of="drug.metformin")
        return {(p.action, p.target) for p in found}

    assert ("avoid", "drug.metformin") in told(25.0)
    assert ("caution", "drug.metformin") in told(40.0)
    assert ("avoid", "drug.metformin") not in told(40.0)
    assert told(None) == told(90.0) == set()


def test_every_pathway_can_be_cited() -> None:
    base = load()
    for pathway in pathways(base).values():
        assert isinstance(base.guidance[pathway.id], Guidance)
        assert pathway.when
        assert pathway.drugs or pathway.action in ("do", "monitor")
