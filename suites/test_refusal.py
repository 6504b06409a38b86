"""What the original API refuses: requests with exactly one mistake in them.

No table of Model Studio's page has these rows. An endpoint that lets such requests pass hides a
client's mistakes until they meet a stricter one. The rule ids are those of the wire rules.
"""

from typing import Any

from messages_conformance.probing.assertions import mistaken
from messages_conformance.probing.content import assistant, banded_png, text, tool, user
from messages_conformance.probing.probe import Ask, ProbeRun, Question, row

HELLO = "Say hello."
FEW = 4
"""Tokens of an answer that nobody reads."""
CLOCK = tool("get_time", "Tells the time in a city.", city="string")


def plain(ask: Ask) -> Question:
    """The request without any mistake that most of these are held against."""
    return ask.control(HELLO, max_tokens=FEW)


def field(ask: Ask, **fields: Any) -> ProbeRun:
    """One field of an otherwise plain request is wrong."""
    return mistaken(plain(ask), ask.invalid(HELLO, **{"max_tokens": FEW, **fields}))


def turns(ask: Ask, *messages: dict[str, Any], **fields: Any) -> ProbeRun:
    """The conversation of an otherwise plain request is wrong."""
    return mistaken(plain(ask), ask.invalid([*messages], max_tokens=FEW, **fields))


# -- what every request needs


@row("refusal/model_missing")
def model_missing(ask: Ask) -> ProbeRun:
    """`model` is required (RQ-02). To mend: answer 400 to a request without it."""
    return field(ask, model=None)


@row("refusal/max_tokens_missing")
def max_tokens_missing(ask: Ask) -> ProbeRun:
    """`max_tokens` is required (RQ-03). To mend: answer 400, rather than take a default."""
    return field(ask, max_tokens=None)


@row("refusal/messages_missing")
def messages_missing(ask: Ask) -> ProbeRun:
    """`messages` is required (RQ-04). To mend: answer 400 to a request without it."""
    return mistaken(plain(ask), ask.invalid(None, max_tokens=FEW))


@row("refusal/max_tokens_negative")
def max_tokens_negative(ask: Ask) -> ProbeRun:
    """`max_tokens` is no negative number (RQ-05). To mend: answer 400."""
    return field(ask, max_tokens=-1)


@row("refusal/max_tokens_string")
def max_tokens_string(ask: Ask) -> ProbeRun:
    """`max_tokens` is a number, not its digits (RQ-05). To mend: do not coerce; answer 400."""
    return field(ask, max_tokens=str(FEW))


@row("refusal/max_tokens_fraction")
def max_tokens_fraction(ask: Ask) -> ProbeRun:
    """`max_tokens` is a whole number (RQ-05). To mend: do not round; answer 400."""
    return field(ask, max_tokens=FEW + 0.5)


@row("refusal/max_tokens_too_large")
def max_tokens_too_large(ask: Ask) -> ProbeRun:
    """`max_tokens` is no more than the model writes (RQ-07). To mend: answer 400 and name it."""
    return field(ask, max_tokens=100_000_000)


@row("refusal/unknown_field")
def unknown_field(ask: Ask) -> ProbeRun:
    """A field that nobody documented (RQ-19). To mend: answer 400, so that typos are noticed."""
    return field(ask, max_token=FEW)


@row("refusal/unknown_field_in_metadata")
def unknown_field_in_metadata(ask: Ask) -> ProbeRun:
    """The same within `metadata` (RQ-19). To mend: answer 400."""
    return field(ask, metadata={"user": "u-1"})


@row("refusal/user_id_number")
def user_id_number(ask: Ask) -> ProbeRun:
    """`metadata.user_id` is a string (RQ-35). To mend: answer 400 to anything else."""
    return field(ask, metadata={"user_id": 17})


@row("refusal/user_id_too_long")
def user_id_too_long(ask: Ask) -> ProbeRun:
    """`metadata.user_id` has 512 characters at most (RQ-35). To mend: answer 400 beyond."""
    return field(ask, metadata={"user_id": "u" * 600})


@row("refusal/stream_string")
def stream_string(ask: Ask) -> ProbeRun:
    """`stream` is true or false, not a word (RQ-36). To mend: do not coerce; answer 400."""
    return field(ask, stream="true")


# -- sampling and stopping


@row("refusal/temperature_beyond_range")
def temperature_beyond_range(ask: Ask) -> ProbeRun:
    """`temperature` is from 0 to 1 (RQ-20). To mend: answer 400 rather than clamp."""
    return field(ask, temperature=1.5)


@row("refusal/temperature_with_top_p")
def temperature_with_top_p(ask: Ask) -> ProbeRun:
    """`temperature` and `top_p` exclude each other (RQ-22). To mend: answer 400 to both."""
    return field(ask, temperature=0.5, top_p=0.5)


@row("refusal/top_p_beyond_range")
def top_p_beyond_range(ask: Ask) -> ProbeRun:
    """`top_p` is from 0 to 1 (RQ-24). To mend: answer 400 rather than clamp."""
    return field(ask, temperature=None, top_p=2)


