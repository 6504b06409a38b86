"""Requests that nobody wrote: any legal combination, and such with one mistake, drawn by seed.

- `draft`: a request before it is asked of a model.
- `vocabulary`, `tool_schemas`: texts, names and schemas to make requests of.
- `legal`: a walk over what a request may hold, drawn by seed.
- `wrong`, `between_fields`, `kinds`: what is wrong with a request, by the published schema and
  between its fields; which rows promise that it is refused.
- `doubtful`: what no documentation settles, and so nothing is judged by.
- `places`, `malformed`, `mistakes`: one change of a legal request that makes it illegal.
- `uses`: the rows of a page that a request rests on.
- `faults`: what is wrong with an answer.
- `smaller`, `shrink`: from a request that fails to the smallest that fails in the same way.
- `probe`: a drawn request as a probe of its own; `drawing`: many of them.
"""
