"""Turn records into sheets of paper."""
