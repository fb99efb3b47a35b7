"""What a visit looks like: nothing twice, no ids, no line too long, wherever it is shown."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from cli_house import HEART, ok, run
from rich.console import Console
from rich.text import Text

from wardround.cli.drawing import bar, belief, line, percent
from wardround.cli.stores import clinic
from wardround.cli.theatre import Theatre
from wardround.cli.visiting import VisitConfig
from wardround.cli.visiting import run as play
from wardround.cli.wording import Wording
from wardround.harness import Action, load_lines
from wardround.samples import SAMPLE_DAY, SAMPLE_PHYSICIAN, SAMPLE_SCRIPT

ID = re.compile(r"\b(?:analyte|care|condition|drug|finding|red_flag|test)\.[a-z_]+")


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The scripted visit at 100 columns."""
    screen = Console(width=100, file=io.StringIO())
    store, patient, reviewer = (
        tmp_path_factory.mktemp("store"),
        f"script:{SAMPLE_SCRIPT}",
        f"script:{SAMPLE_PHYSICIAN}",
    )
    play(VisitConfig(store=store, on=SAMPLE_DAY, patient=patient, reviewer=reviewer, screen=screen))
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


def test_the_story_is_told_in_order(shown: str) -> None:
    parts = [
        "Maria Keller",
        "Penicillin (anaphylaxis, severe, 2019)",
        "Lower urinary tract infection",
        "history ──",
        "clinic     ",
        "patient    ",
        "attending ──",
        "examined",
        "investigations ──",
        "Urine dipstick: Nitrite or leucocytes positive",
        "thinks of",
        "diagnosis",
        "✗ stopped: No drug below the eGFR",
        "Nitrofurantoin 100 mg by mouth",
        "✎ waits for a physician",
        "Trimethoprim 200 mg by mouth",
        "✓ signed by the physician (script): Three days",
        "orders",
        "finished: ",
        "─ note ─",
        "Assessment",
        "─ for the patient ─",
    ]
    places = [shown.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    at = 0
    for part in parts:
        at = shown.index(part, at)


def test_no_ids_are_shown(shown: str) -> None:
    assert not ID.findall(shown)
    assert "safety_officer" not in shown
    assert "Most likely so far" not in shown


def test_nothing_long_is_said_twice(shown: str) -> None:
    flat = re.sub(r"[\s│•]+", " ", shown)
    sentences = [s for s in re.split(r"(?<=[.!?]) ", flat) if len(s) > 60]
    assert len(sentences) == len(set(sentences))


def test_the_differential_moves(shown: str) -> None:
    moved = [int(p) for p in re.findall(r"(\d+) % ?[↑↓ ]? ?Lower urinary tract infection", shown)]
    assert moved[0] < moved[1]
    assert "↑" in shown


@pytest.mark.parametrize("columns", [40, 60, 80, 100, 200])
def test_no_line_is_longer_than_the_terminal_or_than_can_be_read(store: Path, columns: int) -> None:
    ran = run("visit", "--store", store, env={"COLUMNS": str(columns)})
    assert ran.code == 0
    assert max(len(text) for text in ran.out.splitlines()) <= min(columns, 100)
    assert "stopped" in ran.out


def test_an_alarm_by_rule_is_shown(store: Path) -> None:
    shown = ok("visit", "--store", store, "--complaint", HEART, "--policy", "random").out
    assert "╭─ alarm: within minutes" in shown
    assert not ID.findall(shown)


def test_at_the_door_of_the_next_visit_stands_the_last_one(store: Path) -> None:
    ok("visit", "--store", store, "--date", "2026-11-23")
    shown = ok("visit", "--store", store, "--date", "2026-11-25").out
    door = re.sub(r"\s+", " ", shown.partition("history ──")[0])
    assert "visit 2 · 25 November 2026" in door
    assert "takes trimethoprim, Metformin" in door
    assert "last visit 2026-11-23: came with" in door
    assert "Prescribed trimethoprim" in door


def test_bars_and_percentages() -> None:
    assert [bar(p, width=4).plain for p in (0.0, 0.5, 1.0, 0.125, 2.0, -1.0)] == [
        "────",
        "━━──",
        "━━━━",
        "╸───",
        "━━━━",
        "────",
    ]
    assert [percent(p) for p in (0.0, 0.004, 0.5, 0.996, 1.0)] == ["0 %", "<1 %", "50 %", ">99 %", "100 %"]


def test_words_from_outside_are_no_markup() -> None:
    screen = Console(width=60, file=io.StringIO())
    screen.print(line("[bold]", "[red]no[/] \x1b[31m"))
    screen.print(belief([("[bold]x", 0.5, None)]))
    assert isinstance(screen.file, io.StringIO)
    said = screen.file.getvalue()
    assert "[red]no[/] ␛[31m" in said
    assert "[bold]x" in said


class TestWording:
    """Words for what has ids."""

    say = Wording(clinic())

    def test_reasons_lose_ids_events_and_source_keys(self) -> None:
        reason = "drug.trimethoprim with lisinopril (taken now, event 3): bad, see event 12.0/3. (bnf, recalled: unreviewed)"
        assert self.say.plain(reason) == (
            "trimethoprim with lisinopril (taken now): bad, see. (British National Formulary, unreviewed)"
        )

    def test_thoughts_lose_what_the_bars_show(self) -> None:
        thought = (
            "Most likely so far: A 62%, B 3%; none of what I know 19%. Asking about finding.cough tells most."
        )
        assert self.say.thought(thought) == "Asking about cough tells most."

    @pytest.mark.parametrize(
        ("tool", "arguments", "said"),
        [
            ("prescribe", {"drug": "Amoxicillin"}, "prescribe drug Amoxicillin"),
            ("prescribe", {"drug": ["x"] * 9}, "prescribe drug list"),
            ("stop", {"drug": "drug.ibuprofen", "reason": "eGFR\n25"}, "stop ibuprofen: eGFR 25"),
            (
                "stop",
                {"drug": "St John's wort", "reason": "r", "taper_days": 7},
                "stop St John's wort, over 7 days: r",
            ),
            ("order_test", {"test": "test.ecg", "reason": "pain"}, "test: 12-lead electrocardiogram"),
            ("close", {"disposition": "handed_over", "reason": "unsure"}, "end of the visit: handed over"),
            ("ask", {"question": "How\nare you?"}, "How are you?"),
            ("operate", {"where": "\x1b[31mhere"}, "operate where ␛[31mhere"),
            ("hand_over", {"to": "history", "reason": "r"}, "hand over: history"),
            ("differential", {}, "differential"),
        ],
    )
    def test_any_action_has_words(self, tool: str, arguments: dict[str, object], said: str) -> None:
        assert self.say.action(Action(tool, arguments)) == said

    def test_rules_have_titles(self) -> None:
        assert self.say.rule("care.allergy.direct") == "No drug to which the patient is allergic"
        assert self.say.rule("harness.unknown-tool") == "unknown tool"


def test_a_log_from_which_something_was_erased_is_shown_as_far_as_it_can_be(store: Path) -> None:
    told = ok("visit", "--store", store, "--json").json
    events = load_lines(Path(told["log"]).read_bytes())
    screen = Console(width=100, file=io.StringIO())
    theatre = Theatre(clinic(), screen)
    for event in events:
        theatre(event._replace(body=None, data=b"", salt="") if event.kind == "returned" else event)
    assert isinstance(screen.file, io.StringIO)
    assert "waits for a physician" in screen.file.getvalue()


def test_catching_up_shows_nothing(store: Path) -> None:
    told = ok("visit", "--store", store, "--json").json
    screen = Console(width=100, file=io.StringIO())
    theatre = Theatre(clinic(), screen)
    theatre.catch_up(load_lines(Path(told["log"]).read_bytes()))
    assert isinstance(screen.file, io.StringIO)
    assert screen.file.getvalue() == ""
    assert Text("").plain == ""
