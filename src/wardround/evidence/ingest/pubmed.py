"""PubMed's XML (`PubmedArticleSet`, `MedlineCitationSet`, gzipped or not) into drafts, an abstract's sections kept.

Layer by publication type, population by MeSH age groups and sex, retractions and updates by `CommentsCorrections`. The
country is what MeSH says that the work is about; for guidelines and for what clinicians write it may be the authors'.
Never the journal's: where a journal is printed says nothing about patients.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final
from xml.etree.ElementTree import Element

from wardround.evidence.documents import Depth, Layer
from wardround.evidence.ingest.drafts import MAX_TITLE, Draft, Gone, Note, Part, Reading, Unread
from wardround.evidence.ingest.opening import Proven, Told, opened
from wardround.evidence.ingest.places import place_of_addresses, place_of_headings
from wardround.evidence.ingest.xml_records import prove_xml, records

ROOTS: Final = ("PubmedArticleSet", "MedlineCitationSet", "PubmedArticle", "MedlineCitation")
_RECORDS: Final = frozenset(("PubmedArticle", "MedlineCitation", "PubmedBookArticle", "DeleteCitation"))
_LAYERS: Final = {
    "guideline": Layer.GUIDELINE,
    "practice guideline": Layer.GUIDELINE,
    "consensus development conference": Layer.GUIDELINE,
    "consensus development conference, nih": Layer.GUIDELINE,
    "consensus statement": Layer.GUIDELINE,
    "meta-analysis": Layer.REVIEW,
    "network meta-analysis": Layer.REVIEW,
    "systematic review": Layer.REVIEW,
    "scoping review": Layer.REVIEW,
    "review": Layer.REVIEW,
    "patient education handout": Layer.PUBLIC,
    "news": Layer.PUBLIC,
    "newspaper article": Layer.PUBLIC,
    "case reports": Layer.PRIMARY,
    "clinical study": Layer.PRIMARY,
    "observational study": Layer.PRIMARY,
    "comparative study": Layer.PRIMARY,
    "evaluation study": Layer.PRIMARY,
    "validation study": Layer.PRIMARY,
    "multicenter study": Layer.PRIMARY,
    "twin study": Layer.PRIMARY,
    "editorial": Layer.PRACTICE,
    "comment": Layer.PRACTICE,
    "lecture": Layer.PRACTICE,
    "clinical conference": Layer.PRACTICE,
    "interview": Layer.PRACTICE,
    "retraction of publication": Layer.PRACTICE,
    "retraction notice": Layer.PRACTICE,
    "published erratum": Layer.PRACTICE,
    "expression of concern": Layer.PRACTICE,
}
"""By publication type, what decides first standing first. Trials of every phase are primary research."""
_RANK: Final = list(dict.fromkeys(_LAYERS.values()))
_RETRACTED: Final = "retracted publication"
_AGES: Final = {
    "infant, newborn": "newborns",
    "infant": "infants",
    "child, preschool": "children",
    "child": "children",
    "adolescent": "adolescents",
    "young adult": "adults",
    "adult": "adults",
    "middle aged": "adults",
    "aged": "older people",
    "aged, 80 and over": "older people",
    "pregnancy": "pregnancy",
    "pregnant women": "pregnancy",
    "pregnant people": "pregnancy",
}
_ORDER: Final = list(dict.fromkeys(_AGES.values()))
_YEAR: Final = re.compile(r"\b(1[89]\d\d|20\d\d)\b")
_WHITE: Final = re.compile(r"\s+")
_DATES: Final = frozenset(("PubDate", "ArticleDate", "ContributionDate"))


def prove_pubmed(proven: Proven) -> None:
    """Read all of it once: whole, well formed, without entities. Raises BrokenError."""
    with opened(proven) as data:
        prove_xml(data)


def read_pubmed(proven: Proven, told: Told | None = None) -> Reading:
    """Every article; citations that PubMed deleted come as `Gone`."""
    with opened(proven, told) as data:
        for n, record in enumerate(records(data, _RECORDS), 1):
            if record.tag == "DeleteCitation":
                yield from (Gone(_text(one)) for one in record.iter("PMID"))
            else:
                yield _read(record, n)


def _read(record: Element, n: int) -> Draft | Unread:
    book = record.find("BookDocument")
    citation = (
        book
        if book is not None
        else record
        if record.tag == "MedlineCitation"
        else record.find("MedlineCitation")
    )
    pmid = _text(citation.find("PMID")) if citation is not None else ""
    if citation is None or not pmid.isascii() or not pmid.isdigit():
        return Unread(f"record {n}", "it has no PMID")
    article = citation if book is not None else citation.find("Article")
    if article is None:
        return Unread(f"PMID {pmid}", "it has no Article")
    title = _text(article.find("ArticleTitle")) or _text(article.find("VernacularTitle"))
    title = title or _text(citation.find("Book/BookTitle"))
    parts = _abstract(article)
    if not title and not parts:
        return Unread(f"PMID {pmid}", "it has neither title nor abstract")
    types = {_text(one).lower() for one in article.iter("PublicationType")}
    layer = layer_of(types)
    return Draft(
        key=pmid,
        title=title[:MAX_TITLE] or f"PMID {pmid}",
        parts=parts or (Part(title),),
        layer=layer,
        depth=Depth.ABSTRACT if parts else Depth.TITLE,
        source=_cited(article, title, pmid),
        year=_year(article),
        jurisdiction=_country(citation, article, layer),
        population=population_of(_headings(citation)),
        url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/",
        revised=_revised(citation),
        notes=tuple(_notes(citation, types)),
    )


def layer_of(types: set[str]) -> Layer:
    """The place in the pyramid of a work with these publication types, in lower case."""
    found = {_LAYERS[name] for name in types & _LAYERS.keys()}
    if any("trial" in name for name in types):
        found.add(Layer.PRIMARY)
    return next((layer for layer in _RANK if layer in found), Layer.PRIMARY)


def _abstract(article: Element) -> tuple[Part, ...]:
    """The abstract's sections; one in another language is not taken."""
    made = []
    for abstract in article.findall("Abstract"):
        for one in abstract.findall("AbstractText"):
            label = one.get("Label") or one.get("NlmCategory")
            section = (
                None if label in (None, "UNASSIGNED", "UNLABELLED") else _WHITE.sub(" ", str(label)).strip()
            )
            text = _text(one)
            if text:
                made.append(Part(text, section or None))
    return tuple(made)


