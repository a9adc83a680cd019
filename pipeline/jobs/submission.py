"""Handing a job to the cluster: in a process of its own, because PyFlink brings a JVM with it."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Mapping

from pipeline.errors import ServiceUnavailable
from pipeline.jobs.specification import JobSpec

# The programs that submit: run with `python -m`.
LIVE = "pipeline.jobs.live"
ARCHIVE = "pipeline.jobs.archive"

SUBMIT_TIMEOUT_S = 180  # 8 s on an idle machine; a loaded one may need much longer
# The client's JVM lives for seconds: it is to compile little, and nothing twice.
CLIENT_JVM = (
    "-XX:TieredStopAtLevel=1 -XX:Tier3InvocationThreshold=1000 -XX:Tier3MinInvocationThreshold=500 "
    "-XX:Tier3CompileThreshold=10000 -XX:+UseSerialGC -Xshare:auto"
)
_TOLD = 600  # characters of what went wrong


class Submission:
    """A process that loads PyFlink and its JVM at once and waits for what to submit.

    Begin it early: its start takes longer than the rest of a submission. It takes one job.
    """

    def __init__(
        self, environment: Mapping[str, str], program: str = LIVE, rehearses: bool = False
    ) -> None:
        """`environment` names the folders of Flink's client (`FLINK_HOME`, `FLINK_LIB_DIR`...).

        `rehearses`: `rehearse` will be called once, before `submit`.
        """
        options = " ".join(filter(None, [environment.get("JVM_ARGS"), CLIENT_JVM]))
        self._child = subprocess.Popen(
            [sys.executable, "-m", program, *(["--rehearse"] if rehearses else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**environment, "JVM_ARGS": options},
        )

    def rehearse(self, spec: JobSpec) -> None:
        """Have the process plan a job like the one to come while that one has to wait."""
        assert self._child.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it ended: `submit` says why
            self._child.stdin.write(spec.dumps())
            self._child.stdin.flush()

    def submit(self, spec: JobSpec) -> str:
        """Submit the job and return its id; raises ServiceUnavailable with Flink's words."""
        try:
            out, told = self._child.communicate(spec.dumps(), timeout=SUBMIT_TIMEOUT_S)
        except subprocess.TimeoutExpired as fault:
            self.close()
            raise ServiceUnavailable(
                f"Flink at {spec.rest} did not take {spec.name} in {SUBMIT_TIMEOUT_S} s"
            ) from fault
        if self._child.returncode != 0:
            reason = _reason(told.decode(errors="replace"))
            raise ServiceUnavailable(f"Flink at {spec.rest} did not take {spec.name}: {reason}")
        return str(json.loads(out.splitlines()[-1])["job_id"])

    def close(self) -> None:
        """End the process, if it is still there; its JVM ends with it."""
        if self._child.poll() is None:
            self._child.kill()
            self._child.communicate()


def submit_job(spec: JobSpec, environment: Mapping[str, str], program: str = LIVE) -> str:
    """Submit a job with a process begun just now; see `Submission`."""
    return Submission(environment, program).submit(spec)


def _reason(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    causes = [line for line in lines if line.startswith("Caused by: ")]
    return (causes[-1] if causes else lines[-1] if lines else "no word")[:_TOLD]
