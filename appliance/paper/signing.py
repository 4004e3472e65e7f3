"""Say where a dose is signed for. Words only.

A dose signed on two papers reads as two doses, one signed on neither as none: each dose has ONE
place, and each paper says so. Called by the sheets on which medicine stands.
"""

SIGN_ELSEWHERE = (
    "Kvittér ikke her: brug “Medicin, der skal gives”, medicinskemaet eller PN-skemaet."
)
SIGN_HERE = "Kvittér hver dosis kun ét sted: her eller på medicinskemaet."
SIGN_ONCE = "Kvittér hver dosis kun ét sted: her, på “Medicin, der skal gives” eller på PN-skemaet."
ONLY_THE_REST = (
    "Kun til medicin, der ikke står på “Medicin, der skal gives”, medicinskemaet eller PN-skemaet:"
    " hver dosis kvitteres kun ét sted."
)
