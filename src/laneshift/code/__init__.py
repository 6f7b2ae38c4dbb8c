"""What Python source says: module names, index, references and moves."""
