"""What the original API refuses: requests with exactly one mistake in them.

No table of Model Studio's page has these rows. An endpoint that accepts such requests hides a
client's mistakes until the client meets a stricter endpoint. The rule ids are those of the wire
rules.
"""

from typing import Any

from messages_conformance.probing import (
    Ask,
    ProbeRun,
    Question,
    assistant,
    banded_png,
    prove_refused,
    row,
    text,
    tool,
    user,
)

HELLO = "Say hello."
FEW = 4
"""The length of an answer that nobody reads."""
CLOCK = tool("get_time", "Tells the time in a city.", city="string")


def plain_request(ask: Ask) -> Question:
    """The request without a mistake that most of these are compared with."""
    return ask.control(HELLO, max_tokens=FEW)


def refuses_field(ask: Ask, **fields: Any) -> ProbeRun:
    """A field of an otherwise plain request is wrong."""
    return prove_refused(plain_request(ask), ask.invalid(HELLO, **{"max_tokens": FEW, **fields}))


def refuses_turns(ask: Ask, *messages: dict[str, Any], **fields: Any) -> ProbeRun:
    """The conversation of an otherwise plain request is wrong."""
    return prove_refused(plain_request(ask), ask.invalid([*messages], max_tokens=FEW, **fields))


# -- what every request needs


@row("refusal/model_missing")
def model_missing(ask: Ask) -> ProbeRun:
    """`model` is required (RQ-02). To fix: answer 400 to a request without it.

    Instead: require a model name where your application reads its configuration.
    """
    return refuses_field(ask, model=None)


@row("refusal/max_tokens_missing")
def max_tokens_missing(ask: Ask) -> ProbeRun:
    """`max_tokens` is required (RQ-03). To fix: answer 400, rather than take a default.

    Instead: set `max_tokens` in every request; the default here need not be that of elsewhere.
    """
    return refuses_field(ask, max_tokens=None)


@row("refusal/messages_missing")
def messages_missing(ask: Ask) -> ProbeRun:
    """`messages` is required (RQ-04). To fix: answer 400 to a request without it.

    Instead: check that there are messages before you send.
    """
    return prove_refused(plain_request(ask), ask.invalid(None, max_tokens=FEW))


@row("refusal/max_tokens_negative")
def max_tokens_negative(ask: Ask) -> ProbeRun:
    """`max_tokens` is not negative (RQ-05). To fix: answer 400.

    Instead: check what you compute for `max_tokens`: a budget that is used up becomes negative.
    """
    return refuses_field(ask, max_tokens=-1)


@row("refusal/max_tokens_string")
def max_tokens_string(ask: Ask) -> ProbeRun:
    """`max_tokens` is a number, not its digits (RQ-05). To fix: do not coerce; answer 400.

    Instead: convert settings to numbers where you read them.
    """
    return refuses_field(ask, max_tokens=str(FEW))


@row("refusal/max_tokens_fraction")
def max_tokens_fraction(ask: Ask) -> ProbeRun:
    """`max_tokens` is a whole number (RQ-05). To fix: do not round; answer 400.

    Instead: round what you compute for `max_tokens`.
    """
    return refuses_field(ask, max_tokens=FEW + 0.5)


@row("refusal/max_tokens_too_large")
def max_tokens_too_large(ask: Ask) -> ProbeRun:
    """`max_tokens` is within the limit of the model (RQ-07). To fix: answer 400 with the limit.

    Instead: keep the limit of each model in your configuration; expect to be cut earlier than you
    allow.
    """
    return refuses_field(ask, max_tokens=100_000_000)


@row("refusal/unknown_field")
def unknown_field(ask: Ask) -> ProbeRun:
    """Undocumented fields are refused (RQ-19). To fix: answer 400, so that typos are noticed.

    Instead: build requests with the typed SDK, and look up each field that you add by hand.
    """
    return refuses_field(ask, max_token=FEW)


@row("refusal/unknown_field_in_metadata")
def unknown_field_in_metadata(ask: Ask) -> ProbeRun:
    """Undocumented fields in `metadata` are refused (RQ-19). To fix: answer 400.

    Instead: send `user_id` alone in `metadata`.
    """
    return refuses_field(ask, metadata={"user": "u-1"})


