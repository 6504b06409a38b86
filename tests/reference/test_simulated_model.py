"""The simulated model follows plain instructions, however they are worded."""

import base64
import re
import struct
import zlib
from random import Random
from typing import Any

import pytest

from messages_conformance.reference.simulated_model import generate
from messages_conformance.reference.transcript import render

WEATHER = {
    "name": "get_weather",
    "description": "Get the current weather in a given city",
    "input_schema": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
    },
}
STOCKS = {
    "name": "tool_b",
    "description": "Looks up the price of a share on the stock exchange",
    "input_schema": {
        "type": "object",
        "properties": {"ticker": {"type": "string"}},
        "required": ["ticker"],
    },
}


def blocks(prompt: Any, *, rng_seed: int = 0, seed: int = 0, **fields: Any) -> list[dict[str, Any]]:
    messages = prompt if isinstance(prompt, list) else [{"role": "user", "content": prompt}]
    return list(generate(render({"messages": messages, **fields}), Random(rng_seed), seed))


def text(prompt: Any, **fields: Any) -> str:
    return "".join(block.get("text", "") for block in blocks(prompt, **fields))


def calls(prompt: Any, **fields: Any) -> list[tuple[str, dict[str, Any]]]:
    said = blocks(prompt, **fields)
    return [(block["name"], block["input"]) for block in said if block["type"] == "tool_use"]


def user(*content: dict[str, Any] | str) -> dict[str, Any]:
    return {"role": "user", "content": [_block(c) for c in content]}


def assistant(*content: dict[str, Any] | str) -> dict[str, Any]:
    return {"role": "assistant", "content": [_block(c) for c in content]}


def use(id: str, name: str = "get_weather", **given: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": id, "name": name, "input": given}


def result(id: str, content: Any, **more: Any) -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": id, "content": content, **more}


def _block(content: dict[str, Any] | str) -> dict[str, Any]:
    return {"type": "text", "text": content} if isinstance(content, str) else content


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("Say hello.", "hello"),
        ("Say exactly: alpha beta", "alpha beta"),
        ("Repeat the following text exactly: alpha STOP omega", "alpha STOP omega"),
        ('Say "alpha beta" and nothing else.', "alpha beta"),
        ("Please repeat after me: the tide is high", "the tide is high"),
        ("Echo: one two three", "one two three"),
        ("Echo this back to me: one two three", "one two three"),
        ("Reply with the word OK", "OK"),
        ("Reply with exactly the word PONG and nothing else.", "PONG"),
        ("Respond with only PONG", "PONG"),
        ("Answer with just the word: yes", "yes"),
        ("Reply with one word: ok", "ok"),
        ("Output exactly this text: A-1 B-2 C-3", "A-1 B-2 C-3"),
        ("Print the phrase 'red fox' verbatim.", "red fox"),
        ("Write exactly: alpha, beta; gamma", "alpha, beta; gamma"),
        ("Say the words alpha bravo charlie, nothing more.", "alpha bravo charlie"),
        ("Could you please say “heron-4711”?", "heron-4711"),
        ("Repeat exactly: alpha beta gamma. Do not add anything.", "alpha beta gamma"),
        ("Reply only with PONG.", "PONG"),
        ("Respond with exactly this sentence: The cat sat.", "The cat sat."),
        ("Say 'one', then 'two', then 'three'.", "one two three"),
        ("Repeat the word heron 3 times.", "heron heron heron"),
        ("Say 'ha' twice", "ha ha"),
        ("Type the following line:\nSTART middle END", "START middle END"),
        ("Just say ready", "ready"),
        ("Copy this text word for word: a <b> c", "a <b> c"),
        ("Answer with exactly: 42", "42"),
        (
            "Write the words alpha, beta, gamma in this order, separated by spaces.",
            "alpha beta gamma",
        ),
        ("Say these words, each on a new line: one, two", "one\ntwo"),
        ("Say hello in one word.", "hello"),
    ],
)
def test_says_the_dictated_words(prompt: str, said: str) -> None:
    assert text(prompt) == said


