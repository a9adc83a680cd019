"""The Java that runs the JVM parts."""

import os
import shutil
from pathlib import Path

from pipeline.errors import ConfigurationError

# A method is compiled when it is five times as hot as is usual: a start runs most of its methods a
# few times only, and compiling those cost all parts a tenth of what they took to the first number.
LATE_COMPILER = (
    "-XX:Tier3InvocationThreshold=1000",
    "-XX:Tier3MinInvocationThreshold=500",
    "-XX:Tier3CompileThreshold=10000",
)
# What coordinates or moves bytes is not worth the second compiler, which would take the cores away.
FIRST_COMPILER_ONLY = ("-XX:TieredStopAtLevel=1", *LATE_COMPILER)


def find_java() -> str:
    """Return the java to run: JAVA_HOME's, else the one on the PATH.

    Raises ConfigurationError when there is none.
    """
    home = os.environ.get("JAVA_HOME")
    if home and (Path(home) / "bin" / "java").exists():
        return str(Path(home) / "bin" / "java")
    found = shutil.which("java")
    if found is None:
        raise ConfigurationError("no java: python -m pipeline doctor says how to install it")
    return found


def class_path(*folders: Path) -> str:
    """Return the jars of the folders, sorted by name, so that a start is like the one before.

    Folders are named as they really are: an archive of classes fits one class path only.
    """
    real = (folder.resolve() for folder in folders)
    return ":".join(str(jar) for folder in real for jar in sorted(folder.glob("*.jar")))
