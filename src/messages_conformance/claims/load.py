"""What a vendor's page says, per dated revision, loaded from ``claims/<target>/<revision>.toml``.

Every file is checked before anything reads it: against ``schemas/claims.schema.json``, and for
contradictions. All mistakes are reported at once. Where the files lie, `library` knows.
"""

from pathlib import Path

from messages_conformance.claims.complaints import as_error, complaints
from messages_conformance.claims.document import from_document
from messages_conformance.claims.page import Revision
from messages_conformance.errors import ClaimsError
from messages_conformance.files import read_toml


def load(path: Path) -> Revision:
    """Read one claims file.

    Raises:
        ClaimsError: it is not TOML, breaks the schema, or contradicts itself.
    """
    try:
        document, text = read_toml(path)
    except OSError as problem:
        raise ClaimsError(f"{path}: cannot be read: {problem.strerror}") from problem
    except ValueError as problem:
        raise ClaimsError(f"{path}: cannot be read as TOML: {problem}") from problem
    if found := complaints(document, text):
        raise as_error(path, found)
    return from_document(document)
