"""Dreams: what would happen if these items were landed, in this order or that, worked out and never done."""
