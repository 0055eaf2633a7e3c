"""Two phases of the turn as arrays, as loops of our own tracing, and as JAX compiles them.

    pip install jax
    python benchmarks/loops_or_jax.py

The rules are called as they stand: leanings (a power and a state each, 56 rows) and trade (20
rows). For JAX the modules of the rules see `jax.numpy` in place of NumPy while they are traced.
What is told: CPU time a run of each form, the best of several; how long the first call takes; and
in how many values the last bit differs from what NumPy gives.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np

from simulation.numerics.arrays import FLOAT, Array
from simulation.numerics.stretches import TwoForms
from simulation.rules import alignment, trade

BLOCKS = (2_000, 16_000)
ROUNDS = 40
POWERS, STATES, REGION = 4, 14, 5
Text = Callable[[Any, Any], tuple[Array, ...]]


class World:
    """Arrays of plausible values; each text takes what it names."""

    def __init__(self, runs: int) -> None:
        source = np.random.default_rng(1)
        self.runs, self.changes = runs, 0
        dyads, trades = (POWERS, STATES, runs), (POWERS, REGION, runs)
        for name in ("affinity", "intercept", "shock", "gain", "goodwill"):
            setattr(self, name, source.uniform(-0.9, 0.9, dyads).astype(FLOAT))
        for name in ("blame", "grip"):
            setattr(self, name, source.uniform(0, 1, dyads).astype(FLOAT))
        for name in ("fear", "danger", "relief", "autonomy", "pride", "neutral"):
            setattr(self, name, source.uniform(0, 1, (STATES, runs)).astype(FLOAT))
        for name in ("logarithm", "potential", "more", "jolts"):
            setattr(self, name, source.uniform(-3, 0.5, trades).astype(FLOAT))
        self.share = source.uniform(0, 0.4, trades).astype(FLOAT)
        self.traded = source.random(trades) > 0.1


class Weights:
    """A number a run of each."""

    def __init__(self, runs: int) -> None:
        source = np.random.default_rng(2)
        self.changes = 0
        for name in (
            "of_share", "of_cover", "of_relief", "of_blame", "of_hedging", "of_goodwill",
            "speed", "noise", "damping", "convergence", "size", "deals",
        ):  # fmt: skip
            setattr(self, name, source.uniform(0.05, 0.4, runs).astype(FLOAT))


def leanings(world: Any, weights: Any) -> tuple[Array, ...]:
    """Leanings a quarter later."""
    drawn = alignment.drawn_to(
        intercept=world.intercept,
        share_gain=world.gain,
        cover=weights.of_cover,
        blame=world.blame,
        pride=world.pride,
        fear=world.fear,
        danger_excess=world.danger,
        relief=world.relief,
        autonomy=world.autonomy,
        grip=world.grip,
        goodwill=world.goodwill,
        of_share=weights.of_share,
        of_cover=weights.of_cover,
        of_relief=weights.of_relief,
        of_blame=weights.of_blame,
        of_hedging=weights.of_hedging,
        of_goodwill=weights.of_goodwill,
    )
    drawn = alignment.held_by_neutrality(drawn, world.intercept, world.neutral, weights.damping)
    after = alignment.leaning_after(
        affinity=world.affinity,
        drawn=alignment.inclined(drawn),
        shock=world.shock,
        speed=weights.speed,
        noise=weights.noise,
        bound=FLOAT(0.99),
    )
    return (after,)


def trades(world: Any, weights: Any) -> tuple[Array, ...]:
    """Trade weights a quarter later."""
    moved = trade.log_weight_after(
        logarithm=world.logarithm,
        potential=world.potential,
        gain=world.more,
        shock=trade.jolt(world.jolts, world.share, weights.deals),
        convergence=weights.convergence,
        noise=weights.size,
    )
    return (trade.weight_after(moved, world.traded),)


def measured(form: Callable[[], tuple[Any, ...]]) -> tuple[float, float, list[Array]]:
    """Seconds of the first call and of the best of the others, and what came out."""
    started = time.process_time()
    found = [np.array(each) for each in form()]
    first, best = time.process_time() - started, np.inf
    for _ in range(ROUNDS):
        started = time.process_time()
        for each in form():
            getattr(each, "block_until_ready", lambda: None)()
        best = min(best, time.process_time() - started)
    return first, best, found


def in_jax(text: Text, world: World, weights: Weights) -> Callable[[], tuple[Any, ...]]:
    """The text compiled by JAX on the same values."""
    import jax

    def arrays(of: Any) -> Mapping[str, Any]:
        return {n: jax.numpy.asarray(v) for n, v in vars(of).items() if isinstance(v, np.ndarray)}

    def traced(of_world: Mapping[str, Any], of_weights: Mapping[str, Any]) -> tuple[Any, ...]:
        for module in (alignment, trade):
            module.np = jax.numpy  # type: ignore[attr-defined]
        try:
            return text(SimpleNamespace(**of_world), SimpleNamespace(**of_weights))
        finally:
            for module in (alignment, trade):
                module.np = np  # type: ignore[attr-defined]

    compiled = jax.jit(traced)
    held = arrays(world), arrays(weights)
    return lambda: compiled(*held)


def main() -> None:
    """Print what was measured, as a table of Markdown."""
    try:
        import jax
    except ModuleNotFoundError:
        sys.exit("JAX is not installed; what it needs: pip install jax")
    print(f"JAX {jax.__version__}; CPU µs a run, best of {ROUNDS}\n")
    print(
        "| phase | runs | arrays | loops | JAX | first call, s | values that JAX gives otherwise |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|")
    for text in (leanings, trades):
        for runs in BLOCKS:
            world, weights = World(runs), Weights(runs)
            loops = TwoForms(text, ("world", "weights"))
            forms = {
                "arrays": lambda t=text, a=world, b=weights: t(a, b),
                "loops": lambda t=loops, a=world, b=weights: t(a, b),
                "JAX": in_jax(text, world, weights),
            }
            found = {name: measured(form) for name, form in forms.items()}
            expected = found["arrays"][2]
            assert all(
                one.tobytes() == other.tobytes()
                for one, other in zip(found["loops"][2], expected, strict=True)
            )
            other = [
                float((one != other).mean())
                for one, other in zip(found["JAX"][2], expected, strict=True)
            ]
            times = " | ".join(f"{found[name][1] / runs * 1e6:.2f}" for name in forms)
            begun = f"{found['loops'][0]:.2f} and {found['JAX'][0]:.2f}"
            print(f"| {text.__name__} | {runs:,} | {times} | {begun} | {max(other):.0%} |")


if __name__ == "__main__":
    main()
