"""Making things up at random: stories, sentences, names and numbers."""

import re
import string
from random import Random

from messages_conformance.reference.simulated_model import english
from messages_conformance.reference.simulated_model.prompt import Prompt

_WHO = english.listed(
    "a lighthouse keeper|an old sailor|a curious fox|a quiet baker|a young astronomer|a lost robot|"
    "a clever raven|a retired clockmaker|a patient gardener|a travelling musician|a small dragon|"
    "a forgetful wizard"
)
_WHERE = english.listed(
    "at the edge of the sea|in a village of glass|under the northern lights|beside a silent canal|"
    "on a hill of heather|in the last library|behind the waterfall|above the clouds|"
    "in a city without doors|near the salt marshes|inside a hollow oak|along the desert road"
)
_DID = english.listed(
    "found a silver key|followed a trail of lanterns|mended a broken compass|heard a distant bell|"
    "planted a nameless seed|opened a sealed letter|built a paper boat|counted the falling stars|"
    "traded a song for bread|drew a map of the wind|woke before the tide|kept an impossible promise"
)
_SO = english.listed(
    "and nothing was the same again|but told nobody about it|and the whole valley began to hum|"
    "until the morning came|and laughed for the first time in years|while the snow kept falling|"
    "because the old song had said so|and then went home for tea|though the door stayed shut|"
    "and a stranger smiled back"
)
_WHEN = english.listed(
    "One evening|Long ago|In the spring|On a foggy Tuesday|Before the war of the winds|"
    "Every seventh winter|At noon|When the market closed|After the storm|On the shortest day"
)
_WORDS = english.listed(
    "amber brook cinder dune ember fjord grove harbor indigo juniper kettle lantern meadow nectar "
    "orchard pebble quartz river saffron thistle umbra velvet willow yonder zephyr anchor birch "
    "copper drift feather glacier hollow island jasmine lagoon marble north opal prairie raven"
)
_KINDS = {
    r"colou?rs?": "red green blue yellow orange purple teal crimson ivory violet turquoise maroon",
    r"animals?": "otter lynx heron badger koala falcon walrus gecko tapir moose puffin ibex",
    r"(?:cit(?:y|ies)|towns?)": "Lisbon Oslo Kyoto Quito Dakar Perth Lima Turin Hanoi Bergen Accra",
    r"fruits?": "mango quince papaya cherry fig plum guava lychee apricot pear kiwi melon",
    r"countr(?:y|ies)": "Norway Peru Kenya Japan Chile Ghana Nepal Malta Fiji Laos Cuba Oman",
    r"(?:verbs?|adjectives?|nouns?|words?)": " ".join(_WORDS),
}
_SYLLABLES = english.listed("ba cor del fen gri hal jo ka lum mir nor ope quil ras sol tev ul vex")
_LONG = (
    "stor(?:y|ies)|tale|essay|fable|poem|paragraph|article|novel|adventure|dialogue|letter|"
    "speech|blog|song|lyrics"
)
_SHORT = (
    "haiku|joke|slogan|tagline|tweet|caption|title|headline|sentences?|fact|riddle|line|"
    "opening|ideas?|metaphor"
)
_OPEN = (
    r"explain|describe|discuss|tell (?:me|us)(?: \w+){0,3} about|write about|talk about|"
    "compose|invent|imagine|make up|brainstorm|suggest|create|surprise me|think of|continue|"
    "improvise|recommend|plan"
)
_RANDOM = (
    "random(?:ly)?|pick|choose|any|think of|invent|make up|made-up|suggest|come up with|"
    "generate|favou?rite|name (?:an?|one|some|two|three|five)|give me (?:an?|one|some)|"
    "imagine|guess|fictional|say an?|fantasy|list"
)
_SOME = r"(?:an?|one|some|any|another|your|\d+|two|three|four|five|ten)[ -](?:[\w'-]+[ ,-]+){0,4}?"
"""What comes before a thing that is to be invented: a short, funny …"""

_PAST = "did|was|were|have i|have you|is my|are my|what's my|told|in one sentence|in a sentence"
_AT_HAND = "according to|images?|pictures?|photos?|documents?|files?|attach\\w+|sources?|results?"
_BETWEEN = re.compile(r"(-?\d[\d,]{0,14})\s*(?:and|to|-|–|through)\s*(-?\d[\d,]{0,14})")
_HOW_MANY = re.compile(r"\b(\d+|[a-z]+)[\s-]+(?:\w+[- ]){0,2}?(\w+)", re.IGNORECASE)


