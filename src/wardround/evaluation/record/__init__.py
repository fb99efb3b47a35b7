"""Questions to long records: an oracle reads the raw FHIR JSON, memory is asked, by structure and in English.

What each question means is said in docs/record-questions.md; the oracle shares no code with memory or clinical.
"""

from wardround.evaluation.record.examine import RecordConfig, RecordResults, Reply, examine_record
from wardround.evaluation.record.keeping import keep_record
from wardround.evaluation.record.rebuilt import examine_rebuilt

__all__ = ["RecordConfig", "RecordResults", "Reply", "examine_rebuilt", "examine_record", "keep_record"]
