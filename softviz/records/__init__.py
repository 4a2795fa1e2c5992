"""What a learner has set: one record a concern, each field with its name in the link."""
