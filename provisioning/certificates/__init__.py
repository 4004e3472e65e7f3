"""The certificates of the boxes' screens, as the hub sees them: signed or taken in, kept, sent."""
