"""Say once, for each thing that can happen at a printer, its code, its sentence and the next step.

Screen, sheet, panel, log and command line take the words from here; sentences are Danish source
text, and the web layer translates them. `errors.py` makes an exception of each reason,
`cups_reasons.py` decides which reason applies. Refuses to know where a reason came from.
"""

from enum import Enum

_COUNT = "Tæl siderne, og udskriv dem, der mangler."


class PrinterReason(Enum):
    """Why a printer or a job stands as it does.

    `blocks` tells whether paper stops until somebody has acted. Codes are stable: staff read them
    aloud on the telephone, so a code is never given a second meaning.
    """

    UNUSABLE = ("N-800", "Printeren kan ikke bruges lige nu.", "Prøv igen.")
    PAPER = (
        "N-801",
        "Printeren mangler papir.",
        "Læg papir i skuffen. Udskriften fortsætter selv.",
    )
    JAM = ("N-802", "Papiret sidder fast.", "Åbn lågen, træk papiret ud, luk.")
    DOOR = ("N-803", "Printerens låge er åben.", "Luk lågen. Udskriften fortsætter selv.")
    TONER = ("N-804", "Toneren er tom.", "Sæt ny toner i. Reserve ligger i skabet.")
    TONER_LOW = ("N-805", "Toneren er næsten tom.", "Reserve ligger i skabet.", False)
    UNREACHABLE = ("N-806", "Printeren svarer ikke.", "Tjek strøm og kabel.")
    SERVICE_DOWN = ("N-807", "Boksen kan ikke udskrive lige nu.", "Vent et minut, og prøv igen.")
    SERVICE_MISSING = ("N-808", "Boksen mangler sit printerprogram.", "Ring til IT-vagten.")
    STOPPED = ("N-809", "Printerens kø er stoppet.", "Sluk printeren, tænd den, og prøv igen.")
    QUEUE_MISSING = ("N-810", "Printeren er ikke sat op i boksen.", "Tjek kablet, og prøv igen.")
    MEDIA = ("N-811", "Printeren kan ikke bruge A4-papir.", "Brug en printer med A4-papir.")
    JOB_REFUSED = ("N-812", "Printeren tog ikke imod udskriften.", "Prøv igen.")
    JOB_ABORTED = (
        "N-813",
        "Printeren afbrød udskriften.",
        _COUNT,
    )
    JOB_UNKNOWN = (
        "N-814",
        "Ukendt – kom siderne ud?",
        _COUNT,
    )
    FOLDER_FULL = ("N-815", "Der er ikke plads til flere udskrifter.", "Ring til IT-vagten.")
    OUTPUT_FULL = ("N-816", "Bakken er fuld af færdige ark.", "Tag arkene. Udskriften fortsætter.")
    HELD = ("N-817", "Udskriften blev sat på pause og er stoppet.", _COUNT)
    PAPER_LOW = ("N-818", "Der er snart ikke mere papir.", "Læg papir i skuffen.", False)
    ATTENTION = ("N-819", "Printeren har brug for hjælp.", "Se på printerens skærm.")
    FOLDER_UNUSABLE = ("N-820", "Boksen kan ikke gemme udskriften.", "Ring til IT-vagten.")
    BUSY = ("N-821", "Printeren er optaget lige nu.", "Vent. Boksen prøver igen.")
    NO_PRINTER = (
        "N-830",
        "Boksen kan ikke finde en printer.",
        "Sæt USB-kablet i, og tænd printeren.",
    )
    UNSUPPORTED = ("N-831", "Boksen kan ikke bruge denne printer.", "Brug en anden printer.")
    WRONG_SETUP = ("N-832", "Printeren er sat forkert op i boksen.", "Ring til IT-vagten.")
    USB_STUCK = (
        "N-833",
        "Forbindelsen til printeren er gået i stå.",
        "Sluk printeren, vent 10 sekunder, og tænd den.",
    )
    MODEL_LIST = ("N-834", "Boksens liste over printere kan ikke læses.", "Ring til IT-vagten.")

    def __init__(self, code: str, sentence: str, next_step: str, blocks: bool = True) -> None:  # noqa: FBT001, FBT002
        """Spread the row of the table over four named attributes."""
        self.code = code
        self.sentence = sentence
        self.next_step = next_step
        self.blocks = blocks