def _cited(article: Element, title: str, pmid: str) -> str:
    """Journal, title, year."""
    journal = _text(article.find("Journal/ISOAbbreviation")) or _text(article.find("Journal/Title"))
    journal = journal or _text(article.find("Book/Publisher/PublisherName")) or "PubMed"
    return ", ".join(
        part for part in (journal, title[:MAX_TITLE].rstrip(" ."), str(_year(article) or "")) if part
    )


def _year(article: Element) -> int | None:
    for place in ("Journal/JournalIssue/PubDate", "Book/PubDate", "ArticleDate", "ContributionDate"):
        found = article.find(place)
        said = _YEAR.search(_text(found)) if found is not None else None
        if said:
            return int(said.group())
    return None


def _country(citation: Element, article: Element, layer: Layer) -> str | None:
    about = place_of_headings([*_headings(citation)])
    if about is not None or layer in (Layer.PRIMARY, Layer.REVIEW):
        return about
    return place_of_addresses(_text(one) for one in article.iter("Affiliation"))


def _headings(citation: Element) -> Iterator[str]:
    for one in citation.iterfind("MeshHeadingList/MeshHeading/DescriptorName"):
        yield _text(one)


def population_of(headings: Iterable[str]) -> str | None:
    """Age groups and pregnancy as headings name them; sex where it is one alone, and of adults."""
    names = {name.lower() for name in headings}
    groups = {_AGES[name] for name in names & _AGES.keys()}
    said = [group for group in _ORDER if group in groups]
    if (
        ("female" in names) != ("male" in names)
        and "pregnancy" not in groups
        and groups & {"adults", "older people"}
    ):
        said.append("women" if "female" in names else "men")
    return ", ".join(said) or None


def _revised(citation: Element) -> str:
    """The version of the record and the day of its last revision, as text that sorts."""
    pmid, date = citation.find("PMID"), citation.find("DateRevised")
    version = pmid.get("Version", "1") if pmid is not None else "1"
    day = [_text(date.find(name)) if date is not None else "" for name in ("Year", "Month", "Day")]
    sizes = (4, 2, 2)
    return f"{version[:4]:0>4} " + "-".join(f"{part[:n]:0>{n}}" for part, n in zip(day, sizes, strict=True))


def _notes(citation: Element, types: set[str]) -> Iterator[Note]:
    """What the record says of itself and of others: retracted, superseded by an update."""
    said = [
        (one.get("RefType", ""), _text(one.find("PMID")), _text(one.find("RefSource")))
        for one in citation.iterfind("CommentsCorrectionsList/CommentsCorrections")
    ]
    notices = [(pmid, source) for kind, pmid, source in said if kind == "RetractionIn"]
    if notices or _RETRACTED in types:
        where = "; ".join(
            " ".join(filter(None, (source, pmid and f"PMID {pmid}"))) for pmid, source in notices
        )
        yield Note(
            "retracted", f"retracted: {where}" if where else "PubMed lists it as a retracted publication"
        )
    for kind, pmid, source in said:
        if not pmid:
            continue
        if kind == "RetractionOf":
            yield Note("retracted", "a notice of retraction names it", key=pmid)
        elif kind == "UpdateIn":
            yield Note("superseded", f"updated in {source or pmid}", by=pmid)
        elif kind == "UpdateOf":
            yield Note("superseded", "a later article is an update of it", key=pmid)


def _text(element: Element | None) -> str:
    """All the text in an element, markup within it dropped, on one line."""
    if element is None:
        return ""
    between = " " if element.tag in _DATES else ""
    return _WHITE.sub(" ", between.join(element.itertext())).strip()
