"""The hottest passes over the runs, compiled: one loop instead of a temporary for every operation.

What is computed stands in the rules, on numbers; a pass here applies it to every power, state and
run, and adds up over powers, states, channels and organizations in order, as `arrays.total` does.
All arrays are in the model's precision and hold every run on their last axis.
"""

# mypy: disable-error-code="arg-type, assignment, call-overload"
# An element is a number here, which a checker takes for an array.

from __future__ import annotations

import numpy as np

from simulation.numerics.arrays import NOUGHT, ONE, Array
from simulation.numerics.compiled import called_from_loops, compiled
from simulation.rules import (
    alignment,
    appraisal,
    influence,
    ledger,
    patronage,
    projects,
    regime,
    rivalry,
    trade,
)

for _rule in (
    alignment.drawn_to,
    alignment.grip,
    alignment.held_by_neutrality,
    alignment.leaning_after,
    alignment.within_bound,
    appraisal.rivals_part,
    influence.act,
    influence.act_of_exiles,
    influence.act_of_words,
    influence.anchor_of_trade,
    influence.gained,
    influence.in_channel,
    influence.share_of_all,
    influence.tie_after,
    influence.weighed,
    ledger.by_the_year,
    ledger.tie_of_spending,
    patronage.blame,
    patronage.gift,
    patronage.next_goods,
    projects.effect_of_running,
    projects.energy_stake,
    regime.closure_of_others,
    regime.club_of,
    regime.in_a_club,
    regime.insecurity,
    regime.meets_others,
    regime.relief,
    regime.relief_by,
    rivalry.gain_of_step,
    rivalry.kept_up,
    rivalry.with_persons,
    trade.gain_in_potential,
    trade.log_weight_after,
):
    called_from_loops(_rule)


@compiled
def settle_ties(
    ties: Array,
    start: Array,
    loose: Array,
    kept: Array,
    personal: Array,
    trade_share: Array,
    share_at_start: Array,
    of_trade: Array,
    flow: Array,
    decay: Array,
) -> None:
    """Bring ties a quarter on, in place.

    They fall back to where they began as far as that was kept up, in trade also to where trade has
    gone, in politics as far as it does not hang on persons.

    Args:
        ties, start, loose, flow: shape (channel, power, region, run); trade is the first channel,
            politics the second.
        kept, personal: shape (power, region, run).
        trade_share, share_at_start: shape (power, region, run).
        of_trade: what a gain in trade makes of ties, shape (run,).
        decay: shape (channel, run).
    """
    channels, powers, regions, runs = ties.shape
    for p in range(powers):
        for a in range(regions):
            for i in range(runs):
                gain = influence.gained(trade_share[p, a, i], share_at_start[p, a, i])
                held = rivalry.kept_up(start[0, p, a, i], loose[0, p, a, i], kept[p, a, i])
                anchor = influence.anchor_of_trade(held, gain, of_trade[i])
                ties[0, p, a, i] = influence.tie_after(
                    ties[0, p, a, i], anchor, flow[0, p, a, i], decay[0, i]
                )
            for c in range(1, channels):
                for i in range(runs):
                    held = rivalry.kept_up(start[c, p, a, i], loose[c, p, a, i], kept[p, a, i])
                    if c == 1:
                        held = rivalry.with_persons(held, personal[p, a, i])
                    ties[c, p, a, i] = influence.tie_after(
                        ties[c, p, a, i], held, flow[c, p, a, i], decay[c, i]
                    )


