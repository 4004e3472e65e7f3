"""Show the reports of drills and outages that are over, the last one first. Holds no citizen.

Called through the front screen.
"""

from collections.abc import Sequence

from flask import Blueprint, abort, g, render_template

from appliance.outage.report import Report
from appliance.outage.report_shelf import ReportShelf
from appliance.paper.plan_sheets.outage_report import NONE_YET, SHEET
from appliance.web.guards import open_to_all
from appliance.web.outage_words import CALL_IN, ROUND

bp = Blueprint("report", __name__)


@bp.get("/rapport")
@open_to_all
def show() -> str:
    """Show the last one, which is the one that can be printed, and list the others.

    While one is on its report so far is what is printed, from the log.
    """
    shelf: ReportShelf = g.services.reports
    every = list(shelf.reports())
    is_on = g.services.outage.on_paper().under_way is not None
    return _page(next(iter(every), None), every[1:], [SHEET] if every and not is_on else [])


@bp.get("/rapport/<int:number>")
@open_to_all
def show_earlier(number: int) -> str:
    """Show one of them."""
    shelf: ReportShelf = g.services.reports
    found = next((each for each in shelf.reports() if each.number == number), None)
    return _page(found, [], []) if found else abort(404)


def _page(report: Report | None, earlier: Sequence[Report], prints: list[str]) -> str:
    return render_template(
        "outage_report.html",
        report=report,
        earlier=earlier,
        prints=prints,
        none_yet=NONE_YET,
        round=ROUND,
        call_in=CALL_IN,
    )
