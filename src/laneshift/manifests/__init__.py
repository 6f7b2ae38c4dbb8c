"""Module manifests: what each module is, read from its code and kept beside it with what people wrote."""