@pytest.mark.parametrize(
    ("prompt", "numbers"),
    [
        ("Count from 1 to 5.", range(1, 6)),
        ("count to ten", range(1, 11)),
        ("Please count up to twenty, separated by commas", range(1, 21)),
        ("Count from three to seven", range(3, 8)),
        ("Count down from 5 to 1", range(5, 0, -1)),
        ("Count backwards from 10", range(10, 0, -1)),
        ("List the numbers from 1 to 30", range(1, 31)),
        ("Print the integers 4 through 9", range(4, 10)),
        ("Write the numbers 1 to 100, one per line", range(1, 101)),
        ("Write out all numbers between 5 and 9", range(5, 10)),
        ("List the first 12 numbers", range(1, 13)),
        ("List the first five even numbers", range(2, 11, 2)),
        ("Count from 0 to 20 by 5", range(0, 21, 5)),
        ("Can you count from 1 until 8?", range(1, 9)),
        ("Start counting: count from 1 to 50, separated by spaces.", range(1, 51)),
        ("Recite the numbers 1-15", range(1, 16)),
        ("I want you to count to 12 slowly", range(1, 13)),
        ("Output the numbers 2, through 6... that is from 2 to 6", range(2, 7)),
        ("Count from one to one hundred in digits", range(1, 101)),
        ("Enumerate the integers from 10 down to 6", range(10, 5, -1)),
    ],
)
def test_counts(prompt: str, numbers: range) -> None:
    assert re.findall(r"-?\d+", text(prompt)) == [str(number) for number in numbers]


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("List the first five letters of the alphabet", "A, B, C, D, E"),
        ("Write the letters A to D, separated by spaces", "A B C D"),
        ("What are the days of the week? Give the first two.", "Monday, Tuesday"),
        ("Name the first 3 months", "January, February, March"),
        ("What is 17 + 25?", "17 + 25 = 42"),
        ("What's 6 times 7? Answer with only the number.", "42"),
        ("Multiply 12 by 12. Reply with just the number", "144"),
        ("Add 2 and 3", "2 + 3 = 5"),
        ("Compute 1.5 * 4", "1.5 * 4 = 6"),
        ("What is twelve divided by four?", "12 / 4 = 3"),
    ],
)
def test_lists_and_calculates(prompt: str, said: str) -> None:
    assert text(prompt).casefold() == said.casefold()


@pytest.mark.parametrize(
    "question",
    [
        "What is the vault code?",
        "What's the code of the vault?",
        "Tell me the vault code.",
        "Which code opens the vault?",
        "Please give me the code for the vault",
        "What is the vault code? Reply with only the code.",
        "Reply with just the vault code.",
        "I need to know the vault code",
        "Do you remember the code to the vault?",
        "State the vault's code and nothing else.",
        "Answer in one word: what is the vault code?",
        "According to what you were told, what is the vault code?",
        "Repeat the vault code.",
        "Say the vault code.",
        "Can you recall the vault code for me?",
        "Write down the vault code",
        "vault code?",
        "Remind me: what was the vault code?",
        "What code have I to use at the vault?",
        "Answer with the vault code only.",
    ],
)
@pytest.mark.parametrize("place", ["system", "turn", "same", "document"])
def test_finds_a_fact_wherever_it_is_stated(question: str, place: str) -> None:
    statement = "Marlow keeps the lighthouse. The vault code is heron-4711. Tea is at five."
    source = {"type": "text", "media_type": "text/plain", "data": statement}
    places: dict[str, dict[str, Any]] = {
        "system": {"prompt": question, "system": f"You are a helpful guide. {statement}"},
        "turn": {"prompt": [user(statement), assistant("Noted."), user(question)]},
        "same": {"prompt": f"{statement} {question}"},
        "document": {"prompt": [user({"type": "document", "source": source}, question)]},
    }
    said = text(**places[place])
    assert "heron-4711" in said
    assert "lighthouse" not in said


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What temperature did the tool report for Oslo?", "3"),
        ("How warm is it in Oslo, by the tool? Only the number.", "3"),
        ("What did the weather tool return for Oslo?", "3"),
        ("Give me only Oslo's temperature.", "3"),
        ("And Lima?", "29"),
        ("Which temperature belongs to Lima?", "29"),
    ],
)
def test_joins_results_to_their_calls(question: str, said: str) -> None:
    answer = text(
        [
            user("What is the weather in Oslo and Lima?"),
            assistant(use("a", city="Oslo"), use("b", city="Lima")),
            user(result("b", "29 degrees"), result("a", [_block("3 degrees")]), question),
        ],
        tools=[WEATHER],
    )
    assert re.findall(r"\d+", answer) == [said]


