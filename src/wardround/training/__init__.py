"""Training: lessons from the planner's play, supervised learning, and learning from logs token by token. The room's door.

Nothing here meets a held-out case. What is heavy (torch, transformers, peft) is imported where it is used.
"""

from wardround.training.adapting import merged, open_folder, with_lora
from wardround.training.advantages import group_relative
from wardround.training.batches import Packing
from wardround.training.card import card
from wardround.training.conversations import conversations
from wardround.training.encoding import encoded, encoded_by_prefixes
from wardround.training.errors import MissingExtra, TrainingError
from wardround.training.grammars import grammars_of
from wardround.training.interviews import patients_lines
from wardround.training.learner import Learner
from wardround.training.lessons import Lesson, Mix, School
from wardround.training.losses import sapo
from wardround.training.making import Maker, Plan, mini_tokenizer
from wardround.training.measuring import mean_loss, measure
from wardround.training.mini import Shape, new_mini, save_folder
from wardround.training.parity import (
    WHATS,
    Agreement,
    Difference,
    agreement,
    differences,
    flipped,
    replayed,
)
from wardround.training.rollouts import rollouts
from wardround.training.samples import Sample, samples_of
from wardround.training.shards import Encoded
from wardround.training.supervised import Supervised, learn
from wardround.training.tokenizer import train_tokenizer

__all__ = [
    "WHATS",
    "Agreement",
    "Difference",
    "Encoded",
    "Learner",
    "Lesson",
    "Maker",
    "MissingExtra",
    "Mix",
    "Packing",
    "Plan",
    "Sample",
    "School",
    "Shape",
    "Supervised",
    "TrainingError",
    "agreement",
    "card",
    "conversations",
    "differences",
    "encoded",
    "encoded_by_prefixes",
    "flipped",
    "grammars_of",
    "group_relative",
    "learn",
    "mean_loss",
    "measure",
    "merged",
    "mini_tokenizer",
    "new_mini",
    "open_folder",
    "patients_lines",
    "replayed",
    "rollouts",
    "samples_of",
    "sapo",
    "save_folder",
    "train_tokenizer",
    "with_lora",
]
