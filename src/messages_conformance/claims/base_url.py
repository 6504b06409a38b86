"""What a base URL must look like, and what is wrong with one that does not."""

from urllib.parse import SplitResult, urlsplit

from messages_conformance.errors import SetupError


def check_url(url: str) -> None:
    """Refuse a base URL to which no path can be added.

    Raises:
        SetupError: it is none; the message says what to write instead.
    """
    parts = _split(url)
    if parts is None:
        raise SetupError(
            f"the base URL {url!r} is malformed; set ANTHROPIC_BASE_URL to a URL like "
            "https://host/path, without /v1/messages"
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
                f"the base URL {url!r} ends in {end}, so requests would go to "
                f"{path}/v1/messages; remove {end} from its end"
            )


def _split(url: str) -> SplitResult | None:
    """The parts of a URL; None if it is malformed."""
    try:
        parts = urlsplit(url)
        is_well_formed = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return None
    has_space = any(character.isspace() for character in url)
    return parts if is_well_formed and not has_space else None
