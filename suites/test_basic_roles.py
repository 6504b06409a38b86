"""Turns of the role `system`, which newer pages and clients know."""

from messages_conformance.probing import (
    SYSTEM_CODE,
    Ask,
    ProbeRun,
    assistant,
    prove_by_canary,
    row,
    user,
)


@row("basic/messages/role/system")
def system_turns_reach_the_model(ask: Ask) -> ProbeRun:
    """A turn of the role `system`, in the middle of a conversation, reaches the model.

    Claude Code sends one in every request. To fix: render the turn where it stands, or put its
    text into the system prompt.

    Instead: move the text into `system`; in Claude Code switch `mid_conv_system` off.
    """
    question = "What is the harbour code? Answer with the code only."
    fact = f"The harbour code is {SYSTEM_CODE}."
    opening = [user("Hello."), assistant("Hello.")]
    told = {"role": "system", "content": fact}
    return prove_by_canary(
        ask(
            [
                *opening,
                user("Remember what you are told."),
                told,
                assistant("I do."),
                user(question),
            ]
        ),
        canary=SYSTEM_CODE,
        what="the system turn",
        control=ask.control(
            [*opening, user("Remember what you are told."), assistant("I do."), user(question)]
        ),
        in_plain_text=ask.control([*opening, user(f"{fact} {question}")]),
    )