@compiled
def foresee_gains(
    ties: Array, own: Array, weight: Array, minds: Array, step: Array, gains: Array
) -> None:
    """What a step of ties would bring each power, by channel and state, by the unit of tie.

    Args:
        ties: shape (channel, power, region, run).
        own: the state's own capacity, shape (channel, region, run).
        weight: of the channels, adding up to one, shape (channel, run).
        minds: how far each power minds each rival, shape (power, rival, run).
        step: of ties, shape (channel, power, run).
        gains: filled, shape (channel, power, region, run).
    """
    channels, powers, regions, runs = ties.shape
    several = np.float32(powers)
    everyone = np.empty((channels, runs), ties.dtype)
    now, whole = np.empty((powers, runs), ties.dtype), np.empty(runs, ties.dtype)
    then, more = np.empty((powers, runs), ties.dtype), np.empty(runs, ties.dtype)
    for a in range(regions):
        for c in range(channels):
            for i in range(runs):
                everyone[c, i] = ties[c, 0, a, i]
            for q in range(1, powers):
                for i in range(runs):
                    everyone[c, i] += ties[c, q, a, i]
            for i in range(runs):
                everyone[c, i] += own[c, a, i]
        for q in range(powers):
            for i in range(runs):
                now[q, i] = NOUGHT
            for c in range(channels):
                for i in range(runs):
                    now[q, i] += influence.weighed(
                        influence.in_channel(ties[c, q, a, i], everyone[c, i]), weight[c, i]
                    )
        for i in range(runs):
            whole[i] = now[0, i]
        for q in range(1, powers):
            for i in range(runs):
                whole[i] += now[q, i]
        for c in range(channels):
            for p in range(powers):
                for i in range(runs):
                    more[i] = NOUGHT
                for q in range(powers):
                    for i in range(runs):
                        tie, everywhere = ties[c, q, a, i], everyone[c, i] + step[c, p, i]
                        before = influence.in_channel(tie, everyone[c, i])
                        after = influence.in_channel(
                            tie + step[c, p, i] if q == p else tie, everywhere
                        )
                        then[q, i] = now[q, i] + influence.weighed(after - before, weight[c, i])
                        more[i] += then[q, i]
                for i in range(runs):
                    theirs = NOUGHT
                    for q in range(powers):
                        moved = influence.gained(
                            influence.share_of_all(then[q, i], more[i], several),
                            influence.share_of_all(now[q, i], whole[i], several),
                        )
                        theirs += appraisal.rivals_part(minds[p, q, i], moved)
                    moved = influence.gained(
                        influence.share_of_all(then[p, i], more[i], several),
                        influence.share_of_all(now[p, i], whole[i], several),
                    )
                    gains[c, p, a, i] = rivalry.gain_of_step(moved, theirs, step[c, p, i])


@compiled
def weigh_ties(
    ties: Array,
    own: Array,
    weight: Array,
    by_channel: Array,
    over_all: Array,
    concentration: Array,
) -> None:
    """Influence by channel, over all channels, and the weight of each power's ties; filled.

    Args:
        ties: shape (channel, power, region, run).
        own: the state's own capacity, shape (channel, region, run).
        weight: of the channels, adding up to one, shape (channel, run).
        by_channel: filled, shape (channel, power, region, run).
        over_all, concentration: filled, shape (power, region, run).
    """
    channels, powers, regions, runs = ties.shape
    everyone = np.empty(runs, ties.dtype)
    for a in range(regions):
        for c in range(channels):
            for i in range(runs):
                everyone[i] = ties[c, 0, a, i]
            for p in range(1, powers):
                for i in range(runs):
                    everyone[i] += ties[c, p, a, i]
            for i in range(runs):
                everyone[i] += own[c, a, i]
            for p in range(powers):
                for i in range(runs):
                    by_channel[c, p, a, i] = influence.in_channel(ties[c, p, a, i], everyone[i])
        for p in range(powers):
            for i in range(runs):
                over_all[p, a, i] = influence.weighed(by_channel[0, p, a, i], weight[0, i])
                concentration[p, a, i] = influence.weighed(ties[0, p, a, i], weight[0, i])
            for c in range(1, channels):
                for i in range(runs):
                    over_all[p, a, i] += influence.weighed(by_channel[c, p, a, i], weight[c, i])
                    concentration[p, a, i] += influence.weighed(ties[c, p, a, i], weight[c, i])


