"""Copy what is published to where boxes, or a USB stick, take it from."""
