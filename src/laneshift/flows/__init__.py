"""Flows: processes of several steps that users define. Pure: no file is read and nothing is run here."""
