"""The box: opens last night's care record without a network and puts it on paper."""
