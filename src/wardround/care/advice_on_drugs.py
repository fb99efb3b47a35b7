"""What the knowledge base says about giving one drug to this patient: for the pharmacist, who decides nothing."""

from __future__ import annotations

from wardround.care.chart import Chart
from wardround.harness import JSON
from wardround.knowledge import Drug, KnowledgeBase


def what_is_known(base: KnowledgeBase, chart: Chart, drug: Drug) -> JSON:
    """Doses, limits and interactions that bear on this patient, each with its grade."""
    interactions = [
        {
            "with": current.drug,
            "severity": found.severity,
            "effect": found.effect,
            "action": found.action,
            "id": found.id,
        }
        for current in chart.drugs
        if current.drug and current.drug != drug.id
        for found in base.interactions_between(drug.id, current.drug)
    ]
    renal = [
        {"egfr_below": r.egfr_below, "action": r.action, "max_daily": r.max_daily, "note": r.note}
        for r in drug.renal
        if chart.egfr is not None and chart.egfr < r.egfr_below
    ]
    return {
        "drug": drug.id,
        "name": drug.name,
        "doses": [d.model_dump(mode="json") for d in drug.doses],
        "max_daily": drug.max_daily.model_dump(mode="json"),
        "interactions": interactions,
        "renal": renal,
        "egfr": chart.egfr,
        "pregnancy": drug.pregnancy.model_dump(mode="json") if chart.evidence.sex != "male" else None,
        "monitoring": [m.model_dump(mode="json") for m in drug.monitoring],
        "grade": base.provenance(drug).grade,
    }
