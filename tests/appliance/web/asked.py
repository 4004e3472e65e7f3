"""How each view behind `needs_unlock` is asked, and the entry it makes; a new one is added here."""

from appliance.sealed_log.entry import Action
from tests.simulators.box_people import AASE, NORD, SYD
from tests.simulators.box_roads import ROUTE
from tests.simulators.runner_packs import OFFERED

# How each view behind `needs_unlock` is asked; a new one must be added here with its entry.
JOB = "{job}"

PRINT = "{print}"

DOSE = "00000000000000dd"

FORM = {"nr": "0123456789abcdef", "kl": "00.30", "dag": "2026-11-23"}

NEEDS = f"/tavler/{SYD.id}/livsnoedvendige"

GLASS = f"/afsnit/{NORD.id}/brudt-glas"

ASKED: dict[str, tuple[str, str, dict[str, str], Action | None]] = {
    "units.list_units": ("GET", "/afsnit", {}, None),
    "units.choose_unit": ("GET", "/afsnit/vaelg", {}, None),
    "routes.list_units": ("GET", "/koerelister", {}, None),
    "routes.show_day": ("GET", f"/koerelister/{SYD.id}", {}, None),
    "routes.show_list": ("GET", f"/koerelister/{SYD.id}/{ROUTE}", {}, Action.VIEW_ROUTES),
    "routes.print_lists": (
        "POST", f"/koerelister/{SYD.id}/udskriv",
        {"ark": "koereliste-hjemmepleje", "rute": ROUTE}, Action.PRINT_ORDERED,
    ),
    "citizens.list_citizens": ("GET", f"/afsnit/{SYD.id}/borgere", {}, Action.VIEW_UNIT),
    "citizens.filter_citizens": ("POST", f"/afsnit/{SYD.id}/borgere", {"find": "Aase"}, None),
    "medication.show_medication": ("GET", f"/borgere/{AASE.id}/medicin", {}, Action.VIEW_CITIZEN),
    "citizen.show_folder": ("GET", f"/borgere/{AASE.id}", {}, Action.VIEW_CITIZEN),
    "medication.show_cpr": ("POST", f"/borgere/{AASE.id}/cpr", {}, Action.SHOW_CPR),
    "documents.list_of_citizen": (
        "GET", f"/borgere/{AASE.id}/dokumenter", {}, Action.VIEW_DOCUMENTS,
    ),
    "documents.show_of_citizen": (
        "GET", f"/borgere/{AASE.id}/dokumenter/d-sårpleje", {}, Action.OPEN_DOCUMENT,
    ),
    "documents.list_of_unit": ("GET", f"/afsnit/{SYD.id}/dokumenter", {}, Action.VIEW_DOCUMENTS),
    "documents.show_of_unit": (
        "GET", f"/afsnit/{SYD.id}/dokumenter/d-vagtplan", {}, Action.OPEN_DOCUMENT,
    ),
    "search.search": ("POST", "/soeg", {"ord": "Aase"}, None),
    "search.show_search": ("GET", "/soeg", {}, Action.SEARCH),
    "printing.print_list": (
        "POST", f"/udskriv/medicinliste/{AASE.id}", {"bekraeft": "1"}, Action.PRINT_ORDERED,
    ),
    "printing.print_pack": (
        "POST", f"/udskriv/pakke/{SYD.id}", {"bekraeft": "1"}, Action.PRINT_ORDERED,
    ),
    "pack_at_once.show": ("GET", "/noedpakke", {}, None),
    "pack_at_once.order": (
        "POST", "/noedpakke", {"afsnit": SYD.id, "bekraeft": "1"}, Action.PRINT_ORDERED,
    ),
    "printing.list_jobs": ("GET", "/udskrifter", {}, Action.VIEW_PRINTS),
    "printing.follow_job": ("GET", f"/udskrifter/{JOB}.json", {}, None),
    "printing.answer_job": (
        "POST", f"/udskrifter/{JOB}/papir", {"svar": "ja"}, Action.PRINT_CHANGED,
    ),
    "printing.stop_job": ("POST", f"/udskrifter/{JOB}/stop", {}, Action.PRINT_CHANGED),
    "printing.show_pages": ("GET", f"/udskrifter/{JOB}/sider", {}, Action.VIEW_PRINTS),
    "printing.print_missing": (
        "POST", f"/udskrifter/{JOB}/mangler", {"vaelger": "1", "ark": PRINT},
        Action.PRINT_ORDERED,
    ),
    "sheets.choose_for_citizen": ("GET", f"/udskriv/borger/{AASE.id}", {}, Action.VIEW_CITIZEN),
    "sheets.choose_for_unit": ("GET", f"/udskriv/afsnit/{SYD.id}", {}, None),
    "sheets.print_for_citizen": (
        "POST", f"/udskriv/medicinliste/borger/{AASE.id}", {"bekraeft": "1"}, Action.PRINT_ORDERED,
    ),
    "sheets.print_for_unit": (
        "POST", f"/udskriv/noedpakke/afsnit/{SYD.id}", {"bekraeft": "1"}, Action.PRINT_ORDERED,
    ),
    "printing.print_again": ("POST", f"/udskrifter/{JOB}/igen", {}, Action.PRINT_ORDERED),
    "runner.show": ("GET", "/loeberpakke", {}, None),
    "runner.make": ("POST", "/loeberpakke/giv", {"afsnit": SYD.id, "boks": "box-18"}, None),
    "runner.take": ("POST", "/loeberpakke/hent", {"fil": OFFERED.file, "grund": "akut"}, None),
    "runner.drop": ("POST", "/loeberpakke/fjern", {"pakke": OFFERED.key}, None),
    "glass.ask": ("GET", GLASS, {}, None),
    "glass.break_glass": ("POST", GLASS, {"grund": "akut"}, Action.BREAK_GLASS),
    "glass.end": ("POST", f"{GLASS}/afslut", {}, Action.GLASS_ENDED),
    "glass.list_breaks": ("GET", "/brudt-glas", {}, None),
    "shift_code.show": ("GET", "/vagtkode", {}, None),
    "shift_code.renew": ("POST", "/vagtkode", {}, Action.SHIFT_CODE_MADE),
    "journal.show": ("GET", "/noedjournal", {}, None),
    "journal.choose": ("GET", f"/noedjournal/afsnit/{SYD.id}", {}, Action.VIEW_UNIT),
    "journal.citizen.show": ("GET", f"/borgere/{AASE.id}/journal", {}, Action.VIEW_JOURNAL),
    "journal.note.ask": ("GET", f"/borgere/{AASE.id}/journal/notat", {}, Action.VIEW_JOURNAL),
    "journal.note.write": (
        "POST", f"/borgere/{AASE.id}/journal/notat", {"tekst": "Sover.", **FORM}, Action.JOURNAL,
    ),
    "journal.medicine.choose": (
        "GET", f"/borgere/{AASE.id}/journal/medicin", {}, Action.VIEW_CITIZEN,
    ),
    "journal.medicine.ask": (
        "GET", f"/borgere/{AASE.id}/journal/medicin/andet", {}, Action.VIEW_CITIZEN,
    ),
    "journal.medicine.write": (
        "POST", f"/borgere/{AASE.id}/journal/medicin/andet",
        {"laegemiddel": "Pamol", "dosis": "1", "udfald": "given", **FORM}, Action.JOURNAL,
    ),
    "journal.observation.ask": (
        "GET", f"/borgere/{AASE.id}/journal/observation", {}, Action.VIEW_JOURNAL,
    ),
    "journal.observation.write": (
        "POST", f"/borgere/{AASE.id}/journal/observation",
        {"titel": "Puls", "vaerdi": "72", **FORM}, Action.JOURNAL,
    ),
    "journal.correcting.ask": ("GET", f"/noedjournal/{DOSE}/stregning", {}, Action.VIEW_JOURNAL),
    "journal.correcting.strike": (
        "POST", f"/noedjournal/{DOSE}/stregning", {"grund": "forkert"}, Action.JOURNAL,
    ),
    "journal.effects.show": ("GET", "/noedjournal/effekt", {}, Action.VIEW_JOURNAL),
    "journal.effects.note": (
        "POST", f"/noedjournal/{DOSE}/effekt",
        {"effekt": "virkede", **FORM, "kl": "03.00"}, Action.JOURNAL,
    ),
    "journal.entering.show_list": ("GET", "/noedjournal/tastes-ind", {}, Action.VIEW_JOURNAL),
    "journal.entering.show": ("GET", f"/noedjournal/tastes-ind/{DOSE}", {}, Action.VIEW_JOURNAL),
    "journal.entering.show_cpr": (
        "POST", f"/noedjournal/tastes-ind/{DOSE}/cpr", {}, Action.SHOW_CPR,
    ),
    "journal.entering.enter": ("POST", f"/noedjournal/tastes-ind/{DOSE}", {}, Action.JOURNAL),
    "journal.entering.undo": (
        "POST", f"/noedjournal/tastes-ind/{DOSE}/fortryd", {}, Action.JOURNAL,
    ),
    "journal.entering.sign_off": ("POST", "/noedjournal/tastes-ind/afslut", {}, Action.JOURNAL),
    "boards.show": ("GET", "/tavler", {}, None),
    "boards.show_board": ("GET", f"{NEEDS}?af=sig-selv", {}, Action.VIEW_UNIT),
    "boards.follow": ("GET", f"{NEEDS}.json", {}, None),
    "boards.tick": ("POST", NEEDS, {"set": AASE.id}, Action.JOURNAL),
    "boards.miss": ("POST", f"{NEEDS}/ikke-truffet", {"ting": AASE.id}, Action.JOURNAL),
    "paper_back.show_list": ("GET", "/papir", {}, Action.VIEW_PRINTS),
    "paper_back.account": ("POST", "/papir", {"ark": PRINT, "hvad": "back"}, Action.JOURNAL),
    "paper_back.find": ("POST", "/papir/nummer", {"nummer": "417-00023"}, None),
    "paper_back.show": ("GET", f"/papir/{PRINT}", {}, Action.VIEW_PRINTS),
    "paper_back.say": ("POST", f"/papir/{PRINT}", {"hvad": "missing"}, Action.JOURNAL),
    "paper_back.sign_off": ("POST", "/papir/afslut", {}, Action.JOURNAL),
    "login.ask_lock": ("GET", "/laas", {}, None),
    "login.lock": ("POST", "/laas", {}, Action.LOCK_ASKED),
}  # fmt: skip

FOR_LEADERS = {"runner.make", "glass.list_breaks", "shift_code.show", "shift_code.renew"}

# What has to be done first, and is taken off the log.
Step = tuple[str, dict[str, str]]

ENTER: Step = (f"/noedjournal/tastes-ind/{DOSE}", {})

ACCOUNT: Step = (f"/papir/{PRINT}", {"hvad": "unused"})

BEFORE: dict[str, tuple[Step, ...]] = {
    "search.show_search": (("/soeg", {"ord": "Aase"}),),
    "glass.end": ((GLASS, {"grund": "akut"}),),
    "journal.entering.undo": (ENTER,),
    "journal.entering.sign_off": (ENTER, ACCOUNT),
    "paper_back.sign_off": (ENTER, ACCOUNT),
}
