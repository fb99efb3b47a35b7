"""The shipped sample: an invented patient's record, what brings her, and scripts of what she and her physician say.

`maria_keller.case.json` beside the script states what is the matter, so that findings and results agree with her words.
"""

from datetime import date
from pathlib import Path

SAMPLE_RECORD = Path(__file__).with_name("maria_keller.json")
SAMPLE_SCRIPT = Path(__file__).with_name("maria_keller.script.txt")
SAMPLE_PHYSICIAN = Path(__file__).with_name("maria_keller.physician.txt")
SAMPLE_COMPLAINT = "It burns when I pass urine, and I have to go all the time."
SAMPLE_DAY = date(2026, 6, 15)
"""No visit with the sample is dated before her record ends."""

__all__ = ["SAMPLE_COMPLAINT", "SAMPLE_DAY", "SAMPLE_PHYSICIAN", "SAMPLE_RECORD", "SAMPLE_SCRIPT"]