@row("refusal/top_k_negative")
def top_k_negative(ask: Ask) -> ProbeRun:
    """`top_k` is no negative number (RQ-24). To mend: answer 400."""
    return field(ask, top_k=-1)


@row("refusal/empty_stop_sequence")
def empty_stop_sequence(ask: Ask) -> ProbeRun:
    """A stop sequence is not empty (RQ-25). To mend: answer 400 rather than drop it."""
    return field(ask, stop_sequences=[""])


@row("refusal/blank_stop_sequence")
def blank_stop_sequence(ask: Ask) -> ProbeRun:
    """A stop sequence is more than white space (RQ-25). To mend: answer 400."""
    return field(ask, stop_sequences=["\n"])


@row("refusal/stop_sequences_string")
def stop_sequences_string(ask: Ask) -> ProbeRun:
    """`stop_sequences` is a list (RQ-26). To mend: do not take OpenAI's single string."""
    return field(ask, stop_sequences="x")


# -- the conversation


@row("refusal/messages_empty")
def messages_empty(ask: Ask) -> ProbeRun:
    """There is at least one message (RQ-08). To mend: answer 400 to an empty list."""
    return turns(ask)


@row("refusal/assistant_first")
def assistant_first(ask: Ask) -> ProbeRun:
    """The user begins (RQ-09). To mend: answer 400 rather than put a turn before."""
    return turns(ask, assistant("Hello."), user(HELLO))


@row("refusal/unknown_role")
def unknown_role(ask: Ask) -> ProbeRun:
    """Only `user` and `assistant` speak (RQ-10). To mend: answer 400 to OpenAI's `tool`."""
    return turns(ask, user(HELLO), {"role": "tool", "content": "12:00"})


@row("refusal/system_role_first")
def system_role_first(ask: Ask) -> ProbeRun:
    """The system prompt is no first message (RQ-11). To mend: answer 400; `system` is its place."""
    return turns(ask, {"role": "system", "content": "Be brief."}, user(HELLO))


@row("refusal/empty_text")
def empty_text(ask: Ask) -> ProbeRun:
    """A text block is not empty (RQ-14). To mend: answer 400 rather than drop it."""
    return turns(ask, user(text(""), HELLO))


@row("refusal/blank_text")
def blank_text(ask: Ask) -> ProbeRun:
    """Text is more than white space (RQ-15). To mend: answer 400."""
    return turns(ask, user(text("\n \n")))


@row("refusal/empty_content")
def empty_content(ask: Ask) -> ProbeRun:
    """Only a last turn of the assistant may be empty (RQ-16). To mend: answer 400."""
    return turns(ask, user(HELLO), {"role": "assistant", "content": []}, user(HELLO))


@row("refusal/prefill_ending_in_blank")
def prefill_ending_in_blank(ask: Ask) -> ProbeRun:
    """A prefilled answer does not end in white space (RQ-17). To mend: answer 400."""
    right = ask.control([user(HELLO), assistant("Hello to")], max_tokens=FEW)
    return mistaken(right, ask.invalid([user(HELLO), assistant("Hello to ")], max_tokens=FEW))


@row("refusal/unknown_field_in_block")
def unknown_field_in_block(ask: Ask) -> ProbeRun:
    """A field that nobody documented, in a block (RQ-19). To mend: answer 400."""
    return turns(ask, user(text(HELLO, mood="merry")))


@row("refusal/unknown_block")
def unknown_block(ask: Ask) -> ProbeRun:
    """A block of an unknown type (RQ-27). To mend: answer 400; never drop what you cannot read."""
    return turns(ask, user({"type": "hologram", "data": "x"}, HELLO))


@row("refusal/document_of_assistant")
def document_of_assistant(ask: Ask) -> ProbeRun:
    """Since 2026-10-21 the assistant's turn holds no document (RQ-38). To mend: answer 400."""
    source = {"type": "text", "media_type": "text/plain", "data": "Oaks grow slowly."}
    return turns(ask, user(HELLO), assistant({"type": "document", "source": source}), user(HELLO))


@row("refusal/citations_of_user")
def citations_of_user(ask: Ask) -> ProbeRun:
    """Since 2026-10-21 a user's text holds no citations (RQ-39). To mend: answer 400."""
    place = {
        "type": "char_location",
        "cited_text": "Oaks",
        "document_index": 0,
        "document_title": "Trees",
        "start_char_index": 0,
        "end_char_index": 4,
    }
    return turns(ask, user(text(HELLO, citations=[place])))


# -- pictures


def pictured(media_type: str, data: str) -> dict[str, Any]:
    """A user's turn with a picture."""
    source = {"type": "base64", "media_type": media_type, "data": data}
    return user({"type": "image", "source": source}, "What colour is it? One word.")


def shown(ask: Ask, media_type: str, data: str) -> ProbeRun:
    """A picture is wrong where a right one is taken."""
    right = ask.control([pictured("image/png", banded_png(["red"]))], max_tokens=FEW)
    return mistaken(right, ask.invalid([pictured(media_type, data)], max_tokens=FEW))


