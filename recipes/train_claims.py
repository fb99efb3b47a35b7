"""How the pair network and its heads were trained: `python -m recipes.train_claims --data FOLDER --work FOLDER`.

Left out on purpose: a graphics card (two shared processor cores took about twenty minutes), a validation set (nothing was
chosen on one), and SciFact's own claims in the first stage.

1. `network`: MiniLM's two upper layers on pairs of opposite polarity, made from abstracts that no training claim cites: a
   sentence or title (claim) beside a sentence (evidence); the claim turned round; the evidence turned round; both. So
   neither side alone tells the verdict. Another sentence of the same abstract is Uncertain. Checkpointed; goes on where it was.
2. `heads`: two logistic regressions over all sentences of an abstract, on SciFact's training claims: whether the abstract
   decides the claim, and which way. A pair for each of five parts that share no cited abstract, trained on the other four,
   and one trained on all. `--heads` trains these alone, over the network in `--out`.
"""

# ruff: noqa: N806 (dimension suffixes: B pairs, N pairs of claim and abstract, X and Z inputs of the heads)
from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor, nn

from recipes.claims_rewriting import (
    has_something_to_turn,
    negate,
    renumbered,
    reworded,
    shortened,
    swap_direction,
)
from wardround.evaluation.claims import FOLDS, PLACES
from wardround.evaluation.claims_scifact import SciFact, folds, read_scifact
from wardround.evaluation.softmax_regression import Softmax, fit
from wardround.evidence.verifying.evidence_head import leant, told
from wardround.evidence.verifying.features import COUNT, features
from wardround.evidence.verifying.network import Lower, Upper
from wardround.evidence.verifying.pair_model import WEIGHTS, ShippedPairModel, digest, minilm_folder
from wardround.search import words

REFUTED, UNCERTAIN, SUPPORTED = range(3)
_SHORTEST, _LONGEST, _LONGEST_CLAIM = 40, 230, 170


@dataclass(frozen=True)
class Config:
    """Core knobs first."""

    pairs: int = 21_000
    batch: int = 32
    rate: float = 1.5e-4
    head_rate: float = 1e-3
    warm_up: int = 200
    evidence_l2: float = 0.14
    leaning_l2: float = 0.4
    seed: int = 7
    every: int = 100
    """Steps between checkpoints."""


CONFIG: Final = Config()
_SAYS: Final = re.compile(
    r"\b(\w+(?:ates|izes|ases|ibits|otes|uces|ents|ives|ects|ires|ains|ears|uses|oves|ulates)|is|are|has|have|can|plays|leads|"
    r"controls|regulates|links|targets|requires|reveals|contributes|drives|triggers|predicts|impairs|protects|supports|mediates|"
    r"affects|associated|increased|reduced|decreased)\b"
)
"""A title with a verb says something."""
Pair = tuple[str, str, int]


def made_pairs(data: SciFact, seed: int) -> list[Pair]:
    """Claim, evidence, verdict; shuffled."""
    rng = random.Random(seed)  # noqa: S311 - chooses examples
    cited = {d for p in data.pairs for d in p.cited}
    abstracts = [a for a in data.abstracts.values() if a.id not in cited]
    rng.shuffle(abstracts)
    out: list[Pair] = []
    for abstract in abstracts:
        sentences = [s for s in abstract.sentences if _SHORTEST < len(s) < _LONGEST]
        if len(abstract.sentences) >= 3 and sentences:
            out.extend(_of_title(abstract.title, sentences, rng))
            out.extend(_of_sentences(sentences, rng))
    rng.shuffle(out)
    return out


def _of_title(title: str, sentences: Sequence[str], rng: random.Random) -> Iterator[Pair]:
    """A title that says something, beside the sentence nearest to it."""
    claim = title.rstrip(".") + "."
    best = max(sentences, key=lambda s: _covered(claim, s))
    if (
        not (_SHORTEST < len(title) < 200)
        or "?" in title
        or not _SAYS.search(title)
        or _covered(claim, best) < 0.5
    ):
        return
    yield reworded(claim, rng, 0.4), best, SUPPORTED
    if (turned := _turned(claim, rng)) is not None:
        yield reworded(turned, rng, 0.4), best, REFUTED


