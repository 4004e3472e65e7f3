"""Read a time on the command line. Refuses what is none as wrong use. Called by the commands."""

from datetime import datetime

import click

from appliance.clock import parse_time


class Moment(click.ParamType[datetime]):
    """A time on the command line, such as 2026-11-23T02:00; Danish time unless it says more."""

    name = "TIME"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read the time, or refuse it as wrong use."""
        try:
            return parse_time(str(value))
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is not a time such as 2026-11-23T02:00", param, ctx)
