"""The page of a visit: everything in it, ticked and crossed, and nothing in it that acts."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser

import numpy as np
import pytest
from evaluation_house import case_of, clinic, lived, played, visited

from wardround.evaluation import episode_page, visit_page
from wardround.evaluation.course_chart import course_chart
from wardround.evaluation.telling import lines_of
from wardround.harness import Consulted, Returned
from wardround.rewards import VisitScore, score_episode, score_visit
from wardround.simulation import Consultation

HOSTILE = '<script>alert(1)</script><img src="http://evil.example/x" onerror="x()">{{ 7 * 7 }}</style>'
EMPTY = {"meta", "link", "br", "img", "input", "hr", "rect", "polyline", "line"}


class Reader(HTMLParser):
    """Collects tags, attributes and text; checks that what is opened is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert not self._open, self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in EMPTY:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def score_of(one: Consultation) -> VisitScore:
    """What a visit scored."""
    return score_visit(clinic(), one.case, one.events)


@cache
def page() -> str:
    """A page."""
    return visit_page(visited(), score_of(visited()))


def test_it_holds_the_conversation() -> None:
    text = " ".join(Reader(page()).words)
    asked = [e.body.output for e in visited().events if isinstance(e.body, Returned) and e.body.tool == "ask"]
    assert asked
    for output in asked:
        assert output["question"] in text
        assert output["answer"] in text


def test_every_item_of_the_checklist_stands_in_it_as_it_went() -> None:
    score, text = score_of(visited()), page()
    went = [None if v.met is None else v.met == (v.item.weight > 0) for v in score.verdicts]
    assert text.count("✓") == went.count(True) > 0
    assert text.count("✗") == went.count(False) > 0
    assert text.count('class="tag">critical') == sum(v.item.critical for v in score.verdicts) > 0
    words = " ".join(Reader(text).words)
    assert all(v.item.text in words for v in score.verdicts)


def test_it_asks_the_network_for_nothing() -> None:
    read = Reader(page())
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(read.tags)
    assert not [a for a in read.attributes if a[0] in ("src", "href") or a[0].startswith("on")]
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in read.attributes
    assert "url(" not in page()
    assert "@import" not in page()


def test_hostile_words_are_words() -> None:
    case = replace(case_of(), name=HOSTILE, complaint=f"I have a cough {HOSTILE}", drugs=(HOSTILE,))
    one = played(case)
    read = Reader(visit_page(one, score_of(one)))
    assert not {"script", "img"} & set(read.tags)
    assert not [a for a in read.attributes if a[0].startswith("on") or a[0] == "src"]
    words = "".join(read.words)
    assert HOSTILE in words


def test_an_episode_shows_every_visit_and_how_the_illness_went() -> None:
    one = lived()
    score = score_episode(clinic(), one.episode)
    text = episode_page(one, score)
    read = Reader(text)
    assert read.tags.count("svg") == sum(len(t.names) for t in one.episode.trajectories.values()) > 0
    words = " ".join(read.words)
    for visit in one.episode.visits:
        assert f"Visit {visit.number}, {visit.on.isoformat()}" in words
    assert "over treatment" in words


def test_a_chart_escapes_its_name_and_stays_within_its_frame() -> None:
    drawn = course_chart("<b>x</b>&", np.array([1.0, 5.0, 3.0]), (2.0, None), [0, 2])
    assert "<b>" not in drawn
    (points,) = re.findall(r'points="([^"]*)"', drawn)
    for point in points.split():
        x, y = map(float, point.split(","))
        assert 0 <= x <= 720
        assert 0 <= y <= 110


@pytest.mark.parametrize("values", [[2.0], [2.0, 2.0, 2.0], [0.0] * 3000])
def test_a_chart_of_little_or_much_is_drawn(values: list[float]) -> None:
    assert course_chart("x", np.array(values), None, []).endswith("</svg>")


def test_what_specialists_did_stands_where_they_were_asked() -> None:
    events = next(
        v.events for v in map(visited, range(8)) if any(isinstance(e.body, Consulted) for e in v.events)
    )
    names = [line.event for line in lines_of(clinic().base, events)]
    asked = next(e for e in events if isinstance(e.body, Consulted))
    inner = [n for n in names if n.startswith(f"{asked.name}.")]
    assert names.index(asked.name) < names.index(inner[0])
    later = next(n for n in names if "." not in n and int(n) > asked.number)
    assert names.index(inner[-1]) < names.index(later)


def test_a_refusal_says_what_was_wanted_and_why() -> None:
    lines = [line for k in range(6) for line in lines_of(clinic().base, played(case_of(k), "random").events)]
    stopped = [line for line in lines if line.kind == "stopped"]
    assert stopped
    assert all(line.text for line in stopped)
    assert any("(care." in line.answer or "(harness." in line.answer for line in stopped)


def test_every_tool_has_words() -> None:
    from wardround.evaluation import telling

    silent = {"check_prescription", "report", "close", "consult", "hand_over"}
    assert set(clinic().tools) - silent <= set(telling._RETURNED)
