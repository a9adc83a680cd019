"""What Flink finds on disk: the wheel's jars by links, our logging, the wheel's JVM options."""

import importlib.util
import re
import shutil
import tempfile
import zipfile
from functools import cache
from pathlib import Path

from pipeline.errors import ConfigurationError
from pipeline.local.class_archives import archive_options
from pipeline.local.java import class_path
from pipeline.local.layout import Layout
from pipeline.local.loopback import write_overlay

LOG4J = """\
rootLogger.level = INFO
rootLogger.appenderRef.console.ref = console
appender.console.name = console
appender.console.type = CONSOLE
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %c{2} - %m%n
# These repeat themselves for every type and every request.
logger.types.name = org.apache.flink.api.java.typeutils.TypeExtractor
logger.types.level = WARN
logger.kafka.name = org.apache.kafka
logger.kafka.level = WARN
logger.zookeeper.name = org.apache.flink.shaded.zookeeper3
logger.zookeeper.level = WARN
logger.curator.name = org.apache.flink.shaded.curator5
logger.curator.level = WARN
"""

PLANNER = "flink-table-planner.jar"


@cache
def distribution() -> Path:
    """Return the folder of the apache-flink wheel, without importing it.

    Raises ConfigurationError when it is not installed.
    """
    found = importlib.util.find_spec("pyflink")
    if found is None or found.origin is None:
        raise ConfigurationError("apache-flink is not installed: run `make install`")
    return Path(found.origin).parent


@cache
def java_options() -> tuple[str, ...]:
    """Return the module openings that the wheel's own scripts give to every JVM."""
    text = (distribution() / "conf" / "config.yaml").read_text()
    found = re.search(r"^ +all: (--add.*)$", text, re.MULTILINE)
    if found is None:
        raise ConfigurationError(f"{distribution()}/conf/config.yaml has no env.java.opts.all")
    return tuple(found[1].split())


def log4j_options(folder: Path) -> tuple[str, ...]:
    return (f"-Dlog4j.configurationFile=file:{folder / 'log4j.properties'}",)


def link_jars(layout: Layout) -> None:
    """Fill the lib folder with links: the wheel's jars, flink-python and the Kafka connector.

    Without flink-python on the cluster's class path a job with a Python function fails. The wheel's
    planner is a jar within a jar, whose classes no archive can hold: it is taken out of there.
    """
    flink = distribution()
    connectors = sorted(layout.flink_jars.glob("flink-sql-connector-kafka-*.jar"))
    if not connectors:
        raise ConfigurationError(f"no Flink connector in {layout.flink_jars}: run `make install`")
    python = next(flink.glob("opt/flink-python-*.jar"))
    loader = next(flink.glob("lib/flink-table-planner-loader-*.jar"))
    wheel = [jar for jar in flink.glob("lib/*.jar") if jar != loader]
    jars = [*wheel, python, *layout.flink_jars.glob("*.jar")]
    held = layout.flink_lib
    wanted = {jar.name: jar.resolve() for jar in jars}
    links = {link.name: link.resolve() for link in held.glob("*.jar") if link.is_symlink()}
    if links == wanted and (held / PLANNER).exists():
        return
    # Another home may be starting from it: it is replaced as a whole.
    held.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f"{held.name}.", dir=held.parent))
    for jar in jars:
        (beside / jar.name).symlink_to(jar.resolve())
    write_overlay(python, beside)
    with zipfile.ZipFile(loader) as outer:
        outer.extract(PLANNER, beside)
    shutil.rmtree(held, ignore_errors=True)
    beside.replace(held)


def flink_environment(layout: Layout) -> dict[str, str]:
    """Return what the wheel's scripts and PyFlink's client read from the environment."""
    flink = distribution()
    client = class_path(layout.flink_lib)
    return {
        # PyFlink's client is one more JVM; it gives it these options.
        "JVM_ARGS": " ".join(archive_options(layout.jars, "client", client)),
        "FLINK_HOME": str(flink),
        "FLINK_BIN_DIR": str(flink / "bin"),
        "FLINK_OPT_DIR": str(flink / "opt"),
        "FLINK_PLUGINS_DIR": str(flink / "plugins"),
        "FLINK_CONF_DIR": str(layout.flink_conf),
        "FLINK_LIB_DIR": str(layout.flink_lib),
        "FLINK_LOG_DIR": str(layout.logs),
        "FLINK_PID_DIR": str(layout.flink / "pid"),
    }
