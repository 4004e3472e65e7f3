from datetime import timedelta

from appliance.clock import HeldClock
from appliance.records.terms import CitizenId
from appliance.vault.sessions import MOST_SESSIONS
from appliance.web.notes import CPR_SHOWN_S, Notes

AASE, EGON = CitizenId("c-7f3a"), CitizenId("c-81d0")


def test_cpr_is_shown_to_one_session_for_some_seconds(clock: HeldClock) -> None:
    notes = Notes(clock)
    notes.show_cpr("token", AASE)

    assert notes.is_cpr_shown("token", AASE)
    assert not notes.is_cpr_shown("token", EGON)
    assert not notes.is_cpr_shown("other", AASE)
    clock.move(timedelta(seconds=CPR_SHOWN_S))
    assert not notes.is_cpr_shown("token", AASE)


def test_words_are_kept_per_screen_until_emptied(clock: HeldClock) -> None:
    notes = Notes(clock)
    notes.keep_words("token", "search", "insulin")
    notes.keep_words("token", "list", "Aase")

    notes.keep_words("token", "list", "")

    assert notes.words("token", "search") == "insulin"
    assert notes.words("token", "list") == ""


def test_session_that_ended_leaves_nothing(clock: HeldClock) -> None:
    notes = Notes(clock)
    for token in ("token", "other"):
        notes.keep_words(token, "search", "insulin")
        notes.show_cpr(token, AASE)

    notes.forget("token")

    assert (notes.words("token", "search"), notes.is_cpr_shown("token", AASE)) == ("", False)
    assert notes.words("other", "search") == "insulin"
    notes.forget_all()
    assert (notes.words("other", "search"), notes.is_cpr_shown("other", AASE)) == ("", False)


def test_flood_pushes_out_the_oldest_only(clock: HeldClock) -> None:
    notes = Notes(clock)
    for number in range(MOST_SESSIONS + 1):
        notes.keep_words(str(number), "search", "insulin")
        notes.show_cpr(str(number), AASE)

    assert notes.words("0", "search") == ""
    assert not notes.is_cpr_shown("0", AASE)
    assert notes.words("1", "search") == "insulin"
