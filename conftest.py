"""Settings that hold for every test of the repository."""

from hypothesis import HealthCheck, settings

# On a fresh machine Hypothesis first builds its tables of characters; other work shares the cores. Slow is no fault.
settings.register_profile("overt", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("overt")
