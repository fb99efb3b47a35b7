"""What the room of simulated patients shows to the others."""

from __future__ import annotations

import wardround.simulation


def test_the_door_is_what_it_says() -> None:
    assert sorted(wardround.simulation.__all__) == [
        "Case", "ScriptError", "ScriptedPatient", "SimulatedExamination", "SimulatedLaboratory",
        "SimulatedPatient", "case_at_the_door", "draw_case", "play", "services_for",
    ]  # fmt: skip
    assert all(hasattr(wardround.simulation, name) for name in wardround.simulation.__all__)
