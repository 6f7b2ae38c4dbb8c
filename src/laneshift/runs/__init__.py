"""Use cases of a batch on the durable engine: plan, run, land, roll back, resume, verify."""
