"""Looking things up: what a search gives goes onto the log with its passages, and only that may be cited afterwards.

The library is the built-in guidance; a ward that took in documents of its own puts a service `evidence` behind the port.
The base's own entries about what the question concerns come with it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Protocol

from wardround.care.chart import Chart
from wardround.care.constraints.pathways import pathways_against
from wardround.care.entries import entry_passages
from wardround.care.evidence_arguments import ReadPassage, SearchEvidence
from wardround.evidence import Depth, Document, EvidenceError, Found, Layer, Library, Passage
from wardround.harness import JSON, Call, Result, Tool, ToolError
from wardround.knowledge import Drug, KnowledgeBase, Who, may_hold

ToolCall = Call[Chart]
KEPT = 4_096
"""So many answers of the built-in library are kept: it does not change, and the same things are looked up again and again."""
CHILD, OLD = 18.0, 65.0


def passage_view(passage: Passage) -> JSON:
    """A passage as it stands on the log: its words, and all that a reader must know of where they come from."""
    document = passage.document
    more: JSON = {
        "grade": document.grade,
        "year": document.year,
        "jurisdiction": document.jurisdiction,
        "population": document.population,
        "url": document.url,
        "section": passage.section,
        "page": passage.page,
        "about": list(passage.about) or None,
        "retracted": document.retracted or None,
        "superseded_by": document.superseded_by,
    }
    return {
        "id": passage.id,
        "title": document.title,
        "text": passage.text,
        "layer": str(document.layer),
        "depth": str(document.depth),
        "source": document.source,
        **{name: value for name, value in more.items() if value is not None},
    }


class Searched(Protocol):
    """What is needed of a library."""

    def search(
        self,
        question: str,
        *,
        limit: int = 10,
        layers: Collection[Layer | str] | None = None,
        years: tuple[int | None, int | None] | None = None,
        population: str | None = None,
        about: Collection[str] = (),
    ) -> tuple[Found, ...]:
        """Passages, best first."""
        ...

    def passage(self, id: str) -> Passage | None:
        """The passage of that id."""
        ...


@dataclass(frozen=True)
class EvidenceService:
    """A library behind the port `evidence`: answers searches and gives passages."""

    library: Searched
    keep: bool = False
    _kept: dict[tuple[object, ...], tuple[JSON, ...]] = field(default_factory=dict)

    async def call(self, request: JSON, key: str) -> JSON:
        """`question` (with `about`, `layers`, `since`, `limit`, `population`) gives `passages`; so does `passage`, one."""
        try:
            if "passage" in request:
                return {"passages": self.one(str(request["passage"]))}
            return {"passages": list(self._searched(request))}
        except EvidenceError as error:
            raise ToolError(str(error), fix="Ask in other words.") from error

    def one(self, name: str) -> list[JSON]:
        """The passage of that id; none where the library does not hold it."""
        passage = self.library.passage(name)
        return [passage_view(passage)] if passage is not None else []

    def _searched(self, request: JSON) -> tuple[JSON, ...]:
        """What the library holds on the question, best first."""
        asked, about = str(request["question"]), tuple(request.get("about") or ())
        layers, since = tuple(request.get("layers") or ()), request.get("since")
        population, limit = request.get("population"), int(request.get("limit") or 6)
        name = (asked, about, layers, since, population, limit)
        kept = self._kept.get(name)
        if kept is not None:
            return kept
        found = self.library.search(
            asked,
            limit=limit,
            layers=layers or None,
            years=(since, None) if since else None,
            population=population,
            about=about,
        )
        views = tuple(
            {**passage_view(one.passage), "highlights": [list(span) for span in one.highlights]}
            if one.highlights
            else passage_view(one.passage)
            for one in found
        )
        if self.keep and len(self._kept) < KEPT:
            self._kept[name] = views
        return views


@dataclass(frozen=True)
class EvidenceTools:
    """The tools that look things up: `search_evidence`, `read_passage`."""

    base: KnowledgeBase

    def tools(self, prepare: Callable[[JSON], JSON]) -> dict[str, Tool]:
        """By name; `prepare` brings names where ids are wanted into ids."""
        kinds: Mapping[str, tuple[Any, Callable[..., Any]]] = {
            "search_evidence": (SearchEvidence, self._search),
            "read_passage": (ReadPassage, self._read),
        }
        return {
            name: Tool(name, str(model.__doc__), model, "read", "evidence", run, prepare=prepare)
            for name, (model, run) in kinds.items()
        }

    @cached_property
    def builtin(self) -> EvidenceService:
        """The built-in library, opened when it is first asked."""
        return EvidenceService(Library.builtin(self.base), keep=True)

    async def _search(self, call: ToolCall, wants: SearchEvidence) -> Result:
        request, chart = wants.model_dump(mode="json"), call.state.domain
        found = await self._ask(call, {**request, "population": population_of(chart)})
        entries = [view for slug in wants.about for view in entries_for(self.base, chart, slug)]
        return Result(
            {"question": wants.question, "about": wants.about, "passages": _once([*found, *entries])}
        )

    async def _read(self, call: ToolCall, wants: ReadPassage) -> Result:
        known = call.state.domain.passages.get(wants.passage)
        if known is not None:
            return Result({"passages": [{k: v for k, v in known.items() if k != "event"}]})
        entry = _entry_of(self.base, wants.passage)
        held = entries_for(self.base, call.state.domain, entry) if entry else ()
        found = [view for view in held if view["id"] == wants.passage]
        found = found or await self._ask(call, {"passage": wants.passage})
        if not found:
            raise ToolError(
                f"passage: {wants.passage!r} is not in the library.", fix="Use an id that a search gave."
            )
        return Result({"passages": found})

    async def _ask(self, call: ToolCall, request: JSON) -> list[JSON]:
        service = call.ports.services.get("evidence") or self.builtin
        answer = await service.call({"patient_id": call.state.header.subject, **request}, call.key)
        return list(answer["passages"])


def entries_for(base: KnowledgeBase, chart: Chart, slug: str) -> tuple[JSON, ...]:
    """What the base's entry says that holds for this patient: no line of management for children in an adult's visit."""
    who = chart.evidence
    return tuple(
        view
        for view, meant in _views(base, slug)
        if meant is None or may_hold(meant, who.age, who.sex, who.pregnant)
    )


@lru_cache(maxsize=4_096)
def _views(base: KnowledgeBase, slug: str) -> tuple[tuple[JSON, Who | None], ...]:
    return tuple((passage_view(one.passage), one.who) for one in entry_passages(base, slug))


def _entry_of(base: KnowledgeBase, passage: str) -> str | None:
    """The entry that a passage id such as `entry.drug.metformin.renal.0#0` belongs to; None where it is of none."""
    if not passage.startswith("entry."):
        return None
    parts = passage.removeprefix("entry.").split("#")[0].split(".")
    held = [s for n in range(2, len(parts)) if (s := ".".join(parts[:n])) in base]
    return held[-1] if held else None


def _once(passages: Sequence[JSON]) -> list[JSON]:
    """Each passage once, the first time it came."""
    return list({str(p["id"]): p for p in reversed(passages)}.values())[::-1]


def population_of(chart: Chart) -> str | None:
    """The group whose guidance this patient needs, in words; None for an adult of no special group."""
    if chart.evidence.pregnant:
        return "pregnancy"
    if chart.age is None:
        return None
    return "children" if chart.age < CHILD else "older adults" if chart.age >= OLD else "adults"


def kidneys_against(base: KnowledgeBase, chart: Chart, drug: Drug) -> list[JSON]:
    """The drug's own lines on kidneys, where one of them holds at the patient's eGFR."""
    if chart.egfr is None or not any(chart.egfr < line.egfr_below for line in drug.renal):
        return []
    return [
        view for view in entries_for(base, chart, drug.id) if view["id"].startswith(f"entry.{drug.id}.renal.")
    ]


def guidance_against(base: KnowledgeBase, chart: Chart, drug: Drug) -> list[JSON]:
    """The passages of guidance whose care pathway speaks against a drug, or for care with it, in this patient."""
    library = Library.builtin(base)
    held = (library.passage(f"{p.id}#0") for p in pathways_against(base, chart, drug))
    return [passage_view(p) for p in held if p is not None]


def passage_of(view: JSON) -> Passage:
    """The passage that a search put on the log."""
    document = Document(
        id=str(view["id"]).split("#")[0],
        title=view["title"],
        layer=Layer(view["layer"]),
        depth=Depth(view["depth"]),
        source=view["source"],
        corpus="retrieved",
        grade=view.get("grade"),
        year=view.get("year"),
        jurisdiction=view.get("jurisdiction"),
        population=view.get("population"),
        url=view.get("url"),
        retracted=bool(view.get("retracted")),
        superseded_by=view.get("superseded_by"),
    )
    text = str(view["text"])
    return Passage(
        str(view["id"]),
        document,
        text,
        0,
        len(text),
        view.get("section"),
        view.get("page"),
        tuple(view.get("about", ())),
    )
