"""Pictures that a clinician knows at a glance: the flag that must fire, and everyday ones in which none may."""

import pytest

from wardround.knowledge import Evidence, load, red_flags_present

F = "finding."


def flags(age: float, sex: str, findings: dict[str, bool | float], **more: object) -> set[str]:
    full = {F + name: value for name, value in findings.items()}
    evidence = Evidence(age=age, sex=sex, findings=full, **more)  # type: ignore[arg-type]
    return {cause for flag in red_flags_present(load(), evidence) for cause in flag.means}


@pytest.mark.parametrize(
    ("age", "sex", "findings", "means"),
    [
        (60, "male", {"chest_pain": True, "chest_pain.radiation_arm_jaw": True}, "acute_coronary_syndrome"),
        (48, "female", {"chest_pain": True, "sweating": True}, "acute_coronary_syndrome"),
        (71, "female", {"facial_droop": True}, "ischaemic_stroke"),
        (71, "male", {"speech_disturbance": True, "arm_weakness": True}, "ischaemic_stroke"),
        (40, "female", {"headache": True, "headache.thunderclap": True}, "subarachnoid_haemorrhage"),
        (19, "female", {"fever": True, "headache": True, "neck_stiffness": True}, "bacterial_meningitis"),
        (4, "male", {"fever": True, "rash": True, "rash.non_blanching": True}, "bacterial_meningitis"),
        (
            30,
            "male",
            {"lip_face_swelling": True, "breathlessness": True, "allergen_exposure": True},
            "anaphylaxis",
        ),
        (
            27,
            "female",
            {"abdominal_pain": True, "missed_period": True, "vaginal_bleeding": True},
            "ectopic_pregnancy",
        ),
        (
            52,
            "female",
            {"breathlessness": True, "breathlessness.sudden": True, "haemoptysis": True},
            "pulmonary_embolism",
        ),
        (45, "male", {"back_pain": True, "saddle_numbness": True}, "cauda_equina_syndrome"),
        (66, "male", {"haematemesis": True}, "peptic_ulcer_bleed"),
        (22, "female", {"overdose_taken": True}, "poisoning"),
        (58, "male", {"haemoptysis": True}, "lung_cancer"),
        (35, "male", {"haemoptysis": True, "smoker": True}, "lung_cancer"),
        (30, "female", {"haemoptysis": True, "heart_rate": 118.0}, "pulmonary_embolism"),
        (
            45,
            "female",
            {"leg_swelling": True, "skin_redness": True, "immobility_or_surgery": True},
            "deep_vein_thrombosis",
        ),
    ],
)
def test_a_dangerous_picture_raises_its_flag(
    age: float, sex: str, findings: dict[str, bool | float], means: str
) -> None:
    assert f"condition.{means}" in flags(age, sex, findings)


def test_suicidal_thoughts_raise_a_flag() -> None:
    assert flags(33, "male", {"suicidal_thoughts": True})


@pytest.mark.parametrize(
    "findings",
    [
        {"runny_nose": True, "sneezing": True, "sore_throat": True, "cough": True},
        {"heartburn": True, "acid_regurgitation": True},
        {"dysuria": True, "urinary_frequency": True},
        {"back_pain": True, "back_pain.after_strain": True},
        {"joint_pain": True, "joint_pain.big_toe": True, "joint_swelling": True},
        {"fatigue": True, "poor_sleep": True, "weight_gain": True},
        {
            "temperature": 36.8,
            "heart_rate": 76.0,
            "respiratory_rate": 14.0,
            "systolic_bp": 128.0,
            "oxygen_saturation": 98.0,
        },
    ],
)
def test_an_everyday_picture_raises_none(findings: dict[str, bool | float]) -> None:
    assert flags(38, "female", findings) == set()
