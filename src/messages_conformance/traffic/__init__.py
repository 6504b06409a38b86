"""Reads saved exchanges of any format: what people have saved of their traffic, by whatever tool.

`saved_file.open_saved_file` opens a file, `detect_format.detect_format` says which of the formats
it has by its first block, and `readers.READERS` has the reader of each: event streams (``sse``)
and JSON bodies, the output of ``curl -i``, HAR files of browsers and proxies, vcrpy's cassettes,
and JSON lines. A reader gives `items.Item`s one by one: exchanges, a stream in pieces, or the
reason why a recorded item is not one of a Messages API.

Files are not trusted. Memory is bounded by `saved_file.LARGEST`, and what is not as its format
has it raises `errors.TrafficError`, in one sentence that names the place.
"""
