"""A whole visit with a simulated patient: no model, no key."""

import asyncio
from datetime import date

from wardround.care import Planner, Request, Ward, soap_note
from wardround.clinical import read_bundle
from wardround.harness import Answering
from wardround.samples import SAMPLE_RECORD
from wardround.simulation import play

ward, record = Ward.in_memory(), read_bundle(SAMPLE_RECORD)
request = Request(record.patient, "It burns when I pass urine.", date(2026, 1, 5), record.facts)
visit = asyncio.run(play(ward, request, Planner(ward.clinic.projection), Answering("approve")))
print(soap_note(ward.clinic.base, visit.state.domain))
