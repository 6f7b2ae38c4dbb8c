"""Reports: what is so, told from measured inputs, the same bytes for the same facts. No report writes by itself."""
