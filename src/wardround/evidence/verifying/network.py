"""The pair network: MiniLM's lower layers read claim and sentence apart, its upper layers read them together, tuned.

After PreTTR (MacAvaney et al. 2020): what is below the join does not depend on the other text and is computed once.
Imports torch: load this module only where it is used.
"""

# ruff: noqa: N803, N806 (dimension suffixes: B pairs, L pieces, D dimensions, F features, K verdicts)
from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers.models.bert import BertConfig, BertModel

JOIN: Final = 4
"""Layers below read each text alone and stay as they are; those above read both."""
CLAIM_PIECES: Final = 72
SENTENCE_PIECES: Final = 120
VERDICTS: Final = 3
HIDDEN: Final = 96


class Lower(nn.Module):
    """MiniLM's embeddings and lower layers, frozen."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        config = BertConfig.from_json_file(folder / "config.json")
        config._attn_implementation = "sdpa"
        bert = BertModel(config, add_pooling_layer=False)
        bert.load_state_dict(load_file(folder / "model.safetensors"), strict=False)
        self.embeddings = bert.embeddings
        self.layers = bert.encoder.layer[:JOIN]
        self.upper_start: Mapping[str, Tensor] = bert.encoder.layer[JOIN:].state_dict()
        self.config = config
        self.tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(SENTENCE_PIECES)
        self.requires_grad_(False)
        self.train(False)

    @torch.inference_mode()
    def read(self, texts: Sequence[str]) -> list[Tensor]:
        """Each text's pieces, L x D in half precision; texts of like length are read together."""
        encoded = self.tokenizer.encode_batch(list(texts))
        order = sorted(range(len(texts)), key=lambda k: len(encoded[k].ids))
        read: list[Tensor] = [torch.empty(0)] * len(texts)
        for start in range(0, len(order), 64):
            places = order[start : start + 64]
            length = max(len(encoded[k].ids) for k in places)
            ids_BL = torch.zeros(len(places), length, dtype=torch.long)
            for row, k in enumerate(places):
                ids_BL[row, : len(encoded[k].ids)] = torch.tensor(encoded[k].ids)
            hidden_BLD = self.embeddings(input_ids=ids_BL)
            there_B11L = _open(ids_BL > 0)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                for layer in self.layers:
                    hidden_BLD = _tensor(layer(hidden_BLD, there_B11L))
            for row, k in enumerate(places):
                read[k] = hidden_BLD[row, : len(encoded[k].ids)].to(torch.float16).clone()
        return read


class Upper(nn.Module):
    """The layers that read both texts, and the head that says Refuted, Uncertain or Supported of one sentence."""

    def __init__(self, config: BertConfig, features: int) -> None:
        super().__init__()
        from transformers.models.bert.modeling_bert import BertLayer

        config._attn_implementation = "sdpa"
        self.layers = nn.ModuleList(
            BertLayer(config)  # type: ignore[no-untyped-call]
            for _ in range(config.num_hidden_layers - JOIN)
        )
        self.side = nn.Embedding(2, config.hidden_size)
        nn.init.zeros_(self.side.weight)
        self.spread = nn.Dropout(0.1)
        self.hidden = nn.Linear(config.hidden_size + features, HIDDEN)
        self.verdict = nn.Linear(HIDDEN, VERDICTS)

    def forward(self, claims: Sequence[Tensor], sentences: Sequence[Tensor], features_BF: Tensor) -> Tensor:
        """Logits B x K."""
        logits: Tensor = self.verdict(self.spread(self.hidden_of(claims, sentences, features_BF)))
        return logits

    def hidden_of(self, claims: Sequence[Tensor], sentences: Sequence[Tensor], features_BF: Tensor) -> Tensor:
        """What it makes of each pair, B x H."""
        hidden_BLD, side_BL, there_BL = joined(claims, sentences)
        hidden_BLD = hidden_BLD + self.side(side_BL)
        open_B11L = _open(there_BL)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            for layer in self.layers:
                hidden_BLD = _tensor(layer(hidden_BLD, open_B11L))
        pooled = torch.cat([hidden_BLD[:, 0].float(), features_BF], dim=1)
        made: Tensor = torch.tanh(self.hidden(self.spread(pooled)))
        return made


def joined(claims: Sequence[Tensor], sentences: Sequence[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
    """Both texts' pieces one after the other: B x L x D, whose they are, and where there are any."""
    rows = [(c[:CLAIM_PIECES], s[:SENTENCE_PIECES]) for c, s in zip(claims, sentences, strict=True)]
    length = max(len(c) + len(s) for c, s in rows)
    hidden_BLD = torch.zeros(len(rows), length, rows[0][0].shape[1])
    side_BL = torch.zeros(len(rows), length, dtype=torch.long)
    there_BL = torch.zeros(len(rows), length, dtype=torch.bool)
    for row, (c, s) in enumerate(rows):
        end = len(c) + len(s)
        hidden_BLD[row, : len(c)] = c.float()
        hidden_BLD[row, len(c) : end] = s.float()
        side_BL[row, len(c) : end] = 1
        there_BL[row, :end] = True
    return hidden_BLD, side_BL, there_BL


def _open(there_BL: Tensor) -> Tensor:
    """What attention may look at, as it is added to its logits."""
    return torch.where(there_BL, 0.0, -1e4)[:, None, None, :].expand(-1, 1, there_BL.shape[1], -1)


def _tensor(given: Tensor | tuple[Tensor, ...]) -> Tensor:
    return given[0] if isinstance(given, tuple) else given
