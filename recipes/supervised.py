"""Supervised learning for any Hugging Face model, in full or as LoRA: `python -m recipes.supervised --model DIR --data FILE --out DIR`.

FILE holds JSON lines: `{"messages": [...], "tools": [...]}` as chat APIs take them, or the log of a visit. The model's own chat
template makes the tokens; what its assistant says is learnt, and nothing else. Seeded; a run that is cut off goes on with
the same command. CPU or graphics card alike. `--lora 16` learns small matrices beside the weights and merges them at the end
(needs `pip install 'wardround[rl]'`).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wardround.care import Clinic
from wardround.knowledge import load
from wardround.models import taught
from wardround.training import (
    Encoded,
    Packing,
    Supervised,
    TrainingError,
    conversations,
    encoded_by_prefixes,
    learn,
    mean_loss,
    merged,
    open_folder,
    save_folder,
    with_lora,
)


def main(words: list[str] | None = None) -> None:
    """Read, learn, measure, save."""
    told = _told(words)
    try:
        report = run(told)
    except TrainingError as error:
        sys.exit(f"error: {error}")
    if told.json:
        sys.stdout.write(json.dumps(report) + "\n")


def run(told: argparse.Namespace) -> dict[str, Any]:
    """The recipe, with every setting given."""
    model, tokenizer = open_folder(told.model)
    clinic = Clinic(load())
    lessons = [
        lesson
        for path in told.data
        for turns, tools in conversations(path, clinic, told.think)
        for lesson in encoded_by_prefixes(tokenizer, turns, tools=tools)
    ]
    held, learnt = _parted(lessons, told.held_out)
    if not learnt:
        raise TrainingError("data: there is nothing to learn from.", fix="Give more conversations.")
    if told.lora:
        model = with_lora(model, rank=told.lora, seed=told.seed)
    packing = Packing(told.tokens, told.at_once, told.longest)
    marked = sum(int(lesson.learnt_T.sum()) for lesson in learnt) / sum(map(len, learnt))
    config = Supervised(
        told.steps,
        rate=told.rate,
        warmup=max(1, told.steps // 20),
        cooldown=told.steps - max(1, told.steps // 20),
        seed=told.seed,
        packing=packing,
        budget=max(1, round(told.tokens * marked)),
        tell_every=told.tell_every,
        save_every=told.save_every,
    )
    before = mean_loss(model, held or learnt, config)
    report = learn(
        model, [lambda: learnt], config, folder=told.out.with_name(f"{told.out.name}.run"), tell=_say
    )
    report |= {"loss_before": before, "loss_after": mean_loss(model, held or learnt, config)}
    report |= {"lessons": len(learnt), "held_out": len(held), "lora": told.lora, "seed": told.seed}
    folder = save_folder(merged(model), tokenizer, told.out, _card(told, report), renderer=taught(told.model))
    return {**report, "out": str(folder)}


def _parted(lessons: list[Encoded], share: float) -> tuple[list[Encoded], list[Encoded]]:
    """The last ones are for measuring: nothing is learnt from them."""
    held = int(len(lessons) * share)
    return lessons[len(lessons) - held :], lessons[: len(lessons) - held]


def _card(told: argparse.Namespace, report: Mapping[str, Any]) -> str:
    figures = "\n".join(f"- {name}: {value}" for name, value in report.items())
    return f"# {told.out.name}\n\nLearnt from {told.model.name} by `recipes/supervised.py`.\n\n{figures}\n"


def _told(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", type=Path, required=True, help="a Hugging Face folder")
    parser.add_argument("--data", type=Path, required=True, nargs="+", help="JSON lines")
    parser.add_argument("--out", type=Path, required=True, help="the new model's folder")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--lora", type=int, default=0, help="rank; 0 learns every weight")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--held-out", type=float, default=0.1, help="share of the lessons to measure by")
    parser.add_argument(
        "--think", default="short", choices=("long", "short", "none"), help="for logs of the planner"
    )
    parser.add_argument("--tokens", type=int, default=8_192, help="tokens a step")
    parser.add_argument(
        "--at-once", type=int, default=2_048, help="tokens that go through the model together"
    )
    parser.add_argument("--longest", type=int, default=4_096, help="longer lessons are left out")
    parser.add_argument("--tell-every", type=int, default=10)
    parser.add_argument("--save-every", type=int, default=100)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args(words)


def _say(figures: Mapping[str, Any]) -> None:
    sys.stderr.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
