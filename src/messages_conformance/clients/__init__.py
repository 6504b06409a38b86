"""What current clients make of recorded answers: what they raise, lose or misread."""

from messages_conformance.clients.python import python_sdk as python_sdk
from messages_conformance.clients.reading import Reading as Reading
from messages_conformance.clients.reading import Result as Result
