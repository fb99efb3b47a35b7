"""`wardround serve-model`: a local model as an OpenAI-compatible endpoint, until it is asked to stop."""

from __future__ import annotations

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="print one JSON object, once it listens")]


def serve_model(
    model: Annotated[str, typer.Argument(help="a folder with a Hugging Face model, or mini")],
    host: Annotated[
        str, typer.Option(help="where to listen; others than this machine reach it elsewhere")
    ] = ("127.0.0.1"),
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 is any free one")] = 8000,
    name: Annotated[
        str | None, typer.Option(help="what clients call the model; the folder's name otherwise")
    ] = None,
    dtype: Annotated[str, typer.Option(help="auto, fp32, bf16 or fp16")] = "auto",
    api_key_env: Annotated[
        str | None, typer.Option(help="environment variable with the key that clients have to send")
    ] = None,
    as_json: Json = False,
) -> None:
    """Serve a local model over HTTP: chat and text completions, with tools, formats, log-probabilities, streams."""
    import asyncio
    import json
    import logging

    from wardround.cli.output import err, one_line, out, words
    from wardround.collecting import collect_seldom
    from wardround.server import address_of, bound, create_app, loopback, open_served, serve

    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    key = _key(api_key_env)
    listening = bound(host, port)
    try:
        served = open_served(model, name, dtype=dtype)
        app = create_app(served, key)
        address = address_of(listening, host)
        if key is None and not loopback(host):
            err.print(
                words(
                    "note: everybody who reaches this address may use the model; --api-key-env asks for a key."
                )
            )
        collect_seldom()

        def ready() -> None:
            if as_json:
                told = {"address": address, "model": served.name, "key": key is not None, **served.card}
                typer.echo(json.dumps(told))  # in one line, for whoever waits for it
            else:
                out.print(words(f"{one_line(served.name)} listens at {address}. Ctrl-C ends it."))

        asyncio.run(serve(app, listening, ready))
    finally:
        listening.close()


def _key(variable: str | None) -> str | None:
    """The key in the environment; asking for a key that is not there is a mistake, never an open door."""
    import os

    from wardround.server import ServerError

    if variable is None:
        return None
    key = os.environ.get(variable, "").strip()
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise ServerError(
            f"--api-key-env: {variable} holds no key.", f"Set it: export {variable}=..., without white space."
        )
    return key
