"""What a base URL must look like, and what is wrong with one that does not.

Someone who swaps two variables puts a key where a URL belongs, and a URL may hold a password or a
key anywhere. So a message names the host at most, never the value.
"""

from typing import Final
from urllib.parse import SplitResult, urlsplit

from messages_conformance.errors import SetupError

_EXAMPLE: Final = "https://host/path, without /v1/messages"


def split_url(url: str) -> SplitResult | None:
    """The parts of a URL that requests can be sent to; None if it is malformed."""
    if not url.isprintable() or any(character.isspace() for character in url):
        return None
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            return None
        import httpx2  # takes a while, and most commands ask no endpoint
    except ValueError:
        return None
    try:
        # It fails in a way of its own for a host that no name server knows.
        httpx2.Request("POST", url)
    except (ValueError, httpx2.InvalidURL):
        return None
    return parts


def check_url(url: str) -> None:
    """Refuse a base URL to which no path can be added, or that may hold a key.

    Raises:
        SetupError: the message says how to set it.
    """
    parts = split_url(url)
    if parts is None:
        raise SetupError(
            f"the base URL is malformed; set ANTHROPIC_BASE_URL to a URL like {_EXAMPLE}, and the "
            "key in ANTHROPIC_API_KEY (what is set now is not shown, as it may be a key)"
        )
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise SetupError(
            f"the base URL of {parts.hostname} contains a user name, a query or a fragment; set "
            "ANTHROPIC_BASE_URL to https://host/path alone, and the key in ANTHROPIC_API_KEY"
        )
    path = parts.path.rstrip("/")
    for end in ("/v1/messages", "/v1"):
        if path.endswith(end):
            raise SetupError(
                f"the base URL of {parts.hostname} ends in {end}, so requests would go to "
                f"{end}/v1/messages; remove {end} from its end"
            )
