"""What a question in English asks for. Pure: rules over words, no model and no repository."""
