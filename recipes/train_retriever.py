"""How the retriever's turns were learnt: `python -m recipes.train_retriever --data SCIFACT --work FOLDER`. Two cores do.

A turn is two 384 x 384 changes of MiniLM's vectors, of questions and of whole texts. Claims of SciFact's training file learn
to rank the abstracts that they cite above look-alikes, by the same fusion that is searched with, in which words and nearest
sentences stay as they are: so a turn learns what those two lack. For each of five parts, which share no cited abstract, a
turn learns from the other four and is scored on it; then one learns from all. Seeded; vectors and turns are kept in FOLDER,
and a run that was cut off goes on behind the last of them.

Left out on purpose: a graphics card; MiniLM's own layers (changes of its two upper layers were tried, on sentences, for three
epochs: nothing gained on the first two parts, at a hundred times the work).
"""

# ruff: noqa: N803, N806 (dimension suffixes: Q claims, N documents, D dimensions, B claims of a batch, C candidates)
from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional

from recipes.retriever_data import Material, material
from wardround.evaluation.retrieval import figures_of
from wardround.evaluation.retrieval_folds import folds
from wardround.search import SHIPPED, Vectors
from wardround.search.finder import PARTS
from wardround.search.retriever import WEIGHTS, digest

FOLDS, SEEDS = 5, 4
"""What is learnt from four seeds is averaged: one alone differs from another by 0.002."""
WHOLE = PARTS.whole + PARTS.turned
"""While it learns, a turn stands for both."""
STEPS, RATE, AT_ONCE, CANDIDATES, DROP = 40, 1e-3, 64, 60, 0.1
SHARP = 3.0
"""What a fused score is multiplied by before it is a chance."""
SMALL = 0.03
"""What the square of a change costs."""
NAME = "all-MiniLM-L6-v2+wardround-turn-1"