@row("refusal/user_id_number")
def user_id_number(ask: Ask) -> ProbeRun:
    """`metadata.user_id` is a string (RQ-35). To fix: answer 400 to anything else.

    Instead: convert user ids to strings.
    """
    return refuses_field(ask, metadata={"user_id": 17})


@row("refusal/user_id_too_long")
def user_id_too_long(ask: Ask) -> ProbeRun:
    """`metadata.user_id` has at most 512 characters (RQ-35). To fix: answer 400 to longer ones.

    Instead: send a hash of a long user id.
    """
    return refuses_field(ask, metadata={"user_id": "u" * 600})


@row("refusal/stream_string")
def stream_string(ask: Ask) -> ProbeRun:
    """`stream` is true or false, not a word (RQ-36). To fix: do not coerce; answer 400.

    Instead: convert settings to true or false where you read them.
    """
    return refuses_field(ask, stream="true")


# -- sampling and stopping


@row("refusal/temperature_beyond_range")
def temperature_beyond_range(ask: Ask) -> ProbeRun:
    """`temperature` is from 0 to 1 (RQ-20). To fix: answer 400 rather than clamp.

    Instead: keep `temperature` between 0 and 1, so that the request works elsewhere too.
    """
    return refuses_field(ask, temperature=1.5)


@row("refusal/temperature_with_top_p")
def temperature_with_top_p(ask: Ask) -> ProbeRun:
    """`temperature` and `top_p` exclude each other (RQ-22). To fix: answer 400 to both together.

    Instead: set one of the two; `temperature` is the better known.
    """
    return refuses_field(ask, temperature=0.5, top_p=0.5)


@row("refusal/top_p_beyond_range")
def top_p_beyond_range(ask: Ask) -> ProbeRun:
    """`top_p` is from 0 to 1 (RQ-24). To fix: answer 400 rather than clamp.

    Instead: keep `top_p` between 0 and 1.
    """
    return refuses_field(ask, temperature=None, top_p=2)


@row("refusal/top_k_negative")
def top_k_negative(ask: Ask) -> ProbeRun:
    """`top_k` is not negative (RQ-24). To fix: answer 400.

    Instead: leave `top_k` out where you mean no limit; do not send -1.
    """
    return refuses_field(ask, top_k=-1)


@row("refusal/empty_stop_sequence")
def empty_stop_sequence(ask: Ask) -> ProbeRun:
    """A stop sequence is not empty (RQ-25). To fix: answer 400 rather than drop it.

    Instead: drop empty stop sequences before you send.
    """
    return refuses_field(ask, stop_sequences=[""])


@row("refusal/blank_stop_sequence")
def blank_stop_sequence(ask: Ask) -> ProbeRun:
    """A stop sequence is more than white space (RQ-25). To fix: answer 400.

    Instead: cut the text at the line break yourself.
    """
    return refuses_field(ask, stop_sequences=["\n"])


@row("refusal/stop_sequences_string")
def stop_sequences_string(ask: Ask) -> ProbeRun:
    """`stop_sequences` is a list (RQ-26). To fix: do not accept OpenAI's single string.

    Instead: send a list, also for one sequence.
    """
    return refuses_field(ask, stop_sequences="x")


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


# -- tools


def refuses_tools(ask: Ask, *tools: dict[str, Any], **fields: Any) -> ProbeRun:
    """The tools are wrong, or the choice of one."""
    right = ask.control(HELLO, tools=[CLOCK], max_tokens=FEW)
    return prove_refused(right, ask.invalid(HELLO, tools=[*tools], max_tokens=FEW, **fields))


@row("refusal/tool_without_name")
def tool_without_name(ask: Ask) -> ProbeRun:
    """A tool has a name (RQ-28). To fix: answer 400.

    Instead: check tools where your application defines them.
    """
    return refuses_tools(ask, {"input_schema": CLOCK["input_schema"]})


