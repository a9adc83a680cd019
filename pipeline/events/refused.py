"""What is kept of a refused message, whoever refused it."""

import base64

# A message as large as the broker takes would, escaped, be too large for the rejected topic.
_LONGEST_PAYLOAD = 128 * 1024
ADAPTER = (
    "adapter"  # begins the keys of what the adapter refused; the auditor's are partition:offset
)


def refused_payload(value: bytes | None) -> dict[str, str | int | None]:
    """Return the payload as text, or as base64.

    Of a payload above 128 KiB the beginning is kept, with `payload_bytes` telling its length.
    """
    kept: dict[str, str | int | None] = {}
    if value is not None and len(value) > _LONGEST_PAYLOAD:
        kept["payload_bytes"] = len(value)
        value = value[:_LONGEST_PAYLOAD]
    try:
        kept["payload"] = None if value is None else value.decode("utf-8")
    except UnicodeDecodeError:
        kept["payload_base64"] = base64.b64encode(value or b"").decode("ascii")
    return kept
