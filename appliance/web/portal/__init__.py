"""The captive portal: what phones that ask "is there internet here?" are told, and when."""
