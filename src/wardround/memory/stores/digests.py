"""Digests that stand for what may be long, or may not be readable: a code, an erased fact, an erased patient."""

from __future__ import annotations

import hashlib
import hmac
import secrets

KEY_BYTES = 32


def new_key() -> bytes:
    """The key of one store's erasures."""
    return secrets.token_bytes(KEY_BYTES)


def new_revision() -> int:
    """A number that no earlier revision had."""
    return secrets.randbits(62) + 1


def code_digest(system: str, code: str) -> bytes:
    """One code of one system in 16 bytes, whatever their length."""
    said = f"{len(system)}:{system}{code}".encode(errors="surrogatepass")
    return hashlib.sha256(said).digest()[:16]


def erased_fact(key: bytes, patient_id: str, fact: str) -> bytes:
    """What is kept of an erased fact: without the key and both ids, nothing can be read from it."""
    return hmac.new(key, f"fact\0{patient_id}\0{fact}".encode(), hashlib.sha256).digest()


def erased_patient(key: bytes, patient_id: str) -> str:
    """What the audit trail calls an erased patient."""
    digest = hmac.new(key, f"patient\0{patient_id}".encode(), hashlib.sha256).hexdigest()
    return f"erased:{digest[:32]}"
