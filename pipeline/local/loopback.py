"""Keeps the servers that Flink opens for its Python workers on the loopback address.

Beam's server factory makes a loopback address and then listens with `forPort(address.getPort())`,
which is every interface of the machine, without any authentication; no setting changes it. So one
class of flink-python is laid over, with the call `forAddress(address)` in its place.
"""

import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ConfigurationError

CLASS = "org/apache/beam/sdk/fn/server/ServerFactory$InetSocketAddressServerFactory.class"
# Sorts before the jar it is laid over: the first on the class path wins.
OVERLAY = "beam-on-loopback.jar"

_UTF8, _METHOD, _NAME_AND_TYPE = 1, 10, 12
# Bytes after the tag of each kind of constant (Java virtual machine specification, 4.4).
_SIZES = {3: 4, 4: 4, 5: 8, 6: 8, 7: 2, 8: 2, 9: 4, 10: 4, 11: 4, 12: 4, 15: 3, 16: 2, 17: 4, 18: 4}
_TWO_PLACES = (5, 6)  # long and double
_NOP, _INVOKEVIRTUAL, _INVOKESTATIC = 0x00, 0xB6, 0xB8


@dataclass(frozen=True)
class _Pool:
    """The constants of a class file by index, and where they end."""

    constants: dict[int, tuple[int, bytes]]
    count: int
    end: int

    def text(self, index: int) -> str:
        return self.constants[index][1].decode("utf-8", "replace")

    def method(self, name: str) -> tuple[int, int, str]:
        """Return (index, class index, descriptor) of the one method called `name`."""
        found = []
        for index, (tag, content) in self.constants.items():
            if tag != _METHOD:
                continue
            owner, signature = struct.unpack(">HH", content)
            called, descriptor = struct.unpack(">HH", self.constants[signature][1])
            if self.text(called) == name:
                found.append((index, owner, self.text(descriptor)))
        if len(found) != 1:
            raise ConfigurationError(f"{CLASS} calls {len(found)} methods {name}, not one")
        return found[0]


def write_overlay(flink_python: Path, folder: Path) -> None:
    """Write the overlay jar for a flink-python jar; raises ConfigurationError when it differs."""
    with zipfile.ZipFile(flink_python) as jar:
        patched = on_loopback(jar.read(CLASS))
    with zipfile.ZipFile(folder / OVERLAY, "w") as overlay:
        overlay.writestr(zipfile.ZipInfo(CLASS), patched)


def on_loopback(class_file: bytes) -> bytes:
    """Return the class with `forAddress(address)` instead of `forPort(address.getPort())`."""
    pool = _read_pool(class_file)
    builder_index, owner, descriptor = pool.method("forPort")
    port_index = next(
        index
        for index, (tag, content) in pool.constants.items()
        if tag == _METHOD and _is_port_of_address(pool, content)
    )
    before = struct.pack(">BHBH", _INVOKEVIRTUAL, port_index, _INVOKESTATIC, builder_index)
    if class_file.count(before, pool.end) != 1:
        raise ConfigurationError(
            f"{CLASS} is not the one this overlay is for: see pipeline/local/loopback.py"
        )
    builder = descriptor.partition(")")[2]
    added, method = _new_method(pool.count, owner, f"(Ljava/net/SocketAddress;){builder}")
    after = struct.pack(">BBBBH", _NOP, _NOP, _NOP, _INVOKESTATIC, method)
    count = struct.pack(">H", pool.count + 4)
    body = class_file[pool.end :].replace(before, after)
    return class_file[:8] + count + class_file[10 : pool.end] + added + body


def _is_port_of_address(pool: _Pool, content: bytes) -> bool:
    owner, signature = struct.unpack(">HH", content)
    (owner_name,) = struct.unpack(">H", pool.constants[owner][1])
    (called,) = struct.unpack(">H", pool.constants[signature][1][:2])
    return (pool.text(owner_name), pool.text(called)) == ("java/net/InetSocketAddress", "getPort")


def _new_method(first: int, owner: int, descriptor: str) -> tuple[bytes, int]:
    """Return four new constants from index `first` on, the last of them the method, its index."""
    name, kind = b"forAddress", descriptor.encode()
    constants = (
        struct.pack(">BH", _UTF8, len(name)) + name,
        struct.pack(">BH", _UTF8, len(kind)) + kind,
        struct.pack(">BHH", _NAME_AND_TYPE, first, first + 1),
        struct.pack(">BHH", _METHOD, owner, first + 2),
    )
    return b"".join(constants), first + 3


def _read_pool(class_file: bytes) -> _Pool:
    (count,) = struct.unpack_from(">H", class_file, 8)
    constants: dict[int, tuple[int, bytes]] = {}
    at, index = 10, 1
    while index < count:
        tag = class_file[at]
        if tag == _UTF8:
            (size,) = struct.unpack_from(">H", class_file, at + 1)
            start = at + 3
        else:
            size, start = _SIZES[tag], at + 1
        constants[index] = (tag, class_file[start : start + size])
        at = start + size
        index += 2 if tag in _TWO_PLACES else 1
    return _Pool(constants, count, at)