@compiled
def share_out(part: Array, share: Array) -> None:
    """Each power's part of the whole; equal parts of nothing.

    Args:
        part: not negative, shape (power, region, run).
        share: filled, the same shape; may be `part` itself.
    """
    powers, regions, runs = part.shape
    whole = np.empty(runs, part.dtype)
    for a in range(regions):
        for i in range(runs):
            whole[i] = part[0, a, i]
        for p in range(1, powers):
            for i in range(runs):
                whole[i] += part[p, a, i]
        for p in range(powers):
            for i in range(runs):
                share[p, a, i] = influence.share_of_all(part[p, a, i], whole[i], np.float32(powers))


@compiled
def sum_rivals(weight: Array, share: Array, out: Array) -> None:
    """What each power makes of the others' shares.

    Args:
        weight: shape (power, other, run).
        share: shape (other, region, run).
        out: filled, shape (power, region, run).
    """
    powers, others, runs = weight.shape
    for p in range(powers):
        for a in range(out.shape[1]):
            for i in range(runs):
                out[p, a, i] = appraisal.rivals_part(weight[p, 0, i], share[0, a, i])
            for q in range(1, others):
                for i in range(runs):
                    out[p, a, i] += appraisal.rivals_part(weight[p, q, i], share[q, a, i])


@compiled
def draw_leanings(
    intercept: Array,
    share: Array,
    share_at_start: Array,
    cover: Array,
    criticism: Array,
    suspicion: Array,
    fear: Array,
    danger: Array,
    fear_floor: Array,
    shelters: Array,
    autonomy: Array,
    pride: Array,
    concentration: Array,
    concentration_at_start: Array,
    goodwill: Array,
    neutral: Array,
    weight: Array,
    out: Array,
) -> None:
    """Where leanings are drawn to, in the space of their inverse hyperbolic tangent.

    Over outer states nobody contests influence: there the gains and the criticism are nought.

    Args:
        intercept, suspicion: shape (power, state, run).
        share, criticism, concentration, and where they started, goodwill: shape (power, region,
            run).
        cover: non-interference, shape (power, run).
        fear, danger, autonomy, pride: shape (state, run). fear_floor: shape (run,).
        shelters: how far a power sponsors a bloc that stands by its members, shape (power, run).
        neutral: how far each is bound to neutrality, shape (region, run).
        weight: of share, cover, relief, blame, hedging, goodwill and neutrality, shape (7, run).
        out: filled, shape (power, state, run).
    """
    powers, states, runs = out.shape
    regions = share.shape[1]
    for p in range(powers):
        for s in range(states):
            contested = s < regions
            a = s if contested else 0
            for i in range(runs):
                gain, held, criticized, given = NOUGHT, NOUGHT, NOUGHT, NOUGHT
                if contested:
                    gain = influence.gained(share[p, a, i], share_at_start[p, a, i])
                    held = alignment.grip(concentration[p, a, i], concentration_at_start[p, a, i])
                    given = goodwill[p, a, i]
                    criticized = criticism[p, a, i]
                relieved = regime.relief(danger[s, i], fear[s, i])
                drawn = alignment.drawn_to(
                    intercept=intercept[p, s, i],
                    share_gain=gain,
                    cover=cover[p, i],
                    blame=patronage.blame(criticized, suspicion[p, s, i]),
                    pride=pride[s, i],
                    fear=fear[s, i],
                    danger_excess=regime.insecurity(danger[s, i], fear_floor[i]),
                    relief=regime.relief_by(relieved, shelters[p, i]),
                    autonomy=autonomy[s, i],
                    grip=held,
                    goodwill=given,
                    of_share=weight[0, i],
                    of_cover=weight[1, i],
                    of_relief=weight[2, i],
                    of_blame=weight[3, i],
                    of_hedging=weight[4, i],
                    of_goodwill=weight[5, i],
                )
                bound = neutral[a, i] if contested else NOUGHT
                out[p, s, i] = alignment.held_by_neutrality(
                    drawn, intercept[p, s, i], bound, weight[6, i]
                )


