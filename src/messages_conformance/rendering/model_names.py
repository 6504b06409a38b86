"""How a report names several models at once."""

from collections.abc import Iterable

from messages_conformance.claims.page import Model
from messages_conformance.report.report import TargetReport


def name_models(target: TargetReport, models: Iterable[Model]) -> str:
    """Name models in few words: all of them, whole series, and single ones."""
    chosen = set(models)
    if chosen >= set(target.models) and len(target.models) > 1:
        return f"all {len(target.models)} models"
    words = []
    for series in target.revision.series:
        of_series = [model for model in target.models if model.series == series.id]
        if len(of_series) > 1 and chosen >= set(of_series):
            words.append(f"{series.name} (all {len(of_series)})")
        else:
            words += [model.id for model in of_series if model in chosen]
    return ", ".join(words)
