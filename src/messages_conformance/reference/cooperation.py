"""A model that does not always do as instructed, in an endpoint that keeps its promises.

The endpoint itself stays correct: a forced call is made and its input fits the schema, limits
and stop sequences cut, thinking comes where it is wanted, usage and caching are right. Only the
model's answer to a prompt is sometimes a misbehaviour.
"""

from dataclasses import dataclass, replace

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.completion import Block
from messages_conformance.reference.pipeline import Stages
from messages_conformance.reference.simulated_model.misbehaviour import MISBEHAVIOURS, AnswerDraft
from messages_conformance.reference.transcript import Transcript


@dataclass(frozen=True)
class Cooperation:
    """How often the model does what its prompt asks, and whether that is repeatable.

    Raises:
        ValueError: the share is not from 0 to 1.
    """

    share: float
    """Of requests that are answered as asked, from 0 to 1."""
    repeats: bool = True
    """Whether equal greedy requests get the same misbehaviour, as from a server whose greedy
    answers repeat; otherwise it is drawn anew for each request."""

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise ValueError(f"a share of requests is from 0 to 1, not {self.share}")

    def apply_to(self, stages: Stages) -> Stages:
        """The stages with such a model; faults injected later wrap around it."""
        if self.share == 1:
            return stages

        def generate(request: AdmittedRequest, transcript: Transcript) -> tuple[Block, ...]:
            rng = request.rng_for("cooperation", repeating=self.repeats)
            if rng.random() < self.share:
                return stages.generate(request, transcript)
            draft = AnswerDraft(transcript, lambda read: stages.generate(request, read), rng)
            return _misbehave(draft)

        return replace(stages, generate=generate)


def _misbehave(draft: AnswerDraft) -> tuple[Block, ...]:
    """The answer under the first misbehaviour drawn that makes a difference."""
    for misbehaviour in draft.rng.sample(MISBEHAVIOURS, len(MISBEHAVIOURS)):
        blocks = misbehaviour(draft)
        if blocks is not None and blocks != draft.cooperative:
            return blocks
    return draft.cooperative
