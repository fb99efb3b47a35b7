"""The shipped sample: an invented patient's record, what brings her, and a script of her answers."""

from pathlib import Path

SAMPLE_RECORD = Path(__file__).with_name("maria_keller.json")
SAMPLE_SCRIPT = Path(__file__).with_name("maria_keller.script.txt")
SAMPLE_COMPLAINT = "It burns when I pass urine, and I have to go all the time."

__all__ = ["SAMPLE_COMPLAINT", "SAMPLE_RECORD", "SAMPLE_SCRIPT"]
