"""Give the English beside the Danish headings of sheets that staff from elsewhere work from.

Headings only: what the record says stays as the source spells it. Care terms are explained, not
replaced. Called by the frame; a test holds every heading of a bilingual sheet to this list.
"""

ENGLISH_HEADINGS = {
    "Adgang": "Access",
    "Adresse": "Address",
    "Aftaler – det skal du vide": "Agreed – what you must know",
    "Behov": "Needs",
    "Bolig": "Dwelling",
    "Borger": "Citizen",
    "CAVE, behov og fravalg": "CAVE (allergies), needs, declined treatment",
    "Køreliste – hjemmepleje": "Visit route list – home care",
    "Livsnødvendige behov": "Life-critical needs",
    "Modtaget af: navn, underskrift": "Taken over by: name, signature",
    "Nr.": "No.",
    "Opgaver": "Tasks",
    "Overdraget af: navn, underskrift": "Handed over by: name, signature",
    "Set til: kl., init.": "Seen: time, initials",
    "Siden sidst": "Since last time",
    "Telefon": "Phone",
    "Tid": "Time",
    "Udført: kl., init.": "Done: time, initials",
    "Vagt fra: dato, kl.": "Shift from: date, time",
    "Vagt til: dato, kl.": "Shift to: date, time",
    "Vagten": "The shift",
    "Vagtskifte": "Shift hand-over",
}
