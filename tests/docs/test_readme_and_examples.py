"""What the README and the examples show runs as shown."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs_and_prints_a_note(example: Path) -> None:
    ran = subprocess.run(
        [sys.executable, str(example)], capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert "## Assessment" in ran.stdout


def test_the_readme_shows_the_first_example_word_for_word() -> None:
    shown = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    assert shown is not None
    assert shown[1].strip() in (ROOT / "examples" / "first_visit.py").read_text()


def test_every_command_of_the_readme_exists() -> None:
    text = (ROOT / "README.md").read_text()
    commands = {tuple(line.split()[1:3]) for line in re.findall(r"^wardround .*$", text, re.M)}
    assert len(commands) >= 8
    for command in commands:
        words = [word for word in command if re.fullmatch(r"[a-z]+", word)]
        ran = subprocess.run(
            [sys.executable, "-m", "wardround", *words, "--help"],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ran.returncode == 0, f"{' '.join(words)}: {ran.stderr}"


def test_every_link_of_the_docs_leads_somewhere() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_readme_counts_what_the_knowledge_base_holds() -> None:
    from wardround.knowledge import load

    base, text = load(), (ROOT / "README.md").read_text()
    for count, what in (
        (len(base.conditions), "conditions"),
        (len(base.drugs), "drugs"),
        (len(base.interactions), "interactions"),
        (len(base.red_flags), "red flags"),
        (len(base.findings), "findings"),
        (len(base.tests), "tests"),
    ):
        assert f"{count} {what}" in text, f"{count} {what}"
