"""The pages: what people see of batches in a browser. Rendered here, readable without JavaScript."""

PAGES = (
    *("static_files", "runs", "item", "approval", "trains", "rollback", "changes"),
    *("lanes", "stars", "reports", "journal", "agents", "keys", "flows", "traces"),
    "sign_in",
)
"""The modules with a `router`. The description of the API leaves them out."""
