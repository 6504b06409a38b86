"""Features in company: what works alone must work together.

No page has these rows. They ask for the features that a page promises all at once, a dozen in one
request, so that every pair of them is in some request.
"""

from messages_conformance.probing import Ask, ProbeRun, prove_together, row


@row("combinations/pairs")
def every_pair(ask: Ask) -> ProbeRun:
    """Every pair of features works as each does alone.

    The sentence names the smallest company in which something is lost: it is there with any
    feature less. To fix: repeat the shown request with and without one of them, and look for code
    that treats such requests apart: a template for tools, a path for streams.

    Instead: leave out one of the features that are named, or send them in two requests.
    """
    return prove_together(ask, 2)


@row("combinations/triples", opt_in="sends some 60 requests that are each about 700 tokens long")
def every_triple(ask: Ask) -> ProbeRun:
    """Every three features work as each does alone; see `combinations/pairs`.

    To fix: repeat the shown request with and without one of the three.

    Instead: leave out one of the features that are named, or send them in two requests.
    """
    return prove_together(ask, 3)
