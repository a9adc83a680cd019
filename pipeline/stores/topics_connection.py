"""How every Kafka client of ours is set up, and the limits it waits."""

import time
from collections.abc import Mapping

import structlog
from confluent_kafka import KafkaError, KafkaException

from pipeline.errors import ServiceUnavailable

log = structlog.get_logger()

# A broker that was killed is back within about 3 s (KRaft, one node); a call that waited this long
# tells its caller, who may try again.
CALL_TIMEOUT_S = 10.0
SAY_AGAIN_S = 30.0
# Half a second behind a broker's return at most: the wall must move again within ticks.
RECONNECT_MS = {"reconnect.backoff.ms": 50, "reconnect.backoff.max.ms": 500}

# What a broker says while it starts, moves a leader or is away: the next try may work.
PASSING = frozenset(
    (
        KafkaError.LEADER_NOT_AVAILABLE,
        KafkaError.FENCED_LEADER_EPOCH,  # client and broker have not heard of the same leader yet
        KafkaError.UNKNOWN_LEADER_EPOCH,
        KafkaError.NOT_LEADER_FOR_PARTITION,
        KafkaError.UNKNOWN_TOPIC_OR_PART,
        KafkaError.REQUEST_TIMED_OUT,
        KafkaError.BROKER_NOT_AVAILABLE,
        KafkaError.NETWORK_EXCEPTION,
        KafkaError._TRANSPORT,
        KafkaError._ALL_BROKERS_DOWN,
        KafkaError._TIMED_OUT,
    )
)


def client_options(bootstrap: str) -> dict[str, object]:
    """Return the options common to all clients; trouble is logged by us, not by the client."""
    return {
        "bootstrap.servers": bootstrap,
        "client.id": "daping",
        "socket.timeout.ms": int(CALL_TIMEOUT_S * 1000),
        "socket.keepalive.enable": True,
        "log_level": 0,
        "error_cb": _Trouble(bootstrap),
        **RECONNECT_MS,
    }


class _Trouble:
    """Logs what a client says of its connection, once in a while: it repeats itself endlessly."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._silent_until = 0.0

    def __call__(self, fault: KafkaError) -> None:
        if time.monotonic() >= self._silent_until:
            self._silent_until = time.monotonic() + SAY_AGAIN_S
            log.warning("Kafka connection", at=self._bootstrap, cause=fault.str())


def unavailable(bootstrap: str, doing: str, fault: object) -> ServiceUnavailable:
    """Return the error to raise: what was tried, where, and what Kafka said."""
    said = fault.args[0] if isinstance(fault, KafkaException) and fault.args else fault
    text = said.str() if isinstance(said, KafkaError) else str(said) or type(said).__name__
    return ServiceUnavailable(
        f"Kafka at {bootstrap} did not {doing}: {text}; "
        "see whether the broker runs (python -m pipeline services status)"
    )


def require_partitions(topic: str, offsets: Mapping[int, int]) -> None:
    """Refuse an empty assignment: a reader without partitions would wait for ever."""
    if not offsets:
        raise ServiceUnavailable(f"topic {topic} has no partitions to read")
