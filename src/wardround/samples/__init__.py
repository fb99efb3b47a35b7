"""Invented patients to try Wardround with, as FHIR R4 bundles: `maria_keller.json`. Nobody real is meant."""