@row("refusal/tool_without_schema")
def tool_without_schema(ask: Ask) -> ProbeRun:
    """A tool has an `input_schema` (RQ-28). To fix: answer 400 rather than assume one.

    Instead: send `{"type": "object", "properties": {}}` for a tool without input.
    """
    return refuses_tools(ask, {"name": "get_time", "description": "Tells the time."})


@row("refusal/schema_of_no_object")
def schema_of_no_object(ask: Ask) -> ProbeRun:
    """A tool's input is an object (RQ-28). To fix: answer 400 to a schema of anything else.

    Instead: wrap the value in an object with one property.
    """
    return refuses_tools(ask, {**CLOCK, "input_schema": {"type": "string"}})


@row("refusal/tool_name_with_blank")
def tool_name_with_blank(ask: Ask) -> ProbeRun:
    """A tool's name consists of letters, digits, `_` and `-` (RQ-28). To fix: answer 400.

    Instead: replace other characters by `_`, and map the names back.
    """
    return refuses_tools(ask, {**CLOCK, "name": "get time"})


@row("refusal/tool_name_too_long")
def tool_name_too_long(ask: Ask) -> ProbeRun:
    """A tool's name has at most 128 characters (RQ-28). To fix: answer 400; cut no name.

    Instead: shorten names of more than 64 characters, and map them back: two that are cut may
    become one.
    """
    return refuses_tools(ask, {**CLOCK, "name": f"get_time_{'of_the_city' * 20}"})


@row("refusal/duplicate_tool_names")
def duplicate_tool_names(ask: Ask) -> ProbeRun:
    """No two tools have the same name (RQ-29). To fix: answer 400.

    Instead: put the server's or module's name in front where tools of several sources meet.
    """
    return refuses_tools(ask, CLOCK, {**CLOCK, "description": "Tells it again."})


@row("refusal/example_unlike_schema")
def example_unlike_schema(ask: Ask) -> ProbeRun:
    """`input_examples` match the schema (RQ-40). To fix: validate them; answer 400.

    Instead: validate examples against the schema in a test of your own.
    """
    return refuses_tools(ask, {**CLOCK, "input_examples": [{"city": 7}]})


@row("refusal/tool_choice_string")
def tool_choice_string(ask: Ask) -> ProbeRun:
    """`tool_choice` is an object (RQ-30). To fix: do not accept OpenAI's strings; answer 400.

    Instead: send an object: `{"type": "auto"}`.
    """
    return refuses_tools(ask, CLOCK, tool_choice="auto")


@row("refusal/tool_choice_required")
def tool_choice_required(ask: Ask) -> ProbeRun:
    """`tool_choice` has a documented type (RQ-30). To fix: answer 400 to `required`.

    Instead: send `{"type": "any"}` where OpenAI has `required`.
    """
    return refuses_tools(ask, CLOCK, tool_choice={"type": "required"})


@row("refusal/tool_choice_without_name")
def tool_choice_without_name(ask: Ask) -> ProbeRun:
    """`tool_choice` of type `tool` names a tool (RQ-30). To fix: answer 400.

    Instead: name the tool, or send `{"type": "any"}`.
    """
    return refuses_tools(ask, CLOCK, tool_choice={"type": "tool"})


# -- the form of the answer


def ask_for_json(ask: Ask, messages: list[Any], *, closed: bool) -> Question:
    """A request for JSON of a schema whose object is closed or open."""
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
    """Objects of `output_config.format` are closed (RQ-41). To fix: answer 400, with the place.

    Instead: set `additionalProperties: false` on every object of the schema.
    """
    return prove_refused(plain_request(ask), ask_for_json(ask, [user(HELLO)], closed=False))


@row("refusal/answer_schema_with_citations")
def answer_schema_with_citations(ask: Ask) -> ProbeRun:
    """`output_config.format` and citations exclude each other (RQ-42). To fix: answer 400.

    Instead: ask for citations or for a schema, and for the other in a second request.
    """
    document = {
        "type": "document",
        "source": {"type": "text", "media_type": "text/plain", "data": "Oaks grow slowly."},
        "citations": {"enabled": True},
    }
    return prove_refused(
        plain_request(ask), ask_for_json(ask, [user(document, HELLO)], closed=True)
    )
