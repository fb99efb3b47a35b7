"""PubMed records in XML, made for the tests."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January '
    '2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
)


def article(
    pmid: int,
    abstract: Sequence[tuple[str | None, str]] = ((None, "It works."),),
    *,
    title: str = "A trial of something",
    types: Sequence[str] = ("Journal Article",),
    headings: Sequence[str] = (),
    links: Sequence[tuple[str, int]] = (),
    year: str = "<Year>2019</Year>",
    revised: tuple[int, int, int] = (2020, 1, 2),
    affiliation: str = "",
) -> str:
    texts = "".join(
        f"<AbstractText{f' Label={label!r} NlmCategory={label!r}' if label else ''}>{text}</AbstractText>".replace(
            "'", '"'
        )
        for label, text in abstract
    )
    mesh = "".join(
        f"<MeshHeading><DescriptorName>{escape(h)}</DescriptorName></MeshHeading>" for h in headings
    )
    said = "".join(
        f'<CommentsCorrections RefType="{kind}"><RefSource>J Med. 2021</RefSource><PMID Version="1">{other}</PMID>'
        "</CommentsCorrections>"
        for kind, other in links
    )
    day = "".join(f"<{n}>{v:02}</{n}>" for n, v in zip(("Year", "Month", "Day"), revised, strict=True))
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{pmid}</PMID><DateRevised>{day}</DateRevised>'
        f"<Article><Journal><JournalIssue><PubDate>{year}</PubDate></JournalIssue><Title>Journal of Medicine</Title>"
        f"<ISOAbbreviation>J Med</ISOAbbreviation></Journal><ArticleTitle>{title}</ArticleTitle>"
        f"{f'<Abstract>{texts}</Abstract>' if texts else ''}<AuthorList><Author><AffiliationInfo><Affiliation>"
        f"{escape(affiliation)}</Affiliation></AffiliationInfo></Author></AuthorList><PublicationTypeList>"
        + "".join(f"<PublicationType>{escape(t)}</PublicationType>" for t in types)
        + "</PublicationTypeList></Article><MedlineJournalInfo><Country>England</Country></MedlineJournalInfo>"
        f"<CommentsCorrectionsList>{said}</CommentsCorrectionsList><MeshHeadingList>{mesh}</MeshHeadingList>"
        "</MedlineCitation></PubmedArticle>"
    )


def article_set(*records: str) -> str:
    return f"{HEAD}<PubmedArticleSet>{''.join(records)}</PubmedArticleSet>"
