"""What a plain Python program would do with the same topic: orjson, dicts, one process.

Run by the drain bench as `python -m tests.bench.plain_loop BOOTSTRAP TOPIC MESSAGES raw|loop FILE`.
`loop` counts every cell of the live job (no checks of the fields, no Redis, nothing saved) and
leaves them in FILE; `raw` only reads the bytes. Prints seconds from the first message to the last.
"""

import pickle
import sys
import time
from collections import defaultdict
from collections.abc import Iterator

import orjson
from confluent_kafka import Consumer, Message, TopicPartition

ZONE_MINUTES = 480
AT_ONCE = 10_000
Cells = dict[tuple[str, int, str], list[int]]


class Counts:
    """Cells as the live job has them; a minute cell is n and the seven measures of its cube."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.minutes: defaultdict[tuple[str, int, str], list[int]] = defaultdict(lambda: [0] * 8)
        self.users: defaultdict[tuple[int, str], list[int]] = defaultdict(lambda: [0] * 3)
        self.buyers: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
        self.classes: defaultdict[tuple[int, str], int] = defaultdict(int)

    def count(self, payload: bytes, partition: int) -> None:
        line = orjson.loads(payload)
        event_id = line["event_id"]
        if event_id in self.seen:
            self.classes[partition, "duplicate"] += 1
            return
        self.seen.add(event_id)
        self.classes[partition, "counted"] += 1
        minute, user = line["event_time"] // 60_000, line["user_id"]
        amount, quantity = line["amount_cents"], line["quantity"]
        sale = line["kind"] == "sale"
        order = 1 if sale and line["line_no"] == 1 else 0
        for key in (
            ("category", minute, line["category"] or "unknown"),
            ("brand", minute, line["brand"] or "unknown"),
            ("gender", minute, line["gender"] or "unknown"),
            ("province", minute, line["province"] or "unknown"),
            ("warehouse", minute, line["warehouse_id"] or "unknown"),
            ("guests", minute, "user" if user else "guest"),
        ):
            cell = self.minutes[key]
            cell[0] += 1
            if sale:
                cell[1] += amount
                cell[3] += quantity
                cell[5] += order
                cell[6] += 1
            else:
                cell[2] += amount
                if amount:
                    cell[4] += quantity
                cell[7] += 1
        if sale and user:
            self._count_user(user, minute, amount, order)

    def _count_user(self, user: str, minute: int, amount: int, order: int) -> None:
        day, of_day = divmod(minute + ZONE_MINUTES, 1440)
        evening = of_day >= 1200
        total = self.users[day * 2 + evening, user]
        total[0] += 1
        total[1] += amount
        total[2] += order
        self.buyers["buyers_24H", day].add(user)
        self.buyers["buyers_28H", day].add(user)
        if evening:
            self.buyers["buyers_4H", day + 1].add(user)
            self.buyers["buyers_28H", day + 1].add(user)

    def cells(self) -> Cells:
        """Return (cube, bucket, key) -> [n, measures]; buyers of all hash buckets as one."""
        found: Cells = dict(self.minutes)
        found |= {("users", segment, user): v for (segment, user), v in self.users.items()}
        found |= {(cube, day, ""): [len(who)] for (cube, day), who in self.buyers.items()}
        found |= {("audit", place, name): [n] for (place, name), n in self.classes.items()}
        return found


def messages(bootstrap: str, topic: str, count: int) -> Iterator[list[Message]]:
    """Yield all messages of the topic, many at a time."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "bench", "log_level": 0})
    listed = consumer.list_topics(topic, timeout=10).topics[topic].partitions
    consumer.assign([TopicPartition(topic, partition, 0) for partition in listed])
    try:
        while count > 0:
            found = consumer.consume(AT_ONCE, 0.1)
            count -= len(found)
            if found:
                yield found
    finally:
        consumer.close()


def main(bootstrap: str, topic: str, count: int, mode: str, file: str) -> None:
    counts, began, bytes_read = Counts(), 0.0, 0
    for found in messages(bootstrap, topic, count):
        began = began or time.perf_counter()
        if mode == "raw":
            bytes_read += sum(len(message.value()) for message in found)
        else:
            for message in found:
                counts.count(message.value(), message.partition())
    took = time.perf_counter() - began
    with open(file, "wb") as kept:
        pickle.dump(counts.cells(), kept)
    sys.stdout.write(f"{took}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5])
