"""The pages: what people see of batches in a browser. Rendered here, readable without JavaScript."""
