"""List what the invented citizens suffer from, how often, and what they then get for it.

Shares are chosen so that a town of old people gets about nine preparations each, as a Danish
medication review of 391 citizens in Roskilde found; they are not epidemiology. A remedy such as
`enalapril/losartan 0.9` means: one of the two, in 90 of 100 cases. Codes are ICD-10 with the
Danish D prefix. Called by `medicine_plans`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Illness:
    """One diagnosis; `only` is "female" or "male" where the body decides."""

    title: str
    code: str
    share: float
    remedies: tuple[str, ...]
    only: str | None = None


ILLNESSES: tuple[Illness, ...] = (
    Illness(
        "Forhøjet blodtryk",
        "DI109",
        0.53,
        ("enalapril/losartan 0.9", "amlodipine 0.45", "bendroflumethiazide 0.3", "metoprolol 0.2"),
    ),
    Illness(
        "Hjertesvigt",
        "DI509",
        0.21,
        ("furosemide 0.95", "spironolactone 0.5", "potassium 0.5", "metoprolol 0.4"),
    ),
    Illness(
        "Atrieflimren",
        "DI489",
        0.21,
        ("apixaban/apixaban/rivaroxaban/warfarin 0.95", "digoxin 0.35", "metoprolol 0.6"),
    ),
    Illness(
        "Iskæmisk hjertesygdom",
        "DI259",
        0.22,
        ("aspirin/clopidogrel 0.8", "atorvastatin 0.8", "nitroglycerin 0.7", "isosorbide 0.25"),
    ),
    Illness(
        "Type 2-diabetes",
        "DE119",
        0.21,
        ("metformin 0.75", "glargine 0.5", "aspart 0.25", "empagliflozin 0.3"),
    ),
    Illness("KOL", "DJ449", 0.17, ("tiotropium 0.7", "budesonide 0.6", "salbutamol 0.9")),
    Illness(
        "Alzheimers sygdom",
        "DG309",
        0.31,
        ("donepezil/memantine 0.7", "quetiapine 0.25", "risperidone 0.1"),
    ),
    Illness("Parkinsons sygdom", "DG209", 0.08, ("levodopa 1.0", "pramipexole 0.5")),
    Illness("Epilepsi", "DG409", 0.06, ("levetiracetam 1.0", "diazepam 0.6")),
    Illness("Knogleskørhed", "DM819", 0.33, ("alendronate 0.75", "calcium 0.95")),
    Illness(
        "Slidgigt",
        "DM199",
        0.52,
        ("paracetamol/paracetamol/paracetamol_pn 0.95", "ibuprofen_gel 0.2"),
    ),
    Illness(
        "Kroniske smerter",
        "DR522",
        0.29,
        (
            "paracetamol 0.8",
            "oxycodone/fentanyl/buprenorphine/tramadol/methadone 0.6",
            "morphine_pn 0.7",
            "gabapentin 0.4",
        ),
    ),
    Illness(
        "Leddegigt",
        "DM069",
        0.08,
        ("methotrexate/methotrexate/methotrexate_inj 1.0", "folic_acid 1.0", "prednisolone 0.4"),
    ),
    Illness("Muskelgigt (polymyalgia rheumatica)", "DM353", 0.08, ("prednisolone_taper 1.0",)),
    Illness("Depression", "DF329", 0.29, ("sertraline/escitalopram/mirtazapine 0.95",)),
    Illness("Søvnløshed", "DG470", 0.29, ("zopiclone/melatonin 0.9",)),
    Illness(
        "Forstoppelse",
        "DK590",
        0.58,
        ("macrogol/macrogol/lactulose 0.85", "picosulfate 0.35"),
    ),
    Illness("Sure opstød", "DK219", 0.40, ("pantoprazole/pantoprazole/omeprazole 0.95",)),
    Illness("Lavt stofskifte", "DE039", 0.14, ("levothyroxine 1.0",)),
    Illness("Hyppig vandladning", "DN328", 0.12, ("mirabegron 0.9",)),
    Illness(
        "Forstørret prostata", "DN409", 0.34, ("tamsulosin 0.8", "finasteride 0.4"), only="male"
    ),
    Illness("Tørre slimhinder", "DN952", 0.14, ("estradiol 1.0",), only="female"),
    Illness("Grøn stær", "DH409", 0.12, ("latanoprost 1.0",)),
    Illness("Tørre øjne", "DH041", 0.22, ("eye_drops 1.0",)),
    Illness("Urinsyregigt", "DM109", 0.09, ("allopurinol 1.0",)),
    Illness("B12-mangel", "DE538", 0.13, ("b12_injection 1.0",)),
    Illness("Blodmangel på grund af jernmangel", "DD509", 0.15, ("iron 1.0",)),
    Illness("D-vitaminmangel", "DE559", 0.43, ("vitamin_d 1.0",)),
    Illness("Utilsigtet vægttab", "DR634", 0.21, ("nutrition 0.8", "multivitamin 0.6")),
    Illness("Lavt natrium i blodet", "DE871", 0.04, ("sodium 1.0",)),
    Illness("Tør hud", "DL853", 0.24, ("skin_cream 1.0",)),
    Illness("Eksem", "DL309", 0.09, ("betamethasone 1.0",)),
    Illness("Angst og uro", "DF419", 0.13, ("oxazepam 1.0",)),
    Illness("Kvalme", "DR119", 0.09, ("metoclopramide 0.9",)),
    Illness("Diarré", "DR199", 0.05, ("loperamide 1.0",)),
    Illness("Blærebetændelse", "DN309", 0.05, ("pivmecillinam 1.0",)),
    Illness("Svamp i munden", "DB370", 0.03, ("nystatin 1.0",)),
    Illness("Svær nyrebækkenbetændelse", "DN109", 0.004, ("gentamicin 1.0",)),
    Illness("Ønsker kosttilskud", "DZ719", 0.17, ("fish_oil/multivitamin 1.0",)),
)
