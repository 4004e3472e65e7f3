"""What is wrong is struck and stays readable; putting it right never leaves a gap."""

from appliance.care_journal.events import MedicineGiven, Noted, Observed, Struck
from appliance.errors import LogNotKeptError
from tests.appliance.web.screens.journal.conftest import (
    NOTE,
    OBSERVATION,
    OF_AASE,
    PANODIX,
    Writer,
    fields,
)
from tests.appliance.web.screens.test_medication import words_of


def test_struck_entry_stays_readable_with_who_when_and_why(writer: Writer) -> None:
    writer.note("Faldt ved sengen.")

    writer.fill(f"/noedjournal/{writer.last_id()}/stregning", grund="forkert borger")

    page = writer.page()
    assert "<s>Faldt ved sengen.</s>" in page
    assert "Streget over kl. 03.00 af AGN." in page
    assert "forkert borger" in page
    assert writer.journal().to_enter == ()


def test_strike_without_a_reason_is_asked_for(writer: Writer) -> None:
    writer.note()

    answer = writer.fill(f"/noedjournal/{writer.last_id()}/stregning", grund=" ")

    assert answer.status_code == 422
    assert len(writer.journal().to_enter) == 1


def test_entry_is_struck_once(writer: Writer) -> None:
    writer.note()
    path = f"/noedjournal/{writer.last_id()}/stregning"
    writer.fill(path, grund="forkert borger")

    again = writer.send(path, grund="noget andet")

    (entry,) = writer.journal().entries
    assert again.status_code == 422
    assert entry.struck is not None
    assert entry.struck.what == Struck(entry.event.id, "forkert borger")


def test_putting_right_strikes_the_old_and_writes_the_new_in_one_go(writer: Writer) -> None:
    writer.note("Faldt ved sengen.", kl="0200")
    old = writer.last_id()

    form = fields(writer.phone.get(f"{NOTE}?ret={old}").text)
    writer.fill(f"{NOTE}?ret={old}", tekst="Faldt ved stolen.", grund="skrev forkert")

    before, after = writer.journal().entries
    assert (form["tekst"], form["kl"]) == ("Faldt ved sengen.", "02.00")
    assert before.struck is not None
    assert after.event.what == Noted("Faldt ved stolen.")
    assert after.event.happened_at == before.event.happened_at


def test_putting_right_that_is_not_kept_strikes_nothing(writer: Writer) -> None:
    writer.note()
    writer.box.keeper.journal_problem = LogNotKeptError("full")

    answer = writer.fill(f"{NOTE}?ret={writer.last_id()}", tekst="Andet.", grund="skrev forkert")

    assert answer.status_code == 503
    assert fields(answer.text)["grund"] == "skrev forkert"
    assert len(writer.journal().to_enter) == 1


def test_what_was_written_days_ago_is_put_right_on_its_own_day(writer: Writer) -> None:
    writer.note("Faldt ved sengen.")
    writer.wait(days=6)

    answer = writer.fill(f"{NOTE}?ret={writer.last_id()}", tekst="Andet.", grund="skrev forkert")

    before, after = writer.journal().entries
    assert answer.status_code == 303
    assert after.event.happened_at == before.event.happened_at


def test_putting_right_sent_twice_is_one(writer: Writer) -> None:
    writer.note()
    writer.fill(f"{NOTE}?ret={writer.last_id()}", tekst="Andet.", grund="skrev forkert")

    answer = writer.send(NOTE)

    assert answer.status_code == 303
    assert len(writer.journal().entries) == 2


def test_medicine_and_measurements_are_put_right_in_their_own_forms(writer: Writer) -> None:
    writer.give_panodix()
    writer.fill(OBSERVATION, titel="Temperatur", enhed="°C", vaerdi="38,4")
    dose, measured = (entry.event.id for entry in writer.journal().entries)
    page = writer.page()
    writer.fill(f"{PANODIX}?ret={dose}", dosis="2 tabletter", grund="to og ikke en")
    writer.fill(f"{OBSERVATION}?ret={measured}", vaerdi="37,4", grund="læste forkert")

    assert f'href="{PANODIX}?ret={dose}"' in page
    assert f'href="{OBSERVATION}?ret={measured}"' in page
    whats = [entry.event.what for entry in writer.journal().to_enter]
    assert isinstance(whats[0], MedicineGiven)
    assert (whats[0].dose, whats[0].reason) == ("2 tabletter", "ondt i knæet")
    assert whats[1] == Observed("Temperatur", "37,4", "°C")


def test_entry_is_never_put_right_as_another_kind_or_for_another_citizen(writer: Writer) -> None:
    writer.note()

    pages = [
        writer.phone.get(f"{OBSERVATION}?ret={writer.last_id()}"),
        writer.phone.get(f"{OF_AASE.replace('c-7f3a', 'c-81d0')}/notat?ret={writer.last_id()}"),
        writer.phone.get(f"{NOTE}?ret={'0' * 16}"),
    ]

    assert [page.status_code for page in pages] == [404, 404, 404]


def test_striking_has_buttons_that_say_what_they_do(writer: Writer) -> None:
    writer.note()

    page = words_of(writer.phone.get(f"/noedjournal/{writer.last_id()}/stregning").text)

    assert "Streg over Nej, tilbage" in page
    assert "Gem" not in page.split()
