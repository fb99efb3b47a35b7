"""How wardround-mini is made: `python -m recipes.train_mini --out FOLDER --work FOLDER [--interviews DIR]`. Two cores do.

A tokenizer is trained on what patients say, lessons are made from the planner's play, and a small model of Qwen3's
architecture learns them. Seeded; whatever is done is kept in the work folder, and the same command goes on behind it.
With a graphics card the command is the same.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

from wardround.care import Clinic, ShorthandRenderer
from wardround.knowledge import load
from wardround.training import (
    Maker,
    Packing,
    Plan,
    Shape,
    Supervised,
    card,
    learn,
    measure,
    mini_tokenizer,
    new_mini,
    patients_lines,
    save_folder,
)

MARKED = 0.4
"""About this share of a lesson's tokens is the model's to say."""


def main() -> None:
    """Tokenizer, lessons, learning, folder."""
    told = _told()
    import torch
    from transformers import AutoTokenizer

    torch.set_num_threads(told.threads)
    began = perf_counter()
    lines = patients_lines(told.interviews) if told.interviews else ()
    plan = Plan(told.lessons, seed=told.seed)
    words = told.work / "tokenizer"
    if not (words / "tokenizer.json").exists():
        mini_tokenizer(Clinic(load()), plan, lines).save_pretrained(words)
    tokenizer = AutoTokenizer.from_pretrained(words)
    _say({"tokens": len(tokenizer), "seconds": perf_counter() - began})
    shape = Shape(told.hidden, told.layers, told.heads, told.kv_heads, told.head, 3 * told.hidden)
    model = new_mini(tokenizer, shape, seed=told.seed)
    packing = Packing(told.tokens, told.at_once)
    config = Supervised(
        told.steps,
        rate=told.rate,
        warmup=100,
        cooldown=told.cooldown,
        muon=told.muon or None,
        seed=told.seed,
        packing=packing,
        budget=max(1, round(MARKED * told.tokens)),
        save_every=100,
        tell_every=20,
    )
    _say({"parameters": sum(p.numel() for p in model.parameters()), "steps": told.steps})
    with Maker(told.work / "lessons", plan, words, lines, told.workers) as maker:
        report = learn(model, maker.parts, config, folder=told.work / told.run, tell=_say, until=told.until)
        report["held_out"] = measure(model, tokenizer, maker.held, config)
        _say(report)
    report |= {"seed": told.seed, "minutes": (perf_counter() - began) / 60}
    page = card(model, tokenizer, report, real=bool(lines))
    save_folder(model, tokenizer, told.out, page, renderer=ShorthandRenderer.version)
    sys.stdout.write(json.dumps(report) + "\n")


def _told() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the model's folder")
    parser.add_argument(
        "--work", type=Path, required=True, help="where tokenizer, lessons and checkpoints are kept"
    )
    parser.add_argument("--run", default="run", help="the name of the run in the work folder")
    parser.add_argument("--lessons", type=int, default=10_000)
    parser.add_argument("--steps", type=int, default=1_500)
    parser.add_argument("--until", type=int, help="stop after this step, to go on later")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--interviews", type=Path, help="a folder with osce_interviews, primock57 or mts_dialog"
    )
    parser.add_argument("--workers", type=int, default=1, help="processes that make lessons")
    parser.add_argument("--threads", type=int, default=1, help="threads that learn")
    parser.add_argument("--cooldown", type=int, default=400, help="over so many last steps the rate falls")
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--muon", type=float, default=5e-3, help="Muon's rate; 0: AdamW alone")
    parser.add_argument("--tokens", type=int, default=2_048, help="tokens a step")
    parser.add_argument(
        "--at-once", type=int, default=2_048, help="tokens that go through the model together"
    )
    for name, value in (("hidden", 192), ("layers", 6), ("heads", 3), ("kv-heads", 1), ("head", 64)):
        parser.add_argument(f"--{name}", type=int, default=value)
    return parser.parse_args()


def _say(figures: Mapping[str, Any]) -> None:
    sys.stderr.write(json.dumps(figures) + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
