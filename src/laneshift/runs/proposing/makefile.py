"""The part of a Makefile that teams include: where the batches are, and the next one to take up. Pure."""

from __future__ import annotations

FILE = "laneshift.mk"

FRAGMENT = """\
# Made by `laneshift init --make`. In the Makefile: include laneshift.mk
#
#   make batch-status        one line for each batch
#   make batch-next          runs the next item of the batch with the fewest items left
#   make batch-next-LANE     the same, of the batches whose turn is an item for that lane
#   make batch-status LANESHIFT=path/to/laneshift

LANESHIFT ?= laneshift

.PHONY: batch-status batch-next laneshift-always
batch-status:
\t@$(LANESHIFT) status

batch-next:
\t@plan=$$($(LANESHIFT) status --next) || exit $$?; \\
\tif [ -n "$$plan" ]; then $(LANESHIFT) run "$$plan" --next; else echo "no batch has items left to run"; fi

batch-next-%: laneshift-always
\t@plan=$$($(LANESHIFT) status --next --lane '$*') || exit $$?; \\
\tif [ -n "$$plan" ]; then $(LANESHIFT) run "$$plan" --next --lane '$*'; \\
\telse echo "no batch has items left to run for $*"; fi

laneshift-always:
"""
