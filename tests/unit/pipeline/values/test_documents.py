"""States there and back as JSON."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.values.documents import BrokenDocument, from_json, to_json
from pipeline.values.streams import (
    AuditorState,
    GenerationMeta,
    JobState,
    LinkGeneration,
    PartitionAudit,
    SourceState,
)

_ints = st.integers(-(2**53), 2**53)
_some = st.none() | _ints
_texts = st.text(st.characters(codec="utf-8"))
_offsets = st.dictionaries(_ints, _ints)
_speeds = st.floats(allow_nan=False, allow_infinity=False)
_partitions = st.builds(
    PartitionAudit,
    *[_ints] * 7,
    rejected=st.dictionaries(_texts, _ints),
    last_arrived_ms=_some,
)
_states = st.one_of(
    st.builds(
        SourceState,
        st.sampled_from(["live", "simulated", "replayed"]),
        _texts,
        _ints,
        _ints,
        _speeds,
        _ints,
        _some,
        _ints,
        st.booleans(),
    ),
    st.builds(AuditorState, _texts, _ints, _ints, st.lists(_partitions, max_size=3).map(tuple)),
    st.builds(JobState, _ints, st.none() | _texts, _texts, _ints, st.none() | _texts, _some),
    st.builds(
        GenerationMeta,
        st.builds(LinkGeneration, _texts, _ints),
        _texts,
        _texts,
        _ints,
        _offsets,
        _offsets,
        _ints,
    ),
)


@given(_states)
def test_a_state_comes_back_exactly(state: object) -> None:
    assert from_json(type(state), to_json(state), "key") == state


def test_fields_of_a_later_version_are_ignored() -> None:
    state = JobState(1, "id", "RUNNING", 0, None, 5)
    later = orjson.dumps({**orjson.loads(to_json(state)), "uptime_ms": 7})
    assert from_json(JobState, later, "key") == state


@pytest.mark.parametrize(
    "broken",
    [b"", b"{", b"null", b"[]", b"{}", b'{"measured_real_ms":"soon"}', b"\xff"],
)
def test_a_broken_document_is_said_with_its_place(broken: bytes) -> None:
    with pytest.raises(BrokenDocument, match="daping:job:A does not hold a JobState"):
        from_json(JobState, broken, "daping:job:A")
