"""Practise on the screens with invented citizens while a drill is on.

A second set of everything behind the screens, in a folder of its own in RAM: records, journal,
sessions, print queue. Only the plan, the clock, the printer and the log of the drill are the box's
own, so nothing that is practised can touch what is real, nor the other way round.
"""
