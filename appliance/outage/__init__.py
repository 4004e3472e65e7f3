"""Keep track of the response plan at work: what has been done in an outage, by whom and when."""
