"""What a page may load and run, as its Content-Security-Policy: nothing from elsewhere, and no script of a note or a template."""

from base64 import b64encode
from hashlib import sha256

RUNNING = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-scripts",
    "X-Frame-Options": "SAMEORIGIN",
}
"""Of the frame in which scripts of a template run: nothing can be sent to the network, and only the page itself can hold it."""


def policy(scripts: str, own: str = "") -> str:
    """Return the policy of a page with some `scripts` and of the cards in it; `own` is where a page that is served comes from."""
    rules = {
        "default-src": "'none'",
        "script-src": scripts,
        "style-src": f"{own} 'unsafe-inline'",
        "img-src": f"{own} data:",
        "media-src": f"{own} data:",
        "font-src": f"{own} data:",
        "connect-src": own or "'none'",
        "frame-src": own or "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    if own:  # not known to a policy in the page itself
        rules["frame-ancestors"] = "'none'"
    return "; ".join(f"{name} {value.strip()}" for name, value in rules.items())


def hash_of(script: str) -> str:
    """Return by what a policy knows a script that stands in the page."""
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
