"""What a request over HTTP asks of the engine, and what it hides under compression."""

import gzip
import io
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from pipeline.local.clickhouse.asking import Ask, read_ask
from pipeline.local.clickhouse.compression import PREFERRED, chosen, compressed, decompressed
from pipeline.local.clickhouse.faults import QueryFault, from_engine


def asked(
    arguments: Mapping[str, str], body: bytes = b"", headers: Mapping[str, str] | None = None
) -> Ask:
    made = EnvironBuilder(
        method="POST",
        query_string=dict(arguments),
        input_stream=io.BytesIO(body),
        headers=[*(headers or {}).items()],
    )
    return read_ask(Request(made.get_environ()))


def test_parameters_settings_and_words_of_the_interface_are_told_apart() -> None:
    ask = asked(
        {"param_x": "1'", "max_threads": "2", "database": "d", "query_id": "q", "session_id": "s"},
        b"SELECT {x:String}",
    )
    assert ask.statement == "SELECT {x:String}"
    assert ask.parameters == {"x": "1'"}
    assert ask.settings == {"max_threads": "2"}
    assert (ask.database, ask.query_id, ask.session_id) == ("d", "q", "s")


def test_a_statement_in_the_address_takes_the_body_as_its_data() -> None:
    ask = asked(
        {"query": "INSERT INTO t FORMAT TSV"},
        gzip.compress(b"1\n2\n"),
        {"Content-Encoding": "gzip"},
    )
    assert ask.insert is not None
    assert ask.insert.data + b"".join(ask.pieces) == b"1\n2\n"


def test_setting_names_that_are_no_names_are_refused() -> None:
    for name in ("a b", "a=1,b", "a;", "1a", "a'"):
        with pytest.raises(QueryFault) as raised:
            asked({name: "1"}, b"SELECT 1")
        assert raised.value.code == 115


@pytest.mark.parametrize("body", [b"", b"  ", b"\xff", b"SELECT '\0'"])
def test_bodies_that_are_no_statement_are_refused(body: bytes) -> None:
    with pytest.raises(QueryFault) as raised:
        asked({}, body)
    assert raised.value.status == 400


@given(st.lists(st.binary(max_size=300), max_size=8), st.sampled_from(PREFERRED))
def test_what_is_compressed_comes_out_again(pieces: list[bytes], kind: str) -> None:
    packed = b"".join(compressed(pieces, kind))
    torn_anywhere = [packed[at : at + 7] for at in range(0, len(packed), 7)]
    assert b"".join(decompressed(torn_anywhere, kind)) == b"".join(pieces)


@pytest.mark.parametrize("kind", ["lz4", "zstd"])
def test_a_body_of_several_frames_is_read_whole(kind: str) -> None:
    frames = b"".join(b"".join(compressed([word], kind)) for word in (b"one ", b"two ", b"three"))
    assert b"".join(decompressed([frames[:9], frames[9:]], kind)) == b"one two three"


def test_the_fastest_kind_a_client_takes_is_chosen() -> None:
    assert chosen("gzip, br;q=0.5, zstd") == "zstd"
    assert chosen("identity") is None


def test_an_error_of_the_engine_keeps_its_code_and_loses_its_wrapping() -> None:
    fault = from_engine(RuntimeError("Streaming query failed: Code: 60. DB::Exception: no. (X)"))
    assert (fault.code, str(fault), fault.status) == (60, "Code: 60. DB::Exception: no. (X)", 404)
    assert from_engine(RuntimeError("odd")).code == 1001