def test_reports_all_results_when_asked_nothing_more() -> None:
    answer = text(
        [
            user("What is the weather in Oslo and Lima?"),
            assistant(use("a", city="Oslo"), use("b", city="Lima")),
            user(result("a", "3 degrees"), result("b", "29 degrees")),
        ],
        tools=[WEATHER],
    )
    assert "3 degrees" in answer
    assert "29 degrees" in answer


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Which tool did you call?", "lookup_vault"),
        ("What was the name of the tool you used?", "lookup_vault"),
        ("What code did you pass to the tool?", "heron-4711"),
        ("Which argument did you give it as the code?", "heron-4711"),
        ("What was the value of the code parameter?", "heron-4711"),
        ("What did the tool say?", "gold"),
        ("What does the vault contain?", "gold"),
        ("Did the tool call succeed or fail?", "succeeded"),
        ("Did it work?", "succeeded"),
        ("Was the call successful? Answer yes or no.", "Yes"),
        ("Did the call go through? Answer OK or FAILED.", "OK"),
        ("Name the function that you called, nothing else.", "lookup_vault"),
    ],
)
def test_answers_questions_about_its_calls(question: str, said: str) -> None:
    history = [
        user("Open the vault."),
        assistant(use("a", "lookup_vault", code="heron-4711")),
        user(result("a", "The vault contains gold."), question),
    ]
    assert said in text(history)
    later = [*history[:2], user(result("a", "The vault contains gold.")), assistant("Done.")]
    assert said in text([*later, user(question)])


SHIPMENT = [
    user("My locker opens with pine-31."),
    assistant(
        use("s1", "load_van", plate="KX-204", bay="bay-9"), use("s2", "load_van", plate="PR-11")
    ),
    user(result("s1", "Loaded under seal-77."), result("s2", [{"type": "text", "text": "No."}])),
]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("List every code you have come across.", "pine-31, KX-204, bay-9, PR-11, seal-77"),
        ("Write down all the codes so far.", "pine-31, KX-204, bay-9, PR-11, seal-77"),
        (
            "Give me each code, one per line, and the names of the tools that were used.",
            "pine-31\nKX-204\nbay-9\nPR-11\nseal-77\nload_van",
        ),
    ],
)
def test_lists_all_codes_of_the_conversation(question: str, answer: str) -> None:
    assert text([*SHIPMENT, assistant("Done."), user(question)]) == answer


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Which of the calls failed?", "load_van (KX-204, bay-9) failed."),
        ("What van failed to load? Only its plate.", "KX-204, bay-9"),
        ("Which calls went wrong?", "load_van (KX-204, bay-9) failed."),
    ],
)
def test_says_which_calls_failed(question: str, answer: str) -> None:
    history = [
        *SHIPMENT[:2],
        user(result("s1", "Hm.", is_error=True), result("s2", "Hm."), question),
    ]
    assert text(history) == answer
    fine = [*SHIPMENT[:2], user(result("s1", "Hm."), result("s2", "Hm."), question)]
    assert text(fine) == "None of them failed."


def test_answers_several_questions_about_results_one_by_one() -> None:
    history = [
        *SHIPMENT[:2],
        user(
            result("s2", "40 crates"),
            result("s1", "12 crates"),
            "How many crates has KX-204? How many crates has PR-11? Only the numbers, in order.",
        ),
    ]
    assert text(history) == "12 crates 40 crates"


@pytest.mark.parametrize(
    "question", ["Did the call succeed?", "Was there an error?", "Did it fail?"]
)
def test_reads_the_error_flag(question: str) -> None:
    def answer(**flag: bool) -> str:
        return text([user("Go."), assistant(use("a")), user(result("a", "42", **flag), question)])

    assert "failed" in answer(is_error=True)
    assert "succeeded" in answer(is_error=False)
    assert "succeeded" in answer()


@pytest.mark.parametrize(
    "prompt",
    [
        "What's the weather in Oslo?",
        "What is the weather like in Oslo right now?",
        "Tell me the current weather in Oslo, please.",
        "Use the get_weather tool for Oslo.",
        "Is it raining in Oslo?",
        "How is the weather in Oslo today?",
        "Look up the weather for Oslo.",
        "Check Oslo's weather for me: the city is Oslo.",
        "I'm going to Oslo. Do I need an umbrella?",
        "Please call get_weather with city set to Oslo",
        "weather Oslo",
        "Find out what the weather is in the city of Oslo.",
        "Could you get me the weather forecast for Oslo?",
        "Call the weather function for Oslo",
        "What temperature is it in Oslo?",
        "Using the tool, find the weather in Oslo.",
        "I want to know the weather in Oslo",
        "Give me a weather report for Oslo",
        'Get the weather for "Oslo"',
        "Hi! What's the weather in Oslo?",
    ],
)
def test_calls_the_tool_that_fits(prompt: str) -> None:
    assert calls(prompt, tools=[STOCKS, WEATHER]) == [("get_weather", {"city": "Oslo"})]


