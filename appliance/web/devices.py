"""Tell a phone from a laptop by what the browser says of itself. Pure.

A phone lies about in pockets and on tables, so its session is over sooner. Nothing else depends on
it, and whoever says nothing, or something new, has a phone. Called when somebody comes in.
"""

from datetime import timedelta

from appliance.policy import SESSION_IDLE, SESSION_IDLE_LAPTOP

_DESKTOPS = ("Windows NT", "Macintosh", "X11;", "CrOS")
_HANDHELDS = ("Mobi", "Android", "iPhone", "iPad")
_MOBILE = "?1"  # Sec-CH-UA-Mobile, sent over https only


def idle_time(user_agent: str, mobile_hint: str = "") -> timedelta:
    """Return how long a session on this device may lie untouched."""
    is_handheld = mobile_hint == _MOBILE or any(word in user_agent for word in _HANDHELDS)
    is_laptop = not is_handheld and any(word in user_agent for word in _DESKTOPS)
    return SESSION_IDLE_LAPTOP if is_laptop else SESSION_IDLE
