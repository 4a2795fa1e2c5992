"""Settings of every test."""

from hypothesis import settings

# No test is timed: the same case takes ten times as long where the machine is shared.
settings.register_profile("softviz", deadline=None)
settings.load_profile("softviz")
