"""The model card of wardround-mini: what it is, what it learnt from, what it is not for, and the figures of its own run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from wardround.simulation import HELDOUT_CONDITIONS

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

INTERVIEWS: Final = (
    "the patients' lines of OSCE interviews (Fareez et al., Sci Data 2022), PriMock57 (Papadopoulos Korfiatis et al., 2022) "
    "and MTS-Dialog (Ben Abacha et al., 2023), all CC BY 4.0"
)


def card(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, report: Mapping[str, Any], *, real: bool
) -> str:
    """The card, as Markdown with the hub's header."""
    size = sum(parameter.numel() for parameter in model.parameters())
    held: Mapping[str, Any] = report.get("held_out") or {}
    rows = "\n".join(
        f"| {kind} | {share:.3f} | {held['n'][kind]} |" for kind, share in held.get("accuracy", {}).items()
    )
    spoken = f"simulated patients' words, and {INTERVIEWS}" if real else "simulated patients' words"
    loss = held.get("loss")
    return f"""---
license: apache-2.0
library_name: transformers
pipeline_tag: text-generation
language: en
---

# wardround-mini

A language model of {size / 1e6:.1f} million parameters in Qwen3's architecture, for Wardround's simulated clinic. It plays a
whole visit in shorthand: it asks, examines, orders tests, weighs conditions, concludes, treats, and closes. It exists so
that training and service can be shown to be the same program on a laptop.

**Not for patients.** It imitates a planner over a hand-made knowledge base. It has seen no real patient's care, and knows no
medicine beyond that base. What it says must be held by the harness's rules and read by a physician.

## What it reads and writes

Conversations by its chat template: `<|im_start|>` with the role, the text, `<|im_end|>`, nothing between turns, past thinking
kept. {len(tokenizer):,} tokens: one for each finding, drug, test and red flag, one for each opening of a call, and bytes paired
as patients speak. Conditions are spelled by their ICD-10 codes. `attending long`, `attending short` and `attending none`
in the system turn say how much it thinks.

## What it learnt from

{report.get("lessons_seen", 0):,} lessons (one that came again counts again), seed {report.get("seed", 0)}, {report.get("steps", 0):,} steps: visits and courses of simulated
patients of the train split, played by the planner alone, in some of them with steps that are nobody's and are not learnt;
answers of such patients with what the planner's base holds likely behind each; and language lessons ({spoken}), read by the
project's own reader. These {len(HELDOUT_CONDITIONS)} conditions were never a case, and occur only as names the planner weighs:
{", ".join(HELDOUT_CONDITIONS)}. The interviews are no part of this folder.

## Figures

On {held.get("marked", 0):,} tokens of lessons that it did not learn from, given what was right before
(loss {"not measured" if loss is None else f"{loss:.4f}"}):

| what | right | n |
| --- | --- | --- |
{rows}

`call` is a whole call, `tool` its name, `think` a whole thought, the others what a tool is called with.

How well it plays is measured apart: docs/training-mini.md. Made by `python -m recipes.train_mini`.
"""
