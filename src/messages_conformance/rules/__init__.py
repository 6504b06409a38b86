"""The wire rules: what the bytes of an answer must keep to, whatever the model says.

`check.check` checks one exchange, `check.check_stream` a stream as it arrives; both give
`finding.Finding`s. `catalogue.RULES` holds every rule under its id. The id names the module:
``RS-…`` stands in `response`, ``ST-…`` in `stream`, and the rest of the prefix is the module, as
``RS-THK`` in `response.thinking`. ``TU``, ``TH``, ``HD``, ``ER`` and ``PC`` are modules of this
package: `tool_loop`, `thinking`, `headers`, `errors`, `caching`. `catalogue.MODULES` has them all.

What several exchanges show only together is in `repeated_requests` and `repeated_answers`, arrival
times are in `stream.timing`. ``RQ``, ``CT`` and all other rules of `RuleKind.REQUEST` are tested by
probes.
"""
