"""Give the English beside the Danish headings of sheets that staff from elsewhere work from.

Headings only: what the record says stays as the source spells it. Care terms are explained, not
replaced. Called by the frame; a test holds every heading of a bilingual sheet to this list.
"""

ENGLISH_HEADINGS = {
    "Behov": "Needs",
    "Bolig": "Dwelling",
    "Borger": "Citizen",
    "Livsnødvendige behov": "Life-critical needs",
    "Set til: kl., init.": "Seen: time, initials",
    "Telefon": "Phone",
}
