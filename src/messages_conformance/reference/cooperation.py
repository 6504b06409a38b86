"""A model that does not always play along, in an endpoint that keeps its promises.

What the endpoint does stays as it is: a forced call is made and its input fits the schema, limits
and stop sequences cut, thinking comes where it is wanted, usage and caching are right. Only what
the model makes of its prompt is, now and then, a misbehaviour.
"""

from dataclasses import dataclass, replace

from messages_conformance.reference.completion import Block
from messages_conformance.reference.pipeline import Stages
from messages_conformance.reference.request_context import Call
from messages_conformance.reference.simulated_model.misbehaviour import MISBEHAVIOURS, Attempt
from messages_conformance.reference.transcript import Transcript


@dataclass(frozen=True)
class Cooperation:
    """How often the model does what its prompt asks, and whether it is steady in that.

    Raises:
        ValueError: the share is not from 0 to 1.
    """

    share: float
    """Of requests that are answered as asked, from 0 to 1."""
    repeats: bool = True
    """Whether equal greedy requests meet the same misbehaviour, as on a server whose greedy answers
    repeat themselves; otherwise each request meets its own."""

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise ValueError(f"a share of requests is from 0 to 1, not {self.share}")

    def put_into(self, stages: Stages) -> Stages:
        """The stages with such a model in them; faults put on later stand around it."""
        if self.share == 1:
            return stages

        def follow(call: Call, transcript: Transcript) -> tuple[Block, ...]:
            dice = call.dice("cooperation", repeating=self.repeats)
            if dice.random() < self.share:
                return stages.follow(call, transcript)
            return _uncooperative(Attempt(transcript, lambda told: stages.follow(call, told), dice))

        return replace(stages, follow=follow)


def _uncooperative(attempt: Attempt) -> tuple[Block, ...]:
    """The answer under the first misbehaviour drawn that makes a difference."""
    for misbehaviour in attempt.dice.sample(MISBEHAVIOURS, len(MISBEHAVIOURS)):
        blocks = misbehaviour(attempt)
        if blocks is not None and blocks != attempt.willing:
            return blocks
    return attempt.willing