@compiled
def move_leanings(affinity: Array, drawn: Array, shock: Array, weight: Array) -> None:
    """Bring leanings a quarter on, in place, held within their bound.

    Args:
        affinity, drawn, shock: shape (power, state, run).
        weight: speed, noise and bound, shape (3, run).
    """
    powers, states, runs = affinity.shape
    for p in range(powers):
        for s in range(states):
            for i in range(runs):
                affinity[p, s, i] = alignment.leaning_after(
                    affinity=affinity[p, s, i],
                    drawn=drawn[p, s, i],
                    shock=shock[p, s, i],
                    speed=weight[0, i],
                    noise=weight[1, i],
                    bound=weight[2, i],
                )


@compiled
def club_density(
    standing: np.ndarray, full: int, club: Array, closure: Array, density: Array
) -> None:
    """Mean closure (1 - democracy) of a member's co-members, over its clubs of regimes.

    Args:
        standing: in each organization, shape (organization, member, run).
        full: standing of those who count.
        club: how far each organization is a club of regimes, shape (organization, run).
        closure: shape (member, run).
        density: filled, 0 for who belongs to no club, shape (member, run).
    """
    organizations, members, runs = standing.shape
    size, closed = np.empty(runs, closure.dtype), np.empty(runs, closure.dtype)
    clubs = np.zeros(closure.shape, closure.dtype)
    density[:] = NOUGHT
    for o in range(organizations):
        size[:] = NOUGHT
        closed[:] = NOUGHT
        for m in range(members):
            for i in range(runs):
                belongs = standing[o, m, i] == full
                size[i] += ONE if belongs else NOUGHT
                closed[i] += closure[m, i] if belongs else NOUGHT
        for m in range(members):
            for i in range(runs):
                sits = regime.meets_others(standing[o, m, i] == full, size[i])
                mean = regime.closure_of_others(closed[i], closure[m, i], size[i])
                density[m, i] += regime.in_a_club(mean, club[o, i]) if sits else NOUGHT
                clubs[m, i] += club[o, i] if sits else NOUGHT
    for m in range(members):
        for i in range(runs):
            density[m, i] = regime.club_of(density[m, i], clubs[m, i])


@compiled
def gather_gifts(
    aid: Array,
    extra_aid: Array,
    drawn: Array,
    memory: Array,
    goods: Array,
    training: Array,
    spent: Array,
) -> None:
    """What is given this quarter: remembered as goods, as training, and booked by the year.

    Args:
        aid: shape (channel, power, region, run); security is the last channel.
        extra_aid: the same, or empty where there is none.
        drawn: of deals and credits, goes into the first channel, shape (power, region, run).
        memory: part of the way that goods go to what is given, shape (run,).
        goods: brought a quarter on, shape (power, region, run).
        training: filled, what all powers give for security, shape (region, run).
        spent: filled, US$ m a year, shape (channel, power, region, run).
    """
    channels, powers, regions, runs = spent.shape
    given = np.empty(runs, spent.dtype)
    training[:] = NOUGHT
    for p in range(powers):
        for a in range(regions):
            for i in range(runs):
                given[i] = drawn[p, a, i]
            for c in range(channels):
                if len(extra_aid):
                    for i in range(runs):
                        spent[c, p, a, i] = patronage.gift(aid[c, p, a, i], extra_aid[c, p, a, i])
                else:
                    for i in range(runs):
                        spent[c, p, a, i] = aid[c, p, a, i]
                if c == channels - 1:
                    for i in range(runs):
                        training[a, i] += spent[c, p, a, i]
                for i in range(runs):
                    given[i] += spent[c, p, a, i]
                if c == 0:
                    for i in range(runs):
                        spent[c, p, a, i] += drawn[p, a, i]
                for i in range(runs):
                    spent[c, p, a, i] = ledger.by_the_year(spent[c, p, a, i])
            for i in range(runs):
                goods[p, a, i] = patronage.next_goods(goods[p, a, i], given[i], memory[i])


@compiled
def convert(spent: Array, scale: Array, conversion: Array, flow: Array) -> None:
    """What the ledger makes of ties in a quarter.

    Args:
        spent: US$ m a year, shape (channel, power, region, run).
        scale: at which returns begin to fall, shape (region, run).
        conversion: ties to the first US$ 1 m, shape (channel, run).
        flow: added to, shape (channel, power, region, run).
    """
    channels, powers, regions, runs = spent.shape
    for c in range(channels):
        for p in range(powers):
            for a in range(regions):
                for i in range(runs):
                    flow[c, p, a, i] += ledger.tie_of_spending(
                        spent[c, p, a, i], scale[a, i], conversion[c, i]
                    )