def _turned(text: str, rng: random.Random) -> str | None:
    swapped = swap_direction(text, rng) if rng.random() < 0.6 else None
    return swapped[0] if swapped else negate(text, rng)


def _of_sentences(sentences: Sequence[str], rng: random.Random) -> Iterator[Pair]:
    good = [s for s in sentences if has_something_to_turn(s)]
    rng.shuffle(good)
    for sentence in good[:2]:
        claim = shortened(sentence, rng)
        if not 35 <= len(claim) <= _LONGEST_CLAIM:
            continue
        turned, turned_sentence = _both_turned(claim, sentence, rng)
        if turned is None:
            continue
        yield reworded(claim, rng), sentence, SUPPORTED
        yield reworded(turned, rng), sentence, REFUTED
        if turned_sentence is not None:
            yield reworded(claim, rng), turned_sentence, REFUTED
            yield reworded(turned, rng), turned_sentence, SUPPORTED
        others = sorted((s for s in sentences if s != sentence), key=lambda s: -_covered(claim, s))
        for other in _beside(claim, others, rng):
            yield reworded(rng.choice([claim, turned]), rng), other, UNCERTAIN


def _beside(claim: str, others: Sequence[str], rng: random.Random) -> list[str]:
    """The nearest other sentence, unless it says the same, and any one."""
    near = [others[0]] if others and _covered(claim, others[0]) < 0.6 else []
    return [*near, *([rng.choice(others)] if others else [])]


def _both_turned(claim: str, sentence: str, rng: random.Random) -> tuple[str | None, str | None]:
    """The claim turned round, and the sentence in the same place."""
    drawn = rng.random()
    if drawn < 0.62 and (swapped := swap_direction(claim, rng)) is not None:
        same = swap_direction(sentence, rng, swapped[1])
        return swapped[0], same[0] if same else None
    if drawn < 0.85:
        return negate(claim, rng), negate(sentence, rng)
    return renumbered(claim, rng), None


def _covered(claim: str, sentence: str) -> float:
    said = set(words(claim))
    return len(said & set(words(sentence))) / max(1, len(said))


def train_network(data: SciFact, work: Path, config: Config = CONFIG) -> Upper:
    """Stage 1. Writes a checkpoint every so many steps, and goes on from it."""
    torch.manual_seed(config.seed)
    lower = Lower(minilm_folder())
    net = Upper(lower.config, COUNT)
    net.layers.load_state_dict(dict(lower.upper_start))
    pairs = made_pairs(data, config.seed)[: config.pairs]
    pairs.sort(key=lambda p: len(p[0]) + len(p[1]))
    batches = [pairs[start : start + config.batch] for start in range(0, len(pairs), config.batch)]
    random.Random(config.seed).shuffle(batches)  # noqa: S311
    groups = [
        {"params": net.layers.parameters(), "lr": config.rate},
        {
            "params": [p for n, p in net.named_parameters() if not n.startswith("layers")],
            "lr": config.head_rate,
        },
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda k: min(1.0, (k + 1) / config.warm_up) * max(0.02, 1 - k / len(batches))
    )
    first = _restored(work, net, optimiser, schedule)
    for step in range(first, len(batches)):
        net.train()
        batch = batches[step]
        loss = nn.functional.cross_entropy(_logits(net, lower, batch), torch.tensor([p[2] for p in batch]))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if step % config.every == config.every - 1 or step == len(batches) - 1:
            sys.stderr.write(f"step {step + 1} of {len(batches)}: loss {loss.item():.3f}\n")
            _keep(work, net, optimiser, schedule, step + 1)
    return net


