"""What is read of a Chinese note: vital signs, age, sex, size; ranges, limits, aims, former and relatives' values are left."""

from __future__ import annotations

import pytest

from wardround.calculators import Fit, Result, Stated, calculator_of, read_note, work_out


def read(id: str, note: str) -> Fit:
    return read_note(calculator_of(id), note)


def taken(id: str, note: str, name: str) -> object:
    stated = read(id, note).values.get(name)
    if stated is None:
        return None
    assert isinstance(stated, Stated)
    return round(stated.value[0], 3) if isinstance(stated.value, tuple) else stated.value


SIGNS = (
    ("体温38.6℃", "temperature", 38.6), ("腋温37.2度", "temperature", 37.2), ("体温３８．１℃", "temperature", 38.1), ("体温：36.5°C。", "temperature", 36.5),
    ("心率102次/分", "heart_rate", 102), ("脉搏：76次/min", "heart_rate", 76), ("P 88次/分", "heart_rate", 88),
    ("呼吸22次/分", "respiratory_rate", 22), ("呼吸频率为30次/分", "respiratory_rate", 30), ("R20次/分", "respiratory_rate", 20),
    ("血压105/62mmHg", "systolic_bp", 105), ("BP：142/88 mmHg", "systolic_bp", 142), ("血压降至85/50", "systolic_bp", 85),
    ("血氧饱和度93%", "oxygen_saturation", 93), ("指氧96％", "oxygen_saturation", 96), ("末梢血氧约90%", "oxygen_saturation", 90),
    ("年龄：54岁", "age", 54), ("患儿2岁6个月", "age", 2.5), ("患儿，11个月", "age", 0.917),
    ("神志清楚", "consciousness", "alert"), ("意识清", "consciousness", "alert"), ("呼之能应", "consciousness", "voice"), ("意识模糊", "consciousness", "new confusion"),
    ("持续鼻导管吸氧2L/min", "oxygen", True), ("面罩吸氧中", "oxygen", True), ("未吸氧", "oxygen", False), ("呼吸空气", "oxygen", False),
    ("目标血氧饱和度88-92%", "hypercapnic_target", True), ("否认慢阻肺病史", "hypercapnic_target", False), ("无高碳酸血症", "hypercapnic_target", False),
)  # fmt: skip


@pytest.mark.parametrize(("said", "name", "value"), SIGNS, ids=[one[0] for one in SIGNS])
def test_a_sign_that_stands_beside_its_name_is_read(said: str, name: str, value: object) -> None:
    assert taken("news2", f"患者因咳嗽就诊。{said}", name) == value


NONE = (
    ("体温38-39℃", "temperature"), ("体温最高39.5℃", "temperature"), ("体温37.3℃以下", "temperature"), ("3天前体温39℃", "temperature"),
    ("心率大于120次/分", "heart_rate"), ("心率控制在80次/分", "heart_rate"), ("维持心率80次/分", "heart_rate"), ("其母心率90次/分", "heart_rate"),
    ("呼吸困难3天", "respiratory_rate"), ("呼吸12~20次/分", "respiratory_rate"), ("呼吸机辅助通气15天", "respiratory_rate"),
    ("既往血压最高180/100mmHg", "systolic_bp"), ("血压16/10kPa", "systolic_bp"), ("目标血压130/80mmHg", "systolic_bp"), ("父亲血压150/90mmHg", "systolic_bp"),
    ("血氧饱和度90%以上", "oxygen_saturation"), ("血氧分压60mmHg", "oxygen_saturation"), ("若血氧饱和度低于90%", "oxygen_saturation"), ("保持血氧饱和度95%", "oxygen_saturation"),
    ("50岁时患糖尿病", "age"), ("父亲70岁", "age"), ("病程3个月", "age"),
    ("神志不清", "consciousness"), ("嗜睡", "consciousness"), ("昏迷", "consciousness"), ("昨日意识模糊", "consciousness"),
    ("必要时吸氧", "oxygen"), ("长期家庭氧疗", "oxygen"), ("建议给氧", "oxygen"), ("血氧饱和度95%", "oxygen"),
    ("慢阻肺10年", "hypercapnic_target"), ("其父患慢阻肺", "hypercapnic_target"),
)  # fmt: skip


@pytest.mark.parametrize(("said", "name"), NONE, ids=[one[0] for one in NONE])
def test_what_is_no_value_of_the_patient_now_is_left(said: str, name: str) -> None:
    assert taken("news2", f"患者因咳嗽就诊。{said}。", name) is None


SIZES = (
    ("女，33岁，身高158cm，体重52kg", (158, 52)), ("身高1.75米，体重80公斤", (175, 80)), ("体重：130斤 身高：170厘米", (170, 65)),
    ("体重下降5kg，身高160cm", (160, None)), ("理想体重60kg", (None, None)), ("出生体重3.2kg", (None, None)), ("体重指数24", (None, None)),
    ("丈夫身高180cm，体重90kg", (None, None)), ("去年体重70kg，现体重64kg，身高165cm", (165, 64)),
)  # fmt: skip


@pytest.mark.parametrize(("said", "size"), SIZES, ids=[one[0] for one in SIZES])
def test_weight_and_height(said: str, size: tuple[float | None, float | None]) -> None:
    assert (taken("body-mass-index", said, "height"), taken("body-mass-index", said, "weight")) == size


@pytest.mark.parametrize(
    ("said", "sex"),
    [("患者，男，60岁", "male"), ("性别：女", "female"), ("女性，45岁", "female"), ("60岁男性", "male"), ("患儿女，3岁", "female"),
     ("有一女儿", None), ("育有1子1女", None), ("其子，男，20岁", None)],
)  # fmt: skip
def test_sex(said: str, sex: str | None) -> None:
    assert taken("ideal-body-weight", said, "sex") == sex


def test_a_whole_note_gives_news2_and_qsofa() -> None:
    note = (
        "患者，女，72岁，因发热3天入院。既往高血压，血压最高180/110mmHg，否认慢阻肺。3天前体温39.5℃。\n查体：T：38.2℃，P：112次/分，R：24次/分，"
        "BP：96/58mmHg，SpO2：92%（鼻导管吸氧3L/min）。神清，精神差。"
    )
    fit = read("news2", note)
    assert not fit.doubts
    done = work_out(calculator_of("news2"), fit.values)
    assert isinstance(done, Result)
    assert done.value == 2 + 2 + 2 + 2 + 2 + 0 + 1
    sepsis = work_out(calculator_of("qsofa"), read("qsofa", note).values)
    assert isinstance(sepsis, Result)
    assert sepsis.value == 2


def test_what_an_english_word_cannot_find_in_chinese_is_in_doubt_and_not_inapplicable() -> None:
    fit = read("body-mass-index", "患者女，身高160cm，体重未测。")
    assert fit.inapplicable is None
    assert [one.name for one in fit.doubts] == ["weight"]
    assert read("centor", "患者咽痛2天。").inapplicable is None
