"""The learner's own numbers in formulas, tables and sentences."""
