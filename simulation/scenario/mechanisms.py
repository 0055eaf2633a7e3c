"""Mechanism switches and rival theories.

A switch names a claim of the documents (M01 to M31) and the parameters that carry it; off, they
are held at a neutral value. There is no other way to switch: a rule never asks whether it is on.
A theory is the set of switches that it does without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True)
class Switch:
    """A mechanism that a scenario can turn off.

    Attributes:
        name: what a scenario writes.
        claims: claims of the documents that it carries.
        description: cause and effect in a sentence.
        neutral: parameter (or whole table) to the value that disables it.
        reason_for_choice: why these parameters, where that is not plain.
    """

    name: str
    claims: tuple[str, ...]
    description: str
    neutral: Mapping[str, float] = field(default_factory=dict)
    reason_for_choice: str = ""


@dataclass(frozen=True)
class Theory:
    """A rival account: the mechanisms it does without."""

    name: str
    description: str
    off: tuple[str, ...]


_SWITCHES = (
    Switch(
        "conditional_aid",
        ("M01",),
        "A power that minds repression withholds aid and blames in public; the regime resents it.",
        {
            "patronage.conditional.united_states": 0,
            "patronage.conditionality.united_states": 0,
            "patronage.blame_withholding": 0,
            "patronage.blame_crackdown": 0,
        },
        "A power that sets no conditions is not suspected either; `withholding` leaves that on.",
    ),
    Switch(
        "withholding",
        ("M01",),
        "Withheld aid and public blame alone, while suspicion of the power stays.",
        {
            "patronage.conditionality.united_states": 0,
            "patronage.blame_withholding": 0,
            "patronage.blame_crackdown": 0,
        },
    ),
    Switch(
        "suspicion",
        ("M02",),
        "Revolutions anywhere make similar regimes suspect the power that speaks of democracy.",
        {"regime.suspicion_gain": 0},
    ),
    Switch(
        "bloc_statement",
        ("M02", "M03"),
        "A bloc's call to leave makes it cheaper for a host to send its guest away.",
        {"basing.statement": 0},
    ),
    Switch(
        "guest_bids",
        ("M04",),
        "A guest that pays enough, and comes in person, is kept.",
        {"basing.reservation": 0},
    ),
    Switch(
        "campaign_bases",
        ("M05",),
        "The campaign in Afghanistan opens bases in states that fear the same militants.",
        {"basing.propensity.united_states": 0},
    ),
    Switch(
        "lagged_balancing",
        ("M06",),
        "Powers answer their rivals' bases, after a time of numbness.",
        {"appraisal.pressure_lag": 0},
    ),
    Switch(
        "counter_basing",
        ("M07",),
        "Russia answers American bases with its own.",
        {"basing.propensity.russia": 0},
    ),
    Switch(
        "campaign_excuse",
        ("M08",),
        "While the campaign lasts the bases have a reason; when it ends the bloc asks them to go.",
        {"organizations.campaign_excuse": 0},
    ),
    Switch(
        "fear_contagion",
        ("M09",),
        "Trouble of similar regimes frightens a regime and moves it to a patron that asks nothing.",
        {"regime.contagion": 0},
    ),
    Switch(
        "deals_after_crackdown",
        ("M10",),
        "A power that asks nothing rewards a regime days after a crackdown.",
        {"patronage.deal_propensity": 0},
    ),
    Switch(
        "bloc_legitimacy",
        ("M11",),
        "A bloc's secretariat and observers call its members' rule lawful, which shields them.",
        {"regime.shield": 0},
    ),
    Switch(
        "exile_understandings",
        ("M12",),
        "States hand over a patron's exiles as the price of its goods.",
        {"patronage.seeks_exiles": 0},
    ),
    Switch(
        "underground",
        ("M13",),
        "Repression drives militants underground rather than ending them.",
        {"threats.underground": 0},
    ),
    Switch(
        "threat_siting",
        ("M14",),
        "A security body is sited where militancy is highest, not where it was promised.",
        {"organizations.siting_by_threat": 0},
    ),
    Switch(
        "institutional_foothold",
        ("M15",),
        "A joint security body gives its sponsors a presence where it sits.",
        {"influence.act_site": 0},
    ),
    Switch(
        "order_of_aims",
        ("M16",),
        "China wants security for trade and trade for influence; Kyrgyzstan trade for security.",
        {"organizations.taste": 0},
    ),
    Switch(
        "spillover",
        ("M17",),
        "Cooperation in trade leads to cooperation in security.",
        {"organizations.spillover": 0},
    ),
    Switch(
        "reluctance",
        ("M18",),
        "Members drag their feet over bodies from which the largest gains most.",
        {"organizations.body_autonomy": 0},
    ),
    Switch(
        "opposition_to_washington",
        ("M19",),
        "China counts the American presence as hostile, more than others do.",
        {"appraisal.rivalry.china.united_states": 0},
    ),
    Switch(
        "bishkek_informs_beijing",
        ("M20",),
        "Told of it beforehand, China does not count Russia's presence as hostile.",
        {"appraisal.rivalry.china.russia": 0.85},
        "Off, China counts Russia as it counts the United States.",
    ),
    Switch(
        "corridors",
        ("M21",),
        "Roads, railways and zones raise trade and make markets matter.",
        {"works.opens_trade": 0, "appraisal.corridor_market": 0},
    ),
    Switch(
        "gwadar_route",
        ("M22",),
        "The port of Gwadar opens a route through Pakistan.",
        {"works.opens_trade.gwadar.kyrgyzstan": 0, "works.opens_trade.gwadar.tajikistan": 0},
    ),
    Switch(
        "sponsored_accession",
        ("M23",),
        "A candidate comes in on a sponsor's sympathy.",
        {"organizations.admission_sponsor": 0},
    ),
    Switch(
        "host_and_creditor",
        ("M24",),
        "Hosting the secretariat and lending money make China first among equals.",
        {
            "organizations.seat_say": 0,
            "organizations.creditor_say": 0,
            "influence.act_seat": 0,
        },
    ),
    Switch(
        "energy_stakes",
        ("M25",),
        "What a power owns in a state's energy draws it into the state's security.",
        {"influence.stake_security": 0, "appraisal.priority.stake": 0},
    ),
    Switch(
        "drug_threat",
        ("M26",),
        "Opium through weakly guarded borders is a threat that members share.",
        {"initial.drug_exposure": 0},
    ),
    Switch(
        "counter_institution",
        ("M27",),
        "A rival's deepening organization makes a power found a dialogue of its own.",
        {"organizations.founding_threshold": 99},
        "Off, no depth is enough.",
    ),
    Switch(
        "bloc_seeking",
        ("M29",),
        "An outsider at odds with Washington seeks the bloc.",
        {"organizations.admission_bloc": 0},
    ),
    Switch(
        "exercises",
        ("M30",),
        "Joint exercises tie members to the sponsors and count as depth.",
        {"organizations.exercises": 0},
    ),
    Switch(
        "water_quarrels",
        ("M31",),
        "Scarce water sets upstream against downstream and slows common works.",
        {"threats.water_quarrel": 0},
    ),
    Switch(
        "hedging",
        ("M15", "M18"),
        "A state that guards its autonomy cools towards a patron on whom it comes to depend.",
        {
            "alignment.hedging": 0,
            "basing.autonomy": 0,
            "organizations.belonging_autonomy": 0,
        },
    ),
    Switch(
        "autocratic_club",
        (),
        "Belonging to a club of closed regimes protects against unrest (Debre 2021).",
        {"regime.club_protection": 0},
    ),
)
SWITCHES: Mapping[str, Switch] = MappingProxyType({each.name: each for each in _SWITCHES})

NOT_MECHANISMS: Mapping[str, str] = MappingProxyType(
    {
        "M28": "A forecast (the contest will sharpen): read off the outcome russia_china_share.",
    }
)
"""Claims that cannot be switches, with their use."""

PATRONAGE = ("withholding", "guest_bids", "deals_after_crackdown", "exile_understandings")
PROTECTION = ("fear_contagion", "suspicion", "bloc_legitimacy", "bloc_statement", "autocratic_club")
BALANCING = ("hedging", "reluctance")

THEORIES: Mapping[str, Theory] = MappingProxyType(
    {
        "hedging": Theory(
            "hedging",
            "States keep their distance from every patron; neither goods nor fear moves them.",
            PATRONAGE + PROTECTION,
        ),
        "patronage": Theory(
            "patronage",
            "States follow what they are paid and blamed for; fear and autonomy do not move them.",
            PROTECTION + BALANCING,
        ),
        "protective_integration": Theory(
            "protective_integration",
            "Frightened regimes shelter in blocs; neither goods nor autonomy moves them.",
            PATRONAGE + BALANCING,
        ),
    }
)
