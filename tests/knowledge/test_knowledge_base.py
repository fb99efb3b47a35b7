"""Look-ups: by id, by name, by code; classes with ancestors; interactions; where a value comes from."""

from __future__ import annotations

import dataclasses

import pytest

from wardround.knowledge import Evidence, KnowledgeBase, UnknownEntityError

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
ICD10 = "http://hl7.org/fhir/sid/icd-10"
OWN = "urn:wardround:knowledge"


def test_the_base_cannot_be_changed(tiny: KnowledgeBase) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        tiny.version = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        tiny.drugs["drug.new"] = tiny.drugs["drug.one"]  # type: ignore[index]


def test_children_and_names(tiny: KnowledgeBase) -> None:
    assert tiny.children("finding.cough") == ("finding.cough.wet",)
    assert tiny.children("finding.itch") == ()
    assert tiny.named("condition.gamma") == "gamma"
    assert tiny.named("analyte.marker") == "marker"
    assert tiny.named("interaction.shapes") == "pills with square pills"
    assert tiny.test_of("analyte.marker") == "test.blood"
    assert "drug.one" in tiny
    assert "drug.none" not in tiny
    with pytest.raises(UnknownEntityError, match=r"drug\.none"):
        tiny.named("drug.none")


def test_classes_come_with_their_ancestors(tiny: KnowledgeBase) -> None:
    assert tiny.classes_of("drug.one") == ("class.round", "class.pills")
    assert tiny.classes_of("drug.two") == ("class.square",)
    assert tiny.members("class.pills") == ("drug.one", "drug.one_two")


def test_interactions_are_by_class_and_by_drug_the_worst_first(tiny: KnowledgeBase) -> None:
    found = [i.id for i in tiny.interactions_between("drug.one", "drug.two")]
    assert found == ["interaction.one_two", "interaction.shapes"]
    assert [i.id for i in tiny.interactions_between("drug.two", "drug.one")] == found


def test_an_exception_frees_a_drug_of_its_classes_interaction(tiny: KnowledgeBase) -> None:
    assert tiny.interactions_between("drug.one", "drug.three") == ()


def test_a_drug_does_not_interact_with_itself_or_its_own_class(tiny: KnowledgeBase) -> None:
    assert tiny.interactions_between("drug.two", "drug.two") == ()
    assert tiny.interactions_between("drug.one", "drug.one_two") == ()


def test_an_unknown_drug_is_an_error_and_not_safe(tiny: KnowledgeBase) -> None:
    with pytest.raises(UnknownEntityError, match=r"drug\.none"):
        tiny.interactions_between("drug.one", "drug.none")


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("one", "drug.one"),
        ("ONEOL", "drug.one"),
        ("24 HR One 10 MG Extended Release Oral Tablet [Oneol]", "drug.one"),
        ("One 250 MG / Two 125 MG Oral Tablet", "drug.one_two"),
        ("oneolix 3 mg", None),
        ("", None),
    ],
)
def test_a_product_name_is_its_ingredient(tiny: KnowledgeBase, text: str, slug: str | None) -> None:
    found = tiny.drug_by_name(text)
    assert (found.id if found else None) == slug


def test_all_ingredients_of_a_product(tiny: KnowledgeBase) -> None:
    assert tiny.names.drugs_in("Three 5 MG / Two 10 MG Oral Tablet") == ("drug.three", "drug.two")
    assert tiny.names.allergies_in("Allergy to Oneol") == ("allergy.pills",)


@pytest.mark.parametrize(
    ("system", "code", "display", "slug"),
    [
        (OWN, "finding.cough", "", "finding.cough"),
        (OWN, "finding.none", "", None),
        (SNOMED, "77", "whatever", "condition.beta"),
        (SNOMED, "78", "Alpha disease (disorder)", "condition.alpha"),
        (SNOMED, "78", "Alphabet disease (disorder)", None),
        (ICD10, "J18", "", "condition.alpha"),
        (ICD10, "J18.9", "", "condition.alpha"),
        (ICD10, "J19", "", None),
        (RXNORM, "11", "", "drug.one"),
        (RXNORM, "999", "Two 5 MG Oral Tablet", "drug.two"),
        (RXNORM, "999", "cough", None),
        (LOINC, "1-1", "", "test.scan"),
        (LOINC, "2-2", "marker", "analyte.marker"),
        (LOINC, "2-2", "one", None),
        (None, None, "gamma", "condition.gamma"),
        (None, None, "", None),
    ],
)
def test_codes_and_displays_become_ids(
    tiny: KnowledgeBase, system: str | None, code: str | None, display: str, slug: str | None
) -> None:
    assert tiny.slug_for(system, code, display) == slug


def test_the_kind_of_id_can_be_limited(tiny: KnowledgeBase) -> None:
    assert tiny.slug_for(SNOMED, "77", "pills", kinds=("allergy",)) == "allergy.pills"
    assert tiny.slug_for(None, None, "pills") == "allergy.pills"
    assert tiny.slug_for(None, None, "pills", kinds=("class",)) == "class.pills"
    assert tiny.slug_for(None, None, "Two 5 mg tablets", kinds=("drug",)) == "drug.two"


def test_an_item_inherits_its_entitys_source_or_names_its_own(tiny: KnowledgeBase) -> None:
    alpha = tiny.conditions["condition.alpha"]
    assert tiny.provenance(alpha, alpha.findings[0]).grade == "estimated"
    assert tiny.provenance(alpha, alpha.management[0]).source == "book"
    flag = tiny.red_flags["flag.hot"]
    assert tiny.provenance(flag).grade == "recalled"


def test_evidence_grows_by_copies() -> None:
    start = Evidence(40, "female")
    more = (
        start.with_finding("finding.cough", True)
        .with_finding("finding.itch", None)
        .with_test("test.scan", False)
    )
    assert start.findings == {}
    assert more.findings == {"finding.cough": True}
    assert more.unsure == {"finding.itch"}
    assert more.with_finding("finding.itch", False).unsure == frozenset()
    assert more.with_analyte("analyte.marker", 3).analytes == {"analyte.marker": 3}
