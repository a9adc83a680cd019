"""What Prometheus reads: values of the frame, and nothing where nothing is known."""

from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.metrics import Metrics
from app.observed import FrameCollector
from app.viewers import Viewers
from tests.unit.app.sample_frames import as_of, frame

NOW = as_of() + 2_500


def samples(said: dict[str, Any] | None, now: int = NOW) -> dict[str, float]:
    """Return name{labels} -> value, as a scraper reads them."""
    metrics = Metrics()
    metrics.watch(FrameCollector(lambda: said, lambda: now), lambda: 3)
    found = {}
    for family in text_string_to_metric_families(metrics.render().decode()):
        for sample in family.samples:
            labels = ",".join(sample.labels.values())
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def test_the_frame_is_told_in_seconds_and_counts() -> None:
    said = samples(frame())
    assert said["daping_progress_timestamp_seconds"] == as_of() / 1000
    assert said["daping_data_age_seconds"] == 2.5 * 60  # the source runs at 60x
    assert said["daping_checkpoint_age_seconds"] == 6.6
    assert said["daping_snapshot_age_seconds"] == 2.7
    assert said["daping_lag_messages"] == 0
    assert said["daping_messages_counted_total"] == 1_227_330
    assert said["daping_messages_duplicate_total"] == 12_110
    assert said["daping_messages_rejected_total{too_late}"] == 180
    assert said["daping_auditor_agrees"] == 1
    assert said["daping_stage_live{flink}"] == 1
    assert said["daping_viewers"] == 3


def test_what_is_not_known_is_not_there() -> None:
    whole, nothing = frame(), samples(None)
    assert not [n for n in nothing if n.startswith(("daping_lag", "daping_data", "daping_stage"))]
    whole["as_of"] = None
    whole["accounting"] |= {"auditor": None, "agree": None}
    whole["stages"][2]["heard_at"] = None
    said = samples(whole)
    for name in ("progress_timestamp", "data_age", "checkpoint_age"):
        assert f"daping_{name}_seconds" not in said
    assert "daping_auditor_agrees" not in said
    assert "daping_lag_messages" not in said


def test_a_dead_redis_is_told_of() -> None:
    broken = frame()
    broken["stages"][3] |= {"state": "error", "reason": "unreachable"}
    said = samples(broken, NOW + 60_000)
    assert said["daping_redis_up"] == 0
    assert said["daping_snapshot_age_seconds"] == 62.7


def test_what_the_mapping_refused_is_told_with_what_it_was_about() -> None:
    fed = frame()
    counts = {"lines": 9, "events": 6, "refused": 2, "skipped": 1, "messages": 4}
    fed["accounting"]["adapter"] = {"foreign": "shop", **counts, "reasons": {"amount": 2}}
    said = samples(fed)
    assert said["daping_adapter_lines_total{events}"] == 6
    assert said["daping_adapter_refused_total{amount}"] == 2


@pytest.mark.parametrize(("pages", "period_ms"), [(1, 1_000), (3, 1_000), (40, 1_050)])
def test_a_page_is_one_viewer_however_long_it_looks(pages: int, period_ms: int) -> None:
    viewers = Viewers()
    for turn in range(60):
        for page in range(pages):
            viewers.asked(turn * period_ms + page * period_ms // pages)
    last = 59 * period_ms + 500
    assert abs(viewers.count(last) - pages) <= max(0, pages // 20)
    assert viewers.count(last + 12_000) == 0
