"""The documented stop reasons."""

from typing import Final

REASONS: Final = (
    "end_turn",
    "max_tokens",
    "stop_sequence",
    "tool_use",
    "pause_turn",
    "refusal",
    "model_context_window_exceeded",
)
"""All of them."""
OF_BETA: Final = ("compaction",)
"""Those that only a beta has."""
CUT: Final = ("max_tokens", "refusal", "model_context_window_exceeded")
"""The stop reasons of a message that was cut short, wherever it was."""
