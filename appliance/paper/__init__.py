"""Turn records into sheets of paper (PDF) that are right even when read alone at night."""
