"""Rollout safety as pure rules: pins, canary, stages, the bound on bad items, ceilings, exceptions, approvals."""
