"""Join what several feeds tell of the same citizen, and say which feed each section is from."""
