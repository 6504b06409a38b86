"""How a report names several models at once."""

from collections.abc import Iterable

from messages_conformance.claims.page import Model
from messages_conformance.report.report import TargetReport


def name_models(target: TargetReport, models: Iterable[Model]) -> str:
    """Name models in few words: all of them, whole series, and single ones."""
    chosen = set(models)
    if len(chosen) >= len(target.models) > 1 and chosen.issuperset(target.models):
        return "both models" if len(chosen) == 2 else f"all {len(target.models)} models"
    words = []
    for name, of_series in target.models_by_series:
        if len(of_series) > 1 and chosen.issuperset(of_series):
            words.append(f"{name} ({'both' if len(of_series) == 2 else f'all {len(of_series)}'})")
        else:
            words += [model.id for model in of_series if model in chosen]
    return ", ".join(words)
