"""One patient whose memory the tests of recall, context, disclosure and views ask: twenty-odd facts of six years."""

from __future__ import annotations

from datetime import date

from memory_facts import a_fact

from wardround.clinical import RXNORM, Coding, Concept, Fact, Quantity
from wardround.memory import Memory

TODAY = date(2026, 6, 1)
WHO = "p1"


def facts() -> list[Fact]:
    """Heart, sugar, mind, an operation, three visits."""
    drug = {"kind": "drug"}
    hba1c = {"kind": "result", "text": "Hemoglobin A1c/Hemoglobin.total in Blood", "code": "analyte.hba1c"}
    return [
        a_fact("lisinopril-10", **drug, text="Lisinopril 10 MG Oral Tablet", since="2024-02-01", until="2025-02-28", status="resolved", detail="10 mg once a day"),
        a_fact("lisinopril-20", **drug, text="Lisinopril 20 MG Oral Tablet", since="2025-03-01", detail="20 mg once a day", value=Quantity(20, "mg")),
        a_fact("amlodipine", **drug, text="amlodipine", code="drug.amlodipine", since="2023-01-01", detail="5 mg once a day"),
        a_fact("metformin", **drug, text="metformin", code="drug.metformin", since="2023-06-01", detail="500 mg twice a day"),
        a_fact("lithium", **drug, text="lithium carbonate", code="drug.lithium", since="2019-05", detail="400 mg at night; for bipolar disorder"),
        a_fact("bipolar", text="Bipolar disorder", code="condition.bipolar_disorder", since="2019"),
        a_fact("hypertension", text="Hypertension", code="condition.hypertension", since="2018"),
        a_fact("diabetes", text="Type 2 diabetes mellitus", code="condition.type_2_diabetes", since="2023-05"),
        a_fact("gout", text="gout", code="condition.gout", since="2021", until="2021-06", status="resolved"),
        a_fact("penicillin", kind="allergy", text="penicillin", code="allergy.penicillins", detail="medication severe: anaphylaxis"),
        a_fact("hip", kind="procedure", text="Total hip replacement (procedure)", since="2024-06-10"),
        a_fact("hba1c-64", **hba1c, value=Quantity(64, "mmol/mol"), since="2023-05-01"),
        a_fact("hba1c-7", **hba1c, value=Quantity(7.1, "%"), since="2025-05-01"),
        a_fact("potassium", kind="result", text="Potassium", code="analyte.potassium", value=Quantity(5.1, "mmol/L"), since="2025-05-01"),
        a_fact("cough", kind="finding", text="Cough", code="finding.cough", value=True, since="2024-03-15", until="2024-06-13"),
        a_fact("no-cpr", kind="directive", text="no resuscitation", since="2025-01"),
        a_fact("chinese", text="高血压", since="2018"),
        a_fact("visit-a", kind="summary", text="2024-03-15: came with “a dry cough”. Working diagnosis common cold. Ended: home.", since="2024-03-15"),
        a_fact("visit-b", kind="summary", text="2025-03-01: came with “nothing gives me joy”. Working diagnosis Depression. Prescribed Sertraline. To be seen in 14 days. Ended: home.", since="2025-03-01"),
    ]  # fmt: skip


def product() -> Fact:
    """A drug that only its RxNorm code tells."""
    from dataclasses import replace

    fact = a_fact(
        "product", kind="drug", text="white tablets of the other pharmacy", since="2022", until="2023"
    )
    return replace(fact, concept=Concept(fact.concept.text, (Coding(RXNORM, "161", "acetaminophen"),)))


def remembered(*more: Fact) -> Memory:
    """A memory that holds it all."""
    memory = Memory()
    memory.write([*facts(), *more], patient_id=WHO)
    return memory
