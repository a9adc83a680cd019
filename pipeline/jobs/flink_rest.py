"""Flink's REST interface: what runs, how it is, and cancelling. Standard library only."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from pipeline.errors import ServiceUnavailable

CALL_TIMEOUT_S = 4.0  # a JobManager that answers later than this is as good as away
GONE = frozenset(("FAILED", "CANCELED", "FINISHED"))


@dataclass(frozen=True, slots=True)
class ListedJob:
    """A job as the cluster lists it; `started_ms` is epoch ms UTC (real clock)."""

    job_id: str
    name: str
    status: str
    started_ms: int

    @property
    def gone(self) -> bool:
        """Ended for good: Flink will not bring it back."""
        return self.status in GONE


@dataclass(frozen=True, slots=True)
class JobHealth:
    """Restarts so far, the last exception in one line, when the last checkpoint was completed."""

    restarts: int
    last_exception: str | None
    checkpoint_ms: int | None


class FlinkRest:
    """One cluster by the address of its REST interface. Raises ServiceUnavailable."""

    def __init__(self, url: str, timeout_s: float = CALL_TIMEOUT_S) -> None:
        self.url = (url if "//" in url else f"http://{url}").rstrip("/")
        self._timeout_s = timeout_s

    def jobs(self) -> tuple[ListedJob, ...]:
        """Return all jobs the cluster knows, the newest first."""
        listed = self._call("/jobs/overview")["jobs"]
        jobs = (ListedJob(j["jid"], j["name"], j["state"], j["start-time"]) for j in listed)
        return tuple(sorted(jobs, key=lambda job: job.started_ms, reverse=True))

    def job(self, name: str) -> ListedJob | None:
        """Return the job of that name: one that still runs before one that is gone."""
        named = [job for job in self.jobs() if job.name == name]
        running = [job for job in named if not job.gone]
        return next(iter(running or named), None)

    def health(self, job_id: str) -> JobHealth:
        metrics = self._call(f"/jobs/{job_id}/metrics?get=numRestarts")
        restarts = int(float(metrics[0]["value"])) if metrics else 0
        completed = self._call(f"/jobs/{job_id}/checkpoints").get("latest", {}).get("completed")
        checkpoint = None if completed is None else int(completed["latest_ack_timestamp"])
        return JobHealth(restarts, self._last_exception(job_id), checkpoint)

    def free_slots(self) -> int:
        return int(self._call("/overview")["slots-available"])

    def cancel(self, job_id: str) -> None:
        """Ask for a job's end; the cluster carries it out by itself."""
        self._call(f"/jobs/{job_id}?mode=cancel", "PATCH")

    def _last_exception(self, job_id: str) -> str | None:
        told = self._call(f"/jobs/{job_id}/exceptions?maxExceptions=1")
        entries = told.get("exceptionHistory", {}).get("entries") or []
        if not entries:
            return None
        # The last "Caused by" is what a person can act on.
        lines = str(entries[0].get("stacktrace") or entries[0].get("exceptionName")).splitlines()
        causes = [line for line in lines if line.startswith("Caused by: ")]
        return (causes[-1].removeprefix("Caused by: ") if causes else lines[0])[:500]

    def _call(self, path: str, method: str = "GET") -> Any:
        request = urllib.request.Request(self.url + path, method=method)
        try:
            with urllib.request.urlopen(request, timeout=self._timeout_s) as answer:
                return json.loads(answer.read() or b"{}")
        except (OSError, ValueError) as fault:
            raise ServiceUnavailable(
                f"Flink at {self.url} did not answer {path}: {fault}"
            ) from fault
