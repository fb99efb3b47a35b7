"""The YAML of a base is read strictly, and an error says where it is and what to do."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from wardround.knowledge import KnowledgeInvalidError, load_from
from wardround.knowledge.loader import parse, read_sources

Content = dict[str, Any]
Write = Callable[[Content], Path]


def _error(folder: Path) -> str:
    with pytest.raises(KnowledgeInvalidError) as raised:
        load_from(folder)
    assert len(raised.value.errors) == 1
    return raised.value.errors[0]


def test_a_wrong_value_is_named_by_file_entity_and_field(content: Content, written: Write) -> None:
    content["conditions"][1]["prevalence"].append({"p": 1.4})
    error = _error(written(content))
    assert error.startswith("conditions/both.yaml: condition.beta: prevalence.1.p: ")
    assert "less than 1" in error
    assert "1.4" in error


def test_a_key_that_the_schema_does_not_know_is_refused(content: Content, written: Write) -> None:
    content["drugs"][0]["max_dayly"] = 3
    assert _error(written(content)).startswith("rest.yaml: drug.one: max_dayly: ")


def test_an_entity_without_id_is_named_by_its_place(content: Content, written: Write) -> None:
    del content["findings"][3]["id"]
    assert _error(written(content)).startswith("rest.yaml: findings[3]: id: Field required")


def test_the_same_id_in_two_files_is_an_error_that_names_both(content: Content, written: Write) -> None:
    folder = written(content)
    (folder / "again.yaml").write_text(yaml.safe_dump({"findings": [content["findings"][0]]}))
    error = _error(folder)
    assert "finding.cough: id: stands already in again.yaml" in error
    assert error.startswith("rest.yaml: ")


def test_a_key_twice_in_one_mapping_is_not_a_silent_loss(content: Content, written: Write) -> None:
    folder = written(content)
    (folder / "twice.yaml").write_text("classes:\n  - {id: class.a, name: a, name: b}\n")
    assert _error(folder) == "twice.yaml: line 2: key 'name' stands twice: keep one: mend the YAML"


def test_broken_yaml_is_named_by_file_and_line(content: Content, written: Write) -> None:
    folder = written(content)
    (folder / "broken.yaml").write_text("classes:\n  - {id: class.a,\n")
    assert _error(folder).startswith("broken.yaml: line 3: ")


@pytest.mark.parametrize("text", ["- a\n- b\n", "just words", "42"])
def test_a_file_that_is_no_mapping_is_refused(content: Content, written: Write, text: str) -> None:
    folder = written(content)
    (folder / "list.yaml").write_text(text)
    assert "list.yaml: is a " in _error(folder)


def test_yaml_cannot_make_python_objects(content: Content, written: Write) -> None:
    folder = written(content)
    (folder / "evil.yaml").write_text("classes: !!python/object/apply:os.system ['exit 1']\n")
    assert _error(folder).startswith("evil.yaml: line 1: ")


def test_yes_and_no_are_words(content: Content, written: Write) -> None:
    folder = written(content)
    text = (folder / "rest.yaml").read_text().replace("'yes'", "yes").replace("'no'", "no")
    assert "\n    yes:\n" in text
    (folder / "rest.yaml").write_text(text)
    assert load_from(folder).findings["finding.cough"].answers.yes[0] == "yes"


def test_every_error_of_every_file_comes_at_once(content: Content, written: Write) -> None:
    content["conditions"][0]["urgency"] = "whenever"
    content["drugs"][1]["classes"] = []
    with pytest.raises(KnowledgeInvalidError) as raised:
        load_from(written(content))
    assert [e.split(": ")[1] for e in raised.value.errors] == ["condition.alpha", "drug.two"]


def test_a_folder_without_yaml_says_what_to_give(tmp_path: Path) -> None:
    assert "give the folder of a knowledge base" in _error(tmp_path)


def test_the_compiled_base_is_read_back_equal_and_not_parsed_again(
    content: Content, written: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = written(content)
    first = load_from(folder)
    assert first.cache.startswith("written ")
    monkeypatch.setattr("wardround.knowledge.cache.load_sources", lambda _: pytest.fail("parsed again"))
    second = load_from(folder)
    assert second.cache.startswith("read ")
    assert second.content == first.content == parse(read_sources(folder))[0]
    assert second.version == first.version


def test_changed_yaml_is_another_version(content: Content, written: Write) -> None:
    first = load_from(written(content))
    content["conditions"][0]["follow_up_days"] = 8
    second = load_from(written(content))
    assert second.version != first.version
    assert second.conditions["condition.alpha"].follow_up_days == 8


def test_a_cache_that_was_edited_is_not_believed(content: Content, written: Write) -> None:
    folder = written(content)
    path = Path(load_from(folder).cache.removeprefix("written "))
    path.write_bytes(path.read_bytes().replace(b'"value":1.2', b'"value":9.2'))
    again = load_from(folder)
    assert again.drugs["drug.one"].max_daily.value == 1.2
    assert again.cache.startswith("written ")
    path.write_bytes(path.read_bytes()[:-40])
    assert load_from(folder).drugs["drug.one"].max_daily.value == 1.2


def test_where_the_cache_cannot_be_written_the_base_stays_in_memory_and_says_so(
    content: Content, written: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("WARDROUND_CACHE", str(tmp_path / "file" / "cache"))
    base = load_from(written(content))
    assert base.cache.startswith("memory: ")
    assert "condition.alpha" in base.conditions


def test_the_cache_folder_follows_xdg(
    content: Content, written: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WARDROUND_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    load_from(written(content))
    assert len(os.listdir(tmp_path / "xdg" / "wardround")) == 1
