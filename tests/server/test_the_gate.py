"""Who comes in, with what: keys, sizes, garbage, wrong doors. Every answer is JSON in OpenAI's shape, and shows no inside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the extra [ml]")
pytest.importorskip("fastapi", reason="needs the extra [serve]")

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scripted_tokens import ScriptedTokens
from serving_house import listening

from wardround.server import ServingLimits, serve_as

KEY = "swordfish"
OPEN = {"Authorization": f"Bearer {KEY}"}
CHAT = {"model": "tiny", "messages": [{"role": "user", "content": "hello"}]}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("model")
    (folder / "wardround.json").write_text(json.dumps({"renderer": "shorthand-1"}))
    served = serve_as(ScriptedTokens("Good day."), "tiny", folder, ServingLimits(body=100_000))
    with listening(served, KEY) as url, httpx.Client(base_url=url, timeout=30) as client:
        yield client


def error_of(answer: httpx.Response) -> dict[str, object]:
    body = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"message", "type", "param", "code"}
    assert body["error"]["message"]
    error = body["error"]
    assert isinstance(error, dict)
    return error


@pytest.mark.parametrize("path", ["/models", "/models/tiny", "/chat/completions", "/completions"])
@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": KEY}, {"Authorization": f"Basic {KEY}"}],
    ids=["none", "wrong", "bare", "basic"],
)
def test_without_the_key_no_door_opens(client: httpx.Client, path: str, headers: dict[str, str]) -> None:
    if "completions" in path:
        answer = client.post(path, json=CHAT, headers=headers)
    else:
        answer = client.get(path, headers=headers)
    assert answer.status_code == 401
    assert error_of(answer)["code"] == "invalid_api_key"
    assert KEY not in answer.text


def test_health_needs_no_key(client: httpx.Client) -> None:
    answer = client.get(str(client.base_url).replace("/v1/", "/health"))
    assert answer.json() == {"status": "ok", "model": "tiny", "in_flight": 0}


def test_the_models_say_which_renderer_and_tokenizer_they_have(client: httpx.Client) -> None:
    listed = client.get("/models", headers=OPEN).json()
    one = client.get("/models/tiny", headers=OPEN).json()
    assert listed == {"object": "list", "data": [one]}
    assert (one["id"], one["object"], one["max_model_len"]) == ("tiny", "model", 4_096)
    assert one["wardround"] == {"renderer": "shorthand-1", "tokenizer": "bytes"}


@pytest.mark.parametrize("card", ["{", "[]", '{"renderer": 4}', '{"renderer": ""}', "[" * 90_000, None])
def test_a_broken_card_says_nothing(tmp_path: Path, card: str | None) -> None:
    if card is not None:
        (tmp_path / "wardround.json").write_text(card)
    assert serve_as(ScriptedTokens("x"), "tiny", tmp_path).card["renderer"] is None


@pytest.mark.parametrize(
    "path", ["/models/other", "/models/../etc/passwd", "/nothing", "/chat/completions/x"]
)
def test_what_is_not_there_is_404(client: httpx.Client, path: str) -> None:
    assert client.get(path, headers=OPEN).status_code in (404, 405)
    error_of(client.get(path, headers=OPEN))


def test_another_models_name_is_404(client: httpx.Client) -> None:
    answer = client.post("/chat/completions", json={**CHAT, "model": "gpt-4"}, headers=OPEN)
    assert answer.status_code == 404
    assert error_of(answer)["code"] == "model_not_found"


def test_the_wrong_method_is_405(client: httpx.Client) -> None:
    answer = client.get("/chat/completions", headers=OPEN)
    assert answer.status_code == 405
    error_of(answer)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"hello"',
        b"\xff\xfe",
        b"[" * 50_000,
        b'{"model": NaN}',
        b'{"model": "\\ud800"}',
    ],
    ids=["empty", "torn", "list", "null", "text", "bytes", "deep", "nan", "surrogate"],
)
def test_a_garbage_body_is_400(client: httpx.Client, body: bytes) -> None:
    for path in ("/chat/completions", "/completions"):
        answer = client.post(path, content=body, headers={**OPEN, "Content-Type": "application/json"})
        assert answer.status_code == 400
        assert error_of(answer)["type"] == "invalid_request_error"


def test_a_body_that_is_not_said_to_be_json_is_415(client: httpx.Client) -> None:
    """So no page in somebody's browser can post here without being asked first."""
    answer = client.post(
        "/chat/completions", content=json.dumps(CHAT), headers={**OPEN, "Content-Type": "text/plain"}
    )
    assert answer.status_code == 415
    error_of(answer)


@pytest.mark.parametrize("size", [100_001, 300_000])
@pytest.mark.parametrize("streamed", [False, True], ids=["with-length", "without-length"])
def test_an_oversized_body_is_413_and_the_next_one_is_answered(
    client: httpx.Client, size: int, streamed: bool
) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(0, size, 10_000):
            yield b" " * 10_001

    body = parts() if streamed else b" " * size
    answer = client.post(
        "/chat/completions", content=body, headers={**OPEN, "Content-Type": "application/json"}
    )
    assert answer.status_code == 413
    error_of(answer)
    assert client.post("/chat/completions", json=CHAT, headers=OPEN).status_code == 200


def test_more_requests_than_may_wait_are_told_to_come_back() -> None:
    served = serve_as(ScriptedTokens("Good day."), "tiny", limits=ServingLimits(requests=0))
    with listening(served) as url:
        answer = httpx.post(f"{url}/chat/completions", json=CHAT)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "1"
    error_of(answer)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    [
        "messages",
        "tools",
        "tool_choice",
        "response_format",
        "logprobs",
        "top_logprobs",
        "max_tokens",
        "temperature",
        "seed",
        "stop",
        "n",
        "stream",
        "stream_options",
        "prompt",
        "structured_outputs",
        "return_token_ids",
    ]
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=st.dictionaries(FIELDS, JSON, max_size=4),
    path=st.sampled_from(["/chat/completions", "/completions"]),
)
def test_no_body_breaks_the_server(client: httpx.Client, fields: dict[str, object], path: str) -> None:
    body = json.dumps({**CHAT, "prompt": "x", **fields})
    try:
        body.encode()
    except UnicodeEncodeError:
        return
    answer = client.post(path, content=body, headers={**OPEN, "Content-Type": "application/json"})
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        error_of(answer)


def test_every_request_has_left(client: httpx.Client) -> None:
    answer = client.get(str(client.base_url).replace("/v1/", "/health"))
    assert answer.json()["in_flight"] == 0