def invent(prompt: Prompt) -> str | None:
    """An answer to an open-ended request; None where nothing is to be made up."""
    ask, rng = english.unquoted(prompt.ask), prompt.rng
    if english.has(ask, _PAST):
        return None
    if english.has(ask, _RANDOM) and (picked := _pick(ask, rng)):
        return picked
    if english.has(ask, _AT_HAND) and prompt.said("image", "document", "search_result"):
        return None
    makes = english.has(
        ask,
        "write|tell|give|compose|make|create|invent|generate|draft|come up|share|think|produce|"
        "continue",
    )
    if makes and english.has(ask, _SOME + f"(?:{_LONG})"):
        return write_story(rng, _length(ask, 60), _topic(ask))
    if makes and english.has(ask, _SOME + f"(?:{_SHORT})"):
        return write_story(rng, _length(ask, 12), _topic(ask))
    return write_story(rng, _length(ask, 40), _topic(ask)) if english.has(ask, _OPEN) else None


def greet(prompt: Prompt) -> str | None:
    """Answer a greeting or thanks."""
    words = english.words(prompt.text)
    if (
        words
        and len(words) <= 6
        and "?" not in prompt.text
        and words[0] in ("hello", "hi", "hey", "greetings", "good")
    ):
        return prompt.rng.choice(
            ("Hello! How can I help you?", "Hi there! What can I do for you?", "Hello to you!")
        )
    return "You are welcome." if words[:1] in (["thanks"], ["thank"]) and len(words) < 6 else None


def write_story(rng: Random, length: int, topic: str = "") -> str:
    """Sentences of at least ``length`` words together, the first of them about the topic."""
    sentences = [f"This is about {topic}."] if topic else []
    while sum(len(sentence.split()) for sentence in sentences) < length:
        who, where = rng.choice(_WHO), rng.choice(_WHERE)
        sentences.append(
            f"{rng.choice(_WHEN)}, {who} {where} {rng.choice(_DID)} {rng.choice(_SO)}."
        )
    return " ".join(sentences)


def _pick(ask: str, rng: Random) -> str | None:
    many = _many(ask)
    if english.has(ask, "numbers?|integers?|digits?|dice|die"):
        bounds = _BETWEEN.search(ask)
        if long := re.search(r"(\d+)[- ]digit", ask):
            return "".join(rng.choices(string.digits[1:], k=min(int(long[1]), 50)))
        low, high = (int(n.replace(",", "")) for n in bounds.groups()) if bounds else (1, 999_999)
        return ", ".join(str(rng.randint(*sorted((low, high)))) for _ in range(many))
    if english.has(ask, "names?") and not english.has(ask, *_KINDS):
        return ", ".join(_name(rng) for _ in range(many))
    if english.has(ask, "string|characters?|letters?|password|uuid|code|token"):
        length = many if many > 1 else 12
        return "".join(rng.choices(string.ascii_lowercase + string.digits, k=length))
    for kind, members in _KINDS.items():
        if english.has(ask, kind) and not english.has(ask, _LONG, _SHORT, r"\d+ words"):
            return ", ".join(rng.choice(members.split()) for _ in range(many))
    return None


def _name(rng: Random) -> str:
    return "".join(rng.choices(_SYLLABLES, k=3)).capitalize()


def _many(ask: str) -> int:
    """How many are wanted; one unless a number says more."""
    text = _BETWEEN.sub(" ", ask).lower()
    given = [n for n in map(english.number, english.words(text)) if n is not None]
    return min(max(given[0], 1), 200) if given else 1


def _length(ask: str, usual: int) -> int:
    """How many words are wanted."""
    for found in _HOW_MANY.finditer(ask):
        number = english.number(found[1])
        if number and english.has(found[2], "words?"):
            return min(number, 3000)
        if number and english.has(found[2], "sentences?", "lines?"):
            return 12 * min(number, 200)
        if number and english.has(found[2], "paragraphs?"):
            return 80 * min(number, 30)
    if english.has(ask, "long(?:er)?|detailed|in detail|essay|lengthy|as much as"):
        return max(usual * 6, 300)
    return usual


def _topic(ask: str) -> str:
    found = re.search(
        r"\b(?:about|on|explain|describe|discuss)\s+((?:[\w'-]+\s?){1,6})", ask, re.IGNORECASE
    )
    return re.split(r"\b(?:in|with|using|and then)\b", found[1])[0].strip() if found else ""
