"""How well held-out lessons are said: loss, next-token accuracy by what a token is, and calls that are right in whole."""

# ruff: noqa: N806 (dimension suffixes: B lessons, T tokens, M marked tokens)
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from wardround.training.batches import rows_of
from wardround.training.shards import Encoded
from wardround.training.supervised import NOTHING, Supervised, loss_of, marked_logits, narrow, tensors

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

THOUGHT: Final = ("<think>", "</think>")
CALLED: Final = ("<tool_call>", "</tool_call>")


def mean_loss(model: PreTrainedModel, lessons: Sequence[Encoded], config: Supervised) -> float | None:
    """The mean loss of a marked token; None where none is marked."""
    import torch

    lost, marked = 0.0, 0
    model.eval()  # type: ignore[no-untyped-call]
    with torch.inference_mode():
        for row in rows_of([len(lesson) for lesson in lessons], config.packing, 0):
            with narrow(config, model.device):
                loss, _, there = loss_of(model, [lessons[at] for at in row], model.device)
            lost, marked = lost + float(loss), marked + there
    return lost / marked if marked else None


def measure(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, lessons: Sequence[Encoded], config: Supervised
) -> dict[str, Any]:
    """Mean loss of a marked token, and for each kind of token the share that would have been said."""
    import torch
    from torch.nn import functional

    device = model.device
    said: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    lost, marked = 0.0, 0
    model.eval()  # type: ignore[no-untyped-call]
    with torch.inference_mode():
        for row in rows_of([len(lesson) for lesson in lessons], config.packing, 0):
            group = [lessons[at] for at in row]
            ids_BT, wanted_BT = tensors(group, device)
            marked_BT = wanted_BT != NOTHING
            with narrow(config, device):
                logits_MV = marked_logits(model, ids_BT, marked_BT).float()
            wanted_M = wanted_BT[marked_BT]
            lost += float(functional.cross_entropy(logits_MV, wanted_M, reduction="sum"))
            right = (logits_MV.argmax(-1) == wanted_M).tolist()
            marked += len(right)
            at = 0
            for lesson in group:
                tokens = [str(tokenizer.convert_ids_to_tokens(int(i))) for i in lesson.ids_T[lesson.learnt_T]]
                for kind, first, end in kinds_of(tokens):
                    said[kind][0] += all(right[at + first : at + end])
                    said[kind][1] += 1
                at += len(tokens)
    accuracy = {kind: round(hit / n, 4) for kind, (hit, n) in sorted(said.items())}
    counted = {kind: n for kind, (_, n) in sorted(said.items())}
    return {"loss": lost / marked if marked else None, "marked": marked, "accuracy": accuracy, "n": counted}


def kinds_of(tokens: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Which stretches of an assistant's tokens are what: `tool`, `call` (a whole one), `think`, and for each tool what it is
    called with, such as `ask` or `diagnose`."""
    at = 0
    while at < len(tokens):
        if tokens[at] in (THOUGHT[0], CALLED[0]):
            close = THOUGHT[1] if tokens[at] == THOUGHT[0] else CALLED[1]
            end = next((k for k in range(at, len(tokens)) if tokens[k] == close), len(tokens) - 1) + 1
            if close == THOUGHT[1]:
                yield "think", at, end
            else:
                yield "call", at, end
                yield "tool", at + 1, at + 2
                if end - at > 3:
                    yield (
                        tokens[at + 1].split('"')[3] if tokens[at + 1].count('"') > 3 else "other",
                        at + 2,
                        end,
                    )
            at = end
        else:
            at += 1
