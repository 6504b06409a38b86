"""Counts what saved traffic shows: a file at a time, a record at a time."""

from collections import Counter

from messages_conformance.applications.inventory import Collector, Source
from messages_conformance.applications.marks import marks_of
from messages_conformance.traffic.calls.call import Call, Part
from messages_conformance.traffic.calls.saved_calls import read_calls


def scan_file(name: str, collector: Collector) -> None:
    """Count what one file shows.

    Raises:
        TrafficError: it holds no traffic of a known format.
        OSError: it cannot be read.
    """
    calls = 0
    hides: frozenset[Part] | None = None
    skipped: Counter[str] = Counter()
    damaged: Counter[str] = Counter()
    first: dict[str, str] = {}
    with read_calls(name) as opened:
        for record in opened.records:
            if isinstance(record, Call):
                calls += 1
                hides = record.hides if hides is None else hides & record.hides
                collector.add(f"{name}: {record.place}", marks_of(record))
            else:
                (damaged if record.damaged else skipped)[record.why] += 1
                first.setdefault(record.why, record.place)
        collector.add_source(
            Source(
                name,
                opened.format,
                calls,
                tuple((why, count, first[why]) for why, count in skipped.most_common()),
                tuple((why, count, first[why]) for why, count in damaged.most_common()),
                tuple(part for part in Part if part in (hides or frozenset())),
            )
        )
