"""PubMed's XML: what each element becomes, and which files are refused."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from made_articles import HEAD, article, article_set

from wardround.evidence import Depth, EvidenceStore, Layer, take_in
from wardround.evidence.ingest.drafts import BrokenError, Draft
from wardround.evidence.ingest.opening import prove
from wardround.evidence.ingest.pubmed import layer_of, read_pubmed


def drafts(path: Path, xml: str) -> list[Draft]:
    path.write_text(xml)
    return [one for one in read_pubmed(prove(path)) if isinstance(one, Draft)]


def one(tmp_path: Path, *args: Any, **more: Any) -> Draft:
    (found,) = drafts(tmp_path / "a.xml", article_set(article(1, *args, **more)))
    return found


def test_a_structured_abstract_keeps_its_sections(tmp_path: Path) -> None:
    found = one(
        tmp_path,
        [("BACKGROUND", "Why."), ("RESULTS", "It fell by 5 <i>mmol/L</i>.")],
        title="On <b>sugar</b>.",
    )
    assert [(p.section, p.text) for p in found.parts] == [
        ("BACKGROUND", "Why."),
        ("RESULTS", "It fell by 5 mmol/L."),
    ]
    assert found.title == "On sugar."
    assert found.source == "J Med, On sugar, 2019"
    assert (found.key, found.depth) == ("1", Depth.ABSTRACT)
    assert found.url == "https://pubmed.ncbi.nlm.nih.gov/1/"


def test_an_article_without_abstract_was_read_to_its_title(tmp_path: Path) -> None:
    found = one(tmp_path, [])
    assert found.depth is Depth.TITLE
    assert found.whole == "A trial of something"


@pytest.mark.parametrize(
    ("types", "layer"),
    [
        (["Journal Article"], Layer.PRIMARY),
        (["Journal Article", "Randomized Controlled Trial"], Layer.PRIMARY),
        (["Clinical Trial, Phase III", "Comment"], Layer.PRIMARY),
        (["Case Reports", "Letter"], Layer.PRIMARY),
        (["Journal Article", "Review"], Layer.REVIEW),
        (["Systematic Review", "Meta-Analysis", "Comparative Study"], Layer.REVIEW),
        (["Practice Guideline", "Review"], Layer.GUIDELINE),
        (["Consensus Development Conference, NIH"], Layer.GUIDELINE),
        (["Editorial"], Layer.PRACTICE),
        (["Retraction of Publication"], Layer.PRACTICE),
        (["Patient Education Handout"], Layer.PUBLIC),
    ],
)
def test_the_layer_is_that_of_the_publication_types(types: list[str], layer: Layer) -> None:
    assert layer_of({name.lower() for name in types}) is layer


@pytest.mark.parametrize(
    ("headings", "population"),
    [
        (["Humans", "Female", "Male", "Adult", "Middle Aged"], "adults"),
        (["Infant, Newborn", "Infant", "Child, Preschool"], "newborns, infants, children"),
        (["Aged", "Aged, 80 and over", "Female"], "older people, women"),
        (["Adult", "Female", "Pregnancy"], "adults, pregnancy"),
        (["Adolescent", "Male"], "adolescents"),
        (["Humans"], None),
    ],
)
def test_the_population_is_that_of_the_headings(
    tmp_path: Path, headings: list[str], population: str | None
) -> None:
    assert one(tmp_path, headings=headings).population == population


@pytest.mark.parametrize(
    ("headings", "types", "affiliation", "country"),
    [
        (["Norway"], ["Journal Article"], "", "NO"),
        (["Norway", "Sweden"], ["Journal Article"], "", "international"),
        (["North Carolina"], ["Journal Article"], "", "US"),
        (["Europe"], ["Review"], "", "Europe"),
        ([], ["Practice Guideline"], "Department of Medicine, Bern, Switzerland. a@b.ch", "CH"),
        ([], ["Practice Guideline"], "Emory University, Atlanta, Georgia.", "US"),
        ([], ["Journal Article"], "Department of Medicine, Bern, Switzerland.", None),
    ],
)
def test_the_country_is_the_work_s_and_never_the_journal_s(
    tmp_path: Path, headings: list[str], types: list[str], affiliation: str, country: str | None
) -> None:
    assert one(tmp_path, headings=headings, types=types, affiliation=affiliation).jurisdiction == country


@pytest.mark.parametrize(
    ("date", "year"),
    [
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", 1998),
        ("<Year>2019</Year><Month>05</Month>", 2019),
        ("<MedlineDate>Winter</MedlineDate>", None),
    ],
)
def test_the_year_is_the_first_that_the_date_names(tmp_path: Path, date: str, year: int | None) -> None:
    assert one(tmp_path, year=date).year == year


def standing(tmp_path: Path, *files: str) -> dict[str, tuple[bool, str | None]]:
    folder = tmp_path / "articles"
    folder.mkdir(exist_ok=True)
    for n, xml in enumerate(files):
        (folder / f"pubmed{n}.xml").write_text(xml)
    with EvidenceStore(tmp_path / "store", make=True) as store:
        assert not take_in(store, [folder]).broken
        return {d.id: (d.retracted, d.superseded_by) for d in store.documents()}


def test_a_retracted_article_is_marked_by_itself_and_by_the_notice(tmp_path: Path) -> None:
    found = standing(
        tmp_path,
        article_set(
            article(1, links=[("RetractionIn", 9)]),
            article(2, types=["Journal Article", "Retracted Publication"]),
            article(3),
            article(4, types=["Retraction of Publication"], links=[("RetractionOf", 3)]),
            article(5, links=[("CommentIn", 4), ("ErratumIn", 4), ("Cites", 1)]),
        ),
    )
    assert {name for name, (retracted, _) in found.items() if retracted} == {
        "pubmed.1",
        "pubmed.2",
        "pubmed.3",
    }


def test_a_notice_that_came_before_its_article_marks_it_when_it_comes(tmp_path: Path) -> None:
    notice, late = article_set(article(4, links=[("RetractionOf", 3)])), article_set(article(3))
    assert standing(tmp_path, notice, late)["pubmed.3"] == (True, None)


def test_an_updated_article_is_superseded_by_its_update(tmp_path: Path) -> None:
    found = standing(
        tmp_path,
        article_set(article(1, links=[("UpdateIn", 2)]), article(2), article(3, links=[("UpdateOf", 2)])),
    )
    assert found == {
        "pubmed.1": (False, "pubmed.2"),
        "pubmed.2": (False, "pubmed.3"),
        "pubmed.3": (False, None),
    }


def test_a_revised_record_takes_the_older_one_s_place_whatever_comes_first(tmp_path: Path) -> None:
    new = article_set(article(1, [(None, "It does not work.")], revised=(2024, 5, 1)))
    old = article_set(article(1, [(None, "It works.")], revised=(2019, 5, 1)))
    for n, files in enumerate(([old, new], [new, old])):
        place = tmp_path / str(n)
        place.mkdir()
        standing(place, *files)
        with EvidenceStore(place / "store") as store:
            texts = [p.text for p in store.passages() if p.document.superseded_by is None]
            assert texts == ["It does not work."]


def test_a_deleted_citation_is_reported_and_pruned_when_asked(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    with EvidenceStore(tmp_path / "store", make=True) as store:
        file.write_text(article_set(article(1), article(2)))
        take_in(store, [file])
        update = tmp_path / "b.xml"
        update.write_text(article_set("<DeleteCitation><PMID>2</PMID></DeleteCitation>"))
        assert take_in(store, [update]).gone == ["pubmed.2"]
        assert len(list(store.documents())) == 2
        update.write_text(article_set("<DeleteCitation><PMID>2</PMID></DeleteCitation>", article(5)))
        assert take_in(store, [update], prune=True).pruned == 1
        assert [d.id for d in store.documents()] == ["pubmed.1", "pubmed.5"]


def test_gzipped_and_plain_give_the_same(tmp_path: Path) -> None:
    xml = article_set(article(1), article(2))
    (tmp_path / "a.xml").write_text(xml)
    (tmp_path / "b.xml.gz").write_bytes(gzip.compress(xml.encode()))
    assert list(read_pubmed(prove(tmp_path / "a.xml"))) == list(read_pubmed(prove(tmp_path / "b.xml.gz")))


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE PubmedArticleSet [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    + article_set(article(1, [(None, "&b;")])).removeprefix(HEAD)
)
OUTSIDE = BOMB.replace('<!ENTITY a "ha">', '<!ENTITY a SYSTEM "file:///etc/passwd">')
DEEP = f"{HEAD}<PubmedArticleSet>{'<a>' * 5000}{'</a>' * 5000}</PubmedArticleSet>"
CUT = article_set(*(article(n) for n in range(3000)))[:-1000]


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (BOMB, "entities"),
        (OUTSIDE, "entities"),
        (f"{HEAD}{' ' * 70_000}{BOMB.partition('?>')[2]}", "XML"),
        (DEEP, "nested"),
        (CUT, "no whole XML"),
        (article_set(article(1)).replace("<Article>", "<Article>\x01"), "no whole XML"),
    ],
)
def test_hostile_and_broken_xml_is_refused_whole(tmp_path: Path, xml: str, reason: str) -> None:
    file = tmp_path / "a.xml"
    file.write_text(xml)
    with EvidenceStore(tmp_path / "store", make=True) as store:
        done = take_in(store, [file])
        said = [*done.broken, *done.other]
        assert [reason in one.reason for one in said] == [True], said
        assert not list(store.documents())


def test_an_entity_declared_behind_the_first_bytes_is_refused_too(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_text(BOMB.replace("<!DOCTYPE", f"<!-- {'PubmedArticleSet ' * 8000} --><!DOCTYPE"))
    with EvidenceStore(tmp_path / "store", make=True) as store:
        (broken,) = take_in(store, [file]).broken
        assert "entit" in broken.reason


def test_a_record_without_pmid_is_passed_over_and_named(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_text(article_set(article(1).replace(">1</PMID>", ">x</PMID>"), article(2)))
    with EvidenceStore(tmp_path / "store", make=True) as store:
        done = take_in(store, [file])
        assert [d.id for d in store.documents()] == ["pubmed.2"]
        assert [one.reason for one in done.records] == ["it has no PMID"]


def test_a_gzip_bomb_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.xml.gz"
    file.write_bytes(gzip.compress(b"\0" * 40_000_000))
    with pytest.raises(BrokenError, match="bomb"):
        prove(file)


def test_a_truncated_download_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.xml.gz"
    file.write_bytes(gzip.compress(article_set(article(1)).encode())[:-20])
    with pytest.raises(BrokenError, match="fetch it again"):
        prove(file)
