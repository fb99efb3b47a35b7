"""PDF files: pages, sections and columns as a reader sees them; what is locked, scanned, cut or hangs is refused."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from made_pdfs import page_of, pdf, written

from wardround.evidence import EvidenceStore, take_in
from wardround.evidence.ingest import pdf as reading
from wardround.evidence.ingest.drafts import BrokenError, Draft
from wardround.evidence.ingest.front_matter import Said
from wardround.evidence.ingest.pdf_layout import joined

pytest.importorskip("pdfplumber")

ASTHMA = ["# Acute asthma in adults", "Give oxygen to keep saturation at 94 to 98 %. Use salbuta-",
          "mol 5 mg by nebuliser, e.g. every 15 minutes.", "", "Prednisolone 40 mg is given by mouth."]  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> Iterator[reading.PdfReader]:
    with reading.PdfReader() as made:
        yield made


def read(reader: reading.PdfReader, path: Path) -> Draft:
    return reader.read(path, path.name, Said())


def test_pages_sections_and_paragraphs_are_kept(reader: reading.PdfReader, tmp_path: Path) -> None:
    found = read(
        reader,
        written(tmp_path / "a.pdf", [page_of(ASTHMA), page_of(["# Discharge", "Review within 48 hours."])]),
    )
    assert found.title == "Acute asthma in adults"
    assert [(p.page, p.section, p.text) for p in found.parts] == [
        (1, "Acute asthma in adults", "Give oxygen to keep saturation at 94 to 98 %. Use salbutamol 5 mg by nebuliser, e.g. "
         "every 15 minutes.\n\nPrednisolone 40 mg is given by mouth."),
        (2, "Discharge", "Review within 48 hours."),
    ]  # fmt: skip


def test_columns_are_read_one_after_the_other(reader: reading.PdfReader, tmp_path: Path) -> None:
    left = [f"The left column speaks of dose {n} here." for n in range(15)]
    right = [f"The right column speaks of harm {n} now." for n in range(15)]
    both = page_of(left, left=40, size=9) + page_of(right, left=310, size=9)
    text = read(reader, written(tmp_path / "a.pdf", [both])).whole
    assert " ".join(text.split()) == " ".join([*left, *right])


def test_running_heads_and_page_numbers_are_left_out(reader: reading.PdfReader, tmp_path: Path) -> None:
    pages = [
        [
            *page_of([f"Text {'x' * n} stands here."]),
            (70, 815, 8, "St Elsewhere"),
            (280, 20, 8, f"Page {n} of 4"),
        ]
        for n in range(1, 5)
    ]
    text = read(reader, written(tmp_path / "a.pdf", pages)).whole
    assert "Elsewhere" not in text
    assert "Page" not in text
    assert text.count("stands here.") == 4


def test_a_raised_figure_is_a_power_and_small_print_keeps_its_blanks(
    reader: reading.PdfReader, tmp_path: Path
) -> None:
    page = [
        *page_of(["# Platelets", "Stop heparin where platelets are below the limit and"]),
        (70, 730, 11, "100 x 10"), (112.9, 734.5, 6, "9"), (116.4, 730, 11, "/L."),
        *page_of(["Small print stands here in letters of six points."], top=600, size=6),
    ]  # fmt: skip
    text = read(reader, written(tmp_path / "a.pdf", [page])).whole
    assert "100 x 10^9/L." in text
    assert "Small print stands here" in text


def test_no_word_of_a_heading_without_text_is_lost(reader: reading.PdfReader, tmp_path: Path) -> None:
    page = page_of(["# First", "# Second", "Text that is long enough to be the body of it.", "# Last"])
    draft = read(reader, written(tmp_path / "a.pdf", [page]))
    said = " ".join(f"{part.section} {part.text}" for part in draft.parts)
    assert all(word in said for word in ("First", "Second", "Text", "Last"))


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["salbuta-", "mol"], "salbutamol"),
        (["beta-", "blocker"], "beta-blocker"),
        (["5-", "10 mg"], "5- 10 mg"),
        (["soft\u00ad", "hyphen"], "softhyphen"),
    ],
)
def test_a_hyphen_that_parts_a_word_is_taken_out(lines: list[str], text: str) -> None:
    assert joined(lines) == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pdf([page_of(ASTHMA)], password="secret"), "encrypted"),
        (pdf([[]]), "no text"),
        (pdf([page_of(ASTHMA)])[:700], "no PDF that can be read"),
        (b"%PDF-1.7\n" + b"\xde\xad" * 500, "no PDF that can be read"),
        (b"%PDF-1.7\n" + b"[" * 100_000, "no PDF|nested"),
    ],
)
def test_what_cannot_be_read_says_why(
    reader: reading.PdfReader, tmp_path: Path, data: bytes, reason: str
) -> None:
    (tmp_path / "a.pdf").write_bytes(data)
    with pytest.raises(BrokenError, match=reason):
        read(reader, tmp_path / "a.pdf")


def test_one_broken_file_does_not_harm_the_next(reader: reading.PdfReader, tmp_path: Path) -> None:
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 no")
    good = written(tmp_path / "good.pdf", [page_of(ASTHMA)])
    with pytest.raises(BrokenError):
        read(reader, tmp_path / "bad.pdf")
    assert "Prednisolone" in read(reader, good).whole


def test_a_page_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    good = written(tmp_path / "good.pdf", [page_of(ASTHMA)])
    with reading.PdfReader(seconds_a_page=0.001) as hasty, pytest.raises(BrokenError, match="takes longer"):
        read(hasty, good)


def test_a_worker_that_dies_is_reported_and_replaced(tmp_path: Path) -> None:
    good = written(tmp_path / "good.pdf", [page_of(ASTHMA)])
    with reading.PdfReader() as made:
        read(made, good)
        assert made.worker is not None
        made.worker.kill()
        made.worker.wait()
        assert "Prednisolone" in read(made, good).whole


@pytest.mark.skipif(sys.platform == "win32", reason="limits of memory are a Unix thing")
def test_a_stream_that_unpacks_to_gigabytes_harms_nobody(reader: reading.PdfReader, tmp_path: Path) -> None:
    import zlib

    packed = zlib.compress(b"0 0 Td " * 3_000_000, 9)
    whole = pdf([page_of(["x"])])
    content = b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
    start, end = whole.index(b"7 0 obj\n") + 8, whole.index(b"\nendobj", whole.index(b"7 0 obj\n"))
    (tmp_path / "a.pdf").write_bytes(whole[:start] + content + whole[end:])
    with pytest.raises(BrokenError), reading.PdfReader(seconds_a_page=2.0) as hasty:
        read(hasty, tmp_path / "a.pdf")


def test_what_a_pdf_cannot_say_of_itself_stands_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "house"
    written(folder / "a.pdf", [page_of(ASTHMA)])
    beside = folder / "a.pdf.yaml"
    beside.write_text("title: Asthma pathway\nyear: 2021\nretracted: withdrawn by the drug committee\n")
    with EvidenceStore(tmp_path / "s", make=True) as store:
        assert take_in(store, [folder]).files == 1
        (found,) = store.documents()
        assert (found.title, found.year, found.retracted) == ("Asthma pathway", 2021, True)
        assert store.marks(found.id)[0].because == "withdrawn by the drug committee"
        beside.write_text("title: Asthma pathway\nyear: 2022\n")
        assert take_in(store, [folder]).counts["amended"] == 1
        (found,) = store.documents()
        assert (found.year, found.retracted) == (2022, False)
    beside.write_text("layer: gospel\n")
    with EvidenceStore(tmp_path / "s", make=True) as store:
        assert "gospel" in take_in(store, [folder]).broken[0].reason


def test_a_passage_names_its_page_and_its_place(tmp_path: Path) -> None:
    written(
        tmp_path / "house" / "a.pdf", [page_of(ASTHMA), page_of(["# Discharge", "Review within 48 hours."])]
    )
    with EvidenceStore(tmp_path / "s", make=True) as store:
        take_in(store, [tmp_path / "house"])
        last = list(store.passages())[-1]
        kept = store.kept(last.document.id)
    assert kept is not None
    assert (last.page, last.section, last.text) == (2, "Discharge", "Review within 48 hours.")
    assert kept.text[last.start : last.end] == last.text
