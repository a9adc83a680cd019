"""What every answer tells the browser it may do with it."""

from dash import Dash
from flask import Response

# The wall stays lit and fills the screen; it wants nothing else of a browser.
PERMISSIONS = "screen-wake-lock=(self), fullscreen=(self), camera=(), microphone=(), geolocation=()"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
}
# By https only: a browser ignores these without it, and complains of the second.
SECURE_HEADERS = {
    "Strict-Transport-Security": "max-age=31536000",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def content_policy(app: Dash) -> str:
    """Return the content security policy; styles are inline in Dash's renderer."""
    return "; ".join(
        [
            "default-src 'self'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "script-src 'self' " + " ".join(app.csp_hashes()),
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )


def plain(policy: str, by_https: bool) -> dict[str, str]:
    """Return the headers that every answer carries."""
    return {"Content-Security-Policy": policy, **HEADERS, **(SECURE_HEADERS if by_https else {})}


def dress(response: Response, policy: str, by_https: bool) -> None:
    """Put the headers on an answer."""
    response.headers.extend(plain(policy, by_https))
