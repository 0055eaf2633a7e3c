"""The axes of the world: who and what stands along them, in order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from simulation.evidence.catalogue import Catalogue
from simulation.evidence.schema import CHANNELS
from simulation.scenario.scenario import Scenario


@dataclass(frozen=True)
class Axes:
    """Identifiers along each axis, sorted, so that the order of files changes no bit."""

    channel: tuple[str, ...]
    power: tuple[str, ...]
    region: tuple[str, ...]
    state: tuple[str, ...]
    organization: tuple[str, ...]
    installation: tuple[str, ...]
    project: tuple[str, ...]
    body: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, catalogue: Catalogue, scenario: Scenario) -> Axes:
        """Axes of a scenario: what the catalogue has and the scenario adds, less who is dropped."""
        catalogue = catalogue.extended(scenario.added)
        kinds = {name: actor.kind for name, actor in catalogue.actors.items()}
        for name in scenario.actors_dropped:
            kinds.pop(name, None)
        power = tuple(sorted(name for name, kind in kinds.items() if kind == "power"))
        region = tuple(sorted(name for name, kind in kinds.items() if kind == "state"))
        outer = tuple(sorted(name for name, kind in kinds.items() if kind == "outer_state"))
        known = set(kinds)
        return cls(
            channel=CHANNELS,
            power=power,
            region=region,
            state=region + outer,
            organization=tuple(sorted(catalogue.organizations)),
            installation=tuple(
                sorted(
                    name
                    for name, base in catalogue.installations.items()
                    if base.host in known and base.guest in known
                )
            ),
            project=tuple(
                sorted(
                    name for name, project in catalogue.projects.items() if project.owner in known
                )
            ),
            body=tuple(
                sorted(
                    (organization, body)
                    for organization, entry in catalogue.organizations.items()
                    for body in entry.bodies
                )
            ),
        )

    @cached_property
    def member(self) -> tuple[str, ...]:
        """Powers, then states: everyone who can belong to an organization."""
        return self.power + self.state

    @property
    def rival(self) -> tuple[str, ...]:
        """Powers again, as others see them."""
        return self.power

    def dyads(self, states: tuple[str, ...]) -> list[str]:
        """Names of the pairs of each power with each of some states, as draws are named."""
        return [f"{power}>{state}" for power in self.power for state in states]

    def mapping(self) -> dict[str, tuple[str, ...]]:
        """Axis name to identifiers, as parameters are declared over them."""
        return {
            "channel": self.channel,
            "power": self.power,
            "rival": self.power,
            "region": self.region,
            "state": self.state,
            "member": self.member,
            "organization": self.organization,
            "installation": self.installation,
            "project": self.project,
        }
