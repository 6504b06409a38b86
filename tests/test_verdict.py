import pytest

from messages_conformance.verdict import Claim, Kind, Standing, judge

BAD, GOOD, WARNING = Standing.BAD, Standing.GOOD, Standing.WARNING

DESIGNED = {
    ("supported", "works"): ("kept", GOOD),
    ("supported", "partial"): ("partly kept", BAD),
    ("supported", "ignored"): ("silently ignored", BAD),
    ("supported", "refused"): ("wrongly refused", BAD),
    ("partial", "works"): ("bonus", GOOD),
    ("partial", "partial"): ("partly kept", BAD),
    ("partial", "ignored"): ("silently ignored", BAD),
    ("partial", "refused"): ("wrongly refused", BAD),
    ("partial", "broken"): ("broken", BAD),
    ("unsupported", "works"): ("bonus", GOOD),
    ("unsupported", "ignored"): ("silently ignored", WARNING),
    ("unsupported", "refused"): ("honest refusal", GOOD),
    ("ignored", "ignored"): ("kept", GOOD),
    ("ignored", "refused"): ("stricter", BAD),
    ("unknown", "ignored"): ("observed: ignored", Standing.OBSERVED),
}


@pytest.mark.parametrize(("case", "expected"), DESIGNED.items(), ids=str)
def test_the_table_of_the_design(case: tuple[str, str], expected: tuple[str, Standing]) -> None:
    verdict = judge(Claim(case[0]), Kind(case[1]))
    assert (verdict.name, verdict.standing) == expected


@pytest.mark.parametrize("claim", Claim)
def test_broken_is_bad_whatever_was_claimed(claim: Claim) -> None:
    assert judge(claim, Kind.BROKEN).standing is BAD


@pytest.mark.parametrize("claim", Claim)
@pytest.mark.parametrize("kind", [Kind.UNCLEAR, Kind.UNMEASURED])
def test_what_was_not_decided_is_neither_good_nor_bad(claim: Claim, kind: Kind) -> None:
    verdict = judge(claim, kind)
    assert (verdict.name, verdict.standing) == (kind.value, Standing.OPEN)


def test_dropping_content_silently_is_bad_even_if_never_promised() -> None:
    assert judge(Claim.UNSUPPORTED, Kind.IGNORED, carries_content=True).standing is BAD


@pytest.mark.parametrize("claim", Claim)
@pytest.mark.parametrize("kind", Kind)
def test_what_the_page_admits_counts_only_where_it_claims_part_and_part_is_there(
    claim: Claim, kind: Kind
) -> None:
    admitted = judge(claim, kind, as_the_page_says=True)
    if (claim, kind) == (Claim.PARTIAL, Kind.PARTIAL):
        assert (admitted.name, admitted.standing) == ("kept", GOOD)
    else:
        assert admitted == judge(claim, kind)


@pytest.mark.parametrize("claim", Claim)
@pytest.mark.parametrize("kind", Kind)
def test_every_pair_has_a_verdict(claim: Claim, kind: Kind) -> None:
    assert judge(claim, kind).name
