"""PDF files made by hand for the tests: text at places, in one of two fonts, on any number of pages; encrypted where asked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

Put = tuple[float, float, float, str]
"""Left, height from below, size, text. A negative size is bold."""
_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def pdf(pages: Sequence[Sequence[Put]], *, password: str | None = None, title: str | None = None) -> bytes:
    """The file's bytes."""
    pages_at = range(6, 6 + 2 * len(pages), 2)
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (len(pages), b" ".join(b"%d 0 R" % n for n in pages_at)),
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        4: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        5: b"<< /Title (%s) >>" % (title or "").encode("latin-1"),
    }
    for at, puts in zip(pages_at, pages, strict=True):
        content = b"".join(_put(*one) for one in puts)
        objects[at] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>" % (at + 1)
        )
        objects[at + 1] = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)
    trailer = b"/Root 1 0 R /Info 5 0 R"
    if password is not None:
        trailer += b" /ID [<00> <00>] /Encrypt " + _encryption(password)
    return _file(objects, trailer)


def page_of(
    lines: Sequence[str], *, left: float = 70, top: float = 760, size: float = 11, step: float = 14
) -> list[Put]:
    """Lines under one another; one that begins with `# ` is a heading."""
    puts = []
    for n, line in enumerate(lines):
        heading = line.startswith("# ")
        puts.append((left, top - n * step, 18.0 if heading else size, line.removeprefix("# ")))
    return puts


def written(
    path: Path, pages: Sequence[Sequence[Put]], *, password: str | None = None, title: str | None = None
) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pdf(pages, password=password, title=title))
    return path


def _put(left: float, up: float, size: float, text: str) -> bytes:
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252")
    return b"BT /F%d %.1f Tf %.1f %.1f Td (%s) Tj ET\n" % (2 if size < 0 else 1, abs(size), left, up, escaped)


def _file(objects: dict[int, bytes], trailer: bytes) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), {}
    for number, content in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % places[n] for n in sorted(objects))
    out += b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(out)


def _encryption(password: str) -> bytes:
    """The dictionary of the standard handler, 40 bits, that opens only with this password."""
    owner = hashlib.md5(password.encode()).digest() * 2
    padded = (password.encode() + _PADDING)[:32]
    rights = (2**32 - 4).to_bytes(4, "little")
    key = hashlib.md5(padded + owner + rights + b"\0").digest()[:5]
    user = _rc4(key, _PADDING)
    return b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >>" % (
        owner.hex().encode(),
        user.hex().encode(),
    )


def _rc4(key: bytes, data: bytes) -> bytes:
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)
