"""What current clients make of recorded answers: what they raise, lose or misread."""

from messages_conformance.clients.anthropic_python import python_sdk as python_sdk
from messages_conformance.clients.result import Reading as Reading
from messages_conformance.clients.result import Result as Result
