"""Instructions for every answer in the system prompt, and the form that the user wants."""

import re

from messages_conformance.reference.simulated_model import english
from messages_conformance.reference.simulated_model.prompt import Prompt
from messages_conformance.reference.simulated_model.question_answering import bare_value

_EVERY = (
    "always|only|every|each|whatever|no matter|all|any|must|never|regardless|exclusively|"
    "anything|sole|nothing but|invariably|exactly"
)
_SAY = r"answer\w*|reply\w*|respon\w*|say|output|write|return|replies|message"
_END = (
    r"end(?:s|ing|ed)?|finish\w*|clos(?:e|ing)|conclud\w*|sign off|append\w*|last word|"
    r"at the end|terminat\w*|final word"
)
_BEGIN = (
    r"begin(?:s|ning)?|start(?:s|ing)?|open(?:s|ing)?|prefix\w*|prepend\w*|preced\w*|"
    "first word|at the (?:start|beginning)"
)
_INCLUDE = r"includ\w*|mention\w*|contain\w*|insert\w*|work in|use the word|feature"
_UPPER = "upper[- ]?case|all caps|capital letters|capitals|block letters"
_LOWER = "lower[- ]?case|small letters|no capitals?(?: letters)?"
_TAIL = re.compile(
    r"[,;]?\s*(?:,\s|\b(?:to (?:every|each|any|all|whatever|everything|anything)|whatever|no "
    r"matter|regardless|and nothing|and never|in (?:every|each|all)|at the (?:end|start|"
    r"beginning)|on a|for (?:every|each|any|all)|when|if|as the|before|after|every time|always|"
    r"instead|too|somewhere|of (?:every|each|your))\b).*$",
    re.IGNORECASE | re.DOTALL,
)
_DRESSED_CODE = re.compile(rf"[\[<{{(#*|]*(?:{english.CODE.pattern})[\]>}})#*|]*")
_FILLER = (
    r"((?:(?:only|just|exactly|literally|simply|the|single|exact|one|two|three|following|a|fixed|"
    r"words?|phrase|text|token|string|line|sentence|code|marker|tag|sign|letters|saying|nothing "
    r"but)\b[ :]*)*)(.+)$"
)
_LEADS = tuple(
    re.compile(rf"\b(?:{verbs})\b(:?)\s+{_FILLER}", re.IGNORECASE | re.DOTALL)
    for verbs in (
        "with|say|saying|by|is|be|from|include|mention|append|prepend|add|insert|contain|use",
        "write|output|answer|reply|respond|return",
    )
)
"""What introduces the words that an instruction wants said; the more certain one first."""

_NAMING = (
    "word|words|phrase|text|token|string|line|sentence|exactly|literally|only|just|nothing but"
)
_ORDERED = (
    r"(?:end|finish|conclude|close|begin|start|open|include|mention)(?: \w+){0,4} (?:with|word)"
)


def fixed_answer(prompt: Prompt) -> str | None:
    """The only answer that the system prompt allows; None where it allows others."""
    for i, sentence in enumerate(prompt.system_sentences):
        framed = english.unquoted(sentence)
        formatted = english.has(framed, _END, _BEGIN, _INCLUDE, _UPPER, _LOWER, "before", "after")
        if english.has(framed, _SAY) and english.has(framed, _EVERY) and not formatted:
            if english.has(framed, "if|when|asked (?:for|about)|unless") and not english.has(
                framed, "anything|whatever|any (?:question|message)|something"
            ):
                continue
            said = _payload(sentence, prompt.system_sentences[:i], plain=False)
            if said is not None:
                return said
    return None


def conditional_answer(prompt: Prompt) -> str | None:
    """What the system prompt wants said in a certain case, if the user's words are that case."""
    for sentence in prompt.system_sentences:
        case = re.search(
            r"\b(?:if|when|whenever)\b(.+?)(?:,|\b(?:then|reply|answer|respond|say)\b)",
            sentence,
            re.IGNORECASE,
        )
        if case is None or not english.has(english.unquoted(sentence), _SAY):
            continue
        named = {stem for said in english.quoted(case[1]) for stem in english.content(said)}
        wanted = named or set(english.content(case[1], ("user", "someone", "ask", "say", "anyone")))
        asked = set(english.content(prompt.text))
        if wanted and len(wanted & asked) * 2 >= len(wanted):
            rest = sentence[: case.start()] + sentence[case.start(1) + len(case[1]) :]
            return _payload(rest, (), plain=False)
    return None


def said_before_calls(prompt: Prompt) -> str | None:
    """The quoted words that the user wants said before tools are called; None without any."""
    for sentence in english.sentences(prompt.text):
        framed = english.unquoted(sentence)
        first = re.match(r"(?:please,? )?(?:first|before (?:you|any|the|calling))\b", framed, re.I)
        said = english.quoted(sentence)
        if first and said and english.has(framed, _SAY):
            return said[0]
    return None


def apply_format(prompt: Prompt, text: str, *, dictated_text: bool) -> str:
    """An answer in the form that is wanted: its first words, its last words, its case."""
    sentences = (
        prompt.system_sentences if dictated_text else (*prompt.system_sentences, *prompt.asks)
    )
    for i, sentence in enumerate(sentences):
        framed = english.unquoted(sentence)
        if i >= len(prompt.system_sentences) and not english.has(framed, _ORDERED):
            continue
        if english.has(framed, "story|poem|tale|how does|tool"):
            continue
        payload = _payload(sentence, sentences[:i], plain=True)
        if payload is None:
            continue
        if english.has(framed, _END):
            text = text if text.rstrip().endswith(payload) else f"{text} {payload}"
        elif english.has(framed, _BEGIN):
            text = text if text.startswith(payload) else f"{payload} {text}"
        elif english.has(framed, _INCLUDE) and english.has(framed, _EVERY):
            text = text if payload in text else f"{text} {payload}"
    wanted = english.unquoted(" ".join([*prompt.system_sentences, prompt.text]))
    if english.has(wanted, _UPPER):
        return text.upper()
    return text.lower() if english.has(wanted, _LOWER) else text


def _payload(sentence: str, before: tuple[str, ...], *, plain: bool) -> str | None:
    """The words that an instruction wants said.

    Unless ``plain``, they must be announced, quoted, or a code.
    """
    if pieces := english.quoted(sentence):
        return pieces[-1]
    if english.has(sentence, "mention it|include it|with it|say it|add it") and before:
        return bare_value(before[-1])
    order = re.sub(r"^(?:whatever|no matter|regardless|when)[^,]*,\s*", "", sentence, flags=re.I)
    codes = [found[0] for found in _DRESSED_CODE.finditer(order)]
    found = next(filter(None, (lead.search(order) for lead in _LEADS)), None)
    rest = re.sub(r"(?<=\w)[.!]+$", "", _TAIL.sub("", found[3]).strip()) if found else ""
    if codes and rest not in codes:
        return rest if rest and all(word in codes for word in rest.split()) else codes[-1]
    named = found is not None and (found[1] or english.has(found[2], _NAMING))
    if rest and (plain or rest in codes or named):
        return rest if len(rest.split()) <= 8 else None
    return None
