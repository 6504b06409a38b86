"""Real clients, fed with recorded answers: what they raise, lose or misread."""
