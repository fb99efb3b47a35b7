"""From the word on the command line to a model that can be served: a folder, or `mini`, the one in the package."""

from __future__ import annotations

from pathlib import Path

from wardround.models import MINI
from wardround.server.limits import ServingLimits
from wardround.server.refusals import ServerError
from wardround.server.seam import open_tokens
from wardround.server.served import Served, serve_as


def open_served(
    model: str, name: str | None = None, limits: ServingLimits | None = None, *, dtype: str = "auto"
) -> Served:
    """The model that `model` names, under `name` or its folder's; `dtype` is auto, fp32, bf16 or fp16."""
    folder = folder_of(model)
    named = (name if name is not None else folder.resolve().name).strip()
    if not named or len(named) > 200 or not named.isprintable():
        raise ServerError("--name: the name is empty, or no printable line.", "Give one, such as my-model.")
    return serve_as(open_tokens(folder, dtype), named, folder, limits)


def folder_of(model: str) -> Path:
    """The folder with the model."""
    if model in ("mini", MINI.name) and not Path(model).is_dir():
        if not (MINI / "config.json").is_file():
            raise ServerError(
                f"{MINI.name} is not in this installation.",
                "Install a release that has it, or name a folder with a Hugging Face model.",
            )
        return MINI
    folder = Path(model).expanduser()
    if not (folder / "config.json").is_file():
        raise ServerError(
            f"{model} is no folder with a Hugging Face model: there is no config.json in it.",
            "Name such a folder, or mini.",
        )
    return folder