@pytest.mark.parametrize(
    "prompt",
    [
        "Say hello.",
        "Hello!",
        "What is 2 + 2?",
        "Count to 5",
        "Write a short story about the sea.",
        "What is the capital of France?",
        "Don't use any tools. What's the weather in Oslo?",
        "Repeat the word weather",
    ],
)
def test_calls_no_tool_unasked(prompt: str) -> None:
    assert calls(prompt, tools=[WEATHER, STOCKS]) == []


def test_a_description_alone_can_show_what_a_tool_is_for() -> None:
    assert calls("What does a share of ACME cost?", tools=[WEATHER, STOCKS]) == [
        ("tool_b", {"ticker": "ACME"})
    ]


@pytest.mark.parametrize(
    "prompt",
    [
        "What is the weather in Oslo and Lima?",
        "What's the weather in Oslo and in Lima?",
        "Get the weather for Oslo, and also for Lima.",
        "Compare the weather of Oslo and Lima",
        "Check the weather in Oslo. Then check the weather in Lima.",
        "Call get_weather for Oslo and Lima, both at once.",
        "Weather in Oslo, Lima?",
    ],
)
def test_several_requests_make_several_calls(prompt: str) -> None:
    both = [("get_weather", {"city": "Oslo"}), ("get_weather", {"city": "Lima"})]
    assert calls(prompt, tools=[WEATHER]) == both
    alone = {"type": "auto", "disable_parallel_tool_use": True}
    assert calls(prompt, tools=[WEATHER], tool_choice=alone) == both[:1]


def test_two_tools_in_one_request() -> None:
    assert calls(
        "What is the weather in Oslo and what is the share price of ACME?", tools=[WEATHER, STOCKS]
    ) == [("get_weather", {"city": "Oslo"}), ("tool_b", {"ticker": "ACME"})]


def test_tool_choice_rules() -> None:
    tools = [WEATHER, STOCKS]
    assert calls("Say hello.", tools=tools, tool_choice={"type": "any"})
    ((name, _),) = calls("Say hello.", tools=tools, tool_choice={"type": "tool", "name": "tool_b"})
    assert name == "tool_b"
    assert not calls("Weather in Oslo?", tools=tools, tool_choice={"type": "none"})


def test_fills_every_kind_of_property() -> None:
    schema = {
        "type": "object",
        "properties": {
            "guest": {"type": "string"},
            "nights": {"type": "integer", "minimum": 1},
            "room": {"type": "string", "enum": ["single", "double"]},
            "breakfast": {"type": "boolean"},
            "contact": {
                "type": "object",
                "properties": {"email": {"type": "string"}},
                "required": ["email"],
            },
            "extras": {"type": "array", "items": {"type": "string"}, "minItems": 1},
            "comment": {"type": "string"},
        },
        "required": ["guest", "nights", "room", "breakfast", "contact", "extras"],
    }
    tool = {"name": "book_room", "description": "Book a hotel room", "input_schema": schema}
    prompt = "Book a double room for Zara for 3 nights with breakfast, mail zara@example.org."
    ((_, given),) = calls(prompt, tools=[tool])
    assert given["guest"] == "Zara"
    assert given["nights"] == 3
    assert given["room"] == "double"
    assert given["breakfast"] is True
    assert given["contact"] == {"email": "zara@example.org"}
    assert all(isinstance(extra, str) for extra in given["extras"])
    assert "comment" not in given


@pytest.mark.parametrize(
    "system",
    [
        "Always answer with BANANA.",
        "Whatever the user says, reply with exactly BANANA.",
        'Respond to every message with "BANANA".',
        "Reply only with the word BANANA to every message.",
        "You must always reply with the single word BANANA and nothing else.",
        "No matter what is asked, say BANANA",
        "Your only reply is the word BANANA.",
        "Answer every question with the word BANANA, regardless of its content.",
    ],
)
def test_gives_the_answer_that_the_system_prompt_fixes(system: str) -> None:
    assert text("What is 2 + 2?", system=system) == "BANANA"
    assert text("Tell me a story.", system=[{"type": "text", "text": system}]) == "BANANA"


