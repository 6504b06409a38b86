"""The endpoint that is asked: its base URL, its keys, and what makes them unusable."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from messages_conformance.cassettes.redact import Secrets
from messages_conformance.claims.base_url import check_url, split_url
from messages_conformance.errors import SetupError
from messages_conformance.protocol.exchange import KEY, RESTRICTED_KEY
from messages_conformance.recording import address

PROXY_LOGIN = "<proxy password>"
_LONGEST = 8_192
"""Characters of the longest key: hardly a server takes more, and to look for it takes time."""


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
        check_url(self.base_url)
        address.check_proxies()
        for name, key in (("key", self.key), ("restricted key", self.restricted_key or "")):
            if split_url(key) is not None:
                raise SetupError(
                    f"the {name} is a URL; set the URL in ANTHROPIC_BASE_URL and the key in "
                    "ANTHROPIC_API_KEY: the two may be swapped"
                )
            if len(key) > _LONGEST:
                raise SetupError(
                    f"the {name} has {len(key):,} characters, more than a server takes; copy the "
                    "key alone, and not what stands around it"
                )
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
        return address.is_local(self.base_url)

    @property
    def secrets(self) -> Secrets:
        """The keys, which must not be written anywhere."""
        placeholders = dict.fromkeys(address.passwords_of_proxies(), PROXY_LOGIN)
        placeholders[self.key] = KEY
        if self.restricted_key is not None:
            placeholders[self.restricted_key] = RESTRICTED_KEY
        return Secrets(placeholders)