def main() -> None:
    """Everything, step by step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="SciFact's folder")
    parser.add_argument("--work", type=Path, required=True, help="where vectors and turns are kept")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="the weights that ship")
    told = parser.parse_args()
    one = material(told.data, told.work)
    fold_Q = folds(one.cited, FOLDS, seed=0)
    report, turns = [], {}
    for name in (*(f"fold{fold}" for fold in range(FOLDS)), SHIPPED):
        part = fold_Q == (-1 if name == SHIPPED else int(name[4:]))
        turns[name] = _kept(told.work / f"{name}.safetensors", one, np.flatnonzero(~part))
        if part.any():
            report.append(_scored(name, one, turns[name], np.flatnonzero(part)))
            _say(json.dumps(report[-1]))
    count = np.array([row["n"] for row in report])
    for figure in ("plain", "turned", "fused_plain", "fused"):
        mean = float(np.dot([row[figure] for row in report], count) / count.sum())
        _say(
            f"{figure}: nDCG@10 {mean:.4f} over {count.sum()} claims, each scored by a turn that never saw it"
        )
    (told.work / "report.json").write_text(json.dumps(report, indent=1) + "\n")
    _pack(told.out, turns, one, fold_Q)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _kept(path: Path, one: Material, claims: NDArray[np.intp]) -> dict[str, Tensor]:
    """A turn from its file, or learnt from these claims alone and written."""
    if not path.exists():
        learnt = [_learnt(one, claims, seed) for seed in range(SEEDS)]
        mean = {side: torch.stack([turn[side] for turn in learnt]).mean(0) for side in learnt[0]}
        save_file({side: value.to(torch.float16) for side, value in mean.items()}, str(path))
    return load_file(str(path))


def _learnt(one: Material, claims: NDArray[np.intp], seed: int) -> dict[str, Tensor]:
    """Questions and texts begin as they are, and turn a little with each batch."""
    torch.manual_seed(seed)
    change = {side: torch.zeros(384, 384, requires_grad=True) for side in ("questions", "texts")}
    learner = torch.optim.Adam(change.values(), lr=RATE)
    same = torch.eye(384)
    for _ in range(STEPS):
        some = claims[torch.randperm(len(claims))[:AT_ONCE].numpy()]
        places, where = np.unique(one.candidates[some, :CANDIDATES], return_inverse=True)
        asked_BD = _turned(one.claims[some], same + change["questions"])
        text_CD = _turned(one.wholes[places], same + change["texts"])
        near_BC = (asked_BD @ text_CD.T).gather(1, torch.from_numpy(where.reshape(len(some), -1)))
        loss = _loss(one, some, near_BC) + SMALL * sum((side**2).sum() for side in change.values())
        learner.zero_grad()
        torch.autograd.backward(loss)
        learner.step()
    return {side: value.detach() for side, value in change.items()}


def _turned(vectors: Vectors, turn: Tensor) -> Tensor:
    return functional.normalize(functional.dropout(torch.from_numpy(vectors), DROP) @ turn, dim=-1)


def _loss(one: Material, claims: NDArray[np.intp], near_BC: Tensor) -> Tensor:
    """That the cited abstracts come first when all three parts are fused."""
    rest_BC = np.take_along_axis(one.rest[claims], one.candidates[claims, :CANDIDATES], axis=1)
    mean_B1, deviation_B1 = (torch.from_numpy(one.scale[claims, at, None]) for at in (0, 1))
    score_BC = torch.from_numpy(rest_BC) + WHOLE * (near_BC - mean_B1) / deviation_B1
    cited = [
        [int(place) in one.cited[claim] for place in one.candidates[claim, :CANDIDATES]] for claim in claims
    ]
    right_BC = torch.tensor(cited).float()
    lost_BC = torch.log_softmax(SHARP * score_BC, 1) * right_BC
    there_B = right_BC.sum(1)
    return -(lost_BC.sum(1)[there_B > 0] / there_B[there_B > 0]).mean()


def _scored(
    name: str, one: Material, turn: dict[str, Tensor], claims: NDArray[np.intp]
) -> dict[str, float | str]:
    """nDCG@10 before and after, alone and fused, over claims that the turn never saw."""
    same = np.eye(384, dtype=np.float32)
    before_QN = one.claims[claims] @ one.wholes.T
    asked_QD = one.claims[claims] @ (same + turn["questions"].float().numpy())
    text_ND = one.wholes @ (same + turn["texts"].float().numpy())
    after_QN = _of_length_one(asked_QD) @ _of_length_one(text_ND).T
    return {
        "of": name,
        "n": len(claims),
        "plain": _ndcg(one, claims, before_QN),
        "turned": _ndcg(one, claims, after_QN),
        "fused_plain": _ndcg(one, claims, one.rest[claims] + WHOLE * _standard(before_QN)),
        "fused": _ndcg(
            one,
            claims,
            one.rest[claims] + PARTS.whole * _standard(before_QN) + PARTS.turned * _standard(after_QN),
        ),
    }


def _of_length_one(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _standard(score_QN: Vectors) -> Vectors:
    return np.asarray(
        (score_QN - score_QN.mean(1, keepdims=True)) / score_QN.std(1, keepdims=True), np.float32
    )


def _ndcg(one: Material, claims: NDArray[np.intp], score_QN: Vectors) -> float:
    found = [
        figures_of(
            [str(place) for place in np.argsort(-score_N, kind="stable")[:10]],
            {str(place): 1 for place in one.cited[claim]},
        )["ndcg@10"]
        for claim, score_N in zip(claims, score_QN, strict=True)
    ]
    return round(float(np.mean([one or 0.0 for one in found])), 4)


def _pack(out: Path, turns: dict[str, dict[str, Tensor]], one: Material, fold_Q: NDArray[np.int64]) -> None:
    """All turns in one file, and which turn never saw which claim."""
    seen = {digest(text): f"fold{fold}" for text, fold in zip(one.asked, fold_Q, strict=True)}
    told = {
        "name": NAME,
        "turns": json.dumps([SHIPPED, *sorted(set(turns) - {SHIPPED})]),
        "seen": json.dumps(seen),
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    changes = {f"{name}.{side}": value for name, turn in turns.items() for side, value in turn.items()}
    save_file(changes, str(out), metadata=told)
    _say(f"{out}: {out.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
