"""Other names of what records hold, by kind and code, as docs/record-questions.md lists them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

LOINC: Final = "http://loinc.org"
SNOMED: Final = "http://snomed.info/sct"
CVX: Final = "http://hl7.org/fhir/sid/cvx"
SYSTEMS: Final[Mapping[str, str]] = MappingProxyType(
    {"result": LOINC, "problem": SNOMED, "immunization": CVX}
)

OTHER_NAMES: Final[Mapping[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]] = MappingProxyType(
    {
        "result": (
            (("4548-4",), ("HbA1c", "haemoglobin A1c", "hemoglobin A1c", "A1c", "glycated haemoglobin")),
            (("2339-0", "2345-7"), ("glucose", "blood glucose", "blood sugar")),
            (("38483-4", "2160-0"), ("creatinine",)),
            (("6299-2", "3094-0"), ("urea nitrogen", "BUN")),
            (("2947-0", "2951-2"), ("sodium",)),
            (("6298-4", "2823-3"), ("potassium",)),
            (("49765-1", "17861-6"), ("calcium",)),
            (("2069-3", "2075-0"), ("chloride",)),
            (("20565-8", "2028-9"), ("carbon dioxide", "CO2")),
            (("2093-3",), ("total cholesterol", "cholesterol")),
            (("18262-6",), ("LDL", "LDL cholesterol")),
            (("2085-9",), ("HDL", "HDL cholesterol")),
            (("2571-8",), ("triglycerides",)),
            (("718-7",), ("haemoglobin", "hemoglobin")),
            (("6690-2", "26464-8"), ("white cell count", "white blood cell count", "WBC", "leukocytes")),
            (("789-8", "26453-1"), ("red cell count", "red blood cell count", "RBC", "erythrocytes")),
            (("777-3", "26515-7"), ("platelets", "platelet count")),
            (("4544-3", "20570-8"), ("haematocrit", "hematocrit")),
            (("787-2", "30428-7"), ("MCV", "mean corpuscular volume")),
            (("785-6",), ("MCH",)),
            (("786-4",), ("MCHC",)),
            (("21000-5",), ("RDW", "red cell distribution width")),
            (("32207-3",), ("PDW", "platelet distribution width")),
            (("32623-1",), ("MPV", "mean platelet volume")),
            (("29463-7",), ("weight", "body weight")),
            (("8302-2",), ("height", "body height")),
            (("39156-5",), ("BMI", "body mass index")),
            (("8480-6",), ("systolic blood pressure", "systolic pressure", "systolic BP")),
            (("8462-4",), ("diastolic blood pressure", "diastolic pressure", "diastolic BP")),
            (("8331-1", "8310-5"), ("temperature", "body temperature")),
            (("8867-4",), ("heart rate", "pulse")),
            (("9279-1",), ("respiratory rate",)),
            (("72514-3",), ("pain score", "pain severity")),
            (("72166-2",), ("smoking status", "tobacco smoking status")),
            (("33914-3",), ("eGFR", "estimated GFR", "glomerular filtration rate")),
            (("14959-1",), ("microalbumin creatinine ratio", "albumin-creatinine ratio", "ACR")),
            (("2857-1",), ("PSA", "prostate specific antigen")),
            (("33762-6",), ("NT-proBNP",)),
            (("10230-1",), ("ejection fraction", "left ventricular ejection fraction", "LVEF")),
            (("1751-7",), ("albumin",)),
            (("2885-2",), ("total protein",)),
            (("1975-2",), ("bilirubin", "total bilirubin")),
            (("6768-6",), ("alkaline phosphatase", "ALP")),
            (("1742-6",), ("ALT", "alanine aminotransferase")),
            (("1920-8",), ("AST", "aspartate aminotransferase")),
            (("10834-0",), ("globulin",)),
            (("72106-8",), ("MMSE", "MMSE score")),
            (("19926-5",), ("FEV1/FVC", "FEV1/FVC ratio")),
        ),
        "problem": (
            (("38341003", "59621000"), ("hypertension", "high blood pressure")),
            (("44054006",), ("diabetes", "type 2 diabetes")),
            (("22298006",), ("myocardial infarction", "heart attack")),
            (("271737000",), ("anaemia", "anemia")),
            (("49436004",), ("atrial fibrillation",)),
            (("53741008",), ("coronary heart disease", "coronary artery disease")),
            (("55822004",), ("hyperlipidaemia", "hyperlipidemia")),
            (("26929004",), ("Alzheimer's disease", "Alzheimer's")),
            (("162864005",), ("obesity",)),
            (("43878008",), ("strep throat", "streptococcal sore throat")),
            (("65363002",), ("otitis media", "middle ear infection")),
            (("302870006",), ("hypertriglyceridaemia", "hypertriglyceridemia")),
            (("88805009",), ("congestive heart failure", "chronic heart failure")),
        ),
        "immunization": (
            (("140",), ("influenza", "flu")),
            (("121",), ("shingles", "zoster")),
            (("21",), ("chickenpox", "varicella")),
            (("113",), ("tetanus and diphtheria", "Td")),
            (("62",), ("HPV",)),
            (("133",), ("PCV13", "PCV 13")),
            (("10",), ("polio", "inactivated polio", "IPV")),
        ),
    }
)
