"""Citations: what was not retrieved in this visit, does not stand there, or was withdrawn, is refused with the reason."""

from __future__ import annotations

from typing import Any

import pytest
from constraint_cases import Case, chart, check

from wardround.care.arguments import Advise, FollowUp, Refer, Report
from wardround.care.evidence_arguments import Citation
from wardround.harness import JSON

TEXT = "Most sore throats heal by themselves within a week. Antibiotics shorten them by less than a day."
ID = "guidance.sore_throat.course#0"
SAID = "Your sore throat will heal by itself. Come back if it does not."


def retrieved(**more: Any) -> dict[str, JSON]:
    """What a search of this visit gave."""
    view: JSON = {
        "id": ID,
        "title": "Sore throat",
        "text": TEXT,
        "layer": "guideline",
        "depth": "summary",
        "source": "NICE",
        "grade": "recalled",
        "event": "5",
    }
    return {ID: {**view, **more}}


def citing(passage: str = ID, quote: str = "", supports: str = "") -> Advise:
    return Advise(text=SAID, citations=[Citation(passage=passage, quote=quote, supports=supports)])


NEVER, NOT_THERE, GONE = "care.citation.not_retrieved", "care.citation.not_there", "care.citation.retracted"
INVENTED = Citation(passage="pmid.99999999#0")
CASES = (
    Case(NEVER, "invented", "deny", chart(passages=retrieved()), citing("pmid.99999999#0"), ("pmid.99999999#0", "search")),
    Case(NEVER, "real, but not looked up in this visit", "deny", chart(), citing(), (ID, "not retrieved in this visit")),
    Case(NEVER, "looked up", None, chart(passages=retrieved()), citing()),
    Case(NEVER, "nothing cited", None, chart(), Advise(text=SAID)),
    Case(
        NEVER, "in a referral", "deny", chart(),
        Refer(to="cardiology", urgency="soon", reason="a murmur", citations=[INVENTED]),
    ),
    Case(
        NEVER, "an emergency is not held back", None, chart(),
        Refer(to="hospital", urgency="emergency", reason="a stroke", citations=[INVENTED]),
    ),
    Case(NEVER, "in a plan", "deny", chart(), FollowUp(days=3, purpose="Is it gone?", citations=[INVENTED])),
    Case(NEVER, "in a colleague's report", "deny", chart(), Report(findings="None.", citations=[INVENTED])),
    Case(
        NOT_THERE, "words of its own", "deny", chart(passages=retrieved()), citing(quote="Antibiotics are needed"),
        ("Antibiotics are needed", ID),
    ),
    Case(
        NOT_THERE, "for words not said", "deny", chart(passages=retrieved()), citing(supports="You need antibiotics."),
        ("You need antibiotics.",),
    ),
    Case(
        NOT_THERE, "quoted as it stands, for a sentence as it is said", None, chart(passages=retrieved()),
        citing(quote="Most sore throats heal by themselves", supports="Your sore throat will heal by itself."),
    ),
    Case(
        NOT_THERE, "for a line of a report", None, chart(passages=retrieved()),
        Report(
            findings="Looked at.", recommend=["Rest."], citations=[Citation(passage=ID, supports="Rest.")],
        ),
    ),
    Case(GONE, "withdrawn", "deny", chart(passages=retrieved(retracted=True)), citing(), ("retracted",)),
    Case(GONE, "still standing", None, chart(passages=retrieved()), citing()),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_citations(case: Case) -> None:
    check(case)
