"""Past conversations find their ids by words, by thoughts where they are given, and never another one's."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from wardround.models import Message, ToolCall
from wardround.server.past import Past

ASKED = (Message("system", "attending long"), Message("user", "45 f v1"))


def called(arguments: str = "{}", thought: str = "", id: str = "call_1") -> Message:
    return Message("assistant", "", (ToolCall(id, "ask", arguments),), thought=thought)


def test_a_conversation_that_goes_on_finds_the_ids_of_its_longest_answered_beginning() -> None:
    past = Past()
    first = (*ASKED, called())
    second = (*first, Message("tool", "+cough", tool_call_id="call_1"), called('{"a": 1}', id="call_2"))
    past.keep(first, (1, 2, 3))
    past.keep(second, (1, 2, 3, 4, 5))
    result = Message("tool", "-fever", tool_call_id="call_2")
    assert past.find((*second, result)) == ((1, 2, 3, 4, 5), 5)
    assert past.find((*first, result)) == ((1, 2, 3), 3)
    assert past.find(ASKED) is None
    assert past.find((*ASKED, called('{"a": 2}'))) is None


def test_a_client_may_rename_the_calls_but_not_swap_them() -> None:
    past = Past()
    two = Message("assistant", "", (ToolCall("a", "ask", "{}"), ToolCall("b", "ask", "{}")))
    answered = (Message("tool", "yes", tool_call_id="a"), Message("tool", "no", tool_call_id="b"))
    past.keep((*ASKED, two, *answered, Message("assistant", "So.")), (7,))
    renamed = Message("assistant", "", (ToolCall("x", "ask", "{}"), ToolCall("y", "ask", "{}")))

    def told(first: str, second: str) -> tuple[Message, ...]:
        results = (Message("tool", "yes", tool_call_id=first), Message("tool", "no", tool_call_id=second))
        return (*ASKED, renamed, *results, Message("assistant", "So."))

    assert past.find(told("x", "y")) is not None
    assert past.find(told("y", "x")) is None


def test_thoughts_tell_apart_what_the_words_do_not() -> None:
    past = Past()
    past.keep((*ASKED, called(thought="J18 .7")), (1,))
    past.keep((*ASKED, called(thought="I21 .9")), (2,))
    assert past.find((*ASKED, called(thought="J18 .7"))) == ((1,), 3)
    assert past.find((*ASKED, called(thought="I21 .9"))) == ((2,), 3)
    assert past.find((*ASKED, called(thought="another"))) is None
    assert past.find((*ASKED, called())) == ((2,), 3), "without thoughts: the last one that was answered"


def test_other_tools_are_another_conversation() -> None:
    past = Past()
    past.keep((*ASKED, called()), (1,), b"one")
    assert past.find((*ASKED, called()), b"two") is None


def test_the_longest_unused_is_forgotten_first_and_counts_stay_right() -> None:
    past = Past(most_tokens=10)
    turns = [(*ASKED, called(f'{{"n": {n}}}')) for n in range(3)]
    for n, said in enumerate(turns[:2]):
        past.keep(said, (n,) * 5)
    assert past.find(turns[0]) is not None
    past.keep(turns[2], (2,) * 5)
    assert [past.find(said) is not None for said in turns] == [True, False, True]
    assert past.tokens == 10
    past.keep(turns[0], (9,) * 4)
    assert past.tokens == 9
    assert past.find(turns[0]) == ((9,) * 4, 3)
    past.keep(turns[1], (1,) * 11)
    assert past.find(turns[1]) is None, "what alone is over the limit is not kept"


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(1, 6)), max_size=40))
@settings(max_examples=50, deadline=None)
def test_what_is_kept_is_within_the_limit_and_what_is_found_is_what_was_kept_last(
    said: list[tuple[int, int, int]],
) -> None:
    past, last = Past(most_tokens=12), dict[tuple[int, str], tuple[int, ...]]()
    for number, (words, n, size) in enumerate(said):
        key = (words, f"t{n}" if n else "")
        last[key] = (number,) * size
        past.keep((*ASKED, called(f'{{"n": {words}}}', key[1])), last[key])
        assert past.tokens <= 12
    for (words, thought), ids in last.items():
        found = past.find((*ASKED, called(f'{{"n": {words}}}', thought)))
        if thought:
            assert found is None or found.ids == ids
