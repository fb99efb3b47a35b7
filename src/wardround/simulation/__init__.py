"""Simulated patients: a condition that fits record and complaint is drawn, and answered from, in words."""

from wardround.simulation.case import Case, draw_case
from wardround.simulation.patient import ScriptedPatient, ScriptError, SimulatedPatient
from wardround.simulation.playing import case_at_the_door, play, services_for
from wardround.simulation.services import SimulatedExamination, SimulatedLaboratory

__all__ = [
    "Case",
    "ScriptError",
    "ScriptedPatient",
    "SimulatedExamination",
    "SimulatedLaboratory",
    "SimulatedPatient",
    "case_at_the_door",
    "draw_case",
    "play",
    "services_for",
]
