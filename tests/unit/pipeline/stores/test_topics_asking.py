"""Offsets are asked for again while a topic just made is not known alike to client and broker."""

from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException

from pipeline.errors import ServiceUnavailable
from pipeline.stores.topics import Topics


class Admin:
    """Refuses with these codes in turn, then tells that each partition ends at 7."""

    def __init__(self, *codes: int) -> None:
        self.codes = iter(codes)

    def list_topics(self, topic: str, timeout: float) -> Any:
        told = SimpleNamespace(error=None, partitions={0: None, 1: None})
        return SimpleNamespace(topics={topic: told})

    def list_offsets(self, asked: Any, request_timeout: float) -> dict[Any, "Future[Any]"]:
        code = next(self.codes, None)
        return {at: self.answer(code) for at in asked}

    def answer(self, code: int | None) -> "Future[Any]":
        told: Future[Any] = Future()
        if code is None:
            told.set_result(SimpleNamespace(offset=7))
        else:
            told.set_exception(KafkaException(KafkaError(code)))
        return told


def topics_of(*codes: int) -> Topics:
    topics = Topics("broker:9092")
    topics.__dict__["_admin"] = Admin(*codes)  # where cached_property keeps it
    return topics


@pytest.mark.parametrize(
    "code",
    [
        KafkaError.UNKNOWN_LEADER_EPOCH,
        KafkaError.FENCED_LEADER_EPOCH,
        KafkaError.LEADER_NOT_AVAILABLE,
    ],
)
def test_what_passes_is_asked_again(code: int) -> None:
    assert topics_of(code, code).end_offsets("orders") == {0: 7, 1: 7}


def test_what_does_not_pass_is_told() -> None:
    with pytest.raises(ServiceUnavailable, match="did not tell offsets of orders"):
        topics_of(KafkaError.TOPIC_AUTHORIZATION_FAILED).end_offsets("orders")
