"""Where a demo's orders come from: the simulator, or a file; checked before anything is started."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from pipeline.errors import ConfigurationError

Options = dict[str, object]
OF_A_REPLAY = {"mapping": "--mapping", "first": "--from", "last": "--to", "at": "--at"}
OF_A_SIMULATION = {
    "seed": "--seed",
    "lines": "--lines",
    "months": "--months",
    "real_clock": "--now",
    "hold": "--hold",
}


@dataclass(frozen=True)
class Source:
    """The command that sends the orders, their topic, and the shop's folder (None: packaged).

    `past`: the command that makes what lies before the orders; None where nothing does.
    `past_topic`: where it sends that to, if it does not fill the history itself.
    """

    arguments: tuple[str, ...]
    topic: str
    config: Path | None
    past: tuple[str, ...] | None = None
    past_topic: str | None = None
    simulated_run: str | None = None  # the name of its run, of which its ledger's folder is called

    @property
    def described(self) -> str:
        """Return what is simulated or replayed, in a line for a person."""
        what = "replaying" if self.simulated_run is None else "simulating"
        return f"{what}: {' '.join(self.arguments[1:])} (topic {self.topic})"

    @property
    def database(self) -> str:
        """The history's own, so that no two feeds mix."""
        return re.sub("[^A-Za-z0-9]", "_", self.topic)


def source_of(options: Options, config: Path | None) -> Source:
    """Return the source that is asked for; `config` is the shop's folder, if one is set.

    Raises ConfigurationError or Faults for everything a person can have got wrong: a part that
    cannot start because of it would be started again for ever.
    """
    if not float(str(options["speed"])) > 0:
        raise ConfigurationError("--speed must be above 0")
    speed = ("--speed", f"{options['speed']:g}")
    if options["feed"] is None:
        if options["real_clock"] and options["speed"] != 1.0:
            raise ConfigurationError("--now is the real clock, which runs at speed 1: drop --speed")
        refuse(options, OF_A_REPLAY, "only with --replay FILE")
        chosen = {name: options[name] for name in ("seed", "lines") if options[name] is not None}
        given = [word for name, value in chosen.items() for word in (f"--{name}", str(value))]
        if options["real_clock"] and options["hold"]:
            raise ConfigurationError("--now is the real clock, which cannot be held: drop --hold")
        now = ("--now",) if options["real_clock"] else ()
        hold = ("--hold",) if options["hold"] else ()
        months = () if options["months"] is None else ("--months", str(options["months"]))
        past = ("backfill", *given, *now, *months)
        run = "now" if options["real_clock"] else "simulated"
        arguments = ("simulate", *speed, *given, *now, *hold)
        return Source(arguments, "orders.demo", config, past, simulated_run=run)
    refuse(options, OF_A_SIMULATION, "only with simulated orders, not with --replay")
    if options["mapping"] is None:
        raise ConfigurationError("--replay FILE needs --mapping NAME")
    # Imported where it is needed: a simulated demo need not wait for pyarrow.
    from pipeline.commands.feed_check import check_feed
    from pipeline.replay.mapping import mapping_name

    feed = Path(str(options["feed"])).resolve()
    path, run, shop = check_feed(feed, str(options["mapping"]), options, config)
    days = {"--from": options["first"], "--to": options["last"]}
    given = [w for name, day in days.items() if day for w in (name, f"{day:%Y-%m-%d}")]
    given += ["--at", written(options["at"])] if options["at"] is not None else []
    arguments = ("replay", str(feed), "--mapping", str(path), *given, *speed, "--stay")
    # A topic holds one run; another file or a changed mapping is another.
    name = mapping_name(path)
    topic = f"orders.replay.{name}.{run}"
    if options["first"] is None:  # it begins with the file: there is no past
        return Source(arguments, topic, shop)
    past_topic = f"orders.past.{name}.{run}.{options['first']:%Y-%m-%d}"
    past = ("replay", str(feed), "--mapping", str(path), *given[:2], "--past")
    return Source(arguments, topic, shop, (*past, "--topic", past_topic), past_topic)


def refuse(options: Options, names: Mapping[str, str], why: str) -> None:
    given = [flag for name, flag in names.items() if options[name] not in (None, False)]
    if given:
        raise ConfigurationError(f"{', '.join(given)} {why}")


def written(value: object) -> str:
    """Return a time of day or a date with its time as the command reads it."""
    return f"{value:%H:%M}" if isinstance(value, time) else f"{value:%Y-%m-%d %H:%M}"
