"""The live job beside two peers that count the same cells from the same topic.

Run it with `python -m tests.bench.beside [--lines 300000] [--profile wall] [--venvs FOLDER]`.
Each peer runs in an environment of its own, made in FOLDER (a temporary one by default) with pip.
A peer whose cells differ from the plain loop's is void. Only the live job writes what it counts to
Redis, keeps its state and can be killed; Pathway is not asked for the audit cells.
"""

import argparse
import pickle
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.bench.bench_parts import CATALOGUE, PROFILES, running_parts
from tests.bench.draining import cells_in_redis, differing, drain, plain
from tests.bench.lines import fill, lines
from tests.bench.plain_loop import Cells
from tests.bench.results import keep, say, table

TOPIC = "orders.beside"
FLOWS = Path(__file__).parent / "peers"
LIMIT_S = 300


@dataclass(frozen=True)
class Peer:
    """A program of `peers/` and what its environment needs."""

    name: str
    needs: tuple[str, ...]
    audits: bool = True


PEERS = (
    Peer("bytewax", ("bytewax==0.21.1", "confluent-kafka==2.12.2")),
    Peer("pathway", ("pathway==0.33.0",), audits=False),
)


def python_of(peer: Peer, folder: Path) -> Path:
    """Return the interpreter of the peer's environment, which is made where it is not there."""
    home = folder / peer.name
    python = home / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *peer.needs], check=True)
    return python


def run(peer: Peer, python: Path, at: tuple[str, str, int], file: Path) -> tuple[float, Cells]:
    """Return the peer's seconds and its cells; ends the bench when it fails or needs too long."""
    bootstrap, topic, messages = at
    flow = FLOWS / f"{peer.name}_flow.py"
    done = subprocess.run(
        [str(python), str(flow), bootstrap, topic, str(messages), str(file)],
        capture_output=True, timeout=LIMIT_S, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        sys.exit(f"{peer.name} failed: {done.stderr.decode()[-2000:]}")
    return float(done.stdout.split()[-1]), pickle.loads(file.read_bytes())


def main() -> None:
    asked = _asked()
    profile = PROFILES[asked.profile]
    with tempfile.TemporaryDirectory() as scratch:
        venvs = asked.venvs or Path(scratch)
        pythons = {peer: python_of(peer, venvs) for peer in PEERS}
        with running_parts(profile) as (parts, plant):
            plant.topics.ensure(TOPIC)
            made = fill(plant.topics.bootstrap, TOPIC, lines(asked.lines, asked.seed))
            at = (plant.topics.bootstrap, TOPIC, made.messages)
            loop_s, wanted = plain(*at, "loop", Path(scratch) / "loop")
            rates: dict[str, float | None] = {"plain Python loop": made.messages / loop_s}
            for peer, python in pythons.items():
                took, found = run(peer, python, at, Path(scratch) / peer.name)
                judged = {p: v for p, v in wanted.items() if peer.audits or p[0] != "audit"}
                wrong = differing(found, judged)
                for line in wrong:
                    say(f"{peer.name}: {line}")
                rates[peer.name] = None if wrong else made.messages / took
            # Twice: the JVM compiles what it runs only while it runs it.
            for name in ("live job, JVM just started", "live job, JVM warm"):
                done, meta = drain(parts, plant, CATALOGUE, TOPIC, profile.parallelism)
                wrong = differing(cells_in_redis(plant, meta), wanted)
                if wrong:
                    sys.exit("\n".join(["the job and the plain loop differ:", *wrong]))
                plant.snapshots.drop(meta.stream)
                rates[name] = done.running_rate
    table(
        ["same cells, same topic", "lines/s"],
        [[name, rate if rate is not None else "void"] for name, rate in rates.items()],
    )
    keep("beside", {"messages": made.messages, "profile": profile.name, "lines_per_second": rates})


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=300_000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--profile", choices=sorted(PROFILES), default="wall")
    parser.add_argument("--venvs", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