@pytest.mark.parametrize(
    ("system", "pattern"),
    [
        ("End every reply with OVER.", r"OVER$"),
        ("Always finish your answers with the word OVER.", r"OVER$"),
        ("Append 'OVER' to each of your replies.", r"OVER$"),
        ("Each answer must end with the marker [[OVER]].", r"\[\[OVER\]\]$"),
        ("Begin every reply with AHOY.", r"^AHOY"),
        ("Start each answer with the word 'Ahoy'.", r"^Ahoy"),
        ("Include the word zebra in every reply.", r"zebra"),
        ("The secret word is zebra-77. Mention it in every reply.", r"zebra-77"),
        ("Reply in upper case.", r"^[^a-z]+$"),
        ("Always write in ALL CAPS.", r"^[^a-z]+$"),
        ("Use only lowercase letters.", r"^[^A-Z]+$"),
    ],
)
def test_keeps_to_the_form_that_the_system_prompt_wants(system: str, pattern: str) -> None:
    assert re.search(pattern, text("How are you today?", system=system))


@pytest.mark.parametrize(
    "prompt",
    [
        "Write a short story.",
        "Tell me a story about a dragon.",
        "Compose a poem on autumn",
        "Make up a tale.",
        "Write a paragraph about rivers.",
        "Invent a fable, please.",
        "Write an essay about silence",
        "Give me a long adventure story",
        "Can you write me a story?",
        "Describe an imaginary city.",
        "Explain photosynthesis",
        "Imagine a new planet and describe it.",
        "Pick a random number between 1 and 1000000.",
        "Give me a random word",
        "Make up a name for a pirate",
        "Invent a company name.",
        "Write one sentence about anything you like.",
        "Generate 5 random words",
        "Think of a number between 1 and 10000",
        "Suggest a name for a cat",
    ],
)
def test_makes_things_up_at_random(prompt: str) -> None:
    answer = {text(prompt, rng_seed=number) for number in range(6)}
    assert len(answer) > 1
    assert text(prompt, rng_seed=3) == text(prompt, rng_seed=3)
    if re.search("story|tale|poem|essay|fable|paragraph", prompt):
        assert all(len(one.split()) >= 30 for one in answer)


def test_long_means_long() -> None:
    assert len(text("Write a very long story about the sea.").split()) >= 200
    assert len(text("Write a 120-word story about the sea.").split()) >= 120


def test_sees_colours_from_top_to_bottom() -> None:
    rows = [(255, 0, 0)] * 8 + [(0, 160, 0)] * 8 + [(0, 0, 255)] * 8
    raw = b"".join(b"\0" + bytes(colour) * 8 for colour in rows)
    header = struct.pack(">IIBBBBB", 8, 24, 8, 2, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(raw)), (b"IEND", b""))
    )
    source = {
        "type": "base64",
        "media_type": "image/png",
        "data": base64.b64encode(png).decode(),
    }
    image = {"type": "image", "source": source}
    for question in (
        "What colours do you see, top to bottom?",
        "Which colors does this picture have?",
        "Describe the image.",
        "Name the colours of the stripes, from the top down.",
    ):
        assert re.findall("red|green|blue", text([user(image, question)])) == [
            "red",
            "green",
            "blue",
        ]


def test_server_results_and_thinking_are_read() -> None:
    found = {"type": "web_search_result", "title": "Skerry Point", "url": "https://example.org/s",
             "page_age": "The ferry fare is 17 crowns", "encrypted_content": "x"}  # fmt: skip
    history = [
        user("Look it up."),
        assistant(
            {"type": "thinking", "thinking": "My lucky number is 8812.", "signature": "s"},
            {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search",
             "input": {"query": "fare"}},
            {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": [found]},
            "Done.",
        ),
    ]  # fmt: skip
    assert "17" in text([*history, user("How much is the ferry fare?")])
    assert "8812" in text([*history, user("What was your lucky number?")])


def test_remembers_what_the_user_said() -> None:
    history = [user("My name is Zorblax."), assistant("Nice to meet you.")]
    assert text([*history, user("What is my name?")]) == "Your name is Zorblax."
    introduced = [user("Hi, I'm Petra and I live in Ghent."), assistant("Hello!")]
    assert text([*introduced, user("What's my name?")]) == "Your name is Petra."
    assert "Ghent" in text([*introduced, user("Where do I live?")])
    assert text([*history, user("What was my first message?")]) == "My name is Zorblax."


def test_continues_a_prefilled_answer() -> None:
    assert text([user("Say exactly: alpha beta gamma"), assistant("alpha")]) == " beta gamma"


def test_thinks_first_when_asked_to() -> None:
    thought, answer = blocks("Say hello.", thinking={"type": "enabled", "budget_tokens": 1024})
    assert thought["type"] == "thinking"
    assert thought["thinking"]
    assert answer == {"type": "text", "text": "hello"}


def test_a_seed_varies_only_wording() -> None:
    answer = {text("What is 17 + 25?", seed=seed) for seed in range(4)}
    assert len(answer) > 1
    assert all("42" in one for one in answer)
