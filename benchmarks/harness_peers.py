"""The peers in `benchmarks.harness`, built as their own documentation does it, around the same script and tools.

LangGraph is measured three times: asynchronous with its `ToolNode`; synchronous with the hand-written tool node of its
quickstart; and, leaner than its documentation has it, with plain functions and pydantic alone. The stub model is a
plain function everywhere, not a chat model of the framework: that saves the peers work.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import process_time
from typing import Any, Literal

import orjson
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import StructuredTool
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode
from pydantic_ai import Agent, ModelMessage, ModelResponse, TextPart, Tool, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from benchmarks.harness_work import COMPLAINT, STEPS, SYSTEM, Work

Style = Literal["tool node", "quickstart", "plain"]
LIMIT = 4 * STEPS


@dataclass(frozen=True)
class LangGraph:
    """StateGraph: an agent node and a tool node, with its SQLite saver where it is durable."""

    work: Work
    durable: bool
    style: Style
    name: str

    async def play(self, visits: int, path: Path) -> float:
        """CPU seconds of so many visits."""
        if self.style == "tool node":
            return await self._play_async(visits, path)
        saver = SqliteSaver(sqlite3.connect(path, check_same_thread=False)) if self.durable else None
        if saver:
            saver.setup()
        graph = self._graph(
            self._agent, self._quickstart if self.style == "quickstart" else self._plain, saver
        )
        began = process_time()
        for k in range(visits):
            _done(graph.invoke(_opening(), _config(k))["messages"])
        spent = process_time() - began
        if saver:
            saver.conn.close()
        return spent

    async def _play_async(self, visits: int, path: Path) -> float:
        async with AsyncExitStack() as stack:
            saver = None
            if self.durable:
                saver = await stack.enter_async_context(AsyncSqliteSaver.from_conn_string(str(path)))
                await saver.setup()
            agent = self._agent

            async def asked(state: MessagesState) -> dict[str, Any]:
                return agent(state)

            graph = self._graph(asked, ToolNode(list(self._tools.values())), saver)
            began = process_time()
            for k in range(visits):
                _done((await graph.ainvoke(_opening(), _config(k)))["messages"])
            return process_time() - began

    def _graph(self, agent: Any, tools: Any, saver: Any) -> Any:
        graph = StateGraph(MessagesState)
        graph.add_node("agent", agent)
        graph.add_node("tools", tools)
        graph.add_edge(START, "agent")
        graph.add_conditional_edges("agent", _next, ["tools", END])
        graph.add_edge("tools", "agent")
        return graph.compile(checkpointer=saver)

    @cached_property
    def _agent(self) -> Callable[[MessagesState], dict[str, Any]]:
        script, system = self.work.script, SystemMessage(SYSTEM)

        def answer(messages: Sequence[AnyMessage]) -> AIMessage:
            spoken = sum(1 for m in messages if m.type == "ai")
            if spoken == STEPS - 1:
                return AIMessage("Good-bye.")
            tool, arguments = script[spoken]
            return AIMessage("", tool_calls=[{"id": f"call-{spoken}", "name": tool, "args": arguments}])

        return lambda state: {"messages": [answer([system, *state["messages"]])]}

    @cached_property
    def _tools(self) -> dict[str, StructuredTool]:
        return {name: self._tool(name) for name in self.work.inputs}

    def _tool(self, name: str) -> StructuredTool:
        model, body = self.work.inputs[name], self.work.bodies[name]

        async def run(**given: Any) -> str:
            return orjson.dumps(await body(model.model_construct(**given))).decode()

        def run_now(**given: Any) -> str:
            return orjson.dumps(_now(body(model.model_construct(**given)))).decode()

        return StructuredTool.from_function(
            func=run_now, coroutine=run, name=name, description=str(model.__doc__), args_schema=model
        )

    @cached_property
    def _quickstart(self) -> Callable[[MessagesState], dict[str, Any]]:
        tools = self._tools

        def run(state: MessagesState) -> dict[str, Any]:
            calls = _calls(state)
            return {
                "messages": [
                    ToolMessage(tools[c["name"]].invoke(c["args"]), tool_call_id=c["id"]) for c in calls
                ]
            }

        return run

    @cached_property
    def _plain(self) -> Callable[[MessagesState], dict[str, Any]]:
        inputs, bodies = self.work.inputs, self.work.bodies

        def one(call: Any) -> ToolMessage:
            given = inputs[call["name"]].model_validate(call["args"])
            return ToolMessage(
                orjson.dumps(_now(bodies[call["name"]](given))).decode(), tool_call_id=call["id"]
            )

        return lambda state: {"messages": [one(call) for call in _calls(state)]}


def _calls(state: MessagesState) -> Any:
    return getattr(state["messages"][-1], "tool_calls", [])


def _next(state: MessagesState) -> str:
    return "tools" if _calls(state) else END


def _opening() -> Any:
    return {"messages": [HumanMessage(COMPLAINT)]}


def _config(visit: int) -> Any:
    return {"recursion_limit": LIMIT, "configurable": {"thread_id": f"visit-{visit}"}}


def _now(work: Any) -> Any:
    """The result of a coroutine that waits for nothing."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    raise RuntimeError("the tool waited")


