"""Real clients, fed with recorded answers: what they raise, lose or misread."""

from messages_conformance.clients.anthropic_python import (
    read_with_python_sdk as read_with_python_sdk,
)
from messages_conformance.clients.by_table import read_by_table as read_by_table
from messages_conformance.clients.result import ClientOutcome as ClientOutcome
from messages_conformance.clients.result import ClientResult as ClientResult
