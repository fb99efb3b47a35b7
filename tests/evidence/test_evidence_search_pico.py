"""A question is taken apart by names and rules, and what it needs decides which layer answers it."""

from __future__ import annotations

import pytest

from wardround.evidence import EvidenceError, Layer, Library, Need, Pico
from wardround.evidence.searching.populations import closeness, fits, holds_in, nearness, populations
from wardround.evidence.searching.spelling import spellings
from wardround.knowledge import load


@pytest.fixture(scope="module")
def library() -> Library:
    return Library(load(), ())


def _words(pico: Pico) -> dict[str, list[str]]:
    return {name: [part.text for part in parts] for name, parts in pico.parts().items()}


def test_all_four_parts(library: Library) -> None:
    asked = "In adults with type 2 diabetes, does empagliflozin reduce mortality compared with metformin?"
    pico = library.pico(asked)
    parts = _words(pico)
    assert parts["intervention"] == ["empagliflozin"]
    assert parts["comparison"] == ["metformin"]
    assert parts["outcome"] == ["mortality"]
    assert "type 2 diabetes" in " ".join(parts["population"])
    assert pico.groups == {"adults"}
    assert all(asked[p.start : p.end] == p.text for found in pico.parts().values() for p in found)


def test_what_is_to_be_prevented_is_an_outcome_and_who_is_treated_is_not(library: Library) -> None:
    parts = _words(library.pico("does aspirin prevent stroke in patients with atrial fibrillation"))
    assert parts["outcome"] == ["stroke"]
    assert "atrial fibrillation" in " ".join(parts["population"])


def test_a_question_without_anything_known_has_empty_parts(library: Library) -> None:
    assert not any(library.pico("hello there").parts().values())
    assert library.pico("").need is Need.GENERAL


@pytest.mark.parametrize(
    ("question", "need", "layer"),
    [
        ("maximum dose of paracetamol", Need.DOSE, Layer.REGULATORY),
        ("is warfarin contraindicated in pregnancy", Need.SAFETY, Layer.REGULATORY),
        ("metformin in chronic kidney disease", Need.SAFETY, Layer.REGULATORY),
        ("does ramipril reduce mortality", Need.EFFECT, Layer.REVIEW),
        ("what should I do about my cough", Need.ADVICE, Layer.PUBLIC),
        ("first-line treatment of gout", Need.MANAGEMENT, Layer.GUIDELINE),
        ("how often to check TSH", Need.MONITORING, Layer.GUIDELINE),
        ("which test confirms coeliac disease? diagnosis", Need.DIAGNOSIS, Layer.GUIDELINE),
    ],
)
def test_the_need_and_the_layer_that_answers_it(
    library: Library, question: str, need: Need, layer: Layer
) -> None:
    pico = library.pico(question)
    assert pico.need is need
    assert pico.layers_preferred()[0] is layer


def test_groups_of_people() -> None:
    assert populations("women who are pregnant") == {"women", "pregnancy"}
    assert populations("management of men") == {"men"}
    assert populations("management of women") == {"women"}
    assert populations("adults who are not pregnant") == {"adults"}
    assert populations(None) == frozenset()
    assert not fits(populations("children"), populations("older adults"))
    assert not fits(populations("men"), populations("pregnant women"))
    assert fits(frozenset(), populations("children"))
    assert fits(populations("adults and children"), populations("children"))
    assert nearness(populations("children"), populations("adults")) == -1.0
    assert nearness(populations("adults"), populations("adults")) == 1.0
    assert nearness(frozenset(), populations("adults")) == 0.0


def test_countries() -> None:
    assert holds_in("international", "CN")
    assert holds_in("Europe", "DE")
    assert not holds_in("Europe", "US")
    assert not holds_in("US", "GB")
    assert holds_in(None, "GB")
    assert closeness("UK", "GB") == 1.0
    assert (
        closeness("GB", "GB")
        > closeness("Europe", "GB")
        > closeness("international", "GB")
        > closeness(None, "GB")
    )


def test_both_spellings_of_english() -> None:
    assert spellings("anaemia") == ("anemia",)
    assert "haemorrhag" in spellings("hemorrhag")
    assert spellings("aspirin") == ()


@pytest.mark.parametrize(
    ("question", "people"),
    [
        ("what painkiller for a pregnant woman", "pregnant woman"),
        ("is ibuprofen safe in children with asthma", "children"),
        ("does aspirin prevent stroke in older adults", "older adults"),
        ("codeine while breastfeeding", "breastfeeding"),
    ],
)
def test_whoever_is_named_anywhere_is_the_population(library: Library, question: str, people: str) -> None:
    parts = _words(library.pico(question))
    assert people in parts["population"]
    assert not any(people in part for part in parts["outcome"])


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"jurisdiction": "Narnia"}, "jurisdiction"),
        ({"population": "aliens"}, "population"),
        ({"corpora": ["nope"]}, "corpora"),
    ],
)
def test_a_limit_that_means_nothing_is_refused_with_its_field(asked: dict[str, object], field: str) -> None:
    with pytest.raises(EvidenceError, match=f"^{field}: .*(Use|Give|There are)"):
        Library.builtin(load()).search("metformin", **asked)  # type: ignore[arg-type]


def test_a_country_is_known_by_letters_in_any_case_and_by_its_names() -> None:
    built_in = Library.builtin(load())
    found = [
        [f.passage.id for f in built_in.search("metformin", jurisdiction=name, limit=5)]
        for name in ("GB", "gb", "United Kingdom", "England")
    ]
    assert found[0]
    assert all(one == found[0] for one in found)
