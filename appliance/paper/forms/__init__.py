"""Forms to be filled in by hand: blank for anybody, or headed with one citizen's identity."""