def _logits(net: Upper, lower: Lower, batch: Sequence[Pair]) -> Tensor:
    claims, sentences = lower.read([p[0] for p in batch]), lower.read([p[1] for p in batch])
    given_BF = torch.tensor([features(p[0], p[1], 0.5, False) for p in batch])
    given_BF = given_BF * (torch.rand(len(batch), 1) > 0.3)  # the network must read, too
    logits: Tensor = net(claims, sentences, given_BF)
    return logits


def _restored(work: Path, net: Upper, optimiser: Any, schedule: Any) -> int:
    kept = work / "network.pt"
    if not kept.is_file():
        return 0
    state = torch.load(kept, weights_only=True)
    net.load_state_dict(state["net"])
    optimiser.load_state_dict(state["optimiser"])
    schedule.load_state_dict(state["schedule"])
    return int(state["step"])


def _keep(work: Path, net: Upper, optimiser: Any, schedule: Any, step: int) -> None:
    work.mkdir(parents=True, exist_ok=True)
    partial = work / "network.pt.partial"
    state = {"net": net.state_dict(), "optimiser": optimiser.state_dict(), "schedule": schedule.state_dict()}
    torch.save({**state, "step": step}, partial)
    partial.replace(work / "network.pt")


def train_heads(data: SciFact, weights: Path, config: Config = CONFIG) -> dict[str, Any]:
    """Stage 2, with the network in `weights`."""
    model = ShippedPairModel(weights)
    reads = []
    for pair in data.pairs:
        abstract = data.abstracts[pair.document]
        reads.append(model.read(pair.claim, [abstract.title, *abstract.sentences], title=True))
    told_NZ, leant_NX = np.array([told(r) for r in reads]), np.array([leant(r) for r in reads])
    y_N = np.array([PLACES[p.verdict] for p in data.pairs])

    def trained(on: NDArray[np.int64]) -> dict[str, Any]:
        decided = on[y_N[on] != UNCERTAIN]
        evidence = fit(
            told_NZ[on], (y_N[on] != UNCERTAIN).astype(np.int64), 2, l2=config.evidence_l2, even=False
        )
        leaning = fit(
            leant_NX[decided], (y_N[decided] == SUPPORTED).astype(np.int64), 2, l2=config.leaning_l2
        )
        return {"evidence": _as_json(evidence), "leaning": _as_json(leaning)}

    every = np.arange(len(y_N))
    heads, held_out = {}, {}
    for number, part in enumerate(folds(data.pairs, FOLDS)):
        heads[f"part {number}"] = trained(np.setdiff1d(every, part))
        held_out[f"part {number}"] = sorted({digest(data.pairs[k].claim) for k in part})
    heads["all"] = trained(every)
    return {"heads": heads, "held_out": held_out}


def _as_json(model: Softmax) -> dict[str, Any]:
    named = {"mean": model.mean_F, "scale": model.scale_F, "weight": model.weight_FK, "bias": model.bias_K}
    return {
        name: json.loads(json.dumps(np.vectorize(lambda v: float(f"{v:.6g}"))(of).tolist()))
        for name, of in named.items()
    }


def main() -> None:
    """Both stages."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="SciFact's folder")
    parser.add_argument("--work", type=Path, required=True, help="where checkpoints are kept")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="where the weights go")
    parser.add_argument("--heads", action="store_true", help="the network in --out stays as it is")
    given = parser.parse_args()
    data = read_scifact(given.data)
    given.out.mkdir(parents=True, exist_ok=True)
    if not given.heads:
        net = train_network(data, given.work)
        kept = {name: value.half().contiguous() for name, value in net.state_dict().items()}
        save_file(kept, str(given.out / "pair.safetensors"))
    heads = given.out / "heads.json"
    heads.write_text(json.dumps({"heads": {}, "held_out": {}}))
    heads.write_text(json.dumps(train_heads(data, given.out)))


if __name__ == "__main__":
    main()