@row("refusal/image_of_unknown_type")
def image_of_unknown_type(ask: Ask) -> ProbeRun:
    """An image is JPEG, PNG, GIF or WebP (RQ-32). To mend: answer 400 to other types."""
    return shown(ask, "image/bmp", banded_png(["red"]))


@row("refusal/image_mislabelled")
def image_mislabelled(ask: Ask) -> ProbeRun:
    """An image is of the type it is labelled with (RQ-33). To mend: look at its first bytes."""
    return shown(ask, "image/jpeg", banded_png(["red"]))


@row("refusal/image_undecodable")
def image_undecodable(ask: Ask) -> ProbeRun:
    """An image can be decoded (RQ-34). To mend: answer 400, not 500, where it cannot."""
    return shown(ask, "image/png", "bm90IGFuIGltYWdl")


# -- tools


def offered(ask: Ask, *tools: dict[str, Any], **fields: Any) -> ProbeRun:
    """The tools on offer are wrong, or the choice among them."""
    right = ask.control(HELLO, tools=[CLOCK], max_tokens=FEW)
    return mistaken(right, ask.invalid(HELLO, tools=[*tools], max_tokens=FEW, **fields))


@row("refusal/tool_without_name")
def tool_without_name(ask: Ask) -> ProbeRun:
    """A tool has a name (RQ-28). To mend: answer 400."""
    return offered(ask, {"input_schema": CLOCK["input_schema"]})


@row("refusal/tool_without_schema")
def tool_without_schema(ask: Ask) -> ProbeRun:
    """A tool has an `input_schema` (RQ-28). To mend: answer 400 rather than assume one."""
    return offered(ask, {"name": "get_time", "description": "Tells the time."})


@row("refusal/schema_of_no_object")
def schema_of_no_object(ask: Ask) -> ProbeRun:
    """A tool's input is an object (RQ-28). To mend: answer 400 to a schema of anything else."""
    return offered(ask, {**CLOCK, "input_schema": {"type": "string"}})


@row("refusal/tool_name_with_blank")
def tool_name_with_blank(ask: Ask) -> ProbeRun:
    """A tool's name is of letters, digits, `_` and `-` (RQ-28). To mend: answer 400."""
    return offered(ask, {**CLOCK, "name": "get time"})


@row("refusal/duplicate_tool_names")
def duplicate_tool_names(ask: Ask) -> ProbeRun:
    """Every tool has a name of its own (RQ-29). To mend: answer 400."""
    return offered(ask, CLOCK, {**CLOCK, "description": "Tells it again."})


@row("refusal/example_unlike_schema")
def example_unlike_schema(ask: Ask) -> ProbeRun:
    """`input_examples` match the schema (RQ-40). To mend: validate them; answer 400."""
    return offered(ask, {**CLOCK, "input_examples": [{"city": 7}]})


@row("refusal/tool_choice_string")
def tool_choice_string(ask: Ask) -> ProbeRun:
    """`tool_choice` is an object (RQ-30). To mend: do not take OpenAI's words; answer 400."""
    return offered(ask, CLOCK, tool_choice="auto")


@row("refusal/tool_choice_required")
def tool_choice_required(ask: Ask) -> ProbeRun:
    """`tool_choice` is of a documented type (RQ-30). To mend: answer 400 to `required`."""
    return offered(ask, CLOCK, tool_choice={"type": "required"})


@row("refusal/tool_choice_without_name")
def tool_choice_without_name(ask: Ask) -> ProbeRun:
    """`tool_choice` of type `tool` names it (RQ-30). To mend: answer 400."""
    return offered(ask, CLOCK, tool_choice={"type": "tool"})


# -- the form of the answer


def formed(ask: Ask, messages: list[Any], *, closed: bool) -> Question:
    """A request for JSON, whose objects are closed or open."""
    schema = {
        "type": "object",
        "properties": {"greeting": {"type": "string"}},
        "required": ["greeting"],
        **({"additionalProperties": False} if closed else {}),
    }
    form = {"format": {"type": "json_schema", "schema": schema}}
    return ask.invalid(messages, output_config=form, max_tokens=FEW)


@row("refusal/open_answer_schema")
def open_answer_schema(ask: Ask) -> ProbeRun:
    """Objects of `output_config.format` are closed (RQ-41). To mend: answer 400, with the place."""
    return mistaken(plain(ask), formed(ask, [user(HELLO)], closed=False))


@row("refusal/answer_schema_with_citations")
def answer_schema_with_citations(ask: Ask) -> ProbeRun:
    """`output_config.format` and citations exclude each other (RQ-42). To mend: answer 400."""
    document = {
        "type": "document",
        "source": {"type": "text", "media_type": "text/plain", "data": "Oaks grow slowly."},
        "citations": {"enabled": True},
    }
    return mistaken(plain(ask), formed(ask, [user(document, HELLO)], closed=True))