def _done(messages: Sequence[AnyMessage]) -> None:
    spoken = [m for m in messages if m.type == "ai"]
    answered = [m for m in messages if isinstance(m, ToolMessage) and m.status == "success"]
    if len(spoken) != STEPS or len(answered) != STEPS - 1:
        raise RuntimeError(f"LangGraph went another way: {messages[-1]}")


@dataclass(frozen=True)
class PydanticAI:
    """An agent with the same tools and a `FunctionModel`."""

    work: Work
    name: str = "pydantic_ai"

    async def play(self, visits: int, path: Path) -> float:
        """CPU seconds of so many visits."""
        agent = self._agent
        began = process_time()
        for _ in range(visits):
            result = await agent.run(COMPLAINT)
            if len(result.all_messages()) != 2 * STEPS:
                raise RuntimeError("pydantic-ai went another way")
        return process_time() - began

    @cached_property
    def _agent(self) -> Agent[object, str]:
        written = self.work.written

        async def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
            spoken = sum(1 for m in messages if m.kind == "response")
            if spoken == STEPS - 1:
                return ModelResponse(parts=[TextPart("Good-bye.")])
            return ModelResponse(parts=[ToolCallPart(*written[spoken])])

        tools = [self._tool(name) for name in self.work.inputs]
        return Agent(FunctionModel(answer), instructions=SYSTEM, tools=tools)

    def _tool(self, name: str) -> Tool[object]:
        model, body = self.work.inputs[name], self.work.bodies[name]

        async def run(wants: Any) -> Any:
            return await body(wants)

        run.__annotations__["wants"] = model
        return Tool(run, name=name, description=str(model.__doc__))


def peers(work: Work) -> list[LangGraph | PydanticAI]:
    """Without a durable log; asynchronous, as a model and a patient that answer later ask for."""
    return [LangGraph(work, False, "tool node", "langgraph"), PydanticAI(work)]


def durable_peers(work: Work) -> list[LangGraph]:
    """With every step in SQLite."""
    return [LangGraph(work, True, "tool node", "langgraph")]


def variants(work: Work) -> list[LangGraph]:
    """Synchronous, for whom nothing ever waits: told of, not compared with."""
    return [
        LangGraph(work, False, "quickstart", "langgraph_synchronous"),
        LangGraph(work, False, "plain", "langgraph_synchronous_without_tools"),
    ]


def durable_variants(work: Work) -> list[LangGraph]:
    """The same with every step in SQLite."""
    return [
        LangGraph(work, True, "quickstart", "langgraph_synchronous"),
        LangGraph(work, True, "plain", "langgraph_synchronous_without_tools"),
    ]
