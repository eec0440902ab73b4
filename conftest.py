"""Settings that hold for every test of the repository."""

from hypothesis import HealthCheck, settings

# On a fresh machine Hypothesis first builds its tables of characters, and other work shares the cores: slow is no fault.
settings.register_profile("overt", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("overt")