@compiled
def add_acts(
    cover: Array,
    criticism: Array,
    handed: np.ndarray,
    seeks: Array,
    act: Array,
    political: Array,
    security: Array,
) -> None:
    """What is said and handed over flows into ties.

    Args:
        cover, criticism: shape (power, region, run).
        handed: whether exiles are handed over, shape (power, region, run).
        seeks: how far a power seeks exiles, shape (power, run).
        act: worth of cover, criticism and exiles, shape (3, run).
        political, security: flows that are added to, shape (power, region, run).
    """
    powers, regions, runs = cover.shape
    for p in range(powers):
        for a in range(regions):
            for i in range(runs):
                exiles = influence.act_of_exiles(handed[p, a, i], seeks[p, i], act[2, i])
                said = influence.act_of_words(
                    cover[p, a, i], criticism[p, a, i], act[0, i], act[1, i]
                )
                political[p, a, i] += said + exiles
                security[p, a, i] += exiles


@compiled
def add_effects(
    status: np.ndarray,
    running: int,
    effect: Array,
    felt: np.ndarray,
    rows: np.ndarray,
    into: Array,
) -> None:
    """Effects of the projects that run.

    Args:
        status: of the projects, shape (project, run). running: the status that counts.
        effect: shape (project, region, run).
        felt: where there is an effect at all, shape (project, region).
        rows: to which row of `into` a project belongs, shape (project,).
        into: added to, shape (row, region, run).
    """
    works, regions, runs = effect.shape
    for j in range(works):
        row = rows[j]
        for a in range(regions):
            if felt[j, a]:
                for i in range(runs):
                    into[row, a, i] += projects.effect_of_running(
                        effect[j, a, i], status[j, i] == running
                    )


@compiled
def add_stakes(ventures: Array, size: Array, act: Array, security: Array, stake: Array) -> None:
    """Stakes in energy, and what is done to guard them.

    Args:
        ventures: how many there are, shape (power, region, run).
        size: stake that one of them adds, shape (run,).
        act: what a stake is worth to a tie, shape (run,).
        security: flow that is added to, shape (power, region, run).
        stake: what is held in named projects; filled with the saturating index of all.
    """
    powers, regions, runs = ventures.shape
    for p in range(powers):
        for a in range(regions):
            for i in range(runs):
                owned = projects.energy_stake(stake[p, a, i], ventures[p, a, i], size[i])
                stake[p, a, i] = owned
                security[p, a, i] += influence.act(act[i], owned)


@compiled
def move_trade(
    weight: Array,
    potential: Array,
    affinity: Array,
    affinity_at_start: Array,
    of_affinity: Array,
    shock: Array,
    convergence: Array,
    noise: Array,
    gain: Array,
) -> None:
    """Logarithms of trade weights a quarter later.

    Args:
        weight: logarithm of trade weights, brought a quarter on, shape (power, region, run).
        potential, shock: shape (power, region, run).
        affinity, affinity_at_start: shape (power, state, run).
        of_affinity: what a warmer leaning adds to the potential, shape (run,).
        convergence: shape (power, run). noise: shape (run,).
        gain: of the potential from works and outlines, shape (power, region, run).
    """
    powers, regions, runs = weight.shape
    for p in range(powers):
        for a in range(regions):
            for i in range(runs):
                warmer = influence.gained(affinity[p, a, i], affinity_at_start[p, a, i])
                weight[p, a, i] = trade.log_weight_after(
                    logarithm=weight[p, a, i],
                    potential=potential[p, a, i],
                    gain=trade.gain_in_potential(gain[p, a, i], warmer, of_affinity[i]),
                    shock=shock[p, a, i],
                    convergence=convergence[p, i],
                    noise=noise[i],
                )
