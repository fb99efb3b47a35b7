"""Context: what always goes in goes in first, the budget holds by the reader's own count, and nothing is cut in silence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_facts import a_fact
from recalled_patient import TODAY, WHO, remembered

from wardround.memory import Context, Memory, RememberingError, about_tokens


def by_characters(text: str) -> int:
    return len(text)


def context(memory: Memory, complaint: str = "a cough", **more: object) -> Context:
    return memory.context(patient_id=WHO, on=TODAY, complaint=complaint, **more)  # type: ignore[arg-type]


def of(made: Context, section: str) -> list[str]:
    return [item.facts[0].id for item in made.items if item.section == section]


@pytest.fixture(scope="module")
def memory() -> Memory:
    denied = a_fact(
        "no-penicillin",
        kind="allergy",
        text="penicillin",
        code="allergy.penicillins",
        status="refuted",
        recorded="2026-02-01",
    )
    return remembered(
        a_fact(
            "pregnant",
            kind="finding",
            text="pregnant",
            code="finding.pregnancy",
            value=True,
            since="2026-04",
            until="2026-12",
        ),
        a_fact(
            "rash",
            kind="response",
            text="amlodipine",
            code="drug.amlodipine",
            value="adverse: swollen ankles",
            since="2024",
        ),
        denied,
        *[
            a_fact(
                f"visit-{n}",
                kind="summary",
                text=f"20{n}-05-02: came with “a sore knee {n}”. Ended: home.",
                since=f"20{n}-05-02",
            )
            for n in range(10, 20)
        ],
    )


# --- what goes in -------------------------------------------------------------------------------------------------


def test_what_always_goes_in_is_there_whatever_the_complaint(memory: Memory) -> None:
    made = context(memory, "my knee hurts", role="physician")
    assert of(made, "allergies") == ["penicillin"]
    assert of(made, "drugs") == ["lisinopril-20", "metformin", "amlodipine", "lithium"]
    assert set(of(made, "problems")) == {"hypertension", "diabetes", "bipolar", "chinese"}
    assert of(made, "pregnancy") == ["pregnant"]
    assert of(made, "directives") == ["no-cpr"]
    assert of(made, "responses") == ["rash"]
    (item,) = made.of("conflicts")
    assert item.conflict is not None
    assert "penicillin" in item.text
    assert (made.allergies_known, made.drugs_known) == (True, True)


def test_what_bears_on_the_complaint_goes_in_and_says_why(memory: Memory) -> None:
    assert "hip" in of(context(memory, "pain where the hip was replaced"), "relevant")
    made = context(memory, "an attack of gout in my toe")
    assert of(made, "relevant")[0] == "gout"
    assert made.of("relevant")[0].why.startswith("the complaint: is condition.gout")


def test_values_are_the_latest_and_the_last_visits_are_whole_the_older_in_a_line(memory: Memory) -> None:
    made = context(memory, role="physician")
    assert of(made, "values") == ["hba1c-7", "potassium"]
    assert of(made, "visits") == ["visit-b", "visit-a", "visit-19"]
    older = made.of("earlier visits")
    assert [item.facts[0].id for item in older] == [f"visit-{n}" for n in range(18, 9, -1)]
    assert older[0].text.startswith("visit-1, 2018-05-02: came with")


def test_an_older_visit_opens_when_it_is_asked_for(memory: Memory) -> None:
    line = context(memory).of("earlier visits")[0]
    found = memory.recall("visits in May 2018", patient_id=WHO, on=TODAY)
    assert found.items[0].fact == line.facts[0]


def test_everything_is_there_once(memory: Memory) -> None:
    made = context(memory, "blood pressure and an allergy to penicillin")
    ids = [f.id for item in made.items if item.conflict is None for f in item.facts]
    assert len(ids) == len(set(ids))


def test_every_item_is_counted_and_says_why_it_is_there(memory: Memory) -> None:
    made = context(memory, count=by_characters, budget=100_000)
    assert all(item.why and item.tokens == len(f"{item.section}: {item.text}\n") for item in made.items)
    assert made.left_out == ()


# --- the budget ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("budget", [200, 400, 800, 1_600, 3_200, 100_000])
def test_what_is_read_fits_the_budget_by_the_readers_own_count(memory: Memory, budget: int) -> None:
    made = context(memory, budget=budget, count=by_characters)
    assert by_characters(made.text()) <= made.tokens <= budget


@pytest.mark.parametrize("budget", range(1, 260, 3))
@pytest.mark.parametrize("role", ["attending", "physician", "nobody"])
def test_the_notes_are_within_the_budget_too(memory: Memory, budget: int, role: str) -> None:
    made = context(memory, budget=budget, role=role)
    assert about_tokens(made.text()) - 1 <= made.tokens <= budget
    assert made.left_out
    assert made.notes()[0].startswith("Left out for room: ")


def test_where_even_the_numbers_find_no_room_one_number_says_that_there_is_more(memory: Memory) -> None:
    made = context(memory, budget=100, count=by_characters)
    count = sum(part.count for part in made.left_out)
    assert made.text().splitlines()[-1] == f"Left out for room: {count}; some withheld."
    assert of(made, "allergies") == ["penicillin"]


def test_allergies_keep_their_place_to_the_last(memory: Memory) -> None:
    made = context(memory, budget=700, count=by_characters)
    assert of(made, "allergies") == ["penicillin"]
    assert made.left_out


def test_what_found_no_room_is_named_and_counted_with_the_way_to_it(memory: Memory) -> None:
    made = context(memory, budget=700, count=by_characters)
    out = {part.section: part for part in made.left_out}
    assert out["earlier visits"].count == 9 - len(of(made, "earlier visits"))
    assert "recall" in out["values"].how
    if not made.terse:
        assert all(part.note() in made.text() for part in made.left_out)


def test_an_entry_too_long_for_the_room_stands_there_by_its_name() -> None:
    memory = Memory()
    memory.write([a_fact("long", kind="allergy", text="penicillin", detail="a rash " * 200)], patient_id=WHO)
    made = context(memory, budget=120, count=by_characters)
    (item,) = made.of("allergies")
    assert (item.text, item.short) == ("penicillin ...", True)


def test_where_names_would_take_the_room_numbers_do(memory: Memory) -> None:
    made = context(memory, budget=400, count=by_characters)
    assert of(made, "allergies") == ["penicillin"]
    assert all(f"{part.count} {part.section}" in made.text() for part in made.left_out)
    assert ("lithium carbonate" in str(made.left_out), "lithium" in made.text()) == (True, False)


def test_no_room_at_all_says_nothing_and_still_tells_whoever_asks_for_the_notes(memory: Memory) -> None:
    made = context(memory, budget=1, count=by_characters)
    assert (made.items, made.text(), made.tokens) == ((), "", 0)
    assert "1 allergies" in made.notes()[0]
    assert "mental health" in made.notes()[1]
    assert sum(part.count for part in made.left_out) > 15


def test_a_budget_below_one_is_refused(memory: Memory) -> None:
    with pytest.raises(RememberingError, match=r"^budget: 0 tokens"):
        context(memory, budget=0)


@settings(max_examples=60, deadline=None)
@given(budget=st.integers(1, 4_000), per=st.integers(1, 7))
def test_nothing_is_ever_lost_in_silence(budget: int, per: int) -> None:
    count: Callable[[str], int] = lambda text: -(-len(text) // per)  # noqa: E731
    whole = context(_MEMORY, budget=10**9, count=count)
    made = context(_MEMORY, budget=budget, count=count)
    for section in {item.section for item in whole.items}:
        out = sum(part.count for part in made.left_out if part.section == section)
        assert len(made.of(section)) + out == len(whole.of(section))
    assert made.tokens <= budget


_MEMORY = remembered()


def test_the_estimate_counts_latin_by_four_and_chinese_by_sign() -> None:
    assert about_tokens("abcd" * 10) == 11
    assert about_tokens("高血压") == 4


def test_who_is_new_has_an_empty_context() -> None:
    made = Memory().context(patient_id="nobody", on=TODAY, complaint="a cough")
    assert (made.items, made.left_out, made.text()) == ((), (), "")
    assert not made.allergies_known
