"""What answers behind the facade: matriz, models that embed, and upstreams."""
