"""Lets the tests of every subject import exact.py and inputs.py, which stand beside it."""
