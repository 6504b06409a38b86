"""The endpoint that is asked: its base URL, its keys, and what makes them unusable."""

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from messages_conformance.cassettes.redact import Secrets
from messages_conformance.errors import SetupError
from messages_conformance.protocol.exchange import KEY, RESTRICTED_KEY


@dataclass(frozen=True)
class Endpoint:
    """Where requests go, and with which keys; its repr has no key."""

    base_url: str
    key: str = field(repr=False)
    auth: str = "x-api-key"
    """The header that usually carries the key: ``x-api-key`` or ``authorization``."""
    restricted_key: str | None = field(default=None, repr=False)
    """A valid key that may not use the model, for the probe that needs one."""

    def __post_init__(self) -> None:
        """Refuse what no request can be sent with.

        Raises:
            SetupError: the base URL cannot be used, or a header cannot hold a key.
        """
        _check_url(self.base_url)
        for name, key in (("key", self.key), ("restricted key", self.restricted_key or "")):
            if not all("!" <= character <= "~" for character in key):
                raise SetupError(
                    f"the {name} contains a space or another character that no HTTP header can "
                    "hold; copy it again, without what surrounds it"
                )
        if self.secrets.are_in(self.base_url.encode()):
            raise SetupError(
                "the base URL contains the key, and URLs are written to recordings and reports; "
                "remove the key from the URL and set only ANTHROPIC_API_KEY"
            )

    @property
    def host(self) -> str:
        """The host, with the port if the base URL names one."""
        return urlsplit(self.base_url).netloc.rpartition("@")[2]

    @property
    def public_url(self) -> str:
        """The base URL without credentials and without a slash at its end."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{self.host}{parts.path.rstrip('/')}"

    @property
    def is_loopback(self) -> bool:
        """Whether the endpoint runs on this machine, to which no proxy leads."""
        host = urlsplit(self.base_url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")

    @property
    def secrets(self) -> Secrets:
        """The keys, which must not be written anywhere."""
        placeholders = {self.key: KEY}
        if self.restricted_key is not None:
            placeholders[self.restricted_key] = RESTRICTED_KEY
        return Secrets(placeholders)


def _check_url(url: str) -> None:
    """Refuse a base URL to which no path can be added."""
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
