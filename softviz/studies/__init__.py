"""What a page shows, computed from the learner's scores and records."""
