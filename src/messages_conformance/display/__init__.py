"""Text for people: hostile characters made visible, plain wording, a console to lay it out."""

from messages_conformance.display.console import console_of
from messages_conformance.display.safe_text import json_text, one_line, sentence, visible
from messages_conformance.display.wording import duration, plural

__all__ = ["console_of", "duration", "json_text", "one_line", "plural", "sentence", "visible"]
