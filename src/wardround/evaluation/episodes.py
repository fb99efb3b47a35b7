"""One patient over several visits, played with a standardised patient and any policy, the oracle too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wardround.care import Chart, Clinic, Ward
from wardround.evaluation.policies import PolicyFor
from wardround.harness import Called, Decision, MemoryStore, Policy, Situation, Versioned, fold_all, seed_of
from wardround.memory import Memory
from wardround.simulation import REVIEWER, Case, Heard, Interview, StandardisedPatient
from wardround.simulation.episode import Episode, EpisodeOfCare, PlayedVisit


@dataclass(frozen=True)
class PlayedEpisode:
    """An episode, and what its patient said in it."""

    clinic: Clinic
    episode: Episode
    interviews: tuple[Interview, ...]

    def chart(self, visit: PlayedVisit) -> Chart:
        """What a visit knew and did at its end."""
        return fold_all(list(visit.events), self.clinic.projection).domain


@dataclass
class _ByVisit:
    """Asks the policy that belongs to the visit's case: what is the matter may be another thing at every visit."""

    policy_for: PolicyFor
    now: Policy
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = self.now.name

    @property
    def versions(self) -> Mapping[str, str]:
        """What the header pins of it."""
        return self.now.versions if isinstance(self.now, Versioned) else {"policy": self.name}

    async def decide(self, situation: Situation) -> Decision | Called:
        """As the policy of this visit does."""
        return await self.now.decide(situation)

    def read(self, situation: Situation, call: Called) -> Decision:
        """As the policy of this visit does."""
        return self.now.read(situation, call)


async def play_episode(
    clinic: Clinic, person: Case, policy_for: PolicyFor, *, visits: int, seed: int = 0, memory: bool = True
) -> PlayedEpisode:
    """Play so many visits of one person. The same arguments give the same logs."""
    ward = Ward(clinic, MemoryStore(), Memory())
    policy = _ByVisit(policy_for, policy_for(person))
    heard: list[Heard] = []

    def speaks(case: Case, visit: int, home: Mapping[str, float]) -> Heard:
        policy.now = policy_for(case)
        heard.append(Heard(StandardisedPatient(case, clinic.understanding, visit, home=dict(home))))
        return heard[-1]

    care = EpisodeOfCare(
        ward,
        person,
        policy,
        seed=seed_of(seed, person.id) % 2**31,
        memory=memory,
        reviewer=REVIEWER,
        speaks=speaks,
    )
    try:
        episode = await care.play(visits)
    finally:
        ward.memory.close()
    return PlayedEpisode(clinic, episode, tuple(h.interview for h in heard))
