"""Which of several cards counts, also when a file changes between the two passes."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from provisioning.sources.fmk_cards.chosen import LatestCards, Standing

EARLY, LATE = datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)
CARDS = st.tuples(st.sampled_from([None, EARLY, LATE]), st.sampled_from([b"a", b"b"]))


def standings(cards):
    latest = LatestCards()
    for at, digest in cards:
        latest.note("1", at, digest)
    return [latest.judge("1", at, digest) for at, digest in cards]


@given(st.lists(CARDS, min_size=1, max_size=6))
def test_at_most_one_card_counts_and_it_is_a_latest_one(cards):
    found = standings(cards)

    newest = max((at for at, _ in cards if at), default=None)
    counting = [card for card, one in zip(cards, found, strict=True) if one is Standing.COUNTS]
    latest = {digest for at, digest in cards if at == newest}
    assert [at for at, _ in counting] == ([newest] if len(latest) == 1 else [])
    assert (Standing.CONTRADICTED in found) is (len(latest) > 1)


def test_a_card_that_appears_between_the_passes_is_taken_as_it_is():
    assert LatestCards().judge("1", EARLY, b"a") is Standing.COUNTS


def test_a_card_that_changes_between_the_passes_is_a_contradiction():
    latest = LatestCards()
    latest.note("1", EARLY, b"a")

    assert latest.judge("1", EARLY, b"b") is Standing.CONTRADICTED
