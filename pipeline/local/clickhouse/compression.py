"""Compression of bodies, both directions, in pieces: gzip, deflate, lz4, zstd, br."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, cast

import brotli
import lz4.frame
from backports import zstd

from pipeline.local.clickhouse.faults import fault

# The first one a client takes; the fastest first.
PREFERRED = ("lz4", "zstd", "br", "gzip", "deflate")
_GZIP_BITS, _DEFLATE_BITS, _EITHER_BITS = 31, 15, 47
_BROTLI_QUALITY = 1
_CANNOT_DECOMPRESS = 271


class _Packer(Protocol):
    def compress(self, data: bytes) -> bytes: ...
    def flush(self) -> bytes: ...


class _Brotli:
    def __init__(self) -> None:
        self._packer = brotli.Compressor(quality=_BROTLI_QUALITY)

    def compress(self, data: bytes) -> bytes:
        return bytes(self._packer.process(data))

    def flush(self) -> bytes:
        return bytes(self._packer.finish())


class _Lz4:
    def __init__(self) -> None:
        self._packer = lz4.frame.LZ4FrameCompressor()
        self._begun = False

    def compress(self, data: bytes) -> bytes:
        head = b"" if self._begun else bytes(self._packer.begin())
        self._begun = True
        return head + bytes(self._packer.compress(data))

    def flush(self) -> bytes:
        head = b"" if self._begun else bytes(self._packer.begin())
        return head + bytes(self._packer.flush())


def _packer(kind: str) -> _Packer:
    makers: dict[str, Callable[[], object]] = {
        "lz4": _Lz4,
        "zstd": zstd.ZstdCompressor,
        "br": _Brotli,
        "gzip": lambda: zlib.compressobj(1, zlib.DEFLATED, _GZIP_BITS),
        "deflate": lambda: zlib.compressobj(1, zlib.DEFLATED, _DEFLATE_BITS),
    }
    return cast("_Packer", makers[kind]())


def chosen(accepted: str) -> str | None:
    """Return the kind to answer with, for an Accept-Encoding header."""
    kinds = {part.split(";")[0].strip().lower() for part in accepted.split(",")}
    return next((kind for kind in PREFERRED if kind in kinds), None)


def compressed(chunks: Iterable[bytes], kind: str) -> Iterator[bytes]:
    """Give the chunks as one stream of this kind."""
    packer = _packer(kind)
    for chunk in chunks:
        if packed := packer.compress(chunk):
            yield packed
    yield packer.flush()


def decompressed(chunks: Iterable[bytes], kind: str) -> Iterator[bytes]:
    """Give what a Content-Encoding hides; raises QueryFault when it is none of ours or torn."""
    kind = kind.strip().lower()
    if kind in ("", "identity"):
        yield from chunks
        return
    unpack = _unpacker(kind)
    for chunk in chunks:
        try:
            plain = unpack(chunk)
        except (zlib.error, RuntimeError, brotli.error, zstd.ZstdError, EOFError, OSError) as torn:
            raise fault(
                _CANNOT_DECOMPRESS, f"body is not {kind}: {torn}", "CANNOT_DECOMPRESS"
            ) from torn
        if plain:
            yield plain


def _unpacker(kind: str) -> Callable[[bytes], bytes]:
    if kind in ("gzip", "x-gzip", "deflate"):
        return zlib.decompressobj(_EITHER_BITS).decompress
    if kind == "lz4":
        return _frames(lz4.frame.LZ4FrameDecompressor)
    if kind == "zstd":
        return _frames(zstd.ZstdDecompressor)
    if kind == "br":
        return cast("Callable[[bytes], bytes]", brotli.Decompressor().process)
    raise fault(_CANNOT_DECOMPRESS, f"unknown Content-Encoding {kind}", "CANNOT_DECOMPRESS")


def _frames(maker: Callable[[], object]) -> Callable[[bytes], bytes]:
    """Return a reader of frame after frame: clients pack every block as one of its own."""
    open_frame = [maker()]

    def unpack(data: bytes) -> bytes:
        plain = []
        while data:
            frame = open_frame[0]
            plain.append(frame.decompress(data))  # type: ignore[attr-defined]
            data = b""
            if frame.eof:  # type: ignore[attr-defined]
                data = frame.unused_data or b""  # type: ignore[attr-defined]
                open_frame[0] = maker()
        return b"".join(plain)

    return unpack
