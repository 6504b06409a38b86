"""The codes of the shared conversation: what a model can only know from one place of a request."""

from typing import Final

from messages_conformance.protocol.exchange import Exchange

SYSTEM_CODE = "lynx-5528"
STRING_CODE = "quokka-4711"
FIRST_TEXT_CODE, SECOND_TEXT_CODE = "walrus-0815", "heron-2210"
INNER_TEXT_CODE = "gibbon-5574"
INPUT_CODE = "otter-6642"
RESULT_STRING_CODE, RESULT_BLOCKS_CODE = "badger-9071", "falcon-3184"
ERROR_CODE = "weasel-3302"
CALLED_TOOL = "unlock_with_marmalade"
"""What the model can only know from the place that the constant is named after."""

VAULT_CODE, GARDEN_CODE = STRING_CODE, FIRST_TEXT_CODE
VAULT = f"The vault code is {VAULT_CODE}."
GARDEN = f"The garden code is {GARDEN_CODE}."
VAULT_QUESTION = "What is the vault code? Answer with the code only."
GARDEN_QUESTION = "What is the garden code? Answer with the code only."
BOTH_QUESTIONS = "What is the vault code, and what is the garden code? Answer with both codes."
"""Facts that hold a code, and the questions that ask for it."""

CODES: Final = {
    "system": SYSTEM_CODE,
    "system beyond ASCII": "jeřáb-6214",
    "string": STRING_CODE,
    "reply": "marten-1550",
    "middle turn": "hyena-4269",
    "middle reply": "loris-8830",
    "last reply": "ocelot-3391",
    "first text": FIRST_TEXT_CODE,
    "inner text": INNER_TEXT_CODE,
    "second text": SECOND_TEXT_CODE,
    "third text": "stork-8413",
    "text before calls": "bison-2974",
    "second text before calls": "rook-5387",
    "text after calls": "mole-6157",
    "input": INPUT_CODE,
    "inner input": "gopher-5061",
    "list input": "jackal-7738",
    "input of null": "zebu-5521",
    "input of 0": "kudu-7702",
    "input of false": "ibex-1190",
    "empty input": "dodo-3847",
    "input beyond ASCII": "žába-7416",
    "long input": "tern-6093",
    "name": CALLED_TOOL,
    "string result": RESULT_STRING_CODE,
    "block result": RESULT_BLOCKS_CODE,
    "second block result": "łasica-6609",
    "result beyond ASCII": "šakal-9835",
    "older result": "finch-2718",
    "long result": "snipe-1746",
    "long description": "gekón-1307",
    "property": "vážka-7731",
    "inner property": "viper-2963",
    "deep property": "puma-8127",
    "inner choice": "tapir-4485",
    "default": "moose-5184",
    "example": "egret-9920",
    "further properties": "newt-3321",
    "first alternative": "genet-2806",
    "alternative": "civet-8056",
    "title": "shrew-9473",
    "item": "raven-4152",
    "only value": "skunk-8619",
    "reference": "crane-1043",
}
"""What the conversation holds, by the place that holds it."""
IN_WORDS: Final = {
    "system": "the system prompt",
    "system beyond ASCII": "a word of the system prompt beyond ASCII",
    "string": "the first of many turns",
    "reply": "what an assistant's earlier turn said",
    "middle turn": "a turn in the middle of many",
    "middle reply": "what the assistant said in the middle of many turns",
    "last reply": "what the assistant said last before the user's last words",
    "first text": "the first of three texts",
    "inner text": "the middle of a long text",
    "second text": "the second of three texts",
    "third text": "the third of three texts",
    "text before calls": "the text before the calls of an earlier turn",
    "second text before calls": "the second of two texts before the calls of an earlier turn",
    "text after calls": "the text after the calls of an earlier turn",
    "input": "the input of an earlier call",
    "inner input": "an object within the input of an earlier call",
    "list input": "the second item of a list within the input of an earlier call",
    "input of null": "a property that is null, in the input of an earlier call",
    "input of 0": "a property that is 0, in the input of an earlier call",
    "input of false": "a property that is false, in the input of an earlier call",
    "empty input": "a property that is an empty string, in the input of an earlier call",
    "input beyond ASCII": "a word beyond ASCII in the input of an earlier call",
    "long input": "the end of a long text within the input of an earlier call",
    "name": "the name of a called tool",
    "string result": "a result that is a string",
    "block result": "the first block of a result",
    "second block result": "the second block of a result",
    "result beyond ASCII": "a word of a result beyond ASCII",
    "older result": "the result of a call many turns ago",
    "long result": "the end of a long result",
    "long description": "the end of a tool's long description",
    "property": "the end of a long description of a property",
    "inner property": "the description of a property within another",
    "deep property": "the description of a property of objects in a list within a property",
    "inner choice": "an enum within a property",
    "default": "the default of a property",
    "example": "the examples of a property",
    "further properties": "additionalProperties of a schema",
    "first alternative": "the first of an anyOf in a schema",
    "alternative": "the last of an anyOf in a schema",
    "title": "the title of a property",
    "item": "the items of a list in a schema",
    "only value": "the const of a property",
    "reference": "what $ref points to in a schema",
}
"""The places, as a sentence names them."""
COMPANY = "in a conversation with a system prompt, tools, results and cache marks"
_PLAYS_ALONG = 4
"""Codes of other places that an answer repeats if the model does as it is asked."""


def plays_along(exchange: Exchange) -> bool:
    """Whether an answer to the conversation lists at least some of the codes."""
    return sum(code in exchange.text for code in CODES.values()) >= _PLAYS_ALONG
