"""What the original API refuses in a conversation: roles, texts, blocks and pictures.

As in `test_refusal`, each request has exactly one mistake in it.
"""

from typing import Any

from messages_conformance.probing import (
    FEW,
    HELLO,
    Ask,
    ProbeRun,
    assistant,
    banded_png,
    prove_refused,
    refuses_turns,
    row,
    text,
    user,
)

# -- the conversation


@row("refusal/messages_empty")
def messages_empty(ask: Ask) -> ProbeRun:
    """There is at least one message (RQ-08). To fix: answer 400 to an empty list.

    Instead: check that there is a message before you send.
    """
    return refuses_turns(ask)


@row("refusal/assistant_first")
def assistant_first(ask: Ask) -> ProbeRun:
    """The user begins (RQ-09). To fix: answer 400 rather than insert a turn.

    Instead: begin with a user turn, also after you cut off old turns.
    """
    return refuses_turns(ask, assistant("Hello."), user(HELLO))


@row("refusal/unknown_role")
def unknown_role(ask: Ask) -> ProbeRun:
    """The only roles are `user` and `assistant` (RQ-10). To fix: answer 400 to OpenAI's `tool`.

    Instead: send results of tools in a user turn, as `tool_result` blocks.
    """
    return refuses_turns(ask, user(HELLO), {"role": "tool", "content": "12:00"})


@row("refusal/system_role_first")
def system_role_first(ask: Ask) -> ProbeRun:
    """The system prompt is not a message (RQ-11). To fix: answer 400; its place is `system`.

    Instead: put the system prompt into `system`.
    """
    return refuses_turns(ask, {"role": "system", "content": "Be brief."}, user(HELLO))


@row("refusal/empty_text")
def empty_text(ask: Ask) -> ProbeRun:
    """A text block is not empty (RQ-14). To fix: answer 400 rather than drop it.

    Instead: drop empty text blocks before you send, also from turns that you send back.
    """
    return refuses_turns(ask, user(text(""), HELLO))


@row("refusal/blank_text")
def blank_text(ask: Ask) -> ProbeRun:
    """Text is more than white space (RQ-15). To fix: answer 400.

    Instead: drop text of white space alone before you send.
    """
    return refuses_turns(ask, user(text("\n \n")))


@row("refusal/empty_content")
def empty_content(ask: Ask) -> ProbeRun:
    """Only the assistant's last turn may be empty (RQ-16). To fix: answer 400.

    Instead: drop turns without content before you send.
    """
    return refuses_turns(ask, user(HELLO), {"role": "assistant", "content": []}, user(HELLO))


@row("refusal/prefill_ending_in_blank")
def prefill_ending_in_blank(ask: Ask) -> ProbeRun:
    """A prefilled answer does not end in white space (RQ-17). To fix: answer 400.

    Instead: strip white space from the end of a prefilled answer.
    """
    right = ask.control([user(HELLO), assistant("Hello to")], max_tokens=FEW)
    return prove_refused(right, ask.invalid([user(HELLO), assistant("Hello to ")], max_tokens=FEW))


@row("refusal/unknown_field_in_block")
def unknown_field_in_block(ask: Ask) -> ProbeRun:
    """Undocumented fields in a block are refused (RQ-19). To fix: answer 400.

    Instead: keep what only your application needs out of the blocks that you send.
    """
    return refuses_turns(ask, user(text(HELLO, mood="merry")))


@row("refusal/unknown_block")
def unknown_block(ask: Ask) -> ProbeRun:
    """Blocks of an unknown type are refused (RQ-27). To fix: answer 400 rather than drop them.

    Instead: convert blocks of your own to text before you send; what is dropped here is lost
    unseen.
    """
    return refuses_turns(ask, user({"type": "hologram", "data": "x"}, HELLO))


@row("refusal/document_of_assistant")
def document_of_assistant(ask: Ask) -> ProbeRun:
    """Since 2026-10-21 an assistant's turn holds no document (RQ-38). To fix: answer 400.

    Instead: put documents into user turns.
    """
    source = {"type": "text", "media_type": "text/plain", "data": "Oaks grow slowly."}
    return refuses_turns(
        ask, user(HELLO), assistant({"type": "document", "source": source}), user(HELLO)
    )


@row("refusal/citations_of_user")
def citations_of_user(ask: Ask) -> ProbeRun:
    """Since 2026-10-21 a user's text holds no citations (RQ-39). To fix: answer 400.

    Instead: send a user's text without `citations`.
    """
    place = {
        "type": "char_location",
        "cited_text": "Oaks",
        "document_index": 0,
        "document_title": "Trees",
        "start_char_index": 0,
        "end_char_index": 4,
    }
    return refuses_turns(ask, user(text(HELLO, citations=[place])))


# -- pictures


def picture_turn(media_type: str, data: str) -> dict[str, Any]:
    """A user's turn with a picture."""
    source = {"type": "base64", "media_type": media_type, "data": data}
    return user({"type": "image", "source": source}, "What colour is it? One word.")


def refuses_picture(ask: Ask, media_type: str, data: str) -> ProbeRun:
    """A picture is wrong, and a right one is accepted."""
    right = ask.control([picture_turn("image/png", banded_png(["red"]))], max_tokens=FEW)
    return prove_refused(right, ask.invalid([picture_turn(media_type, data)], max_tokens=FEW))


@row("refusal/image_of_unknown_type")
def image_of_unknown_type(ask: Ask) -> ProbeRun:
    """An image is JPEG, PNG, GIF or WebP (RQ-32). To fix: answer 400 to other types.

    Instead: convert pictures to PNG or JPEG before you send them.
    """
    return refuses_picture(ask, "image/bmp", banded_png(["red"]))


@row("refusal/image_mislabelled")
def image_mislabelled(ask: Ask) -> ProbeRun:
    """An image has the type of its label (RQ-33). To fix: check its first bytes; answer 400.

    Instead: take a picture's media type from its first bytes, not from its name.
    """
    return refuses_picture(ask, "image/jpeg", banded_png(["red"]))


@row("refusal/image_undecodable")
def image_undecodable(ask: Ask) -> ProbeRun:
    """An image can be decoded (RQ-34). To fix: answer 400, not 500, where it cannot.

    Instead: decode a picture once before you send it.
    """
    return refuses_picture(ask, "image/png", "bm90IGFuIGltYWdl")
