"""From bytes to characters the way Jackson (and so Flink) does it.

JSON is UTF-8 by its standard. Jackson also takes UTF-16 and UTF-32, which it tells by their first
bytes, and UTF-8 as Java writes it (surrogates one by one, overlong forms); a feed that does so
would otherwise be read by the live job and refused by the auditor.
"""

import codecs
import json


def decode(payload: bytes) -> str:
    """Return the characters up to the first byte that is none; never raises.

    What follows the first complete JSON value is never looked at, so a bad byte there does no harm.
    Surrogates that stand alone are left in.
    """
    encoding = json.detect_encoding(payload)
    if encoding == "utf-8-sig":
        payload, encoding = payload[len(codecs.BOM_UTF8) :], "utf-8"
    errors = _LAX if encoding == "utf-8" else "strict"
    try:
        text = payload.decode(encoding, errors)
    except UnicodeDecodeError as fault:
        text = payload[: fault.start].decode(encoding, errors)
    return text if text.isascii() else _join_surrogates(text)


def _join_surrogates(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return text


def without_surrogates(text: str) -> str:
    """Return what Flink keeps of a text: a surrogate that stands alone becomes "?"."""
    if text.isascii():
        return text
    return _join_surrogates(text).encode("utf-8", "replace").decode("utf-8")


# mask and mark of the first byte, and how long the sequence is
_FORMS = ((0xE0, 0xC0, 2), (0xF0, 0xE0, 3), (0xF8, 0xF0, 4))


def _as_jackson(fault: UnicodeError) -> tuple[str, int]:
    """Decode the sequence where Python's strict decoder stopped, or raise its error again."""
    if not isinstance(fault, UnicodeDecodeError):
        raise fault
    start, lead = fault.start, fault.object[fault.start]
    found = [form for form in _FORMS if lead & form[0] == form[1]]
    if not found:
        raise fault
    mask, _, length = found[0]
    rest = fault.object[start + 1 : start + length]
    if len(rest) < length - 1 or any(byte & 0xC0 != 0x80 for byte in rest):
        raise fault
    code = lead & ~mask & 0xFF
    for byte in rest:
        code = code << 6 | byte & 0x3F
    if length < 4:
        return chr(code), start + length
    code -= 0x10000
    return chr((0xD800 | code >> 10) & 0xFFFF) + chr(0xDC00 | code & 0x3FF), start + length


_LAX = "daping-as-jackson"
codecs.register_error(_LAX, _as_jackson)
