"""Does my application move? From its saved traffic or source to what it needs, and what holds.

`feature_table` has the features an application may use, the rows each rests on, and the marks by
which it is recognised. `marks` finds the marks of a call, the package `source`
those of source; `scan` counts them into an `inventory`. `knowledge` is what is known of each row
for each model, measured, reported or only promised; `check` holds the inventory against it.
`record` keeps a program's traffic, `replay` sends its own requests to the new endpoint.

Nothing here sends anything but `record` and `replay`, and no text of the traffic gets into an
inventory or an answer: what is kept of it are numbers, and words of the API.
"""
